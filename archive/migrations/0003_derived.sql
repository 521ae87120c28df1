-- What the stages made; all of it can be made again from the originals.
CREATE TABLE renditions (
    recording_id    TEXT   NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    track           TEXT   NOT NULL CHECK (track IN ('audio', 'webcams', 'deskshare')),
    ordinal         BIGINT NOT NULL,
    -- Both null for sound.
    width           BIGINT,
    height          BIGINT,
    codecs          TEXT   NOT NULL,
    peak_bitrate    BIGINT NOT NULL,
    average_bitrate BIGINT NOT NULL,
    media           TEXT   NOT NULL,
    playlist        TEXT   NOT NULL,
    size_bytes      BIGINT NOT NULL,
    duration_ms     BIGINT NOT NULL,
    PRIMARY KEY (recording_id, track, ordinal)
);

CREATE TABLE transcripts (
    recording_id TEXT PRIMARY KEY REFERENCES recordings (id) ON DELETE CASCADE,
    -- Null where nobody spoke.
    language     TEXT,
    model        TEXT NOT NULL
);

CREATE TABLE passages (
    recording_id TEXT   NOT NULL REFERENCES transcripts (recording_id) ON DELETE CASCADE,
    ordinal      BIGINT NOT NULL,
    start_ms     BIGINT NOT NULL,
    end_ms       BIGINT NOT NULL CHECK (start_ms <= end_ms),
    text         TEXT   NOT NULL,
    -- JSON: [{"range": {"start": ms, "end": ms}, "text": …, "probability": 0 to 1}, …]
    words        TEXT   NOT NULL,
    PRIMARY KEY (recording_id, ordinal)
);
