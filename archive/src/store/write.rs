use super::{Attempt, Backend, StoreError, StoredObject, error::explain};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream::BoxStream};
use object_store::{MultipartUpload, ObjectStoreExt as _, PutMode, PutPayload, path::Path};
use sha2::{Digest as _, Sha256};
use std::io;
use tokio::{runtime::Handle, task::JoinSet};

/// How much goes into one part of an upload. S3 wants at least 5 MiB and allows 10 000 parts;
/// Cloudflare R2 wants them of one size.
const PART_BYTES: u64 = 8 << 20;
const MAX_PARTS: u64 = 10_000;

/// Parts on their way at once, beside the one that is being filled.
const PARTS_IN_FLIGHT: usize = 3;

/// What to do where an object is already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    Replace,
    Keep,
}

/// What was read from the stream, and whether it was put: not if something is to be kept.
pub(super) type Written = (StoredObject, bool);

/// Writes what the stream yields: at once where it fits in one part, else in parts that become
/// visible together. Nothing becomes visible if that is not what was `expected`.
pub(super) async fn stream(
    backend: &Backend,
    path: &Path,
    mut chunks: BoxStream<'_, io::Result<Bytes>>,
    expected_bytes: Option<u64>,
    existing: Existing,
    expected: Option<&StoredObject>,
) -> Result<Written, StoreError> {
    let failed = |error| explain(Attempt::Write, backend.show(path), &error);
    let part_bytes = match existing {
        // S3 takes a condition only for what is put at once.
        Existing::Keep if backend.folder.is_none() => usize::MAX,
        Existing::Keep | Existing::Replace => part_bytes(expected_bytes),
    };
    let mut digest = Digest::default();
    let mut part = Part::default();
    let mut upload: Option<Upload> = None;
    while let Some(chunk) = chunks.next().await {
        let mut chunk = match chunk {
            Ok(chunk) => chunk,
            Err(source) => {
                if let Some(upload) = upload {
                    upload.abort().await;
                }
                return Err(StoreError::Input { object: backend.show(path), source });
            }
        };
        digest.update(&chunk).await;
        while part.size_bytes + chunk.len() > part_bytes {
            part.push(chunk.split_to(part_bytes - part.size_bytes));
            let upload = match &mut upload {
                Some(upload) => upload,
                none => none.insert(Upload::begin(backend, path).await.map_err(failed)?),
            };
            upload.send(std::mem::take(&mut part)).await.map_err(failed)?;
        }
        part.push(chunk);
    }
    let read = digest.finish();
    if expected.is_some_and(|it| *it != read) {
        if let Some(upload) = upload {
            upload.abort().await;
        }
        let source = io::Error::other("it changed while it was read");
        return Err(StoreError::Input { object: backend.show(path), source });
    }
    if upload.is_none() && backend.folder.is_some() {
        upload = Some(Upload::begin(backend, path).await.map_err(failed)?);
    }
    let put = match upload {
        None => {
            let mode = match existing {
                Existing::Replace => PutMode::Overwrite,
                Existing::Keep => PutMode::Create,
            };
            backend.objects.put_opts(path, part.into(), mode.into()).await.map(drop)
        }
        Some(mut upload) => {
            upload.send(part).await.map_err(failed)?;
            upload.finish(backend, path, existing).await
        }
    };
    match put {
        Ok(()) => Ok((read, true)),
        Err(object_store::Error::AlreadyExists { .. }) if existing == Existing::Keep => {
            Ok((read, false))
        }
        Err(error) => Err(failed(error)),
    }
}

/// Writes what the stream yields to a folder, under a name that is made of what was read: the one
/// that begins in `incoming/` gets its name when it is whole.
pub(super) async fn named_by_digest(
    backend: &Backend,
    mut chunks: BoxStream<'_, io::Result<Bytes>>,
    expected_bytes: Option<u64>,
    name: impl FnOnce(&StoredObject) -> Path,
) -> Result<StoredObject, StoreError> {
    let nowhere = backend.incoming();
    let failed = |path: &Path, error| explain(Attempt::Write, backend.show(path), &error);
    let part_bytes = part_bytes(expected_bytes);
    let mut digest = Digest::default();
    let mut part = Part::default();
    let mut upload = Upload::begin(backend, &nowhere).await.map_err(|it| failed(&nowhere, it))?;
    while let Some(chunk) = chunks.next().await {
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(source) => {
                upload.abort().await;
                return Err(StoreError::Input { object: backend.place.clone(), source });
            }
        };
        digest.update(&chunk).await;
        part.push(chunk);
        if part.size_bytes >= part_bytes {
            upload.send(std::mem::take(&mut part)).await.map_err(|it| failed(&nowhere, it))?;
        }
    }
    upload.send(part).await.map_err(|it| failed(&nowhere, it))?;
    let stored = digest.finish();
    let path = name(&stored);
    match backend.objects.head(&path).await {
        // The same bytes are there; a file that a power cut left empty is not the same.
        Ok(there) if there.size == stored.size_bytes => upload.abort().await,
        Ok(_) | Err(_) => {
            let finished = upload.finish(backend, &path, Existing::Replace).await;
            finished.map_err(|it| failed(&path, it))?;
        }
    }
    Ok(stored)
}

/// Reads a stream to its end and says what it was.
pub(super) async fn digest(
    mut chunks: BoxStream<'_, io::Result<Bytes>>,
) -> io::Result<StoredObject> {
    let mut digest = Digest::default();
    while let Some(chunk) = chunks.next().await {
        digest.update(&chunk?).await;
    }
    Ok(digest.finish())
}

/// The least that keeps the upload below [`MAX_PARTS`].
fn part_bytes(expected_bytes: Option<u64>) -> usize {
    let needed = expected_bytes.unwrap_or(0).div_ceil(MAX_PARTS);
    usize::try_from(needed.max(PART_BYTES)).expect("a part of what a disk holds fits in memory")
}

#[derive(Default)]
struct Part {
    chunks: Vec<Bytes>,
    size_bytes: usize,
}

impl Part {
    fn push(&mut self, chunk: Bytes) {
        if !chunk.is_empty() {
            self.size_bytes += chunk.len();
            self.chunks.push(chunk);
        }
    }
}

impl From<Part> for PutPayload {
    fn from(part: Part) -> Self {
        part.chunks.into_iter().collect()
    }
}

/// A multipart upload that is taken back unless it is finished.
struct Upload {
    /// Where it becomes an object: its final place, or `incoming/` for one that is to be renamed.
    target: Path,
    /// `None` once finished or taken back.
    upload: Option<Box<dyn MultipartUpload>>,
    parts: JoinSet<object_store::Result<()>>,
}

impl Upload {
    /// In a folder every put begins in `incoming/`, so that what a killed process leaves lies in one
    /// place and can be swept.
    async fn begin(backend: &Backend, path: &Path) -> object_store::Result<Self> {
        let target = match backend.folder {
            Some(_) => backend.incoming(),
            None => path.clone(),
        };
        let upload = backend.objects.put_multipart(&target).await?;
        Ok(Self { target, upload: Some(upload), parts: JoinSet::new() })
    }

    /// Sends a part on its way, once there are few enough on it.
    async fn send(&mut self, part: Part) -> object_store::Result<()> {
        while self.parts.len() >= PARTS_IN_FLIGHT {
            self.arrived().await?;
        }
        if let Some(upload) = &mut self.upload {
            self.parts.spawn(upload.put_part(part.into()));
        }
        Ok(())
    }

    async fn arrived(&mut self) -> object_store::Result<()> {
        match self.parts.join_next().await {
            Some(part) => part?,
            None => Ok(()),
        }
    }

    async fn finish(
        mut self,
        backend: &Backend,
        path: &Path,
        existing: Existing,
    ) -> object_store::Result<()> {
        while !self.parts.is_empty() {
            self.arrived().await?;
        }
        if let Some(upload) = &mut self.upload {
            upload.complete().await?;
        }
        self.upload = None;
        if self.target == *path {
            return Ok(());
        }
        let renamed = match existing {
            Existing::Replace => backend.objects.rename(&self.target, path).await,
            Existing::Keep => backend.objects.rename_if_not_exists(&self.target, path).await,
        };
        if renamed.is_err() {
            // The failure to tell is the first one; what stays is swept later.
            drop(backend.objects.delete(&self.target).await);
        }
        renamed
    }

    async fn abort(mut self) {
        if let Some(upload) = self.upload.take() {
            take_back(upload, std::mem::take(&mut self.parts), &self.target).await;
        }
    }
}

/// An error and a caller that stopped waiting both end here.
impl Drop for Upload {
    fn drop(&mut self) {
        let (Some(upload), Ok(runtime)) = (self.upload.take(), Handle::try_current()) else {
            return;
        };
        let (parts, target) = (std::mem::take(&mut self.parts), self.target.clone());
        runtime.spawn(async move { take_back(upload, parts, &target).await });
    }
}

async fn take_back(
    mut upload: Box<dyn MultipartUpload>,
    mut parts: JoinSet<object_store::Result<()>>,
    target: &Path,
) {
    // A part that arrived after the rest was taken back would stay.
    while parts.join_next().await.is_some() {}
    if let Err(error) = upload.abort().await {
        tracing::warn!(%error, "cannot take back the unfinished upload of `{target}`");
    }
}

/// Counts and hashes what passes.
#[derive(Default)]
pub(super) struct Digest {
    sha256: Sha256,
    size_bytes: u64,
}

impl Digest {
    pub(super) async fn update(&mut self, bytes: &[u8]) {
        // Between slices, others get their turn.
        for slice in bytes.chunks(super::CHUNK_BYTES) {
            self.sha256.update(slice);
            tokio::task::consume_budget().await;
        }
        self.size_bytes += u64::try_from(bytes.len()).expect("64 bits hold any length");
    }

    pub(super) fn finish(self) -> StoredObject {
        let sha256 = hex::encode(self.sha256.finalize());
        StoredObject { size_bytes: self.size_bytes, sha256 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_few_enough_however_large_the_file() {
        const MIB: u64 = 1 << 20;
        let cases = [
            (None, 8 * MIB),
            (Some(0), 8 * MIB),
            (Some(80_000 * MIB), 8 * MIB),
            (Some(160_000 * MIB), 16 * MIB),
        ];
        for (expected_bytes, part) in cases {
            assert_eq!(part_bytes(expected_bytes), usize::try_from(part).unwrap());
        }
    }

    #[tokio::test]
    async fn the_digest_does_not_depend_on_the_pieces() {
        let bytes = vec![7; 3 * super::super::CHUNK_BYTES + 1];
        let (mut whole, mut pieces) = (Digest::default(), Digest::default());
        whole.update(&bytes).await;
        for piece in bytes.chunks(1000) {
            pieces.update(piece).await;
        }
        assert_eq!(whole.finish(), pieces.finish());
    }
}
