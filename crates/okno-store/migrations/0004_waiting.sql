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

CREATE TABLE waits (                            -- one row per visit of a queue: what was foretold, and what came of it
    ws UUID NOT NULL,
    interaction UUID NOT NULL,
    queue UUID NOT NULL,
    medium TEXT NOT NULL,
    at BIGINT NOT NULL,                         -- when it was foretold
    position BIGINT NOT NULL,
    p50 BIGINT NOT NULL,                        -- seconds from then
    p80 BIGINT NOT NULL,
    ended BIGINT,                               -- answered, or left
    answered BIGINT,                            -- seconds that it took; NULL for who left before
    PRIMARY KEY (ws, interaction, queue, at)
);
CREATE INDEX waits_at ON waits (ws, at);
