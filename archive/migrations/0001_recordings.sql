-- One SQL text serves SQLite and PostgreSQL: BIGINT and TEXT only, no generated keys.
-- Times are Unix milliseconds, UTC. Media positions and durations are milliseconds.
CREATE TABLE recordings (
    id           TEXT   PRIMARY KEY CHECK (length(id) = 54),
    title        TEXT   NOT NULL,
    description  TEXT   NOT NULL,
    licence      TEXT,
    language     TEXT,
    visibility   TEXT   NOT NULL CHECK (visibility IN ('public', 'members', 'private')),
    started_at   BIGINT NOT NULL,
    duration_ms  BIGINT NOT NULL CHECK (duration_ms >= 0),
    participants BIGINT CHECK (participants >= 0),
    ingested_at  BIGINT NOT NULL,
    poster       BIGINT NOT NULL DEFAULT 0 CHECK (poster IN (0, 1)),
    storyboard   BIGINT NOT NULL DEFAULT 0 CHECK (storyboard IN (0, 1))
);

CREATE INDEX recordings_by_start ON recordings (started_at DESC, id DESC);

-- What was handed over, file by file; the same as the manifest in the object store.
CREATE TABLE sources (
    recording_id TEXT   NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    path         TEXT   NOT NULL,
    size_bytes   BIGINT NOT NULL CHECK (size_bytes >= 0),
    sha256       TEXT   NOT NULL CHECK (length(sha256) = 64),
    role         TEXT   NOT NULL,
    PRIMARY KEY (recording_id, path)
);

-- Raised whenever the answer to "who may see what" may have changed.
CREATE TABLE rights (
    id       BIGINT PRIMARY KEY CHECK (id = 1),
    revision BIGINT NOT NULL
);

INSERT INTO rights (id, revision) VALUES (1, 1);
