//! Puts originals into the store, byte for byte, several at once.

use super::{
    failure_point::FailurePoint,
    found::{Found, Place},
    originals::Original,
};
use crate::{IngestError, IngestProgress, files::Bytes as Local};
use archive::{
    Kept, Lane, RecordingId, SourceFile, SourcePath, Store, StoreError, store::StoredObject,
};
use bytes::Bytes;
use futures_util::{
    FutureExt as _, Stream, TryStreamExt as _,
    future::BoxFuture,
    stream::{self, FuturesUnordered},
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read},
    sync::{Mutex, PoisonError},
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// How much of a file is in memory at once.
const CHUNK_BYTES: u64 = 256 << 10;
/// Files on their way at once, most of which are small.
const FILES_AT_ONCE: usize = 16;
/// What all files on their way may hold in memory.
const MEMORY_BYTES: u64 = 64 << 20;
/// What one holds at most: the parts of an upload.
const FILE_MEMORY_BYTES: u64 = 32 << 20;
/// In which portions memory is given out.
const PORTION_BYTES: u64 = 64 << 10;

pub(crate) struct Keeper<'a, P> {
    pub(crate) store: &'a Store,
    pub(crate) lane: &'a Lane,
    pub(crate) recording: &'a RecordingId,
    pub(crate) found: &'a Found,
    progress: Progress<P>,
}

/// What the store has of a file.
enum Known<'a> {
    Not,
    /// All of it, and that under these names before.
    AsItIs(StoredObject, Vec<&'a SourcePath>),
}

/// What was handed over, as it lies in the store now.
pub(crate) struct KeptNow {
    /// Sorted by path.
    pub(crate) files: Vec<SourceFile>,
    /// Those that were looked for in the store and found, having been there before.
    pub(crate) seen: BTreeSet<SourcePath>,
}

/// What one file is called, how it lies in the store, and under which names it did before.
type Stored<'a> = (Vec<&'a Original>, StoredObject, Vec<&'a SourcePath>);

impl<'a, P: FnMut(IngestProgress<'_>) + Send> Keeper<'a, P> {
    pub(crate) fn new(
        store: &'a Store,
        lane: &'a Lane,
        recording: &'a RecordingId,
        found: &'a Found,
        report: P,
    ) -> Self {
        let progress = Progress(Mutex::new(Counted { done: 0, total: 0, report }));
        Self { store, lane, recording, found, progress }
    }

    /// Stores what is new or changed against `former`, which was handed over before.
    pub(crate) async fn keep(
        &self,
        originals: &[Original],
        former: &[SourceFile],
    ) -> Result<KeptNow, IngestError> {
        // Links lead to the same bytes, which are read once.
        let mut groups: BTreeMap<&Local, Vec<&Original>> = BTreeMap::new();
        for original in originals {
            groups.entry(&original.bytes).or_default().push(original);
        }
        self.progress.begin(originals.iter().map(|it| it.size_bytes).sum());
        let former: BTreeMap<&str, &SourceFile> =
            former.iter().map(|it| (it.path.as_str(), it)).collect();
        let memory = Semaphore::new(portions(MEMORY_BYTES));
        let mut groups = groups.into_values();
        let mut under_way = FuturesUnordered::new();
        let mut now = KeptNow { files: Vec::new(), seen: BTreeSet::new() };
        loop {
            while under_way.len() < FILES_AT_ONCE
                && let Some(group) = groups.next()
            {
                under_way.push(self.within(&memory, group, &former));
            }
            let Some((group, stored, seen)) = under_way.try_next().await? else { break };
            let StoredObject { size_bytes, sha256 } = stored;
            now.seen.extend(seen.into_iter().cloned());
            now.files.extend(group.into_iter().map(|it| SourceFile {
                path: it.path.clone(),
                size_bytes,
                sha256: sha256.clone(),
                role: it.role,
                kept: Kept::Digest,
            }));
        }
        now.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(now)
    }

    /// Stores one file once there is memory for it.
    fn within<'b>(
        &'b self,
        memory: &'b Semaphore,
        group: Vec<&'b Original>,
        former: &'b BTreeMap<&str, &'b SourceFile>,
    ) -> BoxFuture<'b, Result<Stored<'b>, IngestError>> {
        let work = async move {
            let size = group.first().map_or(0, |it| it.size_bytes);
            let portions = u32::try_from(portions(size.min(FILE_MEMORY_BYTES)));
            let portions = portions.expect("so many portions of memory fit in 32 bits");
            let _memory = memory.acquire_many(portions).await.expect("it is never closed");
            let (stored, seen) = match self.known(&group, former).await? {
                Known::AsItIs(stored, seen) => (stored, seen),
                Known::Not => (self.put(group[0], group.len()).await?, Vec::new()),
            };
            FailurePoint::OBJECT.reached().map_err(|it| self.unread(group[0], it))?;
            Ok((group, stored, seen))
        };
        work.boxed()
    }

    /// Finds out whether the store has what one file, which is called as `group` says, was before.
    /// Takes care that it has what the first version of this program kept.
    async fn known<'b>(
        &self,
        group: &[&'b Original],
        former: &BTreeMap<&str, &'b SourceFile>,
    ) -> Result<Known<'b>, IngestError> {
        let original = group[0];
        let size_bytes = original.size_bytes;
        let same_size = |it: &&Original| {
            let former = former.get(it.path.as_str()).copied();
            former.filter(|it| it.size_bytes == size_bytes)
        };
        let mut same: Vec<&SourceFile> = group.iter().filter_map(same_size).collect();
        if same.is_empty() {
            return Ok(Known::Not);
        }
        let sha256 = self.sha256(original).await?;
        same.retain(|it| it.sha256 == sha256);
        let (mut seen, mut has_all) = (Vec::new(), same.len() == group.len());
        let mut has_digest = false;
        for known in same {
            let is_there = has(self.store, self.recording, known).await?;
            if is_there {
                seen.push(&known.path);
                has_digest |= known.kept == Kept::Digest;
                continue;
            }
            tracing::warn!(
                recording.id = %self.recording,
                "the store has not what was handed over as `{}`; it gets it again",
                known.path,
            );
            match known.kept {
                Kept::Path => self.heal(original, known).await?,
                Kept::Digest => has_all = false,
            }
        }
        if !has_all && !has_digest {
            return Ok(Known::Not);
        }
        self.progress.add(size_bytes, group.len(), &original.path);
        Ok(Known::AsItIs(StoredObject { size_bytes, sha256 }, seen))
    }

    /// Puts a file under its digest. What is read counts `times` over.
    async fn put(&self, original: &Original, times: usize) -> Result<StoredObject, IngestError> {
        let mut passes = 0;
        let open = || {
            passes += 1;
            // Only the first reading counts: it may be read twice.
            self.chunks(original, if passes == 1 { times } else { 0 })
        };
        let stored = self.store.put_original(self.recording, original.size_bytes, open).await;
        let stored = stored.map_err(|it| self.not_stored(original, it))?;
        if stored.size_bytes != original.size_bytes {
            return Err(self.changed(original));
        }
        Ok(stored)
    }

    /// Puts a file where the first version of this program kept it.
    async fn heal(&self, original: &Original, known: &SourceFile) -> Result<(), IngestError> {
        let key = known.key(self.recording);
        let stored = self.store.put_stream(&key, self.chunks(original, 0)).await;
        let stored = stored.map_err(|it| self.not_stored(original, it))?;
        if stored.sha256 == known.sha256 {
            return Ok(());
        }
        // What changed between two readings is nobody's; it was lost before.
        self.store.delete(&key).await.map_err(|it| self.not_stored(original, it))?;
        Err(self.changed(original))
    }

    async fn sha256(&self, original: &Original) -> Result<String, IngestError> {
        let bytes = original.bytes.clone();
        let hash = move || {
            let mut digest = Sha256::new();
            let mut reader = bytes.open()?;
            let mut chunk = vec![0; usize::try_from(CHUNK_BYTES).expect("it is small")];
            loop {
                let length = reader.read(&mut chunk)?;
                FailurePoint::READING.reached()?;
                match length {
                    0 => return Ok(hex::encode(digest.finalize())),
                    length => digest.update(&chunk[..length]),
                }
            }
        };
        match self.lane.run(&CancellationToken::new(), hash).await {
            Ok(hashed) => hashed.map_err(|it| self.unread(original, it)),
            Err(source) => {
                let folder = original.bytes.path().to_owned();
                Err(IngestError::BrokenOff { folder, source })
            }
        }
    }

    /// Reads a file piece by piece. What is read counts `times` over.
    fn chunks(
        &self,
        original: &Original,
        times: usize,
    ) -> impl Stream<Item = io::Result<Bytes>> + Send {
        let path = original.path.clone();
        let chunks = stream::try_unfold(Reading::Closed(original.bytes.clone()), |it| async {
            match self.lane.run(&CancellationToken::new(), || it.next()).await {
                Ok(read) => read,
                Err(error) => Err(io::Error::other(error)),
            }
        });
        chunks.inspect_ok(move |chunk| {
            let length = u64::try_from(chunk.len()).expect("64 bits hold any length");
            self.progress.add(length, times, &path);
        })
    }

    fn not_stored(&self, original: &Original, error: StoreError) -> IngestError {
        match error {
            StoreError::Input { source, .. } => self.unread(original, source),
            source => not_stored(self.recording, &original.path, source),
        }
    }

    fn unread(&self, original: &Original, source: io::Error) -> IngestError {
        let is_content = matches!(
            source.kind(),
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
        );
        match &self.found.place {
            Place::Packed { packed, .. } if is_content => {
                let (file, entry) = (packed.file.clone(), original.path.to_string());
                IngestError::ReadEntry { file, entry, source }
            }
            _ => IngestError::Read { path: original.bytes.path().to_owned(), source },
        }
    }

    fn changed(&self, original: &Original) -> IngestError {
        IngestError::ChangedMeanwhile { path: original.bytes.path().to_owned() }
    }
}

/// Whether the store has what the catalog says, to go by its length.
pub(crate) async fn has(
    store: &Store,
    recording: &RecordingId,
    file: &SourceFile,
) -> Result<bool, IngestError> {
    let stored = store.head(&file.key(recording)).await;
    let stored = stored.map_err(|source| not_stored(recording, &file.path, source))?;
    Ok(stored.is_some_and(|it| it.size_bytes == file.size_bytes))
}

/// Copies what lies under its path to where it lies under its digest. If the store has lost it, or
/// has something else there, there is nothing to copy: it is lost, and whoever looks for it says so.
/// Nothing is deleted, as those other bytes may be an original too.
pub(crate) async fn copy_to_digest(
    store: &Store,
    recording: &RecordingId,
    file: &SourceFile,
) -> Result<(), IngestError> {
    let failed = |source| not_stored(recording, &file.path, source);
    let from = file.key(recording);
    let Some(meta) = store.head(&from).await.map_err(failed)? else { return Ok(()) };
    let open = || {
        let chunks = async move {
            let chunks = store.stream(&from, None).await.map_err(io::Error::other)?;
            let chunks = chunks.ok_or(io::ErrorKind::NotFound)?;
            Ok::<_, io::Error>(chunks.map_err(io::Error::other))
        };
        stream::once(chunks).try_flatten()
    };
    let copied = store.put_original(recording, meta.size_bytes, open).await.map_err(failed)?;
    if copied.sha256 != file.sha256 {
        tracing::warn!(
            recording.id = %recording,
            "the store has other bytes for `{}` than were handed over", file.path,
        );
    }
    Ok(())
}

pub(crate) fn not_stored(id: &RecordingId, path: &SourcePath, source: StoreError) -> IngestError {
    IngestError::Store { recording: id.to_string(), path: path.to_string(), source }
}

fn portions(bytes: u64) -> usize {
    usize::try_from(bytes.div_ceil(PORTION_BYTES).max(1)).expect("memory has an address")
}

/// A file that is being read.
enum Reading {
    Closed(Local),
    Open(Box<dyn Read + Send>),
    Done,
}

impl Reading {
    /// Reads the next piece; a small file is opened, read and closed in one go. Blocks.
    fn next(self) -> io::Result<Option<(Bytes, Self)>> {
        let mut reader = match self {
            Self::Closed(bytes) => bytes.open()?,
            Self::Open(reader) => reader,
            Self::Done => return Ok(None),
        };
        let mut chunk = Vec::new();
        let length = reader.by_ref().take(CHUNK_BYTES).read_to_end(&mut chunk)?;
        FailurePoint::READING.reached()?;
        let is_last = u64::try_from(length).expect("64 bits hold any length") < CHUNK_BYTES;
        let next = if is_last { Self::Done } else { Self::Open(reader) };
        Ok((length > 0).then(|| (chunk.into(), next)))
    }
}

/// Counts what was read, and tells.
struct Progress<P>(Mutex<Counted<P>>);

struct Counted<P> {
    done: u64,
    total: u64,
    report: P,
}

impl<P: FnMut(IngestProgress<'_>)> Progress<P> {
    fn begin(&self, total: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).total = total;
    }

    fn add(&self, bytes: u64, times: usize, file: &SourcePath) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let times = u64::try_from(times).expect("64 bits hold any number");
        counted.done += bytes.saturating_mul(times);
        let (bytes_done, bytes_total) = (counted.done, counted.total);
        (counted.report)(IngestProgress { bytes_done, bytes_total, file });
    }
}
