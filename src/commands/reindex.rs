use super::print;
use crate::{config::Config, library::Library, progress};
use anyhow::Context as _;
use archive::{Catalog, JobKind, Viewer, catalog::RecordingCursor};
use search::{Index, IndexError};
use std::process::ExitCode;

/// Builds the index anew: here if nobody serves from this folder, else by way of the queue.
pub(super) async fn reindex(config: &Config) -> anyhow::Result<ExitCode> {
    let library = Library::open(config).await?;
    let index = match Index::open(&config.index()) {
        Ok(index) => index,
        Err(IndexError::InUse { .. }) => {
            let queued = queue_everything(&library.catalog).await?;
            return print(&format!(
                "{queued} recordings are queued; the running `plenary serve` indexes them\n"
            ));
        }
        Err(error) => return Err(error).context("cannot open the search index"),
    };
    let bar = progress::of_things("indexing");
    let mut recordings = 0;
    index
        .rebuild(&library.catalog, |it| {
            bar.set_length(it.total);
            bar.set_position(it.done);
            recordings = it.done;
        })
        .await
        .context("cannot build the search index anew")?;
    bar.finish_and_clear();
    print(&format!("{recordings} recordings are indexed\n"))
}

/// Queues every recording for the index and returns how many there are.
async fn queue_everything(catalog: &Catalog) -> anyhow::Result<usize> {
    let (program, queue) = (Viewer::program(), catalog.queue());
    let mut queued = 0;
    let mut cursor = None;
    loop {
        let page = catalog.recordings(&program, cursor.as_ref(), 100).await?;
        let Some(last) = page.last() else { return Ok(queued) };
        cursor = Some(RecordingCursor::after(last));
        for recording in &page {
            queue.enqueue(&recording.id, JobKind::Index).await?;
            queued += 1;
        }
    }
}
