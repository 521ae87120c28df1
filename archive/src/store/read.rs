use super::{
    Attempt, Backend, CHUNK_BYTES, ObjectMeta, StoreError,
    error::{explain, is_absent},
};
use crate::Timestamp;
use bytes::{Bytes, BytesMut};
use futures_util::{
    Stream, StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};
use object_store::{GetOptions, GetRange, GetResultPayload, ObjectStoreExt as _, path::Path};
use std::{
    fmt, io,
    ops::Range,
    path::{Path as FilePath, PathBuf},
    pin::Pin,
    task::{Context, Poll},
};
use tempfile::TempPath;
use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _},
};

/// An object's bytes, piece by piece.
///
/// What [`ByteStream::meta`] says is of the very object that the bytes are of, even if another is
/// put meanwhile. A stream that ends without an error has yielded the whole range.
pub struct ByteStream {
    meta: ObjectMeta,
    range: Range<u64>,
    chunks: BoxStream<'static, Result<Bytes, StoreError>>,
}

impl ByteStream {
    pub fn meta(&self) -> &ObjectMeta {
        &self.meta
    }

    /// Which bytes of the object these are: the range asked for, cut at the object's end.
    pub fn range(&self) -> Range<u64> {
        self.range.clone()
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ByteStream({:?} of {:?})", self.range, self.meta)
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, StoreError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.chunks.poll_next_unpin(cx)
    }
}

/// An object as a file. Keep it for as long as the file is used.
#[derive(Debug)]
pub struct LocalFile {
    path: PathBuf,
    /// Removes the copy.
    _copy: Option<TempPath>,
}

impl LocalFile {
    pub fn path(&self) -> &FilePath {
        &self.path
    }
}

impl From<&object_store::ObjectMeta> for ObjectMeta {
    fn from(meta: &object_store::ObjectMeta) -> Self {
        let modified = meta.last_modified.timestamp_millis();
        // S3's own are strong. Should a server send a weak one or none, this still changes with
        // what changes.
        let etag = match meta.e_tag.as_deref() {
            Some(it) if it.len() > 1 && it.starts_with('"') && it.ends_with('"') => it.to_owned(),
            _ => format!("\"{:x}-{modified:x}\"", meta.size),
        };
        Self { size_bytes: meta.size, etag, modified: Timestamp::from_unix_ms(modified) }
    }
}

pub(super) async fn stream(
    backend: &Backend,
    path: Path,
    range: Option<Range<u64>>,
) -> Result<Option<ByteStream>, StoreError> {
    let object = backend.show(&path);
    let outside =
        |size_bytes| StoreError::RangeNotSatisfiable { object: object.clone(), size_bytes };
    let get = match &range {
        None => None,
        // Servers read an end as a signed number.
        Some(range) if range.end > i64::MAX as u64 => Some(GetRange::Offset(range.start)),
        Some(range) => Some(GetRange::Bounded(range.clone())),
    };
    let got =
        backend.objects.get_opts(&path, GetOptions { range: get, ..Default::default() }).await;
    let got = match (got, range) {
        (Ok(got), _) => got,
        (Err(error), _) if is_absent(&error) => return Ok(None),
        (Err(error), Some(range)) => {
            // Each backend refuses a range in its own words; the size decides.
            return match backend.objects.head(&path).await {
                Ok(meta) if range.is_empty() || range.start >= meta.size => Err(outside(meta.size)),
                Err(error) if is_absent(&error) => Ok(None),
                _ => Err(explain(Attempt::Read, object, &error)),
            };
        }
        (Err(error), None) => return Err(explain(Attempt::Read, object, &error)),
    };
    let (meta, range) = (ObjectMeta::from(&got.meta), got.range);
    let chunks = match got.payload {
        GetResultPayload::File(file, _) => file_chunks(File::from_std(file), range.clone())
            .map_err(move |source| StoreError::Failed {
                attempt: Attempt::Read,
                object: object.clone(),
                source: source.into(),
            })
            .boxed(),
        GetResultPayload::Stream(chunks) => {
            chunks.map_err(move |it| explain(Attempt::Read, object.clone(), &it)).boxed()
        }
    };
    Ok(Some(ByteStream { meta, range, chunks }))
}

/// Reads a range of a file in pieces larger than `object_store`'s own, which are of 8 KiB.
fn file_chunks(file: File, range: Range<u64>) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let start = async move {
        let mut file = file;
        file.seek(io::SeekFrom::Start(range.start)).await?;
        Ok::<_, io::Error>((file, range.end - range.start))
    };
    stream::once(start)
        .map_ok(|state| {
            stream::try_unfold(state, |(mut file, left)| async move {
                if left == 0 {
                    return Ok(None);
                }
                let wanted =
                    usize::try_from(left).map_or(CHUNK_BYTES, |left| left.min(CHUNK_BYTES));
                let mut chunk = BytesMut::with_capacity(wanted);
                let read = (&mut file).take(wanted as u64).read_buf(&mut chunk).await?;
                if read == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                Ok(Some((chunk.freeze(), (file, left - read as u64))))
            })
        })
        .try_flatten()
}

pub(super) async fn local(
    backend: &Backend,
    path: Path,
    scratch: &FilePath,
) -> Result<LocalFile, StoreError> {
    let absent = || StoreError::NotFound { object: backend.show(&path) };
    if let Some(folder) = &backend.folder {
        let failed = |error| explain(Attempt::Read, backend.show(&path), &error);
        folder.head(&path).await.map_err(failed)?;
        let path = folder.path_to_filesystem(&path).map_err(failed)?;
        return Ok(LocalFile { path, _copy: None });
    }
    let mut chunks = stream(backend, path.clone(), None).await?.ok_or_else(absent)?;
    let failed = |source| StoreError::File { path: scratch.to_owned(), source };
    let extension = path.extension().map(|it| format!(".{it}")).unwrap_or_default();
    let (file, copy) = tempfile::Builder::new()
        .suffix(&extension)
        .tempfile_in(scratch)
        .map_err(failed)?
        .into_parts();
    let mut file = File::from_std(file);
    while let Some(chunk) = chunks.try_next().await? {
        file.write_all(&chunk).await.map_err(failed)?;
    }
    // A dropped file says nothing of a write that failed late.
    file.flush().await.map_err(failed)?;
    Ok(LocalFile { path: copy.to_path_buf(), _copy: Some(copy) })
}
