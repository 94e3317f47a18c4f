-- Full-text search. Terms are made by okno_engine::search, so both databases only compare words.

CREATE TABLE search_docs (                      -- one row for each text that can be found
    ws UUID NOT NULL,
    n BIGINT NOT NULL,                          -- newest last: what is found is shown from the end. On SQLite unique over all workspaces
    kind TEXT NOT NULL,                         -- customer, interaction, message, case
    ref UUID NOT NULL,                          -- its id
    interaction UUID,                           -- of what it is a part
    customer UUID,                              -- with whom it has to do, if it is no part of an interaction
    at BIGINT NOT NULL,                         -- when it was said or made
    PRIMARY KEY (ws, n)
);
CREATE UNIQUE INDEX search_docs_ref ON search_docs (ws, kind, ref);

CREATE TABLE search_cursors (                   -- up to which event of the journal texts have been taken in
    ws UUID PRIMARY KEY,
    seq BIGINT NOT NULL
);

-- only sqlite
CREATE UNIQUE INDEX search_docs_n ON search_docs (n);
CREATE VIRTUAL TABLE search_terms USING fts5(terms, content='', contentless_delete=1, detail='none', tokenize="unicode61 remove_diacritics 0");

-- only postgres
ALTER TABLE search_docs ADD COLUMN terms TSVECTOR;
CREATE INDEX search_docs_terms ON search_docs USING GIN (terms);
