//! Real jobs on real media, made here by `GStreamer`'s test sources, through the child process.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "media/audio.rs"]
mod audio;
#[path = "media/bad_input.rs"]
mod bad_input;
#[path = "media/limits.rs"]
mod limits;
#[path = "media/pictures.rs"]
mod pictures;
#[path = "media/player.rs"]
mod player;
#[path = "media/studio.rs"]
mod studio;
#[path = "media/sync.rs"]
mod sync;
#[path = "media/video.rs"]
mod video;
#[path = "media/workshop.rs"]
mod workshop;
