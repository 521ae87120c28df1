//! The ground truth of the sample recordings.

use crate::program::ROOT;
use serde::Deserialize;
use std::{fs, path::Path};

#[derive(Debug, Deserialize)]
pub(crate) struct Script {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) record_id: String,
    pub(crate) duration_ms: u64,
    #[serde(rename = "word")]
    pub(crate) words: Vec<SpokenWord>,
}

/// A word that is said and written nowhere.
#[derive(Debug, Deserialize)]
pub(crate) struct SpokenWord {
    pub(crate) word: String,
    pub(crate) sentence_ms: [u64; 2],
}

impl Script {
    pub(crate) fn all() -> Vec<Self> {
        ["assembly-en", "asamblea-es", "pflegekreis-de"].map(Self::read).into()
    }

    fn read(name: &str) -> Self {
        let path = Path::new(ROOT).join("samples").join(name).join("script.toml");
        toml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }

    pub(crate) fn folder(&self) -> String {
        format!("{ROOT}/samples/{}", self.name)
    }
}
