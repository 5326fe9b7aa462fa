-- Version 3: how far the sweep of the event log is. It is never forgotten by age.

CREATE TABLE sweep_record (
    site_host TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    -- How often it was saved: of two savers with the same expectation one is told so.
    revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
