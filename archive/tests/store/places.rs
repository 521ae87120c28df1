//! A store of each kind, empty, and a look behind its back.

use archive::{Store, testing::s3::S3Server};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub(crate) use archive::testing::s3::SECRET_KEY;

/// A store and what a test wants to know of where it keeps things.
pub(crate) struct Place {
    pub(crate) store: Store,
    /// For files outside of the store.
    pub(crate) scratch: TempDir,
    /// Where the store's files are, if anywhere.
    pub(crate) root: Option<TempDir>,
}

impl Place {
    fn new(store: Store, root: Option<TempDir>) -> Self {
        Self { store, scratch: tempfile::tempdir().unwrap(), root }
    }

    /// Everything that is neither an object nor the S3 server's notes on one.
    pub(crate) fn leftovers(&self) -> Vec<PathBuf> {
        let Some(root) = &self.root else { return Vec::new() };
        let mut found = files_below(root.path());
        found.retain(|it| {
            let name = it.file_name().unwrap().to_str().unwrap();
            let unfinished =
                name.contains('#') || name.starts_with(".upload") || name.starts_with(".tmp");
            unfinished || it.components().any(|it| it.as_os_str() == "incoming")
        });
        found
    }
}

pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}

pub(crate) async fn memory() -> Place {
    Place::new(Store::open("memory:").unwrap(), None)
}

pub(crate) async fn folder() -> Place {
    let root = tempfile::tempdir().unwrap();
    let url = format!("file://{}/store", root.path().display());
    Place::new(Store::open(&url).unwrap(), Some(root))
}

pub(crate) async fn s3() -> Place {
    let root = tempfile::tempdir().unwrap();
    let store = S3Server::start(root.path()).await.store();
    Place::new(store, Some(root))
}

pub(crate) fn open_s3(url: &str, secret: &str) -> Store {
    let environment = S3Server::environment().map(|(name, value)| {
        let value = if value == SECRET_KEY { secret.to_owned() } else { value };
        (name, value)
    });
    Store::open_with(url, environment).unwrap()
}
