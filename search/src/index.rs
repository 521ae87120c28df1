//! The index on disk, and the one writer of it.

mod folder;
mod published;
mod snapshot;
mod view;
mod writer;

pub(crate) use published::Published;
pub(crate) use snapshot::{Block, SegmentTable, Snapshot};
pub(crate) use view::{View, VisibleDocs};

use crate::{Entry, IndexError, Searcher, schema::Fields};
use archive::RecordingId;
use folder::Folder;
use std::{fs, path::Path, sync::Arc, thread::JoinHandle};
use tantivy::TantivyError;
use tokio::sync::{mpsc, oneshot};
use writer::{Change, Writer};

/// Changes that wait for the writer; whoever has more waits too.
const WAITING: usize = 64;

/// The search index of a library. Cheap to clone; the last clone to go closes it.
///
/// It is derived: all that is in it comes from the catalog, and [`rebuild`](Self::rebuild) makes it
/// anew. One process at a time may have it open.
#[derive(Clone)]
pub struct Index {
    inner: Arc<Inner>,
}

struct Inner {
    /// `None` only while closing.
    changes: Option<mpsc::Sender<Change>>,
    writer: Option<JoinHandle<()>>,
    published: Arc<Published>,
    searcher: Searcher,
}

impl Index {
    /// Opens the index in `folder`, or an empty one. Blocks, and reads the whole index once to see
    /// whether it is sound: call it while starting.
    ///
    /// An index of another version is left alone and an empty one begun; a damaged one is moved to
    /// `set-aside/`. Both then say [`needs_rebuild`](Self::needs_rebuild).
    ///
    /// # Errors
    ///
    /// [`IndexError::InUse`] if another process has it open; otherwise the folder cannot be used.
    pub fn open(folder: &Path) -> Result<Self, IndexError> {
        let locked = Folder::lock(folder)?;
        let (writer, published) = match open_or_create(locked) {
            Ok(opened) => opened,
            Err((error, locked)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the search index in `{}` is damaged; it is set aside and must be rebuilt",
                    folder.display()
                );
                locked.set_aside()?;
                open_or_create(locked).map_err(|(error, _)| IndexError::Create {
                    folder: folder.to_owned(),
                    source: Arc::new(error),
                })?
            }
        };
        let (changes, waiting) = mpsc::channel(WAITING);
        let writer = writer.start(waiting).map_err(|source| IndexError::Folder {
            path: folder.to_owned(),
            source: Arc::new(source),
        })?;
        let searcher = Searcher::new(Arc::clone(&published));
        let inner = Inner { changes: Some(changes), writer: Some(writer), published, searcher };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Whether the index lacks recordings that the catalog may have: it is new, was damaged, is of
    /// another version, or its last rebuild was cut short.
    pub fn needs_rebuild(&self) -> bool {
        self.inner.published.needs_rebuild()
    }

    pub fn searcher(&self) -> Searcher {
        self.inner.searcher.clone()
    }

    /// How many recordings are in the index.
    pub fn len(&self) -> usize {
        self.inner.published.snapshot().recordings().count()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts a recording into the index in place of what was there of it. When this returns, it is
    /// committed and searches see it.
    pub async fn replace(&self, entry: Entry) -> Result<(), IndexError> {
        finished(self.send_replace(entry).await?).await
    }

    /// Takes a recording out of the index; one that is not in it is no error.
    pub async fn remove(&self, recording: &RecordingId) -> Result<(), IndexError> {
        let recording = recording.clone();
        finished(self.send(|done| Change::Remove { recording, done }).await?).await
    }

    pub(crate) async fn send_replace(&self, entry: Entry) -> Result<Pending, IndexError> {
        let entry = Box::new(entry);
        self.send(|done| Change::Replace { entry, done }).await
    }

    pub(crate) async fn mark_complete(&self) -> Result<(), IndexError> {
        finished(self.send(|done| Change::Complete { done }).await?).await
    }

    pub(crate) fn recordings(&self) -> Vec<RecordingId> {
        self.inner.published.snapshot().recordings().cloned().collect()
    }

    async fn send(&self, change: impl FnOnce(Done) -> Change) -> Result<Pending, IndexError> {
        let (done, pending) = oneshot::channel();
        let changes = self.inner.changes.as_ref().ok_or(IndexError::Closed)?;
        changes.send(change(done)).await.map_err(|_| IndexError::Closed)?;
        Ok(pending)
    }
}

type Done = oneshot::Sender<Result<(), IndexError>>;

/// A change that was sent and is not yet committed.
pub(crate) type Pending = oneshot::Receiver<Result<(), IndexError>>;

pub(crate) async fn finished(pending: Pending) -> Result<(), IndexError> {
    pending.await.map_err(|_| IndexError::Closed)?
}

impl Drop for Inner {
    /// Waits for the writer, so that the folder is free when the index is gone.
    fn drop(&mut self) {
        self.changes = None;
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!("the thread that writes the search index had panicked");
        }
    }
}

fn open_or_create(folder: Folder) -> Result<(Writer, Arc<Published>), (TantivyError, Folder)> {
    match open_sound(&folder) {
        Ok((index, fields)) => Writer::open(index, fields, folder),
        Err(error) => Err((error, folder)),
    }
}

fn open_sound(folder: &Folder) -> Result<(tantivy::Index, Fields), TantivyError> {
    let (schema, fields) = Fields::schema();
    let path = folder.passages();
    if !path.exists() {
        fs::create_dir_all(&path)?;
        let builder = tantivy::Index::builder().schema(schema).settings(Fields::settings());
        return Ok((builder.create_in_dir(&path)?, fields));
    }
    let index = tantivy::Index::open_in_dir(&path)?;
    if index.schema() != schema {
        return Err(TantivyError::SchemaError("other fields than this version writes".to_owned()));
    }
    let damaged = index.validate_checksum()?;
    if let Some(file) = damaged.into_iter().next() {
        let problem = format!("the checksum of `{}` is wrong", file.display());
        return Err(TantivyError::SystemError(problem));
    }
    Ok((index, fields))
}
