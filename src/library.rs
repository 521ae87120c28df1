//! The library on disk: catalog, store and folders, as the configuration says.

use crate::config::Config;
use anyhow::{Context as _, bail};
use archive::{Catalog, Clock, Store, SystemClock, catalog::sqlite_url};
use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    sync::Arc,
};

/// An open library.
#[derive(Clone)]
pub(crate) struct Library {
    pub(crate) catalog: Catalog,
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Library {
    /// Opens the library, and makes its folder if there is none.
    pub(crate) async fn open(config: &Config) -> anyhow::Result<Self> {
        let folder = make_folder(&config.data)?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let database = config
            .database
            .url
            .clone()
            .unwrap_or_else(|| sqlite_url(&folder.join("catalog.sqlite")));
        let catalog = Catalog::open(&database, Arc::clone(&clock)).await?;
        let store = match &config.store.url {
            Some(url) => Store::open(url)?,
            None => Store::open_folder(&folder.join("objects"))?,
        };
        make_folder(&config.scratch())?;
        Ok(Self { catalog, store, clock })
    }
}

/// Makes a folder if there is none, and returns its absolute path.
pub(crate) fn make_folder(folder: &Path) -> anyhow::Result<PathBuf> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    fs::canonicalize(folder).with_context(|| format!("cannot read `{}`", folder.display()))
}

/// The right to be the one process that serves from this folder; it ends with the process, however
/// that ends.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// # Errors
    ///
    /// If another process holds it.
    pub(crate) fn take(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("serve.lock");
        let file =
            File::create(&path).with_context(|| format!("cannot make `{}`", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => {
                bail!("another `plenary serve` is using `{}`", folder.display())
            }
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock `{}`", path.display()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_served_by_one_process() {
        let folder = tempfile::tempdir().unwrap();
        let held = FolderLock::take(folder.path()).unwrap();
        let refused = FolderLock::take(folder.path()).unwrap_err();
        assert!(refused.to_string().contains("another `plenary serve`"), "{refused:#}");
        drop(held);
        FolderLock::take(folder.path()).unwrap();
    }
}
