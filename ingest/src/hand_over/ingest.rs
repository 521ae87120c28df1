use super::{folder::Folder, keep::Keeper, originals};
use crate::{
    IngestConfig, IngestError, Warning,
    files::{Bytes as Local, Files},
    understand::contents::{self, Understood},
};
use archive::{
    Catalog, Clock, Lane, Manifest, ObjectKey, Recording, RecordingId, SourceFile, SourcePath,
    Store, Viewer,
    catalog::{Admission, Admitted},
};
use bytes::Bytes;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio_util::sync::CancellationToken;

/// Takes recordings in.
#[derive(Clone)]
pub struct Ingest {
    catalog: Catalog,
    store: Store,
    config: IngestConfig,
    clock: Arc<dyn Clock>,
    /// For reading and parsing, which blocks.
    lane: Lane,
}

/// How far an ingest is.
#[derive(Debug, Clone, Copy)]
pub struct IngestProgress<'a> {
    pub bytes_done: u64,
    pub bytes_total: u64,
    /// The file at hand, as it will be called in the archive.
    pub file: &'a SourcePath,
}

/// What was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenIn {
    pub recording: RecordingId,
    /// The title in the catalog, which an archivist may have changed.
    pub title: String,
    pub admitted: Admitted,
    /// How many files were handed over this time.
    pub files: usize,
    /// Their length together.
    pub bytes: u64,
    /// What was not as it should be. Each was logged.
    pub warnings: Vec<Warning>,
}

impl Ingest {
    pub fn new(
        catalog: Catalog,
        store: Store,
        config: IngestConfig,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { catalog, store, config, clock, lane: Lane::new("ingest", 2) }
    }

    /// Takes in the recording in one published `presentation` directory, with the raw `events.xml`
    /// beside it if there is one.
    ///
    /// Its files are stored byte for byte, then the manifest, then the catalog gets what was
    /// understood of them. Taking the same in again changes nothing; with other files, it becomes
    /// what is handed over now, and nothing that was handed over before is lost: a file that is
    /// missing now stays, and the former bytes of one that changed stay under
    /// `superseded/DIGEST/` (see [`IngestError::StoredOriginalDiffers`] for the one way that this
    /// can fail).
    ///
    /// # Errors
    ///
    /// Nothing is in the catalog then, or it is as it was.
    #[tracing::instrument(name = "ingest", skip_all, fields(recording.id))]
    pub async fn take_in(
        &self,
        folder: &Path,
        on_progress: impl FnMut(IngestProgress<'_>) + Send,
    ) -> Result<TakenIn, IngestError> {
        let path = folder.to_owned();
        let looked = self.blocking(folder, move || Folder::look(&path)).await??;
        let Folder { id, originals, mut warnings, .. } = looked;
        tracing::Span::current().record("recording.id", id.as_str());

        let former = self.former(&id).await?;
        let mut keeper = Keeper::new(&self.store, &self.lane, &id, &former, on_progress);
        let files = keeper.keep(&originals).await?;

        let scratch = tempfile::tempdir().map_err(|source| IngestError::Scratch { source })?;
        let mut all = Files::default();
        for file in &files {
            all.put(file.path.clone(), None);
        }
        for it in &originals {
            all.put(it.path.clone(), Some(Local::File(it.local.clone())));
        }
        let mut fetched = Vec::new();
        for file in &files {
            if contents::is_read(&file.path) && all.open(file.path.as_str()).is_none() {
                let copy = self.store.local(&file.key(&id), scratch.path()).await;
                let copy = copy.map_err(|source| not_stored(&id, &file.path, source))?;
                all.put(file.path.clone(), Some(Local::File(copy.path().to_owned())));
                fetched.push(copy);
            }
        }
        let (config, of) = (self.config, id.clone());
        let read = move || {
            let understood = contents::read(&all, &of, &config, &mut warnings);
            (understood, warnings)
        };
        let (understood, warnings) = self.blocking(folder, read).await?;
        drop(fetched);
        for warning in &warnings {
            tracing::warn!(recording.id = %id, "{warning}");
        }

        let Understood { contents: understood, about } = understood;
        let now = self.clock.now();
        let recording = Recording {
            id: id.clone(),
            title: about.title.unwrap_or_else(|| id.to_string()),
            description: about.description,
            licence: about.licence,
            language: about.language,
            visibility: about.visibility.unwrap_or(self.config.default_visibility),
            started_at: about.started_at.or(id.created_at()).unwrap_or(now),
            duration: about.duration,
            participants: about.participants,
            ingested_at: now,
            space: about.space,
            subjects: about.subjects,
            server_state: archive::ServerState::Published,
        };
        let manifest = Manifest { recording: id.clone(), ingested_at: now, files };
        self.keep_manifest(&manifest).await?;
        let admission = Admission {
            recording,
            manifest,
            contents: understood,
            collection: about.collection,
            former,
            due: archive::JobKind::AFTER_INGEST.to_vec(),
            understanding: contents::UNDERSTANDING,
        };
        let admitted = self.catalog.admit(&admission).await;
        let admitted = admitted.map_err(|source| not_recorded(&id, source))?;
        let kept = self.catalog.recording(&Viewer::program(), &id).await;
        let kept = kept.map_err(|source| not_recorded(&id, source))?;
        Ok(TakenIn {
            title: kept.unwrap_or(admission.recording).title,
            recording: id,
            admitted,
            files: originals.len(),
            bytes: originals.iter().map(|it| it.size_bytes).sum(),
            warnings,
        })
    }

    /// Stores the manifest, unless the one in the store says the same but for its time. It is not
    /// judged by the catalog, which does not know of one that was lost, or of an ingest that was
    /// broken off.
    async fn keep_manifest(&self, manifest: &Manifest) -> Result<(), IngestError> {
        let recording = &manifest.recording;
        let failed = |source| IngestError::Store {
            recording: recording.to_string(),
            path: "manifest.json".to_owned(),
            source,
        };
        let key = ObjectKey::Manifest { recording };
        let stored = self.store.get(&key).await.map_err(failed)?;
        let stored = stored.and_then(|it| Manifest::from_json(&it).ok());
        if stored.is_none_or(|it| it.recording != *recording || it.files != manifest.files) {
            let put = self.store.put(&key, Bytes::from(manifest.to_json())).await;
            put.map_err(failed)?;
        }
        Ok(())
    }

    /// What was handed over before, sorted by path as a manifest is.
    async fn former(&self, id: &RecordingId) -> Result<Vec<SourceFile>, IngestError> {
        let former = self.catalog.sources(&Viewer::program(), id).await;
        let mut former = former.map_err(|source| not_recorded(id, source))?;
        former.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(former)
    }

    async fn blocking<T: Send + 'static>(
        &self,
        folder: &Path,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, IngestError> {
        self.lane
            .run(&CancellationToken::new(), work)
            .await
            .map_err(|source| IngestError::BrokenOff { folder: folder.to_owned(), source })
    }
}

pub(crate) fn not_stored(
    id: &RecordingId,
    path: &SourcePath,
    source: archive::StoreError,
) -> IngestError {
    IngestError::Store { recording: id.to_string(), path: path.to_string(), source }
}

fn not_recorded(id: &RecordingId, source: archive::CatalogError) -> IngestError {
    IngestError::Catalog { recording: id.to_string(), source }
}

/// Gives every file its part. It depends on which others there are, so it comes last.
pub(crate) fn give_roles(files: &mut [SourceFile]) {
    let all: Vec<_> = files.iter().map(|it| (it.path.clone(), it.size_bytes)).collect();
    for file in files {
        let all = all.iter().map(|(path, bytes)| (path, *bytes));
        file.role = originals::role(&file.path, &all);
    }
}
