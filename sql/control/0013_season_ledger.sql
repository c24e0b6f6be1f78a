-- What a session leaves to its season: its incidents and penalties, who had none, and the entries of ladders that still
-- count. Written from its log when it closes, all rows of the session at once; closing again writes them anew.
-- People and teams by id, so that nothing here names anybody.
ALTER TABLE race_session
  ADD COLUMN season     text NOT NULL DEFAULT to_char(now(), 'YYYY'),
  ADD COLUMN ledger_at  timestamptz;   -- the closing whose ledger is written
UPDATE race_session SET season = to_char(created_at, 'YYYY');
CREATE TABLE season_ledger (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_id  uuid NOT NULL REFERENCES race_session,
  season      text NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('incident', 'penalty', 'clean', 'carried', 'counter')),
  at          timestamptz NOT NULL,
  kart        text,
  team        text,
  driver      text,
  incident    integer,
  penalty     text,
  code        text,      -- of the infringement or the penalty; of a ladder its id
  label       text,
  type        text,      -- of a penalty
  state       text,
  amount      numeric,   -- points of an incident or a penalty; weight of a ladder entry
  scope       text CHECK (scope IN ('kart', 'team', 'driver')),   -- whose ladder entry; of a kart its team, if known
  subject     text,
  origin      text       -- the session and incident that a ladder entry came from
);
CREATE INDEX season_ledger_session ON season_ledger (session_id);
CREATE INDEX season_ledger_team ON season_ledger (team, at);
CREATE INDEX season_ledger_driver ON season_ledger (driver, at);
CREATE INDEX season_ledger_counters ON season_ledger (code, at) WHERE kind IN ('carried', 'counter');
