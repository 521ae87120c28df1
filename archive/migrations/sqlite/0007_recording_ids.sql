-- Recording IDs of 2011 and of uploads are shorter than 54 characters.
--
-- SQLite cannot drop a constraint. This is the procedure that its documentation gives for it
-- (https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes"); the
-- other one, a new table, would delete every row that refers to this one.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, 'PRIMARY KEY CHECK (length(id) = 54)', 'PRIMARY KEY')
WHERE type = 'table' AND name = 'recordings';
PRAGMA writable_schema = RESET;
