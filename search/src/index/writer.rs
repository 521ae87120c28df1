//! The thread that changes the index.

use super::{folder::Folder, published::Published, snapshot::Snapshot};
use crate::{IndexError, passage::Entry, schema::Fields};
use archive::RecordingId;
use std::{sync::Arc, thread};
use tantivy::{
    IndexReader, IndexWriter, TantivyDocument, TantivyError,
    indexer::{IndexWriterOptions, UserOperation},
    merge_policy::LogMergePolicy,
};
use tokio::sync::{mpsc, oneshot};

/// Memory for documents that are not committed. A long meeting takes a hundredth of it.
const BUFFER_BYTES: usize = 64 << 20;

/// Changes that are committed together, at most.
const BATCH: usize = 64;

/// A segment with more deleted documents than this is merged, so that the words of a withdrawn
/// recording leave the disk soon.
const DELETED_SHARE: f32 = 0.2;

type Done = oneshot::Sender<Result<(), IndexError>>;

/// A change of the index. It is answered when it is committed and searches see it.
pub(super) enum Change {
    Replace {
        entry: Box<Entry>,
        done: Done,
    },
    Remove {
        recording: RecordingId,
        done: Done,
    },
    /// The index holds the whole catalog.
    Complete {
        done: Done,
    },
}

pub(super) struct Writer {
    index: tantivy::Index,
    fields: Fields,
    reader: IndexReader,
    published: Arc<Published>,
    folder: Folder,
    /// `None` after a failure, until the next batch opens it again.
    open: Option<IndexWriter>,
}

impl Writer {
    /// Opens the index for writing and reading. Blocks.
    pub(super) fn open(
        index: tantivy::Index,
        fields: Fields,
        folder: Folder,
    ) -> Result<(Self, Arc<Published>), (TantivyError, Folder)> {
        let opened = (|| {
            let writer = open_writer(&index)?;
            let reader = index.reader_builder();
            let reader = reader.reload_policy(tantivy::ReloadPolicy::Manual).try_into()?;
            let snapshot = Snapshot::new(reader.searcher(), fields, None)?;
            Ok((writer, reader, snapshot))
        })();
        match opened {
            Ok((writer, reader, snapshot)) => {
                let published = Arc::new(Published::new(snapshot, !folder.is_complete()));
                let open = Some(writer);
                let writer =
                    Self { index, fields, reader, published: Arc::clone(&published), folder, open };
                Ok((writer, published))
            }
            Err(error) => Err((error, folder)),
        }
    }

    /// Applies changes until their senders are gone.
    pub(super) fn start(
        self,
        changes: mpsc::Receiver<Change>,
    ) -> Result<thread::JoinHandle<()>, std::io::Error> {
        thread::Builder::new().name("index-writer".to_owned()).spawn(move || self.run(changes))
    }

    fn run(mut self, mut changes: mpsc::Receiver<Change>) {
        while let Some(first) = changes.blocking_recv() {
            let mut batch = vec![first];
            while batch.len() < BATCH
                && let Ok(next) = changes.try_recv()
            {
                batch.push(next);
            }
            let result = self.apply(&batch);
            if result.is_err() {
                // A writer that failed once refuses all that follows; what it had not committed is
                // gone, and whoever sent it is told.
                self.open = None;
            }
            for change in batch {
                let (Change::Replace { done, .. }
                | Change::Remove { done, .. }
                | Change::Complete { done }) = change;
                // Whoever does not wait any more does not need the answer.
                done.send(result.clone()).ok();
            }
        }
    }

    fn apply(&mut self, batch: &[Change]) -> Result<(), IndexError> {
        let write = |source| IndexError::Write { source: Arc::new(source) };
        let mut completed = false;
        let mut changed = false;
        for change in batch {
            let operations = match change {
                Change::Replace { entry, .. } => self.replacement(entry),
                Change::Remove { recording, .. } => {
                    vec![UserOperation::Delete(self.fields.all_of(recording.as_str()))]
                }
                Change::Complete { .. } => {
                    completed = true;
                    continue;
                }
            };
            changed = true;
            // As one batch: the documents of a recording become one block of one segment.
            self.writer().and_then(|it| it.run(operations)).map_err(write)?;
        }
        if changed {
            self.writer().and_then(IndexWriter::commit).map_err(write)?;
            self.publish().map_err(write)?;
        }
        if completed {
            self.folder.completed()?;
            self.published.rebuilt();
        }
        Ok(())
    }

    fn replacement(&self, entry: &Entry) -> Vec<UserOperation<TantivyDocument>> {
        let old = UserOperation::Delete(self.fields.all_of(entry.recording.id.as_str()));
        let new = self.fields.documents(entry).into_iter().map(UserOperation::Add);
        std::iter::once(old).chain(new).collect()
    }

    fn writer(&mut self) -> Result<&mut IndexWriter, TantivyError> {
        match &mut self.open {
            Some(writer) => Ok(writer),
            closed => Ok(closed.insert(open_writer(&self.index)?)),
        }
    }

    fn publish(&self) -> Result<(), TantivyError> {
        self.reader.reload()?;
        let before = self.published.snapshot();
        let snapshot = Snapshot::new(self.reader.searcher(), self.fields, Some(&before))?;
        self.published.publish(snapshot);
        Ok(())
    }
}

fn open_writer(index: &tantivy::Index) -> Result<IndexWriter, TantivyError> {
    let options = IndexWriterOptions::builder()
        .num_worker_threads(1)
        .num_merge_threads(1)
        .memory_budget_per_thread(BUFFER_BYTES)
        .build();
    let writer = index.writer_with_options(options)?;
    let mut merging = LogMergePolicy::default();
    merging.set_del_docs_ratio_before_merge(DELETED_SHARE);
    writer.set_merge_policy(Box::new(merging));
    Ok(writer)
}
