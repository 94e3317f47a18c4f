-- The telephone: trunks, phones, prompts, what may be dialed; calls and their recordings.

CREATE TABLE trunks (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    name TEXT NOT NULL,
    secret BYTEA,                               -- sealed
    doc TEXT NOT NULL
);
CREATE INDEX trunks_ws ON trunks (ws, name);

CREATE TABLE phones (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    name TEXT NOT NULL,
    login TEXT NOT NULL,                        -- lower case
    agent UUID NOT NULL,
    secret BYTEA,                               -- sealed
    bindings TEXT NOT NULL DEFAULT '[]',        -- where it is registered, as the signaling wrote it
    doc TEXT NOT NULL
);
CREATE UNIQUE INDEX phones_login ON phones (ws, login);
CREATE INDEX phones_ws ON phones (ws, name);

CREATE TABLE prompts (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    name TEXT NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX prompts_ws ON prompts (ws, name);

CREATE TABLE dial_plans (
    id UUID PRIMARY KEY,                        -- the workspace's
    ws UUID NOT NULL,
    doc TEXT NOT NULL
);

CREATE TABLE calls (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    key TEXT NOT NULL,                          -- makes a repeated INVITE the same call
    interaction UUID NOT NULL,
    channel UUID NOT NULL,
    state TEXT NOT NULL,
    started BIGINT NOT NULL,
    doc TEXT NOT NULL
);
CREATE UNIQUE INDEX calls_key ON calls (ws, key);
CREATE INDEX calls_interaction ON calls (ws, interaction);
CREATE INDEX calls_started ON calls (ws, started, id);
CREATE INDEX calls_live ON calls (ws, id) WHERE state <> 'ended';

CREATE TABLE recordings (
    id UUID PRIMARY KEY,
    ws UUID NOT NULL,
    call UUID NOT NULL,
    interaction UUID NOT NULL,
    started BIGINT NOT NULL,
    expires BIGINT,
    secret BYTEA NOT NULL,                      -- its key, sealed; without it the sound is gone
    doc TEXT NOT NULL
);
CREATE INDEX recordings_interaction ON recordings (ws, interaction);
CREATE INDEX recordings_call ON recordings (ws, call);
CREATE INDEX recordings_expires ON recordings (ws, expires) WHERE expires IS NOT NULL;

CREATE TABLE recording_chunks (
    ws UUID NOT NULL,
    recording UUID NOT NULL,
    n BIGINT NOT NULL,
    started_ms BIGINT NOT NULL,
    ms BIGINT NOT NULL,
    bytes BYTEA NOT NULL,                       -- sealed with the recording's key
    PRIMARY KEY (recording, n)
);
