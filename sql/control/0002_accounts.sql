-- Who may enter (account), a browser's entry (sign_in), a program's entry (token), the link that creates the first admin.
CREATE TABLE account (
  id            uuid PRIMARY KEY,
  name          text NOT NULL UNIQUE CHECK (name = lower(name) AND length(name) BETWEEN 1 AND 64),
  display_name  text NOT NULL,
  role          text NOT NULL,
  team          text,
  password_hash text NOT NULL,
  active        boolean NOT NULL DEFAULT true,
  failures      integer NOT NULL DEFAULT 0,
  locked_until  timestamptz,
  created_at    timestamptz NOT NULL
);
CREATE TABLE sign_in (
  token_sha256  bytea PRIMARY KEY,
  id            uuid NOT NULL UNIQUE,
  account_id    uuid NOT NULL REFERENCES account,
  created_at    timestamptz NOT NULL,
  expires_at    timestamptz NOT NULL,
  revoked_at    timestamptz,
  client        text NOT NULL DEFAULT ''
);
CREATE INDEX sign_in_account ON sign_in (account_id);
CREATE TABLE token (
  token_sha256  bytea PRIMARY KEY,
  id            uuid NOT NULL UNIQUE,
  account_id    uuid NOT NULL REFERENCES account,
  label         text NOT NULL,
  role          text NOT NULL,
  created_at    timestamptz NOT NULL,
  expires_at    timestamptz NOT NULL,
  revoked_at    timestamptz,
  last_used_at  timestamptz
);
CREATE INDEX token_account ON token (account_id);
CREATE TABLE setup_link (
  token_sha256  bytea PRIMARY KEY,
  created_at    timestamptz NOT NULL,
  used_at       timestamptz
);
CREATE TABLE audit (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at          timestamptz NOT NULL,
  account_id  uuid,
  act         text NOT NULL,
  subject     text NOT NULL,
  facts       jsonb NOT NULL DEFAULT '{}'
);
CREATE TABLE setting (
  name        text PRIMARY KEY,
  value       jsonb NOT NULL,
  changed_at  timestamptz NOT NULL,
  changed_by  uuid
);
-- Who reads exports has no business with keys, and nobody rewrites what was done.
REVOKE ALL ON account, sign_in, token, setup_link FROM paddock_read;
REVOKE UPDATE, DELETE ON audit FROM paddock_app;
