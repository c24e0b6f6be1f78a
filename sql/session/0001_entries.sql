-- A number in this race session. Drivers are names for now and become person ids with the entry-list issue.
CREATE TABLE entry (
  number      text PRIMARY KEY CHECK (length(number) BETWEEN 1 AND 8),
  category    text,
  team        text,
  drivers     text[] NOT NULL DEFAULT '{}',
  source_id   text,
  origin      text NOT NULL CHECK (origin IN ('typed', 'csv', 'feed')),
  changed_at  timestamptz NOT NULL,
  changed_by  uuid
);
