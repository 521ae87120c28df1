use crate::Disposition;
use std::{error::Error, fmt, io, path::PathBuf};

/// What the store could not do, and on what.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store's URL cannot be used. `part` is the part at fault, for example `endpoint`.
    #[error("the store's URL is not usable: {part} {problem}")]
    Url { part: &'static str, problem: String },

    #[error("cannot open the store `{place}`")]
    Open { place: String, source: Cause },

    #[error("there is no object `{object}`")]
    NotFound { object: String },

    /// No byte of the object lies in the range that was asked for.
    #[error("the range asked for lies outside of `{object}`, which has {size_bytes} bytes")]
    RangeNotSatisfiable { object: String, size_bytes: u64 },

    /// Too much to hold in memory.
    #[error("`{object}` has {size_bytes} bytes, and at most {limit_bytes} are read at once")]
    TooLarge { object: String, size_bytes: u64, limit_bytes: u64 },

    /// The bytes to put came from a stream, which failed.
    #[error("the bytes to put under `{object}` broke off")]
    Input { object: String, source: io::Error },

    /// A file outside of the store: one to put, or a copy in the scratch folder.
    #[error("cannot use the file `{}`", path.display())]
    File { path: PathBuf, source: io::Error },

    /// The credentials or the folder's permissions do not allow it.
    #[error("not allowed to {attempt} `{object}`")]
    Denied { attempt: Attempt, object: String, source: Cause },

    /// A full disk, a network, a server.
    #[error("cannot {attempt} `{object}`")]
    Failed { attempt: Attempt, object: String, source: Cause },
}

type Cause = Box<dyn Error + Send + Sync>;

/// What was to be done with an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    Read,
    Write,
    Delete,
    List,
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Delete => "delete",
            Self::List => "list",
        })
    }
}

impl StoreError {
    /// Whether trying again can help. Rights and full disks are for an operator to mend, so they
    /// are worth another try; what is missing or too large stays so.
    pub fn disposition(&self) -> Disposition {
        match self {
            Self::Url { .. }
            | Self::NotFound { .. }
            | Self::RangeNotSatisfiable { .. }
            | Self::TooLarge { .. } => Disposition::Fail,
            Self::Open { .. }
            | Self::Input { .. }
            | Self::File { .. }
            | Self::Denied { .. }
            | Self::Failed { .. } => Disposition::Retry,
        }
    }
}

/// Says what was attempted on what, and keeps the cause once.
pub(super) fn explain(attempt: Attempt, object: String, error: &object_store::Error) -> StoreError {
    use object_store::Error as E;
    if attempt == Attempt::Read && is_absent(error) {
        return StoreError::NotFound { object };
    }
    let denied = matches!(error, E::PermissionDenied { .. } | E::Unauthenticated { .. })
        || io_cause(error).is_some_and(|it| {
            matches!(it.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
        });
    let source = cause(error);
    if denied {
        StoreError::Denied { attempt, object, source }
    } else {
        StoreError::Failed { attempt, object, source }
    }
}

/// Whether the object is not there. On a folder, a path through a file leads nowhere either; on S3,
/// a bucket that is not there is another matter.
pub(super) fn is_absent(error: &object_store::Error) -> bool {
    match error {
        object_store::Error::NotFound { source, .. } => {
            !source.to_string().contains("<Code>NoSuchBucket</Code>")
        }
        other => io_cause(other).is_some_and(|it| it.kind() == io::ErrorKind::NotADirectory),
    }
}

/// The cause of a failure, said once.
///
/// `object_store` repeats each error's source in its message, so a printed chain would say
/// everything several times. A failure of the operating system is told by that alone, since
/// [`StoreError`] names the file; any other is flattened to one message.
pub(super) fn cause(error: &object_store::Error) -> Cause {
    if let Some(code) = io_cause(error).and_then(io::Error::raw_os_error)
        && matches!(error, object_store::Error::Generic { store: "LocalFileSystem", .. })
    {
        return Box::new(io::Error::from_raw_os_error(code));
    }
    let mut message = error.to_string();
    for link in chain(error) {
        let link = link.to_string();
        if !message.contains(&link) {
            message = format!("{message}: {link}");
        }
    }
    message.into()
}

fn io_cause(error: &object_store::Error) -> Option<&io::Error> {
    chain(error).find_map(|it| it.downcast_ref())
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error.source(), |&it| it.source())
}
