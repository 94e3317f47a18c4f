-- Who was offered a way not to wait, who took it, and whether it was kept; and what was learned about waits, in parts.

CREATE TABLE callbacks (
    ws UUID NOT NULL,
    interaction UUID NOT NULL,                  -- in which the customer waited
    carrier UUID NOT NULL,                      -- which waits for him now: the same, or a later one
    queue UUID NOT NULL,
    medium TEXT NOT NULL,                       -- by which he waited
    at BIGINT NOT NULL,                         -- when it was offered, or began without an offer
    offered BIGINT,
    accepted BIGINT,
    kind TEXT,                                  -- asked: he wants to be called; write: to be written to; owed: he left and we come back to him
    due BIGINT,                                 -- by when he was told that he is reached
    outcome TEXT,                               -- kept, late, failed, canceled, joined; NULL while he waits
    ended BIGINT,
    PRIMARY KEY (ws, interaction)
);
CREATE INDEX callbacks_at ON callbacks (ws, at);
CREATE INDEX callbacks_open ON callbacks (ws, carrier) WHERE accepted IS NOT NULL AND outcome IS NULL;

CREATE TABLE wait_parts (                       -- replaces wait_state, which is still read once
    ws UUID NOT NULL,
    part TEXT NOT NULL,
    saved BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (ws, part)
);
