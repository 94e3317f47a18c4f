-- Who has claimed a row, so that a node that starts again gives back at once what it had claimed before it died.
ALTER TABLE outbox ADD COLUMN owner TEXT NOT NULL DEFAULT '';
