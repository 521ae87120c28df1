//! The folder that the index lies in.
//!
//! ```text
//! index/lock            held while a process uses the index
//! index/passages-v1/    the index itself, of schema version 1
//! index/passages-v1/complete   there once it holds the whole catalog
//! index/set-aside/      a damaged index, until the next rebuild is done
//! ```

use crate::{IndexError, schema::VERSION};
use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

const SET_ASIDE: &str = "set-aside";
const PASSAGES: &str = "passages-v";

/// A folder that is locked for this process.
pub(super) struct Folder {
    path: PathBuf,
    /// The lock goes when the file is closed, at the latest when the process ends.
    _lock: File,
}

impl Folder {
    pub(super) fn lock(path: &Path) -> Result<Self, IndexError> {
        let failed =
            |path: PathBuf| move |source| IndexError::Folder { path, source: Arc::new(source) };
        fs::create_dir_all(path).map_err(failed(path.to_owned()))?;
        let lock_path = path.join("lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&lock_path);
        let lock = lock.map_err(failed(lock_path.clone()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(IndexError::InUse { folder: path.to_owned() }),
            Err(TryLockError::Error(source)) => Err(failed(lock_path)(source)),
        }
    }

    /// Where the index of this version lies.
    pub(super) fn passages(&self) -> PathBuf {
        self.path.join(format!("{PASSAGES}{VERSION}"))
    }

    fn marker(&self) -> PathBuf {
        self.passages().join("complete")
    }

    /// Whether the index has held the whole catalog once; since then it follows it.
    pub(super) fn is_complete(&self) -> bool {
        self.marker().exists()
    }

    /// Notes that the index holds the whole catalog, and removes what it replaces.
    pub(super) fn completed(&self) -> Result<(), IndexError> {
        let path = self.marker();
        File::create(&path)
            .and_then(|it| it.sync_all())
            .map_err(|source| IndexError::Folder { path, source: Arc::new(source) })?;
        let entries = fs::read_dir(&self.path).into_iter().flatten().flatten();
        for entry in entries {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let replaced = name == SET_ASIDE
                || (name.starts_with(PASSAGES) && entry.path() != self.passages());
            if replaced && let Err(error) = fs::remove_dir_all(entry.path()) {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "cannot remove the old search index `{}`",
                    entry.path().display()
                );
            }
        }
        Ok(())
    }

    /// Moves the index out of the way, for somebody to look at.
    pub(super) fn set_aside(&self) -> Result<(), IndexError> {
        let path = self.passages();
        let aside = self.path.join(SET_ASIDE);
        let removed = match fs::remove_dir_all(&aside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        removed
            .and_then(|()| fs::rename(&path, &aside))
            .map_err(|source| IndexError::Folder { path, source: Arc::new(source) })
    }
}
