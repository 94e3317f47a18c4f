-- Cases: what customers want done, over any number of interactions.

CREATE TABLE cases (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    number TEXT NOT NULL,                       -- 2026-000123
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    customer UUID,
    assignee UUID,
    team UUID,
    queue UUID,
    topic UUID,
    priority BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    search TEXT NOT NULL,                       -- number, title and customer's name in lower case
    doc TEXT NOT NULL
);
CREATE UNIQUE INDEX cases_number ON cases (ws, number);
CREATE INDEX cases_updated ON cases (ws, updated, id);
CREATE INDEX cases_open ON cases (ws, updated, id) WHERE state NOT IN ('resolved', 'closed', 'merged');
CREATE INDEX cases_customer ON cases (ws, customer, updated, id);
CREATE INDEX cases_assignee ON cases (ws, assignee, updated, id);
CREATE INDEX cases_queue ON cases (ws, queue, updated, id);

CREATE TABLE case_entries (                     -- the history of a case, one row per line of it
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    case_id UUID NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    doc TEXT NOT NULL
);
CREATE UNIQUE INDEX case_entries_number ON case_entries (ws, case_id, number);
CREATE INDEX case_entries_at ON case_entries (ws, case_id, at, id);

CREATE TABLE case_seats (                       -- people and teams to whom a case belongs: what decides who may see it
    ws UUID NOT NULL,
    case_id UUID NOT NULL,
    seat UUID NOT NULL,
    PRIMARY KEY (ws, case_id, seat)
);
CREATE INDEX case_seats_seat ON case_seats (ws, seat, case_id);

CREATE TABLE case_numbers (ws UUID NOT NULL, year BIGINT NOT NULL, last BIGINT NOT NULL, PRIMARY KEY (ws, year));
