-- What the feeds said: sessions of the feed, laps and stops folded from it, and the index of the raw journal.
CREATE TABLE feed_session (
  id          uuid PRIMARY KEY,
  circuit_id  uuid NOT NULL REFERENCES circuit,
  title       text NOT NULL,
  kind        text NOT NULL,
  track       text NOT NULL DEFAULT '',
  started_at  timestamptz NOT NULL,
  ended_at    timestamptz
);
CREATE INDEX feed_session_circuit ON feed_session (circuit_id, started_at);
CREATE TABLE timing_lap (
  feed_session_id  uuid NOT NULL REFERENCES feed_session,
  source_id        text NOT NULL,
  lap              integer NOT NULL,
  number           text NOT NULL,
  lap_ms           integer,
  kind             text NOT NULL,
  at               timestamptz NOT NULL,
  driver           text,
  PRIMARY KEY (feed_session_id, source_id, lap)
);
CREATE TABLE stop (
  feed_session_id  uuid NOT NULL REFERENCES feed_session,
  source_id        text NOT NULL,
  ordinal          integer NOT NULL,
  in_at            timestamptz,
  out_at           timestamptz,
  duration_ms      integer,
  lap              integer,
  PRIMARY KEY (feed_session_id, source_id, ordinal)
);
-- Raw frames as they came, both clocks, in segments: `sha256` names the blob.
CREATE TABLE recording_segment (
  circuit_id   uuid NOT NULL REFERENCES circuit,
  epoch        bigint NOT NULL,
  first_frame  bigint NOT NULL,
  frames       integer NOT NULL,
  started_at   timestamptz NOT NULL,
  ended_at     timestamptz NOT NULL,
  sha256       text NOT NULL,
  PRIMARY KEY (circuit_id, epoch, first_frame)
);
CREATE INDEX recording_segment_time ON recording_segment (circuit_id, started_at);
