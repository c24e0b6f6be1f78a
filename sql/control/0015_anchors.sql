-- Heads of the sessions' logs, kept outside the sessions' own databases: a log that was cut short is still a valid
-- chain, but misses its anchor. An anchor is never changed or deleted, by no role.
CREATE TABLE anchor (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_id  uuid NOT NULL,          -- no reference: an anchor outlives the registry's row
  seq         bigint NOT NULL CHECK (seq > 0),
  hash        bytea NOT NULL CHECK (length(hash) = 32),
  at          timestamptz NOT NULL,
  why         text NOT NULL CHECK (why IN ('schedule', 'asked', 'printed', 'mailed', 'closed', 'backup')),
  by          uuid                    -- the account; NULL: Paddock itself
);
CREATE INDEX anchor_session ON anchor (session_id, seq);
CREATE FUNCTION refuse_anchor_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'anchors are kept as they are: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE OR TRUNCATE ON anchor FOR EACH STATEMENT EXECUTE FUNCTION refuse_anchor_change();
ALTER TABLE anchor ENABLE ALWAYS TRIGGER keep;
REVOKE ALL ON anchor FROM paddock_app;
GRANT SELECT, INSERT ON anchor TO paddock_app;

-- What the last verification of each session's log found.
CREATE TABLE verification (
  session_id    uuid PRIMARY KEY REFERENCES race_session ON DELETE CASCADE,
  at            timestamptz NOT NULL,
  seq           bigint NOT NULL,       -- of the head; 0: the log is empty
  hash          text NOT NULL,
  first_broken  bigint,
  anchors       integer NOT NULL,      -- so many were looked up
  missed        jsonb NOT NULL,
  vouched       bigint NOT NULL        -- up to here an anchor vouches for the log
);

-- Every rehearsal of a restore: a dump, restored beside the original and compared. What failed says why.
CREATE TABLE rehearsal (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_id  uuid NOT NULL REFERENCES race_session ON DELETE CASCADE,
  at          timestamptz NOT NULL,
  took_ms     integer NOT NULL,
  seq         bigint,
  events      bigint,
  entries     bigint,
  sha256      text,                    -- of the dump in the blob store; NULL: given back for a newer one, or it failed
  problem     text
);
CREATE INDEX rehearsal_session ON rehearsal (session_id, at);

-- An archived session that is to be dropped for good: two people, and thirty days to think again.
CREATE TABLE purge (
  session_id    uuid PRIMARY KEY REFERENCES race_session ON DELETE CASCADE,
  asked_at      timestamptz NOT NULL,
  asked_by      uuid NOT NULL,
  confirmed_at  timestamptz,
  confirmed_by  uuid CHECK (confirmed_by <> asked_by),
  dropped_at    timestamptz,
  CHECK (dropped_at IS NULL OR (confirmed_by IS NOT NULL AND dropped_at >= asked_at + interval '30 days')),
  CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL))
);
ALTER TABLE race_session DROP CONSTRAINT race_session_state_check;
ALTER TABLE race_session ADD CONSTRAINT race_session_state_check
  CHECK (state IN ('creating', 'ready', 'closed', 'archiving', 'archived', 'restoring', 'failed', 'purged'));
DROP INDEX race_session_name;
CREATE UNIQUE INDEX race_session_name ON race_session (circuit_id, name)
  WHERE state NOT IN ('archived', 'failed', 'purged');
