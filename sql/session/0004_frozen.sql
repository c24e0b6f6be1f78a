-- What the timing said while the session was open, copied here when it is closed, so that it is complete by itself:
-- the laps and stops of its time range, the last board and the classification. Written anew at each closing, by a
-- worker as the owner; an import brings that of its file.
CREATE TABLE frozen (
  one             boolean PRIMARY KEY DEFAULT true CHECK (one),
  closed_at       timestamptz NOT NULL,   -- the closing that it belongs to
  frozen_at       timestamptz NOT NULL,
  board           text,                   -- as on the bus; NULL where there was none
  classification  jsonb NOT NULL
);
CREATE TABLE frozen_feed_session (
  id          uuid PRIMARY KEY,
  title       text NOT NULL,
  kind        text NOT NULL,
  track       text NOT NULL,
  started_at  timestamptz NOT NULL,
  ended_at    timestamptz
);
CREATE TABLE frozen_lap (
  feed_session_id  uuid NOT NULL REFERENCES frozen_feed_session,
  source_id        text NOT NULL,
  lap              integer NOT NULL,
  number           text NOT NULL,
  lap_ms           integer,
  kind             text NOT NULL,
  at               timestamptz NOT NULL,
  driver           text,
  position         integer,
  flag             text,
  sectors_ms       integer[] NOT NULL,
  provenance       text NOT NULL,
  PRIMARY KEY (feed_session_id, source_id, lap)
);
CREATE TABLE frozen_stop (
  feed_session_id  uuid NOT NULL REFERENCES frozen_feed_session,
  source_id        text NOT NULL,
  ordinal          integer NOT NULL,
  in_at            timestamptz,
  out_at           timestamptz,
  duration_ms      integer,
  lap              integer,
  provenance       text NOT NULL,
  PRIMARY KEY (feed_session_id, source_id, ordinal)
);

-- Fills a session that was never opened with the log of another one: `p_events` are its events in order, with the
-- actors, times and rulesets that it tells; the first one says so (`session_imported`) and is of whoever imports, now.
-- The chain is begun anew. `p_frozen`: what was frozen there, or NULL. True: this very request is stored already.
CREATE FUNCTION import_session(p_session uuid, p_request text, p_sha256 bytea, p_events jsonb, p_frozen jsonb)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  item jsonb;
  e event;
BEGIN
  IF take_log(p_session, p_request, p_sha256) THEN RETURN true; END IF;
  IF EXISTS (SELECT FROM event) OR (SELECT epoch > 0 OR state <> 'paused' FROM seal) THEN
    RAISE EXCEPTION 'not empty' USING ERRCODE = 'PD410';
  END IF;
  IF p_events->0->>'type' IS DISTINCT FROM 'session_imported' THEN
    RAISE EXCEPTION 'an import says so first' USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR item IN SELECT value FROM jsonb_array_elements(p_events) WITH ORDINALITY ORDER BY ordinality LOOP
    IF e.seq IS NULL THEN
      e := ROW(1, p_request, 1, p_sha256, item->>'subject', (item->>'at')::timestamptz, clock_timestamp(),
               item->>'actor', item->>'role', item->>'type', item->'body', item->>'ruleset', '\x00', '\x');
    ELSE
      e := ROW(e.seq + 1, item->>'request_id', (item->>'ordinal')::integer, decode(item->>'request_sha256', 'hex'),
               item->>'subject', (item->>'at')::timestamptz, (item->>'recorded_at')::timestamptz, item->>'actor',
               item->>'role', item->>'type', item->'body', item->>'ruleset', e.hash, '\x');
    END IF;
    e.hash := event_digest(e);
    INSERT INTO event SELECT e.*;
  END LOOP;
  IF p_frozen IS NOT NULL THEN
    INSERT INTO frozen SELECT * FROM jsonb_populate_record(NULL::frozen, p_frozen || '{"one": true}');
    INSERT INTO frozen_feed_session SELECT * FROM jsonb_populate_recordset(NULL::frozen_feed_session, p_frozen->'sessions');
    INSERT INTO frozen_lap SELECT * FROM jsonb_populate_recordset(NULL::frozen_lap, p_frozen->'laps');
    INSERT INTO frozen_stop SELECT * FROM jsonb_populate_recordset(NULL::frozen_stop, p_frozen->'stops');
  END IF;
  RETURN false;
END $$;

REVOKE ALL ON FUNCTION import_session FROM PUBLIC;
REVOKE ALL ON frozen, frozen_feed_session, frozen_lap, frozen_stop FROM PUBLIC, paddock_app, paddock_read;
GRANT EXECUTE ON FUNCTION import_session TO paddock_app;
GRANT SELECT ON frozen, frozen_feed_session, frozen_lap, frozen_stop TO paddock_app, paddock_read;
