-- Topics, questions to departments, and what stands in people's inboxes.

CREATE TABLE topics (id UUID PRIMARY KEY, ws UUID NOT NULL, name TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX topics_ws ON topics (ws, name);

ALTER TABLE cases ADD COLUMN wake BIGINT;       -- when a hold ends by itself
CREATE INDEX cases_wake ON cases (ws, wake) WHERE wake IS NOT NULL;

CREATE TABLE case_forwards (                    -- one question to a department about a case
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    case_id UUID NOT NULL,
    department UUID NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    next BIGINT,                                -- when silence is heard next
    doc TEXT NOT NULL
);
CREATE INDEX case_forwards_case ON case_forwards (ws, case_id, at, id);
CREATE INDEX case_forwards_next ON case_forwards (ws, next) WHERE next IS NOT NULL;

CREATE TABLE notices (                          -- inboxes: one row per person and line
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    person UUID NOT NULL,
    at BIGINT NOT NULL,
    seen BIGINT,
    doc TEXT NOT NULL
);
CREATE INDEX notices_person ON notices (ws, person, at, id);
CREATE INDEX notices_unseen ON notices (ws, person, at, id) WHERE seen IS NULL;
