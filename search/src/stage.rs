use crate::{Entry, Index, IndexError};
use archive::{
    Catalog, CatalogError, ClaimedJob, Disposition, JobKind, Outcome, Progress, RecordingId, Stage,
    StageError, Viewer,
};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Brings what the index says of a recording up to what the catalog says. Runs where the index is.
#[derive(Clone)]
pub struct IndexStage {
    catalog: Catalog,
    index: Index,
}

impl IndexStage {
    pub const fn new(catalog: Catalog, index: Index) -> Self {
        Self { catalog, index }
    }

    async fn bring_up_to_date(&self, recording: &RecordingId) -> Result<(), StageError> {
        let entry = read_entry(&self.catalog, recording).await;
        let entry = entry.map_err(|source| match source.disposition() {
            Disposition::Retry => StageError::retry(source),
            Disposition::Fail => StageError::fail(source),
        })?;
        let written = match entry {
            Some(entry) => self.index.replace(entry).await,
            None => self.index.remove(recording).await,
        };
        written.map_err(|source| match source.disposition() {
            Disposition::Retry => StageError::retry(source),
            Disposition::Fail => StageError::fail(source),
        })
    }
}

/// What the catalog knows of a recording now, or `None` if it has no such recording.
pub(crate) async fn read_entry(
    catalog: &Catalog,
    id: &RecordingId,
) -> Result<Option<Entry>, CatalogError> {
    let program = Viewer::program();
    let Some(recording) = catalog.recording(&program, id).await? else { return Ok(None) };
    let contents = catalog.contents(&program, id).await?.unwrap_or_default();
    let transcript = catalog.transcript(&program, id).await?;
    Ok(Some(Entry { recording, contents, transcript }))
}

impl Stage for IndexStage {
    const TIME_LIMIT: Duration = Duration::from_secs(300);

    async fn run(
        &self,
        job: &ClaimedJob,
        _progress: &Progress,
        cancel: &CancellationToken,
    ) -> Result<Outcome, StageError> {
        if job.kind != JobKind::Index {
            return Err(StageError::fail(IndexError::OtherJob { kind: job.kind }));
        }
        // Giving up while the writer works leaves nothing half done: a change is whole or not there.
        tokio::select! {
            () = cancel.cancelled() => Err(StageError::retry(IndexError::Cancelled)),
            done = self.bring_up_to_date(&job.recording) => done.map(|()| Outcome::Index),
        }
    }
}
