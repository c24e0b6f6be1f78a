-- Entries name teams and drivers by id. The drivers' names stand in a table of their own, outside the seal: a closed
-- session's entries stay as they were, and a person who is erased loses the name here too. `entry.drivers` keeps the
-- names that older entries, and older versions of Paddock, have written; where it has any, they are the drivers.
ALTER TABLE entry
  ADD COLUMN team_id     uuid,
  ADD COLUMN driver_ids  uuid[] NOT NULL DEFAULT '{}' CHECK (cardinality(driver_ids) <= 8),
  ADD COLUMN weight_kg   numeric(6, 2) CHECK (weight_kg > 0),
  ADD COLUMN fields      jsonb NOT NULL DEFAULT '{}';   -- what else a ruleset may match
CREATE TABLE driver_name (
  id    uuid PRIMARY KEY,
  name  text NOT NULL
);

-- One row that counts the changes of entries, so that whoever keeps them can ask cheaply whether they still hold.
CREATE TABLE entry_version (
  one      boolean PRIMARY KEY DEFAULT true CHECK (one),
  version  bigint NOT NULL
);
INSERT INTO entry_version (version) VALUES (0);
CREATE FUNCTION count_entry_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE entry_version SET version = version + 1;
  RETURN NULL;
END $$;
CREATE TRIGGER counted AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON entry
  FOR EACH STATEMENT EXECUTE FUNCTION count_entry_change();
REVOKE ALL ON entry_version, driver_name FROM PUBLIC, paddock_app, paddock_read;
GRANT SELECT ON entry_version, driver_name TO paddock_app, paddock_read;
GRANT INSERT, UPDATE, DELETE ON driver_name TO paddock_app;
