use super::{
    discover::discover_unpacking_in,
    failure_point::FailurePoint,
    folder::Folder,
    found::Found,
    keep::{self, Keeper, KeptNow, not_stored},
    merge::{Merged, merge},
    roles,
};
use crate::{
    IngestConfig, IngestError, Warning,
    files::{Bytes as Local, Files},
    understand::contents::{self, Understood},
};
use archive::{
    Catalog, CatalogError, Clock, Lane, Manifest, ObjectKey, Recording, RecordingId, Scratch,
    ServerState, SourceFile, SourcePath, Store, Timestamp, UploadDetails, Viewer,
    catalog::{Admission, Admitted},
};
use bytes::Bytes;
use futures_util::{
    FutureExt as _, TryFutureExt as _, TryStreamExt as _, future::BoxFuture,
    stream::FuturesUnordered,
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio_util::sync::CancellationToken;

/// Reading, parsing and hashing at once, for all recordings together.
const LANE_SLOTS: usize = 4;
/// Questions to the store at once.
const LOOKS_AT_ONCE: usize = 16;
/// How often others may take in something of the same recording meanwhile.
const MOST_TRIES: usize = 8;

/// Takes recordings in.
#[derive(Clone)]
pub struct Ingest {
    catalog: Catalog,
    store: Store,
    config: IngestConfig,
    clock: Arc<dyn Clock>,
    /// Where copies of stored files and unpacked tars go for a while.
    scratch: PathBuf,
    /// For reading and parsing, which blocks.
    lane: Lane,
}

/// How far an ingest is.
#[derive(Debug, Clone, Copy)]
pub struct IngestProgress<'a> {
    pub bytes_done: u64,
    pub bytes_total: u64,
    /// A file at hand, as it will be called in the archive. Several are read at once.
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
        let lane = Lane::new("ingest", LANE_SLOTS);
        Self { catalog, store, config, clock, scratch: std::env::temp_dir(), lane }
    }

    /// The same, with another place than the system's for files that are needed for a while. Needs
    /// room for the largest compressed tar once unpacked.
    #[must_use]
    pub fn with_scratch(self, scratch: PathBuf) -> Self {
        Self { scratch, ..self }
    }

    /// Finds the recordings at `path`, as [`discover`](crate::discover()) does.
    pub async fn discover(&self, path: &Path) -> Result<Vec<Found>, IngestError> {
        let (at, scratch) = (path.to_owned(), self.scratch.clone());
        self.blocking(path, move || discover_unpacking_in(&at, &scratch)).await?
    }

    /// Takes in one recording in one format, with the raw `events.xml` beside a published folder if
    /// there is one.
    ///
    /// Its files are stored byte for byte under their digests, and looked for in the store; then the
    /// manifest; then one transaction tells the catalog what was understood of them and queues the
    /// work. Whatever breaks off before that has changed nothing in the catalog, and the next try
    /// finishes it.
    ///
    /// Taking the same in again changes nothing; with other files, or in another format, the
    /// recording becomes what is handed over now together with what was before: a file that is
    /// missing now stays, and the former bytes of one that changed stay under `superseded/DIGEST/`.
    /// Two that take in the same recording at once do not get in each other's way.
    ///
    /// # Errors
    ///
    /// Nothing is in the catalog then, or it is as it was. [`IngestError::disposition`] says whether
    /// trying again can help.
    #[tracing::instrument(name = "ingest", skip_all, fields(recording.id))]
    pub async fn take_in(
        &self,
        found: &Found,
        on_progress: impl FnMut(IngestProgress<'_>) + Send,
    ) -> Result<TakenIn, IngestError> {
        // Its type would be that of all that happens in it.
        let taking: BoxFuture<'_, _> = self.take(found, on_progress).boxed();
        taking.await
    }

    async fn take(
        &self,
        found: &Found,
        on_progress: impl FnMut(IngestProgress<'_>) + Send,
    ) -> Result<TakenIn, IngestError> {
        let unread = |source| IngestError::Read { path: found.path().to_owned(), source };
        let looked = found.clone();
        let folder = self.blocking(found.path(), move || Folder::look(&looked)).await??;
        let id = folder.id.clone();
        tracing::Span::current().record("recording.id", id.as_str());
        FailurePoint::LOOKED.reached().map_err(unread)?;

        let mut former = self.former(&id).await?;
        let keeper = Keeper::new(&self.store, &self.lane, &id, found, on_progress);
        let kept = Box::pin(keeper.keep(&folder.originals, &former)).await?;
        FailurePoint::OBJECTS.reached().map_err(unread)?;

        let folder = Arc::new(folder);
        for _ in 0..MOST_TRIES {
            let tried = Box::pin(self.admit(found, &folder, &kept, former)).await;
            match tried {
                Err(IngestError::Catalog { source: CatalogError::Overtaken { .. }, .. }) => {
                    tracing::info!(recording.id = %id, "another hand-over came first: merging again");
                    former = self.former(&id).await?;
                }
                tried => return tried,
            }
        }
        let source = CatalogError::Overtaken { recording: id.to_string() };
        Err(not_recorded(&id, source))
    }

    /// Joins what was handed over to what the archive has, and makes it the library's.
    async fn admit(
        &self,
        found: &Found,
        folder: &Arc<Folder>,
        kept: &KeptNow,
        former: Vec<SourceFile>,
    ) -> Result<TakenIn, IngestError> {
        let id = &folder.id;
        let unread = |source| IngestError::Read { path: found.path().to_owned(), source };
        let Merged { files, to_copy } = merge(&former, &kept.files);
        for file in &to_copy {
            keep::copy_to_digest(&self.store, id, file).await?;
        }
        let lost = self.verify(id, &files, kept).await?;
        FailurePoint::VERIFIED.reached().map_err(unread)?;

        let (understood, mut warnings) = self.understand(found, folder, &files, &lost).await?;
        warnings.extend(lost.iter().map(|path| Warning::Lost { path: path.to_string() }));
        let before = folder.warnings.clone();
        let warnings: Vec<_> = before.into_iter().chain(warnings).collect();

        let (looked, looked_at) = (Arc::clone(folder), found.clone());
        let check = move || looked.check_unchanged(&looked_at);
        self.blocking(found.path(), check).await??;

        let now = self.clock.now();
        let Understood { contents, about } = understood;
        let said = Said::new(folder.details.as_ref());
        let recording = Recording {
            id: id.clone(),
            title: about.title.or(said.title).unwrap_or_else(|| id.to_string()),
            description: about.description,
            licence: about.licence,
            language: about.language.or(said.language),
            visibility: about
                .visibility
                .or(said.visibility)
                .unwrap_or(self.config.default_visibility),
            started_at: about.started_at.or(said.started_at).or(id.created_at()).unwrap_or(now),
            duration: about.duration,
            participants: about.participants,
            ingested_at: now,
            space: about.space,
            subjects: about.subjects,
            server_state: ServerState::Published,
        };
        let due = roles::due(&former, &files);
        let manifest = Manifest { recording: id.clone(), ingested_at: now, files };
        self.keep_manifest(&manifest).await?;
        FailurePoint::MANIFEST.reached().map_err(unread)?;
        let admission = Admission {
            recording,
            manifest,
            contents,
            collection: about.collection,
            former,
            due,
            understanding: contents::UNDERSTANDING,
        };
        FailurePoint::COMMITTING.reached().map_err(unread)?;
        let admitted = self.catalog.admit(&admission).await;
        let admitted = admitted.map_err(|source| not_recorded(id, source))?;
        FailurePoint::COMMITTED.reached().map_err(unread)?;
        for warning in &warnings {
            tracing::warn!(recording.id = %id, "{warning}");
        }
        let kept = self.catalog.recording(&Viewer::program(), id).await;
        let kept = kept.map_err(|source| not_recorded(id, source))?;
        Ok(TakenIn {
            title: kept.unwrap_or(admission.recording).title,
            recording: id.clone(),
            admitted,
            files: folder.originals.len(),
            bytes: folder.originals.iter().map(|it| it.size_bytes).sum(),
            warnings,
        })
    }

    /// Looks for every file in the store. What was handed over now must be there; returns what was
    /// handed over before and is there no more.
    async fn verify(
        &self,
        id: &RecordingId,
        files: &[SourceFile],
        kept: &KeptNow,
    ) -> Result<BTreeSet<SourcePath>, IngestError> {
        let now: BTreeSet<&str> = kept.files.iter().map(|it| it.sha256.as_str()).collect();
        let mut unseen = files.iter().filter(|it| !kept.seen.contains(&it.path));
        let mut looks = FuturesUnordered::new();
        let mut lost = BTreeSet::new();
        loop {
            while looks.len() < LOOKS_AT_ONCE
                && let Some(file) = unseen.next()
            {
                looks.push(keep::has(&self.store, id, file).map_ok(move |it| (file, it)));
            }
            let Some((file, is_there)) = looks.try_next().await? else { break };
            if is_there {
                continue;
            }
            if now.contains(file.sha256.as_str()) {
                let (recording, path) = (id.to_string(), file.path.to_string());
                return Err(IngestError::NotKept { recording, path });
            }
            lost.insert(file.path.clone());
        }
        Ok(lost)
    }

    /// Reads what the recording's files say: those that were handed over now, and of the others
    /// those that are worth fetching.
    async fn understand(
        &self,
        found: &Found,
        folder: &Folder,
        files: &[SourceFile],
        lost: &BTreeSet<SourcePath>,
    ) -> Result<(Understood, Vec<Warning>), IngestError> {
        let mut all = Files::default();
        for file in files.iter().filter(|it| !lost.contains(&it.path)) {
            all.put(file.path.clone(), None);
        }
        for original in &folder.originals {
            all.put(original.path.clone(), Some(original.bytes.clone()));
        }
        let mut fetched = None;
        for file in files {
            let wanted = contents::is_read(&file.path) && all.has(&file.path);
            if wanted && !all.is_at_hand(&file.path) {
                let (scratch, copies) = match &mut fetched {
                    Some(fetched) => fetched,
                    none => {
                        let made = Scratch::make(&self.scratch);
                        let made = made.map_err(|source| IngestError::Scratch { source })?;
                        none.insert((made, Vec::new()))
                    }
                };
                let copy = self.store.local(&file.key(&folder.id), scratch.folder()).await;
                let copy = copy.map_err(|source| not_stored(&folder.id, &file.path, source))?;
                all.put(file.path.clone(), Some(Local::File(copy.path().to_owned())));
                copies.push(copy);
            }
        }
        let (config, id) = (self.config, folder.id.clone());
        let read = move || {
            let mut warnings = Vec::new();
            let understood = contents::read(&all, &id, &config, &mut warnings);
            (understood, warnings, all.failure())
        };
        let (understood, warnings, failure) = self.blocking(found.path(), read).await?;
        drop(fetched);
        match failure {
            None => Ok((understood, warnings)),
            Some((path, source)) => Err(IngestError::Read { path, source }),
        }
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
        path: &Path,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, IngestError> {
        self.lane
            .run(&CancellationToken::new(), work)
            .await
            .map_err(|source| IngestError::BrokenOff { folder: path.to_owned(), source })
    }
}

/// What was said of a file that says nothing of itself.
#[derive(Default)]
struct Said {
    title: Option<String>,
    language: Option<archive::Language>,
    visibility: Option<archive::Visibility>,
    started_at: Option<Timestamp>,
}

impl Said {
    fn new(details: Option<&UploadDetails>) -> Self {
        let Some(details) = details.cloned() else { return Self::default() };
        let title = Some(details.title.trim().to_owned()).filter(|it| !it.is_empty());
        let UploadDetails { language, visibility, started_at_ms: started_at, .. } = details;
        Self { title, language, visibility, started_at }
    }
}

fn not_recorded(id: &RecordingId, source: CatalogError) -> IngestError {
    IngestError::Catalog { recording: id.to_string(), source }
}
