-- What a simulation asks of the past: what entered queues when, and when agents were there.

CREATE INDEX segments_enqueued ON segments (ws, enqueued, id);

CREATE TABLE presences (                        -- one row for each change of an agent's presence, and none for what came before okno wrote them down
    ws UUID NOT NULL,
    agent UUID NOT NULL,
    at BIGINT NOT NULL,
    presence TEXT NOT NULL,                     -- offline, paused, available, available_on_demand
    PRIMARY KEY (ws, agent, at)
);
