-- Who drives and works for whom. The event logs name people and teams by these ids only, so that a person can be erased:
-- the row stays without its name. What was merged stays too and leads on, by its id and by its name.
-- `name_key` is the name as it is compared: case and spaces folded (core/people/names.py).
CREATE TABLE team (
  id           uuid PRIMARY KEY,
  name         text NOT NULL,
  name_key     text NOT NULL UNIQUE,
  merged_into  uuid REFERENCES team CHECK (merged_into <> id),
  created_at   timestamptz NOT NULL
);
CREATE TABLE person (
  id           uuid PRIMARY KEY,
  name         text,
  name_key     text,
  twin         integer NOT NULL DEFAULT 0,   -- 0: whom the name means; above: another person of the same name
  account_id   uuid UNIQUE REFERENCES account,
  merged_into  uuid REFERENCES person CHECK (merged_into <> id),
  erased_at    timestamptz,
  created_at   timestamptz NOT NULL,
  UNIQUE (name_key, twin),
  CHECK ((name IS NULL) = (erased_at IS NOT NULL) AND (name IS NULL) = (name_key IS NULL))
);
CREATE INDEX person_merged ON person (merged_into) WHERE merged_into IS NOT NULL;
CREATE TABLE membership (
  id          uuid PRIMARY KEY,
  team_id     uuid NOT NULL REFERENCES team,
  person_id   uuid NOT NULL REFERENCES person,
  season      text NOT NULL,
  created_at  timestamptz NOT NULL,
  UNIQUE (team_id, person_id, season)
);
