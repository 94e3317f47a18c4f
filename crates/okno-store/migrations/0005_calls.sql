-- Which node carries a call, and what lists of calls look for.

ALTER TABLE calls ADD COLUMN node TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN direction TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN talked BIGINT NOT NULL DEFAULT 0;      -- agent and customer were connected
ALTER TABLE calls ADD COLUMN search TEXT NOT NULL DEFAULT '';       -- numbers and names, lower case
UPDATE calls SET direction = 'outbound' WHERE doc LIKE '%"direction":"outbound"%';
UPDATE calls SET direction = 'inbound' WHERE direction = '';
UPDATE calls SET talked = 1 WHERE doc NOT LIKE '%"connected":null%';

CREATE INDEX calls_missed ON calls (ws, started, id) WHERE direction = 'inbound' AND talked = 0;
CREATE INDEX calls_outbound ON calls (ws, started, id) WHERE direction = 'outbound';

-- Nodes that serve the telephone. Who has not said that it lives until `expires` is dead, and so are its calls.
CREATE TABLE voice_nodes (
    ws UUID NOT NULL,
    node TEXT NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (ws, node)
);
