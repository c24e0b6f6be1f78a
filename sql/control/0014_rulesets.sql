-- Rulesets that officials added through the portal, beside the files of the installation. A stored version never
-- changes: sessions and decisions name it.
CREATE TABLE ruleset (
  id         text NOT NULL,
  version    bigint NOT NULL,
  reference  text NOT NULL UNIQUE,
  canonical  text NOT NULL,
  source     text NOT NULL,
  stored_at  timestamptz NOT NULL,
  stored_by  uuid,
  PRIMARY KEY (id, version)
);
CREATE FUNCTION refuse_ruleset_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a stored ruleset never changes';
END $$;
CREATE TRIGGER ruleset_no_change BEFORE UPDATE OR DELETE ON ruleset
  FOR EACH ROW EXECUTE FUNCTION refuse_ruleset_change();
CREATE TRIGGER ruleset_no_truncate BEFORE TRUNCATE ON ruleset
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_ruleset_change();
REVOKE UPDATE, DELETE ON ruleset FROM paddock_app;
