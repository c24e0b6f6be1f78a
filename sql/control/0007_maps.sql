-- What was said about the layouts of a circuit's feed, and what was seen of them.
CREATE TABLE layout_seen (
  circuit_id   uuid NOT NULL REFERENCES circuit,
  fingerprint  text NOT NULL,
  columns      jsonb NOT NULL,
  first_at     timestamptz NOT NULL,
  last_at      timestamptz NOT NULL,
  PRIMARY KEY (circuit_id, fingerprint)
);
CREATE TABLE layout_notice (
  circuit_id  uuid NOT NULL REFERENCES circuit,
  at          timestamptz NOT NULL,
  before      text NOT NULL,
  after       text NOT NULL,
  changes     jsonb NOT NULL,
  PRIMARY KEY (circuit_id, at)
);
-- Versions of the manual map of a layout: the newest counts; one without columns takes the map back.
CREATE TABLE column_map (
  circuit_id   uuid NOT NULL REFERENCES circuit,
  fingerprint  text NOT NULL,
  version      integer NOT NULL,
  columns      jsonb NOT NULL,
  made_at      timestamptz NOT NULL,
  made_by      uuid,
  PRIMARY KEY (circuit_id, fingerprint, version)
);
-- Versions of generated parsers with the samples they were confirmed on: the newest of a circuit counts.
CREATE TABLE feed_map (
  circuit_id   uuid NOT NULL REFERENCES circuit,
  version      integer NOT NULL,
  fingerprint  text NOT NULL,
  map          jsonb NOT NULL,
  samples      jsonb NOT NULL,
  made_at      timestamptz NOT NULL,
  made_by      uuid,
  PRIMARY KEY (circuit_id, version)
);
CREATE TABLE analysis (
  id          uuid PRIMARY KEY,
  circuit_id  uuid NOT NULL REFERENCES circuit,
  made_at     timestamptz NOT NULL,
  made_by     uuid,
  finding     jsonb NOT NULL,
  proposal    jsonb,
  samples     jsonb NOT NULL
);
CREATE INDEX analysis_circuit ON analysis (circuit_id, made_at);
-- Grows with every change of a circuit's maps, so that its source is read anew.
ALTER TABLE circuit ADD COLUMN maps_epoch bigint NOT NULL DEFAULT 0;
