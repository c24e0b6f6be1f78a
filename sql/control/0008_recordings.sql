-- Recordings that were brought in as files: one row a file and circuit; `sha256` names the blob, the file as it came.
CREATE TABLE recording (
  id           uuid PRIMARY KEY,
  circuit_id   uuid NOT NULL REFERENCES circuit,
  sha256       text NOT NULL,
  name         text NOT NULL,
  container    text NOT NULL,
  protocol     text NOT NULL,
  frames       integer NOT NULL,
  started_at   timestamptz NOT NULL,
  ended_at     timestamptz NOT NULL,
  imported_at  timestamptz NOT NULL,
  UNIQUE (circuit_id, sha256)
);
-- Moments that somebody named; one with an end is a piece that must be kept. Without a recording, of the circuit's own journal.
CREATE TABLE bookmark (
  id            uuid PRIMARY KEY,
  circuit_id    uuid NOT NULL REFERENCES circuit,
  recording_id  uuid REFERENCES recording,
  name          text NOT NULL,
  at            timestamptz NOT NULL,
  until         timestamptz CHECK (until > at),
  made_at       timestamptz NOT NULL
);
CREATE INDEX bookmark_circuit ON bookmark (circuit_id, at);
