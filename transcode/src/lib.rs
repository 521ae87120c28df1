//! Makes of a recording's media what a browser plays: speech audio, renditions for HLS, pictures.
//!
//! `GStreamer` decodes files that strangers' programs wrote, with codecs in C. So each job runs in a
//! child process of its own ([`child_main`]) under limits of memory, files and time: a crash or a
//! runaway costs one job. [`MediaStage`] is the parent's side.
//!
//! Only this crate knows `GStreamer`, MP4 and HLS playlists.
//!
//! A source is decoded once for everything that is made of it. Between decoding and encoding every
//! frame and every sample is put on a steady grid by pure functions of time (`grid`), so gaps and
//! rounded time stamps never reach an encoder.

mod audio;
mod child;
mod clock;
mod cmaf;
mod container;
mod decode;
mod elements;
mod encode;
mod error;
mod grid;
mod pictures;
mod pipeline;
mod plan;
mod playlist;
mod probe;
mod process;
mod report;
mod sound;
mod stage;
mod task;
mod video;

pub use child::child_main;
pub use elements::{MissingElement, missing_elements};
pub use stage::{MediaConfig, MediaStage};
