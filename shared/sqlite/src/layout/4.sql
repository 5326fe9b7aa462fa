-- Version 4: automations that halted, and what failed, to be found without looking at all there is.

-- One row for each that is halted; never forgotten by age.
CREATE TABLE halt (
    automation TEXT PRIMARY KEY,
    -- Names this state; another with every change.
    mark TEXT NOT NULL,
    -- The halt as JSON.
    halt TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX event_failed ON event (key) WHERE instr(entry, '"kind":"failed"') > 0;
