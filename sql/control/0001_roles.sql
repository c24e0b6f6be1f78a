-- Three roles: the owner migrates and clones, the app reads and writes rows, the reader serves exports.
-- Roles are shared by all databases of the server, so they may exist already.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'paddock_app') THEN CREATE ROLE paddock_app NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'paddock_read') THEN CREATE ROLE paddock_read NOLOGIN; END IF;
  -- A portal that is given only the owner's address takes the app's role when it connects.
  IF NOT pg_has_role(current_user, 'paddock_app', 'SET') THEN EXECUTE format('GRANT paddock_app TO %I', current_user); END IF;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO paddock_app, paddock_read', current_database());
END $$;
GRANT USAGE ON SCHEMA public TO paddock_app, paddock_read;
GRANT SELECT ON schema_migration TO paddock_app, paddock_read;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO paddock_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO paddock_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO paddock_read;
