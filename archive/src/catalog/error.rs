use crate::Disposition;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why the catalog did not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    #[error("`{url}` names no database: expected `sqlite:` or `postgres:`")]
    UnknownDatabase { url: String },

    #[error("cannot open the catalog `{url}`")]
    Open { url: String, source: BoxError },

    #[error("cannot bring the catalog's tables up to date")]
    Migrate { source: BoxError },

    #[error("the catalog failed while {doing}")]
    Query { doing: &'static str, source: BoxError },

    /// A row holds what this program never writes.
    #[error("the catalog's column `{column}` holds `{value}`")]
    Inconsistent { column: &'static str, value: String, source: BoxError },

    /// The lease ran out and another worker has the job, or the job is gone; what this worker made
    /// must not be recorded.
    #[error("job `{job}` is no longer this worker's")]
    LeaseLost { job: String },

    /// What was to be admitted was merged with what the archive no longer has.
    #[error("other files of `{recording}` were taken in meanwhile")]
    Overtaken { recording: String },
}

impl CatalogError {
    /// The match names every variant on purpose: a new one must choose.
    pub const fn disposition(&self) -> Disposition {
        match self {
            Self::Open { .. } | Self::Query { .. } | Self::Overtaken { .. } => Disposition::Retry,
            Self::UnknownDatabase { .. }
            | Self::Migrate { .. }
            | Self::Inconsistent { .. }
            | Self::LeaseLost { .. } => Disposition::Fail,
        }
    }
}

/// Says what was being done when a query failed.
pub(crate) trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T, CatalogError>;
}

impl<T> Doing<T> for Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> Result<T, CatalogError> {
        self.map_err(|source| CatalogError::Query { doing, source: Box::new(source) })
    }
}
