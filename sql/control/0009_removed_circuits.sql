-- A circuit that was removed is out of sight; its laps and recordings are kept, and its short name is free again.
ALTER TABLE circuit ADD COLUMN removed_at timestamptz;
