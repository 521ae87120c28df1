-- What became on their servers of recordings that are not here yet: whoever takes one in goes by it.
CREATE TABLE expected_states (
    recording_id TEXT   PRIMARY KEY,
    server_state TEXT   NOT NULL,
    hide         BIGINT NOT NULL
);
