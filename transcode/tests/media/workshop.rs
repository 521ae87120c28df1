//! A stage with a catalog and a store of its own.

use archive::{
    ClaimedJob, DerivedFile, JobKind, ObjectKey, Outcome, Progress, RecordingId, SourceRole,
    Stage as _, StageError, Visibility,
    testing::{TestArchive, admission, recording_id, source_file},
};
use std::{path::Path, time::Duration};
use tokio_util::sync::CancellationToken;
use transcode::{MediaConfig, MediaStage};

pub(crate) struct Workshop {
    pub(crate) archive: TestArchive,
    pub(crate) recording: RecordingId,
    pub(crate) config: MediaConfig,
    pub(crate) progress: Progress,
}

impl Workshop {
    /// A recording of the given files. A file that does not exist is in the manifest all the same.
    pub(crate) async fn with(files: &[(&str, SourceRole, &Path)]) -> Self {
        let archive = TestArchive::open().await;
        let recording = recording_id(1);
        let mut admission = admission(1, "Assembly", Visibility::Public);
        admission.contents = archive::Contents::default();
        admission.manifest.files =
            files.iter().map(|&(path, role, _)| source_file(path, role)).collect();
        archive.catalog.admit(&admission).await.unwrap();
        for (path, _, file) in files {
            if file.exists() {
                let path = path.parse().unwrap();
                let key = ObjectKey::Source { recording: &recording, path: &path };
                archive.store.put_file(&key, file).await.unwrap();
            }
        }
        let scratch = archive.folder.path().join("scratch");
        // Whatever GStreamer warns of is a mistake of ours: it ends the child.
        let args = ["G_DEBUG=fatal-warnings", env!("CARGO_BIN_EXE_media-job")];
        let config =
            MediaConfig::new("/usr/bin/env".into(), args.map(str::to_owned).to_vec(), scratch);
        Self { archive, recording, config, progress: Progress::default() }
    }

    pub(crate) fn stage(&self) -> MediaStage {
        let (catalog, store) = (self.archive.catalog.clone(), self.archive.store.clone());
        MediaStage::new(self.config.clone(), catalog, store)
    }

    pub(crate) async fn job(&self, kind: JobKind) -> ClaimedJob {
        let queue = self.archive.catalog.queue();
        queue.enqueue(&self.recording, kind).await.unwrap();
        queue.claim(&[kind], "test", Duration::from_secs(600)).await.unwrap().unwrap()
    }

    pub(crate) async fn run(&self, kind: JobKind) -> Result<Outcome, StageError> {
        let job = self.job(kind).await;
        let cancel = CancellationToken::new();
        let result = self.stage().run(&job, &self.progress, &cancel).await;
        self.assert_tidy();
        if let Ok(outcome) = &result {
            self.archive.catalog.queue().complete(&job, outcome).await.unwrap();
        }
        result
    }

    /// Scratch is empty on every path.
    #[track_caller]
    pub(crate) fn assert_tidy(&self) {
        let Ok(left) = std::fs::read_dir(&self.config.scratch) else { return };
        let left: Vec<_> = left.map(|it| it.unwrap().path()).collect();
        assert!(left.is_empty(), "{left:?}");
    }

    pub(crate) async fn derived(&self, name: &DerivedFile) -> Option<Vec<u8>> {
        let key = ObjectKey::Derived { recording: &self.recording, file: name };
        self.archive.store.get(&key).await.unwrap().map(|it| it.to_vec())
    }

    pub(crate) async fn file(&self, name: &str) -> Vec<u8> {
        let found = self.derived(&name.parse().unwrap()).await;
        found.unwrap_or_else(|| panic!("there is no `{name}`"))
    }

    pub(crate) async fn speech(&self) -> Option<Vec<u8>> {
        let key = ObjectKey::SpeechAudio { recording: &self.recording };
        self.archive.store.get(&key).await.unwrap().map(|it| it.to_vec())
    }
}

/// The whole chain of an error's causes.
pub(crate) fn told(error: &StageError) -> String {
    format!("{:#}", error.source)
}
