use crate::XmlError;
use archive::{CatalogError, InvalidRecordingId, InvalidSourcePath, LaneError, StoreError};
use std::{io, path::PathBuf};

/// Why a recording was not taken in. Nothing of it is in the catalog then.
///
/// Names that were refused are shown with escapes, since they may hold anything.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    #[error(
        "no recording found in `{}`: looked for metadata.xml, video/webcams.*, audio/audio.* and \
         deskshare/deskshare.* in it, in presentation/*, in published/presentation/*, and in the \
         folders one and two below it",
        folder.display()
    )]
    NothingFound { folder: PathBuf },

    #[error("`{}` is no recording: it has neither metadata.xml nor media", folder.display())]
    NoRecording { folder: PathBuf },

    #[error(
        "`{}` is a recording in the format `{format}`: only `presentation` can be taken in",
        folder.display()
    )]
    OtherFormat { folder: PathBuf, format: String },

    #[error("cannot tell which recording `{}` is", folder.display())]
    NoId { folder: PathBuf, source: InvalidRecordingId },

    #[error("cannot understand `{}`", path.display())]
    Metadata { path: PathBuf, source: XmlError },

    #[error("cannot read `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },

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

    #[error("`{}` changed while it was read: is the recording still being published?", path.display())]
    ChangedMeanwhile { path: PathBuf },

    #[error(
        "the stored original `{path}` of `{recording}` is not what the catalog says: it was not \
         replaced"
    )]
    StoredOriginalDiffers { recording: String, path: String },

    #[error("cannot store `{path}` of `{recording}`")]
    Store { recording: String, path: String, source: StoreError },

    #[error("cannot record `{recording}` in the catalog")]
    Catalog { recording: String, source: CatalogError },

    #[error("cannot make a folder for scratch files")]
    Scratch { source: io::Error },

    #[error("reading `{}` was broken off", folder.display())]
    BrokenOff { folder: PathBuf, source: LaneError },
}
