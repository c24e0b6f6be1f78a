-- What became of the links to the feeds, and what came through them: the connection log, holes, novelties and counts.
-- `epoch` is that of the lease under which the frames were recorded: rows of one epoch come from one journal, so that
-- frames that are folded again after a restart replace their counts and never add to them.
CREATE TABLE link_event (
  circuit_id  uuid NOT NULL REFERENCES circuit,
  at          timestamptz NOT NULL,
  status      text NOT NULL,
  detail      text NOT NULL,
  attempt     integer NOT NULL DEFAULT 0,
  PRIMARY KEY (circuit_id, at, status)
);
-- The feed was not heard from `since` to `until`; laps told later by its history are counted.
CREATE TABLE hole (
  circuit_id   uuid NOT NULL REFERENCES circuit,
  since        timestamptz NOT NULL,
  until        timestamptz NOT NULL,
  back_filled  integer NOT NULL DEFAULT 0,
  PRIMARY KEY (circuit_id, since)
);
CREATE TABLE novelty (
  circuit_id  uuid NOT NULL REFERENCES circuit,
  kind        text NOT NULL,
  what        text NOT NULL,
  epoch       bigint NOT NULL,
  sample      text NOT NULL,
  count       bigint NOT NULL,
  first_at    timestamptz NOT NULL,
  last_at     timestamptz NOT NULL,
  PRIMARY KEY (circuit_id, kind, what, epoch)
);
CREATE TABLE feed_count (
  circuit_id  uuid NOT NULL REFERENCES circuit,
  minute      timestamptz NOT NULL,
  epoch       bigint NOT NULL,
  frames      integer NOT NULL,
  lines       integer NOT NULL,
  bytes       bigint NOT NULL,
  laps        integer NOT NULL,
  junk        integer NOT NULL,
  unread      integer NOT NULL,
  last_at     timestamptz NOT NULL,
  PRIMARY KEY (circuit_id, minute, epoch)
);
CREATE INDEX feed_count_minute ON feed_count (minute);
-- Of the session of a replay: when the recording says that it began. What is known of that time adds nothing.
ALTER TABLE feed_session ADD COLUMN recorded_at timestamptz;
