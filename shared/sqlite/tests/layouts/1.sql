-- A file of layout 1, as `sqlite3 .dump` gives it, and its header: three messages, of which "a" is
-- out since 2026-05-01T12:00:00Z, and a failed event. Made by the program of that time; never
-- edited, for such files are out there.
PRAGMA application_id = 1397180491;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE dead_letter (
    position INTEGER PRIMARY KEY,
    group_name TEXT NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    reason TEXT NOT NULL,
    died_at INTEGER NOT NULL
) STRICT;
CREATE TABLE deduplication (
    group_name TEXT NOT NULL,
    id TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (group_name, id)
) STRICT, WITHOUT ROWID;
INSERT INTO "deduplication" VALUES
('project-1',
'a30dd55812542cb87aa29745bd60dfa651252ab05d9fd36f9793152cb4fa3f7f',1777636800000);
INSERT INTO "deduplication" VALUES
('project-1',
'c04a7dae61c090f27434d0cc3bfb4d49c312263cd46fe364b0e5db0cf9f7cc97',
1777636800000);
INSERT INTO "deduplication" VALUES
('project-2',
'3c1bc5cc95de6e41350a241620c5faba7d5bb4ecce3567b38f2008d3f0f7332a',1777636800000);
CREATE TABLE event (
    key TEXT PRIMARY KEY,
    -- The ledger's entry as JSON; NULL where it was only claimed so far.
    entry TEXT,
    owner TEXT,
    lease_until INTEGER,
    expires INTEGER NOT NULL
) STRICT;
INSERT INTO "event" VALUES
('studio.shotgrid.autodesk.com/4711',
'{"endings":{"make folders":{"kind":"failed","text":"it''s \"샷/010\""}},"delivery":"00000000-1111-2222-3333-444444444444","kept_event":"{\"id\": 4711}"}','a',NULL,1780228800000);
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
INSERT INTO "message" VALUES
(1,'project-1','{"project":{"type":"Project","id":1},"text":"a"}',
'{"encoding":"text","received-at":"1970-01-01T00:00:00Z"}',1777636800000,1777636860000,1,1,NULL);
INSERT INTO "message" VALUES
(2,'project-1','{"project":{"type":"Project","id":1},"text":"b"}',
'{"encoding":"text","received-at":"1970-01-01T00:00:00Z"}',1777636800000,0,0,0,NULL);
INSERT INTO "message" VALUES
(3,'project-2','{"project":{"type":"Project","id":2},"text":"c"}',
'{"encoding":"text","received-at":"1970-01-01T00:00:00Z"}',1777636800000,0,0,0,NULL);
CREATE TABLE message_group (
    name TEXT PRIMARY KEY,
    -- The oldest message's position.
    head INTEGER NOT NULL,
    -- When the last of its hidden messages comes back; until then the group is not given out.
    busy_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT INTO "message_group" VALUES
('project-1',1,1777636860000);
INSERT INTO "message_group" VALUES
('project-2',3,0);
CREATE TABLE own_write (
    kind TEXT NOT NULL,
    id INTEGER NOT NULL,
    field TEXT NOT NULL,
    depth INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (kind, id, field)
) STRICT, WITHOUT ROWID;
INSERT INTO "own_write" VALUES
('Task',1,'sg_status_list',3,1780228800000);
CREATE INDEX message_of_group ON message (group_name, position);
CREATE INDEX message_hidden ON message (group_name, hidden_until) WHERE hidden_until > 0;
CREATE INDEX message_group_by_age ON message_group (head);
CREATE INDEX deduplication_by_age ON deduplication (kept_at);
CREATE INDEX dead_letter_by_age ON dead_letter (died_at);
CREATE INDEX event_by_age ON event (expires);
CREATE INDEX own_write_by_age ON own_write (expires);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES
('message',3);
COMMIT;
