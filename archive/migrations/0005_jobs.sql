CREATE TABLE jobs (
    -- `kind/recording`, so that the same work is never queued twice.
    id           TEXT   PRIMARY KEY,
    kind         TEXT   NOT NULL,
    recording_id TEXT   NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    -- Lower goes first.
    priority     BIGINT NOT NULL,
    run_after    BIGINT NOT NULL,
    attempt      BIGINT NOT NULL DEFAULT 0,
    -- Drawn at random for each claim: the fence that tells one claim from any other. Null when free.
    claim        TEXT,
    worker       TEXT,
    -- A job is free when leased_until is null or past. There is no separate "running" state to
    -- get stuck in: a worker that dies simply lets its lease run out.
    leased_until BIGINT,
    progress     BIGINT NOT NULL DEFAULT 0,
    -- 1 if the work was asked for again since it was claimed: it runs once more when done.
    again        BIGINT NOT NULL DEFAULT 0 CHECK (again IN (0, 1)),
    failed_at    BIGINT,
    last_error   TEXT
);

CREATE INDEX jobs_due ON jobs (priority, run_after, id) WHERE failed_at IS NULL;

CREATE INDEX jobs_of_recording ON jobs (recording_id);
