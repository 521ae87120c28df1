-- What a meeting held besides its media. Rows of one recording are written and replaced together.
CREATE TABLE slides (
    recording_id TEXT   NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    number       BIGINT NOT NULL,
    image        TEXT   NOT NULL,
    thumbnail    TEXT,
    text         TEXT   NOT NULL,
    PRIMARY KEY (recording_id, number)
);

CREATE TABLE slide_showings (
    recording_id TEXT   NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    ordinal      BIGINT NOT NULL,
    slide        BIGINT NOT NULL,
    start_ms     BIGINT NOT NULL,
    end_ms       BIGINT NOT NULL CHECK (start_ms <= end_ms),
    PRIMARY KEY (recording_id, ordinal)
);

CREATE TABLE chat_messages (
    recording_id TEXT   NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    ordinal      BIGINT NOT NULL,
    at_ms        BIGINT NOT NULL,
    sender       TEXT   NOT NULL,
    text         TEXT   NOT NULL,
    PRIMARY KEY (recording_id, ordinal)
);

CREATE TABLE polls (
    recording_id TEXT   NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    ordinal      BIGINT NOT NULL,
    at_ms        BIGINT NOT NULL,
    question     TEXT   NOT NULL,
    PRIMARY KEY (recording_id, ordinal)
);

CREATE TABLE poll_answers (
    recording_id TEXT   NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    poll         BIGINT NOT NULL,
    ordinal      BIGINT NOT NULL,
    text         TEXT   NOT NULL,
    votes        BIGINT NOT NULL CHECK (votes >= 0),
    PRIMARY KEY (recording_id, poll, ordinal)
);

-- When a screen was shared.
CREATE TABLE shares (
    recording_id TEXT   NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    ordinal      BIGINT NOT NULL,
    start_ms     BIGINT NOT NULL,
    end_ms       BIGINT NOT NULL CHECK (start_ms <= end_ms),
    PRIMARY KEY (recording_id, ordinal)
);

CREATE TABLE speaker_turns (
    recording_id TEXT   NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    ordinal      BIGINT NOT NULL,
    speaker      BIGINT NOT NULL,
    start_ms     BIGINT NOT NULL,
    end_ms       BIGINT NOT NULL CHECK (start_ms <= end_ms),
    PRIMARY KEY (recording_id, ordinal)
);

-- Who the numbers are. Apart from everything that is shown, so that it can be kept shorter.
CREATE TABLE speaker_names (
    recording_id TEXT   NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    speaker      BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    PRIMARY KEY (recording_id, speaker)
);

CREATE TABLE caption_tracks (
    recording_id TEXT   NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    ordinal      BIGINT NOT NULL,
    language     TEXT   NOT NULL,
    label        TEXT   NOT NULL,
    file         TEXT   NOT NULL,
    PRIMARY KEY (recording_id, ordinal)
);
