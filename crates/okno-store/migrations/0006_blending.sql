-- What agents may have beside what they have; one row for each workspace that has rules of its own.
CREATE TABLE blendings (
    id UUID PRIMARY KEY,                        -- the workspace's
    ws UUID NOT NULL,
    doc TEXT NOT NULL
);
