use archive::{Disposition, JobKind};
use std::{error::Error, path::PathBuf, sync::Arc};

/// Why the index could not be opened or changed.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    #[error("the search index in `{folder}` is in use by another process")]
    InUse { folder: PathBuf },

    #[error("cannot use `{path}` for the search index")]
    Folder { path: PathBuf, source: Arc<std::io::Error> },

    #[error("cannot create the search index in `{folder}`")]
    Create { folder: PathBuf, source: Arc<dyn Error + Send + Sync> },

    #[error("cannot write to the search index")]
    Write { source: Arc<dyn Error + Send + Sync> },

    #[error("the search index was closed")]
    Closed,

    #[error("indexing was cancelled")]
    Cancelled,

    #[error("an index stage cannot run a job of kind `{kind}`")]
    OtherJob { kind: JobKind },

    #[error("cannot read the catalog to rebuild the search index")]
    Catalog { source: Arc<archive::CatalogError> },
}

impl IndexError {
    /// Whether trying again can help.
    pub fn disposition(&self) -> Disposition {
        match self {
            Self::InUse { .. }
            | Self::Folder { .. }
            | Self::Create { .. }
            | Self::Write { .. }
            | Self::Closed
            | Self::Cancelled => Disposition::Retry,
            Self::Catalog { source } => source.disposition(),
            Self::OtherJob { .. } => Disposition::Fail,
        }
    }
}

/// Why a search has no answer. Never the text of the query.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    #[error("cannot read the search index")]
    Read { source: Arc<dyn Error + Send + Sync> },

    #[error("the search index holds what this version does not write")]
    Malformed { source: Box<dyn Error + Send + Sync> },

    #[error("the search did not finish")]
    Lane { source: archive::LaneError },
}
