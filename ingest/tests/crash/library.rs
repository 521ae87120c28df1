//! A library that outlives the program: a catalog in a folder, a store at a URL.

use crate::source::ID;
use archive::{
    Catalog, Manifest, ManualClock, ObjectKey, RecordingId, SourceFile, Store, Viewer,
    catalog::sqlite_url,
    testing::{NOW, s3::S3Server},
};
use ingest::{FailurePoint, Ingest, IngestConfig, IngestError, TakenIn, discover};
use sha2::{Digest as _, Sha256};
use std::{
    error::Error,
    path::{Path, PathBuf},
    process::Output,
    sync::Arc,
};
use tempfile::TempDir;

const FOLDER: &str = "CRASH_TEST_CATALOG";
const STORE: &str = "CRASH_TEST_STORE";
const SOURCE: &str = "CRASH_TEST_SOURCE";

/// Where a library lies.
pub(crate) struct Place {
    /// Of the catalog, and of the store if that is a folder.
    pub(crate) root: TempDir,
    pub(crate) store: String,
    pub(crate) s3: Option<S3Server>,
}

impl Place {
    pub(crate) async fn folder() -> Self {
        let root = tempfile::tempdir().unwrap();
        let store = format!("file://{}", root.path().join("objects").display());
        Self { root, store, s3: None }
    }

    pub(crate) async fn s3() -> Self {
        let root = tempfile::tempdir().unwrap();
        let bucket = root.path().join("bucket");
        std::fs::create_dir(&bucket).unwrap();
        let server = S3Server::start(&bucket).await;
        Self { root, store: server.url(), s3: Some(server) }
    }

    pub(crate) async fn open(&self) -> Library {
        Library::open(self.root.path(), &self.store).await
    }

    /// Takes a folder in in a process of its own, which the failure point befalls.
    pub(crate) async fn take_in_elsewhere(&self, source: &Path, failure: Option<String>) -> Output {
        let mut child = tokio::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "library::takes_in_what_it_is_told", "--nocapture"]);
        child.env(FOLDER, self.root.path()).env(STORE, &self.store).env(SOURCE, source);
        child.env("RUST_BACKTRACE", "0");
        if let Some(failure) = failure {
            child.env(FailurePoint::VARIABLE, failure);
        }
        child.output().await.unwrap()
    }
}

/// An open library.
pub(crate) struct Library {
    pub(crate) catalog: Catalog,
    pub(crate) store: Store,
    pub(crate) ingest: Ingest,
}

impl Library {
    pub(crate) async fn open(folder: &Path, store: &str) -> Self {
        let clock = Arc::new(ManualClock::at(NOW));
        let url = sqlite_url(&folder.join("catalog.sqlite"));
        let catalog = Catalog::open(&url, clock.clone()).await.unwrap();
        let store = Store::open_with(store, S3Server::environment()).unwrap();
        let config = IngestConfig::default();
        let ingest = Ingest::new(catalog.clone(), store.clone(), config, clock);
        Self { catalog, store, ingest }
    }

    pub(crate) async fn take_in(&self, folder: &Path) -> Result<TakenIn, IngestError> {
        let found = discover(folder)?;
        self.ingest.take_in(&found[0], |_| ()).await
    }

    pub(crate) async fn sources(&self) -> Vec<SourceFile> {
        self.catalog.sources(&Viewer::program(), &id()).await.unwrap()
    }

    /// Checks that the catalog has nothing of the recording, or the whole of one version: every byte
    /// can be read, and what was understood is of that version. Returns its chat message.
    pub(crate) async fn whole_or_nothing(&self) -> Option<String> {
        let sources = self.sources().await;
        let recording = self.catalog.recording(&Viewer::program(), &id()).await.unwrap();
        let jobs = self.catalog.queue().of_recording(&id()).await.unwrap();
        if recording.is_none() {
            assert!(sources.is_empty() && jobs.is_empty());
            return None;
        }
        assert!(!jobs.is_empty());
        self.check_bytes(&sources).await;
        let manifest = self.store.get(&ObjectKey::Manifest { recording: &id() }).await.unwrap();
        let manifest = Manifest::from_json(&manifest.unwrap()).unwrap();
        self.check_bytes(&manifest.files).await;

        let contents = self.catalog.contents(&Viewer::program(), &id()).await.unwrap().unwrap();
        let chat = contents.chat[0].text.clone();
        let file = sources.iter().find(|it| it.path.as_str().ends_with("slides_new.xml")).unwrap();
        let bytes = self.store.get(&file.key(&id())).await.unwrap().unwrap();
        assert!(String::from_utf8(bytes.to_vec()).unwrap().contains(&chat), "{chat}");
        Some(chat)
    }

    async fn check_bytes(&self, files: &[SourceFile]) {
        for file in files {
            let bytes = self.store.get(&file.key(&id())).await.unwrap();
            let bytes = bytes.unwrap_or_else(|| panic!("{} is lost", file.path));
            assert_eq!(hex::encode(Sha256::digest(&bytes)), file.sha256, "{}", file.path);
        }
    }

    /// Checks that all there is, is in the newer version, with the older beside it.
    pub(crate) async fn check_renewed(&self) {
        assert_eq!(self.whole_or_nothing().await.as_deref(), Some("second"));
        let sources = self.sources().await;
        let aside = sources.iter().filter(|it| it.path.as_str().starts_with("superseded/"));
        assert_eq!((sources.len(), aside.count()), (15, 2));
        self.check_manifest(&sources).await;
    }

    /// Checks that all there is, is in the older version.
    pub(crate) async fn check_new(&self) {
        assert_eq!(self.whole_or_nothing().await.as_deref(), Some("first"));
        let sources = self.sources().await;
        assert_eq!(sources.len(), 12);
        self.check_manifest(&sources).await;
    }

    async fn check_manifest(&self, sources: &[SourceFile]) {
        let manifest = self.store.get(&ObjectKey::Manifest { recording: &id() }).await.unwrap();
        assert_eq!(Manifest::from_json(&manifest.unwrap()).unwrap().files, sources);
    }
}

pub(crate) fn id() -> RecordingId {
    ID.parse().unwrap()
}

/// Says the whole chain of an error.
pub(crate) fn said(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&it| it.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// By itself, it takes a source of its own in; other tests start it to be killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn takes_in_what_it_is_told() {
    let told = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let (Some(folder), Some(source)) = (told(FOLDER), told(SOURCE)) else {
        let (place, source) = (Place::folder().await, tempfile::tempdir().unwrap());
        let source = crate::source::Source::write(source.path(), 1_000);
        let library = place.open().await;
        library.take_in(&source.folder()).await.unwrap();
        return library.check_new().await;
    };
    let library = Library::open(&folder, &std::env::var(STORE).unwrap()).await;
    if let Err(error) = library.take_in(&source).await {
        panic!("{}", said(&error));
    }
}
