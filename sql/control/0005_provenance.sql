-- What a lap was run under, and where every lap and stop comes from.
ALTER TABLE timing_lap
  ADD COLUMN position    integer,
  ADD COLUMN flag        text,
  ADD COLUMN sectors_ms  integer[] NOT NULL DEFAULT '{}',
  ADD COLUMN provenance  text NOT NULL DEFAULT 'feed';
ALTER TABLE stop
  ADD COLUMN provenance  text NOT NULL DEFAULT 'feed';
