use crate::manifest::{self, Purpose};
use serde::Deserialize;
use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    thread,
};

/// How speech becomes text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SpeechConfig {
    /// The speech model, by its name in `models/manifest.toml`; `plenary models list` prints them.
    /// A larger one makes fewer mistakes and takes more time and memory.
    pub model: String,

    /// Where model files lie; `models` in the data folder unless it is said here.
    pub folder: Option<PathBuf>,

    /// How many threads recognise speech at once. 0 for as many as the machine has processors. Each
    /// takes 100 to 300 MB on top of the model.
    pub threads: usize,
}

impl Default for SpeechConfig {
    fn default() -> Self {
        Self { model: "base".to_owned(), folder: None, threads: 0 }
    }
}

impl SpeechConfig {
    /// The model folder, given the data folder.
    pub fn folder_in(&self, data: &Path) -> PathBuf {
        self.folder.clone().unwrap_or_else(|| data.join("models"))
    }

    /// What cannot be used, each in the words of the file.
    pub fn problems(&self) -> Vec<String> {
        match manifest::model(&self.model) {
            Err(unknown) => vec![format!("model: {unknown}")],
            Ok(model) if model.purpose != Purpose::Recognition => {
                vec![format!("model: `{}` finds speech and recognises none", self.model)]
            }
            Ok(_) => Vec::new(),
        }
    }

    pub(crate) fn threads(&self) -> usize {
        match self.threads {
            0 => thread::available_parallelism().map_or(1, NonZeroUsize::get),
            threads => threads,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_section_is_usable() {
        let config: SpeechConfig = toml::from_str("").unwrap();
        assert_eq!(config.problems(), [""; 0]);
        assert_eq!(config.folder_in(Path::new("/data")), Path::new("/data/models"));
        assert!(config.threads() >= 1);
    }

    #[test]
    fn says_what_cannot_be_used() {
        assert!(toml::from_str::<SpeechConfig>("modle = 'base'").is_err());
        let cases = [
            ("model = 'huge'", "model: no speech model is called `huge`"),
            ("model = 'silero-v6.2.0'", "model: `silero-v6.2.0` finds speech"),
        ];
        for (text, expected) in cases {
            let config: SpeechConfig = toml::from_str(text).unwrap();
            assert!(config.problems()[0].starts_with(expected), "{:?}", config.problems());
        }
    }
}
