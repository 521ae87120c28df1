use archive::{Language, MediaTime, TimeRange};
use std::path::PathBuf;

/// How long one probability of [`Recogniser::speech`] stands for, in milliseconds.
pub const FRAME_MS: u64 = 32;

/// The longest sound that [`Listener::hear`] takes, in milliseconds.
pub const MAX_WINDOW_MS: u64 = 28_000;

/// Turns sound into words: the seam between a speech model and everything around it.
///
/// Sound is mono at 16 kHz, each sample from -1 to 1. Every call blocks for as long as it computes.
pub trait Recogniser: Send + Sync {
    /// How likely somebody speaks, 0 to 1, for each [`FRAME_MS`] of the sound.
    fn speech(&self, samples: &[f32]) -> Result<Vec<f32>, RecogniserError>;

    /// Whether words of this language can be recognised.
    fn knows(&self, language: Language) -> bool;

    /// How likely each language is spoken, for a sound of [`MAX_WINDOW_MS`] at most.
    fn languages(&self, samples: &[f32]) -> Result<Vec<(Language, f32)>, RecogniserError>;

    /// One thread's share of the recogniser. Listeners share the weights.
    fn listener(&self) -> Result<Box<dyn Listener>, RecogniserError>;
}

/// Hears one window after the other.
pub trait Listener: Send {
    /// The words of a sound of [`MAX_WINDOW_MS`] at most.
    fn hear(
        &mut self,
        samples: &[f32],
        language: Language,
        care: Care,
    ) -> Result<Utterance, RecogniserError>;
}

/// How much work a window is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// No more than the length of the sound needs.
    Usual,
    /// As much as the longest sound would need; for what came out wrong.
    Full,
}

/// What was heard in one window; times count from the window's start.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Utterance {
    /// In the order of their start.
    pub words: Vec<SpokenWord>,
    /// Up to where the model listened. It may stop before the end of the sound.
    pub until: MediaTime,
}

/// A word as the model wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct SpokenWord {
    pub range: TimeRange,
    /// With its punctuation, and with the space before it in languages that put one.
    pub text: String,
    /// How sure the model was, 0 to 1.
    pub probability: f32,
}

/// Why nothing could be recognised.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecogniserError {
    #[error("cannot load the speech model `{path}`")]
    Load { path: PathBuf, source: BoxError },

    #[error("cannot make room for another listener")]
    Listener { source: BoxError },

    #[error("cannot {task} in {length_ms} ms of sound")]
    Run { task: &'static str, length_ms: u64, source: BoxError },

    #[error("{length_ms} ms of sound are more than the {MAX_WINDOW_MS} that can be heard at once")]
    TooLong { length_ms: u64 },
}

pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
