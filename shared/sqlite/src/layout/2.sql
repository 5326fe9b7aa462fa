-- Version 2: writes of ours by their values, and the registry of folders.

-- What was remembered counts for an hour at the most: it is not worth taking along.
DROP TABLE own_write;
CREATE TABLE own_write (
    kind TEXT NOT NULL,
    id INTEGER NOT NULL,
    field TEXT NOT NULL,
    -- What is compared of the value; empty for whatever value.
    value TEXT NOT NULL,
    depth INTEGER NOT NULL,
    -- Names, a list as JSON.
    automations TEXT NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (kind, id, field, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX own_write_by_age ON own_write (expires);

-- What is in the registry is never forgotten by age.

CREATE TABLE folder (
    root TEXT NOT NULL,
    path TEXT NOT NULL,
    -- The path of the folder that it is in.
    parent TEXT NOT NULL,
    kind TEXT NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    is_primary INTEGER NOT NULL,
    -- The id of the site's FilesystemLocation; NULL where Toolkit knows nothing of it.
    location INTEGER
) STRICT;
-- One owner at the most, whoever writes.
CREATE UNIQUE INDEX folder_owner ON folder (root, path) WHERE is_primary = 1;
CREATE UNIQUE INDEX folder_other ON folder (root, path, kind, id) WHERE is_primary = 0;
CREATE INDEX folder_of_entity ON folder (kind, id, root, parent);
