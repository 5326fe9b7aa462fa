-- Version 1 of the file, both queue and ledger. Times are milliseconds since 1970, UTC.

-- AUTOINCREMENT: a position is never used twice, so that an old receipt names no new message.
CREATE TABLE message (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    group_name TEXT NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    -- Received or put back: hidden until then. 0 where it is neither.
    hidden_until INTEGER NOT NULL DEFAULT 0,
    -- Whether the last receipt still is the message's.
    is_out INTEGER NOT NULL DEFAULT 0,
    receives INTEGER NOT NULL DEFAULT 0,
    reason TEXT
) STRICT;
CREATE INDEX message_of_group ON message (group_name, position);
CREATE INDEX message_hidden ON message (group_name, hidden_until) WHERE hidden_until > 0;

-- One row per group that has messages, so that a receive costs the same whatever is queued.
CREATE TABLE message_group (
    name TEXT PRIMARY KEY,
    -- The oldest message's position.
    head INTEGER NOT NULL,
    -- When the last of its hidden messages comes back; until then the group is not given out.
    busy_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX message_group_by_age ON message_group (head);

CREATE TABLE deduplication (
    group_name TEXT NOT NULL,
    id TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (group_name, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deduplication_by_age ON deduplication (kept_at);

CREATE TABLE dead_letter (
    position INTEGER PRIMARY KEY,
    group_name TEXT NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    reason TEXT NOT NULL,
    died_at INTEGER NOT NULL
) STRICT;
CREATE INDEX dead_letter_by_age ON dead_letter (died_at);

CREATE TABLE event (
    key TEXT PRIMARY KEY,
    -- The ledger's entry as JSON; NULL where it was only claimed so far.
    entry TEXT,
    owner TEXT,
    lease_until INTEGER,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX event_by_age ON event (expires);

CREATE TABLE own_write (
    kind TEXT NOT NULL,
    id INTEGER NOT NULL,
    field TEXT NOT NULL,
    depth INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (kind, id, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX own_write_by_age ON own_write (expires);
