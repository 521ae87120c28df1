use crate::{Problem, XmlError};
use archive::{
    CatalogError, Disposition, InvalidRecordingId, InvalidSourcePath, LaneError, StoreError,
};
use std::{io, path::PathBuf};

/// Why a recording was not taken in. Nothing of it is in the catalog then.
///
/// Names that were refused are shown with escapes, since they may hold anything.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    #[error(
        "no recording found in `{}`: looked for metadata.xml, media and events.xml in it, in \
         FORMAT/*, in published/FORMAT/*, in raw/*, and in the folders one and two below it",
        path.display()
    )]
    NothingFound { path: PathBuf },

    #[error(
        "`{}` is nothing that can be taken in: neither a tar or a zip of recordings nor sound or \
         video",
        path.display()
    )]
    UnknownFile { path: PathBuf },

    #[error("`{}` was taken down by its owners: it lies in `{state}`", path.display())]
    TakenDown { path: PathBuf, state: &'static str },

    #[error("`{place}` is no recording: it has neither metadata.xml nor media")]
    NoRecording { place: String },

    #[error("`{place}` says it is in the format `{format}`, and lies where `{expected}` does")]
    OtherFormat { place: String, format: String, expected: String },

    #[error("cannot tell which recording `{place}` is")]
    NoId { place: String, source: InvalidRecordingId },

    #[error("cannot understand `{path}`")]
    Metadata { path: String, source: XmlError },

    #[error("cannot read `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },

    /// What breaks off, or is not what its checksum says.
    #[error("cannot read {entry:?} in `{}`", file.display())]
    ReadEntry { file: PathBuf, entry: String, source: io::Error },

    /// A tar or zip that cannot be gone through.
    #[error("`{}` is refused: {problem}", file.display())]
    Archive { file: PathBuf, problem: Problem },

    /// An entry of a tar or zip. `entry` has escapes in it.
    #[error("\"{entry}\" in `{}` is refused: it {rule}", file.display())]
    Entry { file: PathBuf, entry: String, rule: Rule },

    #[error("the file name {path:?} is refused: it is not UTF-8")]
    NameNotUtf8 { path: PathBuf },

    #[error("the file name {path:?} is refused")]
    NameRefused { path: PathBuf, source: InvalidSourcePath },

    #[error("the link {path:?} is refused: it leads outside of the recording's folder")]
    LeadsOutside { path: PathBuf },

    #[error("{path:?} is refused: it is neither a file nor a folder")]
    NotAFile { path: PathBuf },

    #[error("`{}` holds more than {limit} {what}", folder.display())]
    TooMuch { folder: PathBuf, limit: usize, what: &'static str },

    #[error("`{}` changed while it was read: is it still being written?", path.display())]
    ChangedMeanwhile { path: PathBuf },

    /// It was put, and it is not there.
    #[error("the store does not have `{path}` of `{recording}`, which it was given")]
    NotKept { recording: String, path: String },

    #[error("cannot store `{path}` of `{recording}`")]
    Store { recording: String, path: String, source: StoreError },

    #[error("cannot record `{recording}` in the catalog")]
    Catalog { recording: String, source: CatalogError },

    #[error("cannot use a folder for scratch files")]
    Scratch { source: io::Error },

    #[error("reading `{}` was broken off", folder.display())]
    BrokenOff { folder: PathBuf, source: LaneError },
}

/// What an entry of a tar or zip must not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rule {
    #[error("has `..` in its path")]
    LeadsUp,
    #[error("has an absolute path")]
    Absolute,
    #[error("has a name that is not UTF-8")]
    NotUtf8,
    #[error("has a backslash or a control character in its name")]
    Characters,
    #[error("has no name")]
    NoName,
    #[error("has a name that is too long")]
    TooLong,
    #[error("lies too deep in folders")]
    TooDeep,
    #[error("is there twice")]
    Twice,
    #[error("is a link that leads out of its recording's folder")]
    LeadsOutside,
    #[error("is a link that leads to no file")]
    LeadsNowhere,
    #[error("is a symbolic link, which has no place in a zip")]
    LinkInZip,
    #[error("is a device")]
    Device,
    #[error("is a named pipe")]
    Pipe,
    #[error("is a sparse file")]
    Sparse,
    #[error("is encrypted")]
    Encrypted,
    #[error("is compressed in a way other than deflate")]
    Compression,
    #[error("would unpack to far more than a recording's file does")]
    Bomb,
    #[error("is neither a file nor a folder nor a link")]
    NotUnderstood,
}

impl IngestError {
    /// Whether trying again can help: not where what was handed over is refused for what it is.
    pub fn disposition(&self) -> Disposition {
        match self {
            Self::Store { source, .. } => source.disposition(),
            Self::Catalog { source, .. } => source.disposition(),
            Self::Read { .. }
            | Self::ChangedMeanwhile { .. }
            | Self::NotKept { .. }
            | Self::Scratch { .. }
            | Self::BrokenOff { .. } => Disposition::Retry,
            Self::NothingFound { .. }
            | Self::UnknownFile { .. }
            | Self::TakenDown { .. }
            | Self::NoRecording { .. }
            | Self::OtherFormat { .. }
            | Self::NoId { .. }
            | Self::Metadata { .. }
            | Self::ReadEntry { .. }
            | Self::Archive { .. }
            | Self::Entry { .. }
            | Self::NameNotUtf8 { .. }
            | Self::NameRefused { .. }
            | Self::LeadsOutside { .. }
            | Self::NotAFile { .. }
            | Self::TooMuch { .. } => Disposition::Fail,
        }
    }
}
