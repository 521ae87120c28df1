CREATE TABLE collections (
    id         TEXT   PRIMARY KEY,
    title      TEXT   NOT NULL,
    note       TEXT   NOT NULL,
    visibility TEXT   NOT NULL CHECK (visibility IN ('public', 'members', 'private')),
    created_at BIGINT NOT NULL
);

CREATE TABLE collection_items (
    collection_id TEXT   NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    recording_id  TEXT   NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    -- Counts from 0 without gaps.
    position      BIGINT NOT NULL,
    reason        TEXT   NOT NULL,
    PRIMARY KEY (collection_id, recording_id)
);

CREATE TABLE members (
    id            TEXT   PRIMARY KEY,
    name          TEXT   NOT NULL UNIQUE,
    role          TEXT   NOT NULL CHECK (role IN ('member', 'archivist')),
    -- A PHC string, for example $argon2id$v=19$….
    password_hash TEXT   NOT NULL,
    created_at    BIGINT NOT NULL
);

CREATE TABLE sessions (
    -- SHA-256 of the token that the browser holds, lowercase hex: a leaked table opens no session.
    digest     TEXT   PRIMARY KEY,
    member_id  TEXT   NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);
