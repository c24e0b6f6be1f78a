-- A circuit is a timing installation; its source says where frames come from; its pointer names the active race session.
CREATE TABLE circuit (
  id                 uuid PRIMARY KEY,
  slug               text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  name               text NOT NULL,
  time_zone          text NOT NULL DEFAULT 'UTC',
  protocol           text NOT NULL,
  transport          jsonb NOT NULL,
  running            boolean NOT NULL DEFAULT false,
  active_session_id  uuid,
  pointer_epoch      bigint NOT NULL DEFAULT 0,
  created_at         timestamptz NOT NULL
);
CREATE TABLE race_session (
  id             uuid PRIMARY KEY,
  number         integer GENERATED ALWAYS AS IDENTITY UNIQUE,
  circuit_id     uuid NOT NULL REFERENCES circuit,
  name           text NOT NULL,
  database_name  text NOT NULL UNIQUE CHECK (database_name ~ '^[a-z][a-z0-9_]{0,62}$'),
  ruleset        text NOT NULL,
  state          text NOT NULL CHECK (state IN ('creating', 'ready', 'closed', 'archiving', 'archived', 'restoring', 'failed')),
  problem        text,
  created_at     timestamptz NOT NULL,
  created_by     uuid,
  opened_at      timestamptz,
  opened_by      uuid,
  closed_at      timestamptz,
  closed_by      uuid,
  archived_at    timestamptz,
  archived_by    uuid,
  dump_sha256    text
);
-- A name is unique among the sessions that can be seen; an archived one frees its name.
CREATE UNIQUE INDEX race_session_name ON race_session (circuit_id, name) WHERE state NOT IN ('archived', 'failed');
ALTER TABLE circuit ADD FOREIGN KEY (active_session_id) REFERENCES race_session;
CREATE TABLE source_lease (
  circuit_id  uuid PRIMARY KEY REFERENCES circuit,
  owner       text NOT NULL,
  epoch       bigint NOT NULL,
  expires_at  timestamptz NOT NULL
);
