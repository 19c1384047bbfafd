-- The law or order on which a change of standing rests. Changes made before it was asked for
-- have none on record.
ALTER TABLE standing ADD COLUMN basis TEXT NOT NULL DEFAULT '未记录 (not recorded)';
