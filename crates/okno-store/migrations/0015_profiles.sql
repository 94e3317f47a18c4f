-- What is known of customers beyond their addresses, and the queue of suggestions.

ALTER TABLE customers ADD COLUMN organization UUID;
CREATE INDEX customers_organization ON customers (ws, organization, name, id) WHERE organization IS NOT NULL;

ALTER TABLE matches ADD COLUMN confidence BIGINT NOT NULL DEFAULT 60;
UPDATE matches SET confidence = 80 WHERE doc LIKE '%"confidence":80,%';
UPDATE matches SET confidence = 95 WHERE doc LIKE '%"confidence":95,%';
UPDATE matches SET confidence = 100 WHERE doc LIKE '%"confidence":100,%';
CREATE INDEX matches_open ON matches (ws, confidence, id) WHERE state = 'open';

-- Addresses that may reach one mailbox although they differ.
ALTER TABLE identities ADD COLUMN match_key TEXT NOT NULL DEFAULT '';
UPDATE identities SET match_key = value;
UPDATE identities SET match_key = REPLACE(SUBSTR(value, 1, LENGTH(value) - 10), '.', '') || '@gmail.com'
    WHERE kind = 'email' AND value LIKE '%@gmail.com' AND value NOT LIKE '%+%';
CREATE INDEX identities_key ON identities (ws, kind, match_key);

CREATE TABLE organizations (id UUID PRIMARY KEY, ws UUID NOT NULL, name TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX organizations_ws ON organizations (ws, name);
CREATE TABLE organization_domains (ws UUID NOT NULL, domain TEXT NOT NULL, organization UUID NOT NULL, PRIMARY KEY (ws, domain));
CREATE INDEX organization_domains_of ON organization_domains (ws, organization);

CREATE TABLE attributes (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    subject TEXT NOT NULL,                      -- customer, organization, case
    key TEXT NOT NULL,
    position BIGINT NOT NULL,
    doc TEXT NOT NULL
);
CREATE UNIQUE INDEX attributes_key ON attributes (ws, subject, key);

CREATE TABLE notes (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    customer UUID NOT NULL,
    origin_customer UUID,
    created BIGINT NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX notes_customer ON notes (ws, customer, created, id);

CREATE TABLE orders (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    customer UUID NOT NULL,
    origin_customer UUID,
    number TEXT NOT NULL,
    placed BIGINT NOT NULL,
    doc TEXT NOT NULL
);
CREATE UNIQUE INDEX orders_number ON orders (ws, number);
CREATE INDEX orders_customer ON orders (ws, customer, placed, id);
