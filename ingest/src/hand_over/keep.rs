//! Puts originals into the store, byte for byte, and never loses one.

use super::{
    ingest::{give_roles, not_stored},
    originals::Original,
};
use crate::{IngestError, IngestProgress};
use archive::{
    Kept, Lane, ObjectKey, RecordingId, SourceFile, SourcePath, SourceRole, Store, StoreError,
    store::StoredObject,
};
use futures_util::{StreamExt as _, TryStreamExt as _};
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read as _},
    path::Path,
};
use tokio_util::{io::ReaderStream, sync::CancellationToken};

/// How much of a file is in memory at once.
const CHUNK_BYTES: usize = 256 << 10;

pub(crate) struct Keeper<'a, P> {
    store: &'a Store,
    lane: &'a Lane,
    recording: &'a RecordingId,
    former: BTreeMap<&'a SourcePath, &'a SourceFile>,
    on_progress: P,
    bytes_done: u64,
    bytes_total: u64,
}

impl<'a, P: FnMut(IngestProgress<'_>) + Send> Keeper<'a, P> {
    /// `former` is what was handed over before.
    pub(crate) fn new(
        store: &'a Store,
        lane: &'a Lane,
        recording: &'a RecordingId,
        former: &'a [SourceFile],
        on_progress: P,
    ) -> Self {
        let former = former.iter().map(|it| (&it.path, it)).collect();
        Self { store, lane, recording, former, on_progress, bytes_done: 0, bytes_total: 0 }
    }

    /// Stores what is new or changed; returns every file that the archive then has of the
    /// recording, sorted by path.
    pub(crate) async fn keep(
        &mut self,
        originals: &[Original],
    ) -> Result<Vec<SourceFile>, IngestError> {
        self.bytes_total = originals.iter().map(|it| it.size_bytes).sum();
        let mut kept: BTreeMap<SourcePath, SourceFile> =
            self.former.values().map(|&it| (it.path.clone(), it.clone())).collect();
        for original in originals {
            let former = self.former.get(&original.path).copied();
            if let Some(former) = former {
                if self.is_same(original, former).await? {
                    if self.is_stored(former).await? {
                        self.bytes_done += original.size_bytes;
                        self.report(&original.path);
                        continue;
                    }
                    tracing::warn!(
                        recording.id = %self.recording,
                        "the store has not what was handed over as `{}`; it gets it again",
                        original.path,
                    );
                } else {
                    let superseded = self.set_aside(former).await?;
                    kept.extend(superseded.map(|it| (it.path.clone(), it)));
                }
            }
            let StoredObject { size_bytes, sha256 } = self.put(original).await?;
            let path = original.path.clone();
            let file =
                SourceFile { path, size_bytes, sha256, role: SourceRole::Other, kept: Kept::Path };
            kept.insert(file.path.clone(), file);
        }
        let mut kept: Vec<_> = kept.into_values().collect();
        give_roles(&mut kept);
        Ok(kept)
    }

    fn report(&mut self, file: &SourcePath) {
        let Self { bytes_done, bytes_total, .. } = *self;
        (self.on_progress)(IngestProgress { bytes_done, bytes_total, file });
    }

    async fn is_same(
        &mut self,
        original: &Original,
        former: &SourceFile,
    ) -> Result<bool, IngestError> {
        if original.size_bytes != former.size_bytes {
            return Ok(false);
        }
        let local = original.local.clone();
        let hashed = self.lane.run(&CancellationToken::new(), move || sha256(&local)).await;
        let path = original.local.clone();
        match hashed {
            Ok(Ok(sha256)) => Ok(sha256 == former.sha256),
            Ok(Err(source)) => Err(IngestError::Read { path, source }),
            Err(source) => Err(IngestError::BrokenOff { folder: path, source }),
        }
    }

    /// Whether the store has what the catalog says. That it has other bytes of the same length is
    /// looked for only where they may have been replaced, since it takes reading them.
    async fn is_stored(&mut self, former: &SourceFile) -> Result<bool, IngestError> {
        let recording = self.recording;
        let failed = |source| not_stored(recording, &former.path, source);
        let key = ObjectKey::Source { recording, path: &former.path };
        let stored = self.store.head(&key).await.map_err(failed)?;
        if stored.is_none_or(|it| it.size_bytes != former.size_bytes) {
            return Ok(false);
        }
        // A copy that was set aside tells of a replacement, which may have been broken off before
        // the catalog knew of it.
        let aside = superseded(former);
        let aside = ObjectKey::Source { recording, path: &aside.path };
        if self.store.head(&aside).await.map_err(failed)?.is_none() {
            return Ok(true);
        }
        let Some(mut chunks) = self.store.stream(&key, None).await.map_err(failed)? else {
            return Ok(false);
        };
        let mut digest = Sha256::new();
        while let Some(chunk) = chunks.try_next().await.map_err(failed)? {
            digest.update(&chunk);
        }
        Ok(hex::encode(digest.finalize()) == former.sha256)
    }

    async fn put(&mut self, original: &Original) -> Result<StoredObject, IngestError> {
        let Original { path, local, size_bytes } = original;
        let unread = |source| IngestError::Read { path: local.clone(), source };
        let file = tokio::fs::File::open(local).await.map_err(unread)?;
        self.report(path);
        let (store, recording) = (self.store, self.recording);
        let chunks = ReaderStream::with_capacity(file, CHUNK_BYTES).inspect_ok(|chunk| {
            self.bytes_done += chunk.len() as u64;
            let (bytes_done, bytes_total) = (self.bytes_done, self.bytes_total);
            (self.on_progress)(IngestProgress { bytes_done, bytes_total, file: path });
        });
        let stored = store.put_stream(&ObjectKey::Source { recording, path }, chunks).await;
        match stored {
            Ok(stored) if stored.size_bytes == *size_bytes => Ok(stored),
            Ok(_) => Err(IngestError::ChangedMeanwhile { path: local.clone() }),
            Err(StoreError::Input { source, .. }) => Err(unread(source)),
            Err(source) => Err(not_stored(recording, path, source)),
        }
    }

    /// Copies what is about to be replaced to where nothing replaces it. `None`: the store has lost
    /// it, so there is nothing to lose.
    async fn set_aside(&mut self, former: &SourceFile) -> Result<Option<SourceFile>, IngestError> {
        let recording = self.recording;
        let aside = superseded(former);
        let failed = |source| not_stored(recording, &aside.path, source);
        let to = ObjectKey::Source { recording, path: &aside.path };
        // It is there after an ingest that was broken off, when the other may be replaced already.
        if self.store.head(&to).await.map_err(failed)?.is_some() {
            return Ok(Some(aside));
        }
        let from = ObjectKey::Source { recording, path: &former.path };
        let Some(chunks) = self.store.stream(&from, None).await.map_err(failed)? else {
            tracing::warn!(
                recording.id = %recording,
                "the store has lost `{}`; what is handed over now takes its place", former.path,
            );
            return Ok(None);
        };
        let chunks = chunks.map(|chunk| chunk.map_err(io::Error::other));
        let copied = self.store.put_stream(&to, chunks).await.map_err(failed)?;
        if copied.sha256 != former.sha256 {
            self.store.delete(&to).await.map_err(failed)?;
            return Err(IngestError::StoredOriginalDiffers {
                recording: recording.to_string(),
                path: former.path.to_string(),
            });
        }
        Ok(Some(aside))
    }
}

/// Where the former bytes of a file go.
fn superseded(former: &SourceFile) -> SourceFile {
    let digest = former.sha256.get(..16).unwrap_or(&former.sha256);
    let name = former.path.as_str();
    let path = format!("superseded/{digest}/{name}");
    // Of a path so long that nothing fits before it, the digest alone still finds the file.
    let path = path.parse().or_else(|_| format!("superseded/{}", former.sha256).parse());
    let path = path.expect("a digest is a name");
    SourceFile { path, role: SourceRole::Other, ..former.clone() }
}

fn sha256(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut digest = Sha256::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hex::encode(digest.finalize())),
            length => digest.update(&chunk[..length]),
        }
    }
}
