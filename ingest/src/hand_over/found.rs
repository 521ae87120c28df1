use super::{format::Format, packed::Packed};
use archive::{RecordingId, UploadDetails};
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// One recording in one format, found and not yet read: what
/// [`Ingest::take_in`](crate::Ingest::take_in) takes.
///
/// Shown, it says where it lies, in a tar or zip as `FILE: FOLDER`.
#[derive(Debug, Clone)]
pub struct Found {
    pub(crate) format: Format,
    pub(crate) place: Place,
}

#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// A folder, without links in its path.
    Folder(PathBuf),
    /// A folder in a tar or zip; the empty one is all of it.
    Packed { packed: Arc<Packed>, folder: String },
    /// Sound or video that is no recording of BigBlueButton.
    File { file: PathBuf, details: UploadDetails },
}

impl Found {
    /// A published or raw folder, by its format.
    pub(crate) fn folder(folder: PathBuf, format: Format) -> Self {
        Self { format, place: Place::Folder(folder) }
    }

    /// Sound or video that is no recording of BigBlueButton, and what is said of it. What is empty
    /// or `None` there is made of the file's name and of when it was written.
    ///
    /// Its content is the recording's identity: the same file is the same recording. Whether it is
    /// sound or video is found out when it is taken in.
    pub fn upload(file: &Path, details: UploadDetails) -> Self {
        let file = file.to_owned();
        Self { format: Format::Upload, place: Place::File { file, details } }
    }

    pub fn format(&self) -> &Format {
        &self.format
    }

    /// The folder, tar, zip or other file that it lies in.
    pub fn path(&self) -> &Path {
        match &self.place {
            Place::Folder(path) | Place::File { file: path, .. } => path,
            Place::Packed { packed, .. } => &packed.file,
        }
    }

    /// Whether it is a file that is no recording of BigBlueButton.
    pub fn is_a_file(&self) -> bool {
        matches!(self.place, Place::File { .. })
    }

    /// The recording, to go by the name of its folder. What it says itself counts more, and is found
    /// out when it is taken in.
    pub fn recording(&self) -> Option<RecordingId> {
        self.name().parse().ok()
    }

    /// The name of its folder; empty where it has none, or none that is text.
    pub(crate) fn name(&self) -> &str {
        match &self.place {
            Place::Folder(path) => path.file_name().and_then(|it| it.to_str()).unwrap_or_default(),
            Place::Packed { folder, .. } => folder.rsplit('/').next().unwrap_or_default(),
            Place::File { .. } => "",
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Packed { packed, folder } if !folder.is_empty() => {
                write!(f, "{}: {folder}", packed.file.display())
            }
            _ => write!(f, "{}", self.path().display()),
        }
    }
}
