-- Business hours, and what was said about waits and what came of it.

CREATE TABLE hours (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    name TEXT NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX hours_ws ON hours (ws);

CREATE TABLE wait_state (                       -- what the estimator of a queue has learned; one row per workspace
    ws UUID PRIMARY KEY,
    saved BIGINT NOT NULL,
    state TEXT NOT NULL
);

CREATE TABLE waits (                            -- one row per wait that was foretold, and what came of it
    ws UUID NOT NULL,
    interaction UUID NOT NULL,
    at BIGINT NOT NULL,                         -- when it was foretold
    queue UUID NOT NULL,
    medium TEXT NOT NULL,
    waited BIGINT NOT NULL,                     -- ms that he had waited by then
    estimate TEXT NOT NULL,                     -- what was foretold
    outcome TEXT,                               -- answered, gave_up, other; NULL while he waits
    total BIGINT,                               -- ms that he waited in all
    PRIMARY KEY (ws, interaction, at)
);
CREATE INDEX waits_at ON waits (ws, at);
CREATE INDEX waits_open ON waits (ws, interaction) WHERE outcome IS NULL;
