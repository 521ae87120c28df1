//! The object store: everything that is a file, in a folder, an S3 bucket or memory.
//!
//! # What holds
//!
//! On every backend:
//!
//! - **A put is atomic.** A reader sees the object as it was or as it is, whole, never a part of
//!   it. A put that fails or whose future is dropped has changed nothing, unless that struck in its
//!   very last step; then it may have put all.
//! - **A put is durable** once it returns: a folder's files and the directories that name them are
//!   synced to disk, and S3 answers after it has stored. Memory forgets.
//! - **Reading what was just put gives what was put.** The last of several puts at once wins.
//! - **A delete is idempotent.** On a folder it is not synced: after a power cut the object may be
//!   back.
//!
//! What a killed process leaves behind is out of sight of every reader. In a folder it lies in
//! `incoming/` and goes when a store is opened a day later; in S3 it is an unfinished multipart
//! upload, for which the bucket wants a lifecycle rule (`AbortIncompleteMultipartUpload`).
//!
//! The folder must lie on a file system that tells upper from lower case.

mod backend;
mod error;
mod key;
mod read;
mod url;
mod write;

pub use error::{Attempt, StoreError};
pub use key::ObjectKey;
pub use read::{ByteStream, LocalFile};

use crate::{DerivedFile, RecordingId, Timestamp};
use backend::Backend;
use bytes::{Bytes, BytesMut};
use error::explain;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use object_store::{ObjectStoreExt as _, PutPayload};
use std::{fmt, io, ops::Range, path::Path, sync::Arc};
use tokio_util::io::ReaderStream;
use write::{Existing, Written};

/// The most that [`Store::get`] reads into memory.
pub const GET_LIMIT_BYTES: u64 = 64 << 20;

/// How much of a file is in memory at once while it is read or written.
const CHUNK_BYTES: usize = 256 << 10;

/// Where the archive's objects lie. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    backend: Arc<Backend>,
}

/// What was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredObject {
    pub size_bytes: u64,
    /// Lowercase hex.
    pub sha256: String,
}

/// What is known of an object without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectMeta {
    pub size_bytes: u64,
    /// A strong validator, quoted, ready for the HTTP header (RFC 9110 §8.8.3). It changes when the
    /// bytes change; another put of the same bytes may change it.
    pub etag: String,
    pub modified: Timestamp,
}

impl Store {
    /// Opens the store that a URL names:
    ///
    /// - `file:///absolute/folder`, which is made if it does not exist,
    /// - `s3://bucket/prefix?endpoint=https://host:port&region=name`, where the prefix, the endpoint
    ///   (default: AWS) and the region (default: the environment's, else `us-east-1`) may be left
    ///   out. Buckets are addressed by path. Credentials come from the environment as AWS's own
    ///   tools take them: `AWS_ACCESS_KEY_ID` with `AWS_SECRET_ACCESS_KEY`, or a role.
    /// - `memory:`, which is empty and is gone with its last clone.
    ///
    /// Call it once, while starting: it touches the disk.
    ///
    /// # Errors
    ///
    /// [`StoreError::Url`] names the part of the URL that is at fault; [`StoreError::Open`] a folder
    /// that cannot be made. Whether a bucket can be reached is [`Store::probe`]'s to say.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with(
            url,
            std::env::vars_os().filter_map(|(name, value)| {
                Some((name.into_string().ok()?, value.into_string().ok()?))
            }),
        )
    }

    /// Opens a store as [`Store::open`] does, with the credentials of the environment given.
    pub fn open_with(
        url: &str,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, StoreError> {
        let backend = Backend::open(url.parse()?, environment)?;
        Ok(Self { backend: Arc::new(backend) })
    }

    /// Opens the store in a folder, which is made if it does not exist.
    pub fn open_folder(folder: &Path) -> Result<Self, StoreError> {
        Ok(Self { backend: Arc::new(Backend::folder(folder)?) })
    }

    /// Finds out whether the store can be written, read and deleted from.
    pub async fn probe(&self) -> Result<(), StoreError> {
        let probe = self.backend.incoming();
        let payload = PutPayload::from_static(b"probe");
        let objects = &self.backend.objects;
        objects
            .put(&probe, payload)
            .await
            .map_err(|it| self.failed(Attempt::Write, &probe, &it))?;
        objects.head(&probe).await.map_err(|it| self.failed(Attempt::Read, &probe, &it))?;
        objects.delete(&probe).await.map_err(|it| self.failed(Attempt::Delete, &probe, &it))
    }

    /// Puts an object, replacing what was there.
    pub async fn put(&self, key: &ObjectKey<'_>, bytes: Bytes) -> Result<StoredObject, StoreError> {
        let (stored, _) = self.write(key, once(bytes), None, Existing::Replace).await?;
        Ok(stored)
    }

    /// Puts an object where there is none. `None`: there is one, and it stays.
    ///
    /// Of several at once, exactly one puts; on S3 as far as the server knows `If-None-Match`.
    pub async fn put_if_absent(
        &self,
        key: &ObjectKey<'_>,
        bytes: Bytes,
    ) -> Result<Option<StoredObject>, StoreError> {
        // Asked first, since a server that refuses while the bytes are under way may hang up, which
        // looks like a failure.
        if self.head(key).await?.is_some() {
            return Ok(None);
        }
        let (stored, put) = self.write(key, once(bytes), None, Existing::Keep).await?;
        Ok(put.then_some(stored))
    }

    /// Puts a file, replacing what was there. The file is read once, however large it is.
    pub async fn put_file(
        &self,
        key: &ObjectKey<'_>,
        path: &Path,
    ) -> Result<StoredObject, StoreError> {
        let failed = |source| StoreError::File { path: path.to_owned(), source };
        let file = tokio::fs::File::open(path).await.map_err(failed)?;
        let size_bytes = file.metadata().await.map_err(failed)?.len();
        let chunks = ReaderStream::with_capacity(file, CHUNK_BYTES);
        match self.write(key, chunks, Some(size_bytes), Existing::Replace).await {
            Ok((stored, _)) => Ok(stored),
            Err(StoreError::Input { source, .. }) => Err(failed(source)),
            Err(error) => Err(error),
        }
    }

    /// Puts what a stream yields, replacing what was there: 78 GiB at most in S3, which allows
    /// 10 000 parts.
    ///
    /// # Errors
    ///
    /// [`StoreError::Input`] carries the first error that the stream yields. Nothing is put then.
    pub async fn put_stream(
        &self,
        key: &ObjectKey<'_>,
        chunks: impl Stream<Item = io::Result<Bytes>> + Send,
    ) -> Result<StoredObject, StoreError> {
        let (stored, _) = self.write(key, chunks, None, Existing::Replace).await?;
        Ok(stored)
    }

    /// Puts an original under its digest, where nothing can replace it. `open` begins to read it
    /// from its start, and is called once for a folder, and twice elsewhere: an object's name must be
    /// known there before its first byte is sent. What is there already is not put again.
    ///
    /// # Errors
    ///
    /// [`StoreError::Input`] carries the first error that the stream yields, and says so if the
    /// second reading was not what the first was. Nothing is put then.
    pub async fn put_original<S: Stream<Item = io::Result<Bytes>> + Send>(
        &self,
        recording: &RecordingId,
        expected_bytes: u64,
        mut open: impl FnMut() -> S + Send,
    ) -> Result<StoredObject, StoreError> {
        let expected = Some(expected_bytes);
        if self.backend.folder.is_some() {
            let name = |it: &StoredObject| {
                let key = ObjectKey::Original { recording, sha256: &it.sha256 };
                self.backend.path(&key)
            };
            return write::named_by_digest(&self.backend, open().boxed(), expected, name).await;
        }
        let stored = write::digest(open().boxed()).await.map_err(|source| StoreError::Input {
            object: format!("{} of {recording}", self.backend.place),
            source,
        })?;
        let key = ObjectKey::Original { recording, sha256: &stored.sha256 };
        if self.head(&key).await?.is_some_and(|it| it.size_bytes == stored.size_bytes) {
            return Ok(stored);
        }
        // Checked before anything is put: another hand-over may have put the right bytes meanwhile.
        let path = self.backend.path(&key);
        let chunks = open().boxed();
        let existing = Existing::Replace;
        write::stream(&self.backend, &path, chunks, expected, existing, Some(&stored)).await?;
        Ok(stored)
    }

    /// Reads a small object whole. `None`: no such object.
    ///
    /// # Errors
    ///
    /// [`StoreError::TooLarge`] past [`GET_LIMIT_BYTES`]: stream it.
    pub async fn get(&self, key: &ObjectKey<'_>) -> Result<Option<Bytes>, StoreError> {
        let Some(mut chunks) = self.stream(key, None).await? else { return Ok(None) };
        let size_bytes = chunks.meta().size_bytes;
        let too_large = || StoreError::TooLarge {
            object: self.backend.show(&self.backend.path(key)),
            size_bytes,
            limit_bytes: GET_LIMIT_BYTES,
        };
        if size_bytes > GET_LIMIT_BYTES {
            return Err(too_large());
        }
        let mut whole = BytesMut::with_capacity(size_bytes.try_into().map_err(|_| too_large())?);
        while let Some(chunk) = chunks.try_next().await? {
            whole.extend_from_slice(&chunk);
        }
        Ok(Some(whole.freeze()))
    }

    /// Says what is known of an object. `None`: no such object.
    pub async fn head(&self, key: &ObjectKey<'_>) -> Result<Option<ObjectMeta>, StoreError> {
        let path = self.backend.path(key);
        match self.backend.objects.head(&path).await {
            Ok(meta) => Ok(Some((&meta).into())),
            Err(error) if error::is_absent(&error) => Ok(None),
            Err(error) => Err(self.failed(Attempt::Read, &path, &error)),
        }
    }

    /// Reads an object, or a range of its bytes, piece by piece. `None`: no such object.
    ///
    /// A range may end past the object's end and is cut there, as RFC 9110 §14.1.2 has it.
    ///
    /// # Errors
    ///
    /// [`StoreError::RangeNotSatisfiable`] if the range is empty or starts at or past the end.
    pub async fn stream(
        &self,
        key: &ObjectKey<'_>,
        range: Option<Range<u64>>,
    ) -> Result<Option<ByteStream>, StoreError> {
        read::stream(&self.backend, self.backend.path(key), range).await
    }

    /// Makes an object available as a file, for a library that reads nothing else.
    ///
    /// In a folder that is the object's own file, which must not be written; otherwise a copy in
    /// `scratch`, removed when the value is dropped.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`]; [`StoreError::File`] if `scratch` cannot take the copy.
    pub async fn local(
        &self,
        key: &ObjectKey<'_>,
        scratch: &Path,
    ) -> Result<LocalFile, StoreError> {
        read::local(&self.backend, self.backend.path(key), scratch).await
    }

    /// Deletes an object. Deleting what is not there is no error.
    pub async fn delete(&self, key: &ObjectKey<'_>) -> Result<(), StoreError> {
        let path = self.backend.path(key);
        match self.backend.objects.delete(&path).await {
            Err(error) if !error::is_absent(&error) => {
                Err(self.failed(Attempt::Delete, &path, &error))
            }
            _ => Ok(()),
        }
    }

    /// Lists the derived files of a recording by name.
    pub async fn list_derived(
        &self,
        recording: &RecordingId,
    ) -> Result<Vec<DerivedFile>, StoreError> {
        let folder = self.backend.derived_folder(recording);
        let listed = self.backend.objects.list_with_delimiter(Some(&folder)).await;
        let listed = listed.map_err(|it| self.failed(Attempt::List, &folder, &it))?;
        let names = listed.objects.iter().filter_map(|it| it.location.filename());
        let mut files: Vec<DerivedFile> = names.filter_map(|it| it.parse().ok()).collect();
        files.sort_unstable();
        Ok(files)
    }

    async fn write(
        &self,
        key: &ObjectKey<'_>,
        chunks: impl Stream<Item = io::Result<Bytes>> + Send,
        expected_bytes: Option<u64>,
        existing: Existing,
    ) -> Result<Written, StoreError> {
        let path = self.backend.path(key);
        write::stream(&self.backend, &path, chunks.boxed(), expected_bytes, existing, None).await
    }

    fn failed(
        &self,
        attempt: Attempt,
        path: &object_store::path::Path,
        error: &object_store::Error,
    ) -> StoreError {
        explain(attempt, self.backend.show(path), error)
    }
}

/// Shows where the store is, and no secret.
impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.backend.place)
    }
}

impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.backend.place)
    }
}

fn once(bytes: Bytes) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::iter([Ok(bytes)])
}
