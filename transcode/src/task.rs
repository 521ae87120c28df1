//! What the program and its child process say to each other: one JSON document a line.

use archive::{DerivedFile, MediaTime, Pictures, Rendition, TimeRange, Track};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The first line that the child reads. It keeps its input open after that: when the input ends,
/// the program is gone and the child ends too.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) limits: Limits,
    /// Threads of each encoder; 0 leaves it to the encoder.
    pub(crate) threads: u32,
    /// A folder for what is made; exists and is empty.
    pub(crate) out: PathBuf,
    pub(crate) work: Work,
}

/// What the child forbids itself before it opens a file.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Limits {
    pub(crate) memory_bytes: u64,
    pub(crate) open_files: u64,
}

/// A local copy of one of the recording's files.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Input {
    pub(crate) path: PathBuf,
    /// What people call it: its path in the recording.
    pub(crate) name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Work {
    /// Sound of the first input that has any.
    Audio {
        inputs: Vec<Input>,
    },
    Video {
        track: Track,
        input: Input,
        audio: Option<Rendition>,
    },
    Pictures {
        slide: Option<Input>,
        deskshare: Option<Input>,
        webcams: Option<Input>,
        shares: Vec<SharedRange>,
    },
}

/// A [`TimeRange`] as the child is told it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct SharedRange {
    pub(crate) start: MediaTime,
    pub(crate) end: MediaTime,
}

impl From<TimeRange> for SharedRange {
    fn from(it: TimeRange) -> Self {
        Self { start: it.start(), end: it.end() }
    }
}

/// A line that the child writes. The last one is `Done` or `Failed`; a child that ends without
/// either has crashed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "report", rename_all = "lowercase")]
pub(crate) enum Report {
    Progress {
        /// 0 to 1.
        fraction: f64,
    },
    /// Something that is wrong with the input and did not stop the work.
    Warning {
        message: String,
    },
    Done {
        made: Made,
    },
    Failed {
        /// Whether trying again can help.
        retry: bool,
        message: String,
    },
}

/// What lies in the output folder now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Made {
    Audio {
        duration: MediaTime,
        /// Whether [`SPEECH_FILE`] is there.
        speech: bool,
        renditions: Vec<Rendition>,
        files: Vec<DerivedFile>,
    },
    Video {
        renditions: Vec<Rendition>,
        files: Vec<DerivedFile>,
    },
    Pictures {
        pictures: Pictures,
        files: Vec<DerivedFile>,
    },
}

/// The speech audio's name in the output folder.
pub(crate) const SPEECH_FILE: &str = "speech.wav";
