-- Laps as they were told before officials took them back, a guessed number proved wrong, or their time was corrected.
CREATE TABLE withdrawn_lap (
  feed_session_id  uuid NOT NULL REFERENCES feed_session,
  source_id        text NOT NULL,
  lap              integer NOT NULL,
  withdrawn_at     timestamptz NOT NULL,
  reason           text NOT NULL,
  number           text NOT NULL,
  lap_ms           integer,
  kind             text NOT NULL,
  at               timestamptz NOT NULL,
  driver           text,
  position         integer,
  flag             text,
  sectors_ms       integer[] NOT NULL,
  provenance       text NOT NULL,
  PRIMARY KEY (feed_session_id, source_id, lap, withdrawn_at)
);
