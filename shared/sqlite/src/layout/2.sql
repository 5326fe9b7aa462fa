-- Version 2: the registry of folders. What is in it is never forgotten by age.

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
