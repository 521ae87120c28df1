use std::{num::NonZeroUsize, path::PathBuf, thread};

/// How speech becomes text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpeechConfig {
    /// The speech model, by its name in `models/manifest.toml`.
    pub model: String,
    /// The model folder.
    pub folder: PathBuf,
    /// How many threads recognise speech at once; 0 for as many as the machine has processors. Each
    /// takes 100 MB (`base`) to 300 MB (`large`) on top of the model.
    pub threads: usize,
}

impl SpeechConfig {
    pub(crate) fn threads(&self) -> usize {
        match self.threads {
            0 => thread::available_parallelism().map_or(1, NonZeroUsize::get),
            threads => threads,
        }
    }
}
