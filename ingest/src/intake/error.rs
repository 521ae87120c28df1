use archive::{CatalogError, LaneError};
use std::{io, path::PathBuf};

/// Why a look at what is watched broke off. The next look may do better.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    #[error("cannot look through `{}`", folder.display())]
    Look { folder: PathBuf, source: io::Error },

    #[error("looking through `{}` was broken off", folder.display())]
    BrokenOff { folder: PathBuf, source: LaneError },

    #[error("cannot note what has arrived")]
    Note { source: CatalogError },
}
