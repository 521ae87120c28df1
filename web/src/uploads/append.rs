use super::{Stands, Turn, Upload, UploadError, Uploads};
use axum::body::Bytes;
use futures_util::{Stream, StreamExt as _};
use std::time::Duration;
use tokio::{
    fs::File,
    io::{AsyncWriteExt as _, BufWriter},
    time::timeout,
};

/// After so long without a byte a connection is taken for lost.
pub(crate) const SILENCE: Duration = Duration::from_secs(60);
const BUFFER: usize = 1 << 20;

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Appended {
    /// How much has arrived by now, on disk.
    pub(crate) offset: u64,
    pub(crate) stopped: Stopped,
}

/// Why no more was taken. What arrived before stays in every case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stopped {
    End,
    /// The connection broke, or nothing came any more.
    Broken,
    /// Somebody else goes on with this upload.
    Superseded,
    /// More came than the upload is to have.
    TooLong,
}

impl Uploads {
    /// Appends what `body` brings to an upload that is not whole, and sees that it is on disk.
    ///
    /// Must be run to its end: dropped on the way it may still write when the next one begins.
    pub(crate) async fn append<E: Send>(
        &self,
        turn: &Turn,
        upload: &mut Upload,
        mut body: impl Stream<Item = Result<Bytes, E>> + Unpin + Send,
    ) -> Result<Appended, UploadError> {
        let path = self.part(&upload.id);
        let file = File::options().append(true).open(&path).await;
        let file = file.map_err(UploadError::disk("open", &path))?;
        let mut file = BufWriter::with_capacity(BUFFER, file);
        let mut offset = upload.offset();
        let stopped = loop {
            let next = tokio::select! {
                biased;
                () = turn.stop.cancelled() => break Stopped::Superseded,
                next = timeout(SILENCE, body.next()) => next,
            };
            let Ok(next) = next else { break Stopped::Broken };
            let Some(bytes) = next else { break Stopped::End };
            let Ok(bytes) = bytes else { break Stopped::Broken };
            let longer = offset.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
            if longer > upload.about.length {
                break Stopped::TooLong;
            }
            file.write_all(&bytes).await.map_err(UploadError::disk("write", &path))?;
            offset = longer;
        };
        file.flush().await.map_err(UploadError::disk("write", &path))?;
        file.get_ref().sync_all().await.map_err(UploadError::disk("write", &path))?;
        upload.stands = Stands::Under { offset };
        Ok(Appended { offset, stopped })
    }
}
