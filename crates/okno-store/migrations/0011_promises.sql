-- Promises to customers, and deadlines as rows: what has to happen at an instant, exactly once.

CREATE TABLE promises (
    id UUID NOT NULL PRIMARY KEY,
    ws UUID NOT NULL,
    interaction UUID,                           -- in which it was made
    customer UUID,
    owner UUID,                                 -- who has to keep it
    queue UUID,
    state TEXT NOT NULL,                        -- open, kept, kept_late_warned, broken, canceled
    owed BIGINT NOT NULL,                       -- 1: somebody still has to do it
    source TEXT NOT NULL,
    made BIGINT NOT NULL,
    due BIGINT NOT NULL,
    key TEXT,                                   -- from what it follows; NULL if a person made it
    doc TEXT NOT NULL,
    UNIQUE (ws, key)
);
CREATE INDEX promises_owed ON promises (ws, due, id) WHERE owed = 1;
CREATE INDEX promises_interaction ON promises (ws, interaction);
CREATE INDEX promises_made ON promises (ws, made);

CREATE TABLE deadlines (
    ws UUID NOT NULL,
    subject UUID NOT NULL,                      -- whose
    point TEXT NOT NULL,                        -- which one of his: owner, supervisor, breach, ...
    about TEXT NOT NULL,                        -- what he is: promise, ...
    due BIGINT NOT NULL,
    fired BIGINT,                               -- when it happened; written with what it does
    PRIMARY KEY (ws, subject, point)
);
CREATE INDEX deadlines_due ON deadlines (ws, due) WHERE fired IS NULL;

CREATE TABLE policies (id UUID PRIMARY KEY, ws UUID NOT NULL, name TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX policies_ws ON policies (ws, name);
