-- Merges and splits of cases: nothing moves for good, an edge says what belongs together.

CREATE TABLE case_edges (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    kind TEXT NOT NULL,                         -- merged, split
    part UUID NOT NULL,
    whole UUID NOT NULL,
    undone BIGINT,
    doc TEXT NOT NULL
);
CREATE INDEX case_edges_whole ON case_edges (ws, whole) WHERE undone IS NULL;
CREATE INDEX case_edges_part ON case_edges (ws, part) WHERE undone IS NULL;
CREATE INDEX cases_resolved ON cases (ws, updated) WHERE state = 'resolved';
