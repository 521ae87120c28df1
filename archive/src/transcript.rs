use crate::{Language, TimeRange};
use serde::{Deserialize, Serialize};

/// What was said in a recording, as a speech model heard it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Transcript {
    /// The language that was declared or detected; `None` where nobody spoke.
    pub language: Option<Language>,
    /// The name of the speech model, from its manifest.
    pub model: String,
    /// In the order of their start. Empty where nobody spoke.
    pub passages: Vec<Passage>,
}

/// One sentence or a part of it: what a reader clicks and a search finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    pub range: TimeRange,
    pub text: String,
    pub words: Vec<Word>,
}

/// A word and when it was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    pub range: TimeRange,
    pub text: String,
    /// How sure the model was, 0 to 1.
    pub probability: f32,
}
