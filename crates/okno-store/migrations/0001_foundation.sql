-- One text for SQLite and PostgreSQL. Types: BIGINT (also booleans and UTC milliseconds), TEXT, BYTEA, UUID (16 bytes on SQLite),
-- DOUBLE PRECISION. `doc` is the JSON of the document; the columns beside it are derived from it for lookups (src/documents.rs),
-- or belong to the row and not to the document.

-- Workspaces and people

CREATE TABLE workspaces (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL CHECK (ws = id),
    seq BIGINT NOT NULL DEFAULT 0,              -- number of the last journal event
    audit_seq BIGINT NOT NULL DEFAULT 0,        -- number of the last audit entry
    doc TEXT NOT NULL
);

CREATE TABLE users (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    email TEXT NOT NULL,                        -- lower case
    name TEXT NOT NULL,
    password_hash TEXT,
    doc TEXT NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (ws, email);

CREATE TABLE roles (id UUID PRIMARY KEY, ws UUID NOT NULL, name TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX roles_ws ON roles (ws, name);
CREATE TABLE teams (id UUID PRIMARY KEY, ws UUID NOT NULL, name TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX teams_ws ON teams (ws, name);
CREATE TABLE skills (id UUID PRIMARY KEY, ws UUID NOT NULL, name TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX skills_ws ON skills (ws, name);
CREATE TABLE queues (id UUID PRIMARY KEY, ws UUID NOT NULL, name TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX queues_ws ON queues (ws, name);
CREATE TABLE pause_codes (id UUID PRIMARY KEY, ws UUID NOT NULL, name TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX pause_codes_ws ON pause_codes (ws, name);
CREATE TABLE dispositions (id UUID PRIMARY KEY, ws UUID NOT NULL, name TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX dispositions_ws ON dispositions (ws, name);

CREATE TABLE sessions (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    user_id UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    created BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    revoked BIGINT,                             -- when, or NULL
    ip TEXT NOT NULL DEFAULT '',
    agent TEXT NOT NULL DEFAULT ''              -- the browser's User-Agent
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_user ON sessions (ws, user_id, created);

CREATE TABLE throttle (
    key TEXT PRIMARY KEY,                       -- over all workspaces
    count BIGINT NOT NULL,
    until BIGINT NOT NULL
);

CREATE TABLE settings (ws UUID NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (ws, key));

CREATE TABLE agent_states (agent UUID PRIMARY KEY, ws UUID NOT NULL, doc TEXT NOT NULL);
CREATE INDEX agent_states_ws ON agent_states (ws);

-- Channels and visitors

CREATE TABLE channels (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,                          -- widget key, or mail address in lower case
    name TEXT NOT NULL,
    secret BYTEA,                               -- sealed
    doc TEXT NOT NULL
);
CREATE UNIQUE INDEX channels_key ON channels (kind, key);
CREATE INDEX channels_ws ON channels (ws, name);

CREATE TABLE visitors (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    channel UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    customer UUID,
    interaction UUID,
    created BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    page TEXT NOT NULL DEFAULT '',
    data TEXT NOT NULL DEFAULT '{}'             -- JSON of what the widget told: language, name, address
);
CREATE UNIQUE INDEX visitors_token ON visitors (token_hash);
CREATE INDEX visitors_interaction ON visitors (ws, interaction);
CREATE INDEX visitors_customer ON visitors (ws, customer);

-- Customers

CREATE TABLE customers (id UUID PRIMARY KEY, ws UUID NOT NULL, name TEXT NOT NULL, created BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX customers_ws ON customers (ws, name);

CREATE TABLE identities (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    customer UUID NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    verified BIGINT NOT NULL,
    source TEXT NOT NULL
);
CREATE UNIQUE INDEX identities_verified ON identities (ws, kind, value) WHERE verified = 1;
CREATE INDEX identities_value ON identities (ws, kind, value);
CREATE INDEX identities_customer ON identities (ws, customer);

CREATE TABLE matches (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    customer UUID NOT NULL,
    other UUID NOT NULL,
    state TEXT NOT NULL,
    doc TEXT NOT NULL
);
CREATE UNIQUE INDEX matches_pair ON matches (ws, customer, other);
CREATE INDEX matches_other ON matches (ws, other);

-- Interactions

CREATE TABLE interactions (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    channel UUID NOT NULL,
    medium TEXT NOT NULL,
    customer UUID,
    queue UUID NOT NULL,
    agent UUID,
    state TEXT NOT NULL,
    priority BIGINT NOT NULL,
    created BIGINT NOT NULL,
    enqueued BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    previous UUID,
    doc TEXT NOT NULL
);
CREATE INDEX interactions_open ON interactions (ws, last_at, id) WHERE state <> 'closed';
CREATE INDEX interactions_last ON interactions (ws, last_at, id);
CREATE INDEX interactions_agent ON interactions (ws, agent, last_at, id);
CREATE INDEX interactions_customer ON interactions (ws, customer, last_at, id);
CREATE INDEX interactions_queue ON interactions (ws, queue, state, enqueued);
CREATE INDEX interactions_previous ON interactions (ws, previous) WHERE previous IS NOT NULL;

CREATE TABLE segments (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    interaction UUID NOT NULL,
    queue UUID NOT NULL,
    agent UUID,
    enqueued BIGINT NOT NULL,
    ended BIGINT,
    doc TEXT NOT NULL
);
CREATE INDEX segments_interaction ON segments (ws, interaction, enqueued);

CREATE TABLE decisions (ws UUID NOT NULL, interaction UUID NOT NULL, at BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX decisions_interaction ON decisions (ws, interaction, at);

CREATE TABLE messages (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    interaction UUID NOT NULL,
    number BIGINT NOT NULL,
    client_id TEXT,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    doc TEXT NOT NULL
);
CREATE UNIQUE INDEX messages_number ON messages (interaction, number);
CREATE UNIQUE INDEX messages_client ON messages (interaction, client_id);

CREATE TABLE message_html (message UUID PRIMARY KEY, ws UUID NOT NULL, html TEXT NOT NULL);

CREATE TABLE attachments (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    message UUID,                               -- NULL until sent
    uploader UUID,                              -- user or visitor; NULL for mail
    blob TEXT NOT NULL,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    size BIGINT NOT NULL,
    created BIGINT NOT NULL,
    content_id TEXT,
    doc TEXT NOT NULL
);
CREATE INDEX attachments_message ON attachments (ws, message);
CREATE INDEX attachments_loose ON attachments (ws, created) WHERE message IS NULL;

-- Mail

CREATE TABLE mails (
    message UUID PRIMARY KEY,
    ws UUID NOT NULL,
    interaction UUID NOT NULL,
    message_id_hash BYTEA NOT NULL,             -- SHA-256 of the Message-ID without brackets
    direction TEXT NOT NULL,                    -- in, out
    doc TEXT NOT NULL
);
CREATE INDEX mails_message_id ON mails (ws, message_id_hash);
CREATE INDEX mails_interaction ON mails (ws, interaction);

CREATE TABLE mail_cursors (
    channel UUID PRIMARY KEY,
    ws UUID NOT NULL,
    uidvalidity BIGINT NOT NULL,
    last_uid BIGINT NOT NULL,
    archive_until_uid BIGINT NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT ''
);

CREATE TABLE mail_seen (
    channel UUID NOT NULL,
    uidvalidity BIGINT NOT NULL,
    uid BIGINT NOT NULL,
    ws UUID NOT NULL,
    unit UUID,
    PRIMARY KEY (channel, uidvalidity, uid)
);

CREATE TABLE auto_replies (ws UUID NOT NULL, address TEXT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX auto_replies_address ON auto_replies (ws, address, at);
CREATE INDEX auto_replies_at ON auto_replies (ws, at);

-- Ledger

CREATE TABLE ledger (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    channel UUID NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,                          -- makes a repeat the same unit
    twin TEXT,                                  -- the same unit by another way
    state TEXT NOT NULL,
    cause TEXT,
    queue UUID,
    owner UUID,
    received BIGINT NOT NULL,
    deadline BIGINT NOT NULL,
    ended BIGINT,
    interaction UUID,
    customer UUID,
    raw_blob TEXT,
    envelope TEXT NOT NULL DEFAULT '{}',        -- JSON: envelope recipients, archive
    doc TEXT NOT NULL
);
CREATE UNIQUE INDEX ledger_key ON ledger (channel, key);
CREATE UNIQUE INDEX ledger_twin ON ledger (channel, twin);
CREATE INDEX ledger_state ON ledger (ws, state, received, id);
CREATE INDEX ledger_received ON ledger (ws, received, id);
CREATE INDEX ledger_deadline ON ledger (ws, deadline) WHERE ended IS NULL;
CREATE INDEX ledger_interaction ON ledger (ws, interaction);
CREATE INDEX ledger_customer ON ledger (ws, customer);

-- Journal, outbox, idempotency, audit, cells

CREATE TABLE events (
    ws UUID NOT NULL,
    seq BIGINT NOT NULL,
    id UUID NOT NULL,
    at BIGINT NOT NULL,
    type TEXT NOT NULL,
    subject UUID,
    body TEXT NOT NULL,
    PRIMARY KEY (ws, seq)
);
CREATE INDEX events_subject ON events (ws, subject, seq);

CREATE TABLE outbox (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    kind TEXT NOT NULL,
    channel UUID,
    key TEXT NOT NULL,
    state TEXT NOT NULL,                        -- pending, sending, done, failed
    attempts BIGINT NOT NULL DEFAULT 0,
    due BIGINT NOT NULL,
    lease_until BIGINT,
    payload TEXT NOT NULL,
    last_error TEXT NOT NULL DEFAULT '',
    created BIGINT NOT NULL,
    done_at BIGINT
);
CREATE UNIQUE INDEX outbox_key ON outbox (ws, key);
CREATE INDEX outbox_due ON outbox (ws, kind, due) WHERE state = 'pending' OR state = 'sending';

CREATE TABLE idempotency (
    ws UUID NOT NULL,
    user_id UUID NOT NULL,
    key TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (ws, user_id, key)
);
CREATE INDEX idempotency_at ON idempotency (ws, at);

CREATE TABLE audit (
    ws UUID NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    data TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (ws, seq)
);

CREATE TABLE cells (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    owner TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
