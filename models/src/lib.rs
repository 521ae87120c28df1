//! Speech models: which there are, how to get them, and what they hear.
//!
//! In this project *model* always means a speech model. `models/manifest.toml` lists the models;
//! [`fetch()`] brings one into the model folder, [`check`] says whether it is there and whole.
//! [`TranscribeStage`] turns the speech audio of a recording into a transcript and captions:
//! somebody's speech is found, cut into windows, and heard on several threads that share one set
//! of weights.
//!
//! `whisper.rs` alone knows whisper-rs; everything else speaks to a [`Recogniser`].

mod audio;
mod captions;
mod config;
mod convert;
pub mod fetch;
mod folder;
mod manifest;
mod passages;
mod recogniser;
#[cfg(any(test, feature = "testing"))]
pub mod scripted;
mod stage;
mod transcribe;
mod whisper;
mod windows;

pub use audio::AudioError;
pub use captions::captions;
pub use config::SpeechConfig;
pub use fetch::{FetchError, FetchPlan, FetchProgress, FetchStep, Fetched, fetch};
pub use folder::{ModelProblem, check, installed};
pub use manifest::{Languages, Model, Purpose, UnknownModel, list, model};
pub use recogniser::{
    BoxError, Care, FRAME_MS, Listener, MAX_WINDOW_MS, Recogniser, RecogniserError, SpokenWord,
    Utterance,
};
pub use stage::TranscribeStage;
pub use transcribe::{Task, TranscribeError, Transcriber};
