-- Recording IDs of 2011 and of uploads are shorter than 54 characters.
ALTER TABLE recordings DROP CONSTRAINT recordings_id_check;
