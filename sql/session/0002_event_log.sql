-- What officials do in this session: an append-only, hash-chained log, and the seal that says whether it may grow.
--
-- A row enters through append_events (while the seal is open) or move_seal (which opens, pauses or closes it). Both run
-- as the owner, one writer at a time until commit; paddock_app can only read and call them. Error codes, read by
-- core/io/database/event_log.py:
--   PD409  the request id was used for another request
--   PD410  the log has grown since the decision was taken
--   PD411  the seal is not open, belongs to another session, or was moved by a later switch

CREATE TABLE event (
  seq             bigint PRIMARY KEY,
  request_id      text NOT NULL CHECK (length(request_id) BETWEEN 1 AND 100),
  ordinal         integer NOT NULL CHECK (ordinal > 0),   -- one request may append several rows
  request_sha256  bytea NOT NULL CHECK (length(request_sha256) = 32),   -- of what the client sent, not of what was made of it
  subject         text NOT NULL,
  at              timestamptz NOT NULL,
  recorded_at     timestamptz NOT NULL,
  actor           text NOT NULL,
  role            text NOT NULL,
  type            text NOT NULL,
  body            jsonb NOT NULL,
  ruleset         text NOT NULL,
  prev_hash       bytea NOT NULL,
  hash            bytea NOT NULL,
  UNIQUE (request_id, ordinal)
);
CREATE INDEX event_subject ON event (subject, seq);

-- One row. `epoch` is the circuit's pointer epoch of the last move: an older switch that wakes up late changes nothing.
CREATE TABLE seal (
  one         boolean PRIMARY KEY DEFAULT true CHECK (one),
  session_id  uuid,
  state       text NOT NULL CHECK (state IN ('open', 'paused', 'closed')),
  epoch       bigint NOT NULL,
  changed_at  timestamptz NOT NULL,
  changed_by  text NOT NULL
);
INSERT INTO seal (state, epoch, changed_at, changed_by) VALUES ('paused', 0, now(), '');

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the event log is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE event ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER keep BEFORE DELETE OR TRUNCATE ON seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE seal ENABLE ALWAYS TRIGGER keep;

CREATE FUNCTION event_digest(e event) RETURNS bytea LANGUAGE sql STABLE
RETURN sha256(e.prev_hash || convert_to(jsonb_build_array(
  e.seq, e.request_id, e.ordinal, encode(e.request_sha256, 'hex'), e.subject, extract(epoch FROM e.at),
  extract(epoch FROM e.recorded_at), e.actor, e.role, e.type, e.body, e.ruleset)::text, 'UTF8'));

-- The first number at which the log is not what it must be: a gap, an edited row, a broken link. NULL: it is whole.
-- A log cut short at its end is still a chain; only an anchor kept elsewhere shows that.
CREATE FUNCTION first_broken() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT min(number) FROM (
    SELECT row_number() OVER log AS number, seq, hash, event_digest(e) AS digest, prev_hash,
           coalesce(lag(hash) OVER log, '\x00') AS hash_before
    FROM event e WINDOW log AS (ORDER BY seq)
  ) link WHERE seq <> number OR hash <> digest OR prev_hash <> hash_before
$$;

-- Takes the log until the end of the transaction. True: this very request is stored already, a retry.
CREATE FUNCTION take_log(p_session uuid, p_request text, p_sha256 bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  stored bytea;
  owner_id uuid;
BEGIN
  -- Whatever the connection was set to: an acknowledged event is on the disk; a process that hangs with the log in its
  -- hand loses it, and nobody waits for ever.
  PERFORM set_config('synchronous_commit', 'on', true), set_config('lock_timeout', '4s', true),
          set_config('idle_in_transaction_session_timeout', '8s', true);
  PERFORM pg_advisory_xact_lock(20816);
  SELECT session_id INTO owner_id FROM seal FOR SHARE;
  IF owner_id IS DISTINCT FROM p_session THEN
    RAISE EXCEPTION 'foreign' USING ERRCODE = 'PD411', DETAIL = coalesce(owner_id::text, '');
  END IF;
  SELECT request_sha256 INTO stored FROM event WHERE request_id = p_request AND ordinal = 1;
  IF stored <> p_sha256 THEN
    RAISE EXCEPTION 'request id used for another request' USING ERRCODE = 'PD409';
  END IF;
  RETURN stored IS NOT NULL;
END $$;

-- The same for a write of an official: unless it is a retry, the seal must be open.
CREATE FUNCTION begin_write(p_session uuid, p_request text, p_sha256 bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  now_ seal;
BEGIN
  IF take_log(p_session, p_request, p_sha256) THEN RETURN true; END IF;
  SELECT * INTO now_ FROM seal;
  IF now_.state <> 'open' THEN
    RAISE EXCEPTION '%', now_.state USING ERRCODE = 'PD411', DETAIL = to_json(now_.changed_at)#>>'{}';
  END IF;
  RETURN false;
END $$;

CREATE FUNCTION chain_events(p_request text, p_sha256 bytea, p_head bigint, p_actor text, p_role text, p_ruleset text,
                             p_events jsonb) RETURNS SETOF event LANGUAGE plpgsql AS $$
DECLARE
  last event;
  item jsonb;
  e event;
BEGIN
  SELECT * INTO last FROM event ORDER BY seq DESC LIMIT 1;
  IF coalesce(last.seq, 0) <> p_head THEN
    RAISE EXCEPTION 'decided at %, the head is %', p_head, coalesce(last.seq, 0) USING ERRCODE = 'PD410';
  END IF;
  e := last;
  e.ordinal := 0;
  FOR item IN SELECT value FROM jsonb_array_elements(p_events) WITH ORDINALITY ORDER BY ordinality LOOP
    e := ROW(coalesce(e.seq, 0) + 1, p_request, e.ordinal + 1, p_sha256, item->>'subject', (item->>'at')::timestamptz,
             clock_timestamp(), p_actor, p_role, item->>'type', item->'body', p_ruleset, coalesce(e.hash, '\x00'), '\x');
    e.hash := event_digest(e);
    INSERT INTO event SELECT e.*;
    RETURN NEXT e;
  END LOOP;
END $$;

-- `p_events`: [{"subject": …, "at": ISO instant, "type": …, "body": {…}}, …]. A retry gets what it stored the first time.
CREATE FUNCTION append_events(p_session uuid, p_request text, p_sha256 bytea, p_head bigint, p_actor text, p_role text,
                              p_ruleset text, p_events jsonb) RETURNS SETOF event
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF begin_write(p_session, p_request, p_sha256) THEN
    RETURN QUERY SELECT * FROM event WHERE request_id = p_request ORDER BY ordinal;
    RETURN;
  END IF;
  RETURN QUERY SELECT * FROM chain_events(p_request, p_sha256, p_head, p_actor, p_role, p_ruleset, p_events);
END $$;

-- Opens, pauses or closes, and says so in the log.
CREATE FUNCTION move_seal(p_session uuid, p_request text, p_sha256 bytea, p_head bigint, p_actor text, p_role text,
                          p_ruleset text, p_events jsonb, p_state text, p_epoch bigint) RETURNS SETOF event
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  now_ seal;
BEGIN
  IF take_log(p_session, p_request, p_sha256) THEN
    RETURN QUERY SELECT * FROM event WHERE request_id = p_request ORDER BY ordinal;
    RETURN;
  END IF;
  SELECT * INTO now_ FROM seal;
  IF now_.epoch > p_epoch THEN
    RAISE EXCEPTION 'superseded' USING ERRCODE = 'PD411', DETAIL = to_json(now_.changed_at)#>>'{}';
  END IF;
  UPDATE seal SET state = p_state, epoch = p_epoch, changed_at = clock_timestamp(), changed_by = p_actor;
  RETURN QUERY SELECT * FROM chain_events(p_request, p_sha256, p_head, p_actor, p_role, p_ruleset, p_events);
END $$;

-- A closed session's entries are part of its result.
CREATE FUNCTION refuse_when_closed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  now_ seal;
BEGIN
  SELECT * INTO now_ FROM seal FOR SHARE;
  IF now_.state = 'closed' THEN
    RAISE EXCEPTION 'closed' USING ERRCODE = 'PD411', DETAIL = to_json(now_.changed_at)#>>'{}';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER closed BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_when_closed();

REVOKE ALL ON FUNCTION take_log, begin_write, chain_events, append_events, move_seal FROM PUBLIC;
REVOKE ALL ON event, seal FROM PUBLIC, paddock_app, paddock_read;
GRANT EXECUTE ON FUNCTION take_log, begin_write, append_events, move_seal TO paddock_app;
GRANT SELECT ON event, seal TO paddock_app, paddock_read;
GRANT SELECT, INSERT, UPDATE, DELETE ON entry TO paddock_app;
GRANT SELECT ON entry TO paddock_read;
