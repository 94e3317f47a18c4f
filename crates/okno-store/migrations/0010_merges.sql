-- Merges are edges between customers: whoever hangs together is one. What names a customer knows whom it named when it came.

CREATE TABLE customer_edges (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    a UUID NOT NULL,                            -- who was merged
    b UUID NOT NULL,                            -- into whom
    at BIGINT NOT NULL,
    undone_at BIGINT,
    doc TEXT NOT NULL
);
CREATE INDEX customer_edges_a ON customer_edges (ws, a) WHERE undone_at IS NULL;
CREATE INDEX customer_edges_b ON customer_edges (ws, b) WHERE undone_at IS NULL;

ALTER TABLE customers ADD COLUMN part_of UUID;  -- who stands for him
CREATE INDEX customers_part_of ON customers (ws, part_of) WHERE part_of IS NOT NULL;
UPDATE customers SET part_of = (SELECT m.other FROM matches m WHERE m.ws = customers.ws AND m.customer = customers.id
    AND m.state = 'confirmed' ORDER BY m.id LIMIT 1);
-- Who was joined to one who was joined himself: three steps are more than anybody has made by hand.
UPDATE customers SET part_of = (SELECT c.part_of FROM customers c WHERE c.id = customers.part_of)
    WHERE part_of IS NOT NULL AND EXISTS (SELECT 1 FROM customers c WHERE c.id = customers.part_of AND c.part_of IS NOT NULL AND c.part_of <> customers.id);
UPDATE customers SET part_of = (SELECT c.part_of FROM customers c WHERE c.id = customers.part_of)
    WHERE part_of IS NOT NULL AND EXISTS (SELECT 1 FROM customers c WHERE c.id = customers.part_of AND c.part_of IS NOT NULL AND c.part_of <> customers.id);
UPDATE customers SET part_of = (SELECT c.part_of FROM customers c WHERE c.id = customers.part_of)
    WHERE part_of IS NOT NULL AND EXISTS (SELECT 1 FROM customers c WHERE c.id = customers.part_of AND c.part_of IS NOT NULL AND c.part_of <> customers.id);

-- Whom a row named when it came, where that is not whom it names now. NULL: the same.
ALTER TABLE interactions ADD COLUMN origin_customer UUID;
ALTER TABLE ledger ADD COLUMN origin_customer UUID;
ALTER TABLE visitors ADD COLUMN origin_customer UUID;
ALTER TABLE cases ADD COLUMN origin_customer UUID;
ALTER TABLE identities ADD COLUMN origin_customer UUID;
ALTER TABLE identities ADD COLUMN confidence BIGINT NOT NULL DEFAULT 60;
ALTER TABLE identities ADD COLUMN origin TEXT NOT NULL DEFAULT '{}';    -- JSON: interaction, by, at
UPDATE identities SET confidence = 100 WHERE verified = 1;
CREATE INDEX interactions_origin ON interactions (ws, origin_customer) WHERE origin_customer IS NOT NULL;
CREATE INDEX ledger_origin ON ledger (ws, origin_customer) WHERE origin_customer IS NOT NULL;
CREATE INDEX cases_origin ON cases (ws, origin_customer) WHERE origin_customer IS NOT NULL;
CREATE INDEX visitors_origin ON visitors (ws, origin_customer) WHERE origin_customer IS NOT NULL;
CREATE INDEX identities_origin ON identities (ws, origin_customer) WHERE origin_customer IS NOT NULL;
