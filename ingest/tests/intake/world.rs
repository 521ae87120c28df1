//! A library with an intake, and the samples to hand over.

use archive::{Arrival, ArrivalState, RecordingId, Viewer, Visibility, Way, testing::TestArchive};
use ingest::{
    Ingest, IngestConfig, Intake, IntakeConfig, IntakeParts, Scanned,
    bbb::{BbbServer, Downloader},
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio_util::sync::CancellationToken;

pub(crate) struct World {
    pub(crate) archive: TestArchive,
    pub(crate) intake: Intake,
    /// A folder of the test's own.
    pub(crate) here: PathBuf,
}

impl World {
    /// What a test changes of the settings; nothing needs to settle unless it says so.
    pub(crate) async fn with(set: impl FnOnce(&Path, &mut IntakeConfig)) -> Self {
        Self::with_server(set, None).await
    }

    pub(crate) async fn with_server(
        set: impl FnOnce(&Path, &mut IntakeConfig),
        server: Option<(BbbServer, Downloader)>,
    ) -> Self {
        let archive = TestArchive::open().await;
        let here = archive.folder.path().join("here");
        fs::create_dir(&here).unwrap();
        let mut config = IntakeConfig { settle_seconds: 0, ..IntakeConfig::default() };
        set(&here, &mut config);
        let settings =
            IngestConfig { default_visibility: Visibility::Public, ..IngestConfig::default() };
        let ingest = Ingest::new(
            archive.catalog.clone(),
            archive.store.clone(),
            settings,
            archive.clock.clone(),
        );
        let intake = Intake::new(IntakeParts {
            ingest,
            catalog: archive.catalog.clone(),
            clock: archive.clock.clone(),
            config,
            server: server.map(|(server, downloader)| (Arc::new(server), downloader)),
            uploads: here.join("uploads"),
            downloads: here.join("downloads"),
        });
        Self { archive, intake, here }
    }

    /// Looks once and takes everything in that is due.
    pub(crate) async fn round(&self) -> Scanned {
        let scanned = self.intake.scan().await.unwrap();
        self.intake.take_waiting(&Way::ALL, &CancellationToken::new()).await;
        scanned
    }

    pub(crate) async fn arrivals(&self) -> Vec<Arrival> {
        let curator = Viewer::program().curator().unwrap();
        self.archive.catalog.arrivals().list(&curator).await.unwrap()
    }

    /// The only arrival.
    pub(crate) async fn arrival(&self) -> (ArrivalState, String) {
        let mut arrivals = self.arrivals().await;
        let one = arrivals.pop().unwrap();
        assert_eq!(arrivals, [], "there is one more: {one:?}");
        (one.state, one.message.unwrap_or_default())
    }

    /// The formats that the library has of a recording, in order; none if it has none.
    pub(crate) async fn formats(&self, id: &RecordingId) -> Vec<String> {
        let sources = self.archive.catalog.sources(&Viewer::program(), id).await.unwrap();
        let mut formats: Vec<_> =
            sources.iter().map(|it| it.path.parts().next().unwrap().to_owned()).collect();
        formats.dedup();
        formats
    }

    pub(crate) async fn is_seen(&self, id: &RecordingId) -> bool {
        self.archive.catalog.recording(&Viewer::visitor(), id).await.unwrap().is_some()
    }
}

pub(crate) fn variants() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/variants"))
}

/// The recording of the samples' tars.
pub(crate) fn tarred() -> RecordingId {
    "968d1b651797db2765ff8acfbc6ffbe7125837a3-1705297500731".parse().unwrap()
}

pub(crate) fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

/// The names in a folder, sorted; none if there is no such folder.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> =
        entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
