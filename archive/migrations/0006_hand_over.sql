-- Every way in, and everything that can be handed over.

-- Which co-operative or project the meeting said it belongs to.
ALTER TABLE recordings ADD COLUMN space TEXT;
-- What became of it on the server that it came from: published, unpublished, deleted.
ALTER TABLE recordings ADD COLUMN server_state TEXT NOT NULL DEFAULT 'published';
-- Who could see it before its server took it down; null where that changed nothing.
ALTER TABLE recordings ADD COLUMN visibility_before TEXT;

CREATE TABLE subjects (
    recording_id TEXT   NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    ordinal      BIGINT NOT NULL,
    subject      TEXT   NOT NULL,
    PRIMARY KEY (recording_id, ordinal)
);

-- Where an original's bytes lie: under its path (as until now) or under its digest.
ALTER TABLE sources ADD COLUMN kept TEXT NOT NULL DEFAULT 'path';

-- The ordinal of the message that it answers.
ALTER TABLE chat_messages ADD COLUMN reply_to BIGINT;
ALTER TABLE chat_messages ADD COLUMN edited BIGINT NOT NULL DEFAULT 0;

CREATE TABLE external_videos (
    recording_id TEXT   NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    ordinal      BIGINT NOT NULL,
    at_ms        BIGINT NOT NULL,
    url          TEXT   NOT NULL,
    PRIMARY KEY (recording_id, ordinal)
);

CREATE TABLE whiteboard_texts (
    recording_id TEXT   NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    ordinal      BIGINT NOT NULL,
    at_ms        BIGINT NOT NULL,
    text         TEXT   NOT NULL,
    PRIMARY KEY (recording_id, ordinal)
);

CREATE TABLE shared_notes (
    recording_id TEXT PRIMARY KEY REFERENCES recordings (id) ON DELETE CASCADE,
    text         TEXT NOT NULL
);

-- Recordings of single microphones.
CREATE TABLE voice_tracks (
    recording_id TEXT   NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    ordinal      BIGINT NOT NULL,
    speaker      BIGINT NOT NULL,
    file         TEXT   NOT NULL,
    start_ms     BIGINT NOT NULL,
    end_ms       BIGINT NOT NULL CHECK (start_ms <= end_ms),
    PRIMARY KEY (recording_id, ordinal)
);

-- What was handed over, by which way, and how that ended. A queue with leases, as jobs are.
CREATE TABLE arrivals (
    id           TEXT   PRIMARY KEY,
    way          TEXT   NOT NULL,
    -- A path or an address; one arrival a way and place.
    place        TEXT   NOT NULL,
    -- Other than the last time: what lies there has changed.
    fingerprint  TEXT   NOT NULL,
    -- Once it is known. No reference: it may be known before there is a recording.
    recording_id TEXT,
    -- JSON; what the way wants to remember.
    details      TEXT   NOT NULL,
    arrived_at   BIGINT NOT NULL,
    run_after    BIGINT NOT NULL,
    attempt      BIGINT NOT NULL DEFAULT 0,
    claim        TEXT,
    leased_until BIGINT,
    -- All null until it has ended.
    outcome      TEXT   CHECK (outcome IN ('done', 'failed')),
    ended_at     BIGINT,
    -- What came of it, or why the last try failed.
    message      TEXT,
    UNIQUE (way, place)
);

CREATE INDEX arrivals_due ON arrivals (run_after, id) WHERE outcome IS NULL;

CREATE INDEX arrivals_ended ON arrivals (outcome, ended_at DESC, id);

-- Which version of the parsers its contents are from.
ALTER TABLE recordings ADD COLUMN understanding BIGINT NOT NULL DEFAULT 0;
