//! A store of each kind, empty, and a look behind its back.

use archive::Store;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::net::TcpListener;

pub(crate) const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
pub(crate) const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

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
    let url = serve_s3(root.path()).await;
    Place::new(open_s3(&url, SECRET_KEY), Some(root))
}

pub(crate) fn open_s3(url: &str, secret: &str) -> Store {
    let environment = [("AWS_ACCESS_KEY_ID", ACCESS_KEY), ("AWS_SECRET_ACCESS_KEY", secret)];
    Store::open_with(url, environment.map(|(name, value)| (name.into(), value.into()))).unwrap()
}

/// Starts an S3 server that checks signatures, with one bucket, and returns a store's URL in it. It
/// stops with the test's runtime.
pub(crate) async fn serve_s3(root: &Path) -> String {
    std::fs::create_dir(root.join("library")).unwrap();
    let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(root).unwrap());
    service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let service = service.clone();
            tokio::spawn(async move {
                let server = Builder::new(TokioExecutor::new());
                // A client that hangs up is no failure of the server.
                drop(server.serve_connection(TokioIo::new(socket), service).await);
            });
        }
    });
    format!("s3://library/below/here?endpoint=http://{address}&region=eu-central-1")
}
