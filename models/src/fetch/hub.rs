use super::{FetchPlan, FetchStep, Partial, Report, SourceError};
use crate::manifest::Model;
use reqwest::{Client, StatusCode, header};
use std::{path::PathBuf, time::Duration};

/// Downloads the ready file, from where an earlier run was broken off.
pub(super) fn fetch(
    model: &Model,
    url: &str,
    plan: &FetchPlan,
    report: &mut Report<'_, '_>,
) -> Result<PathBuf, SourceError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| SourceError::Client { source })?;
    let partial = Partial::resume(&plan.folder, model)?;
    let resumed = partial.written() > 0;
    match runtime.block_on(download(model, url, partial, report)) {
        // What an earlier run left may have been the wrong bytes.
        Err(SourceError::Digest { .. }) if resumed => {
            let partial = Partial::start(&plan.folder, model)?;
            runtime.block_on(download(model, url, partial, report))
        }
        result => result,
    }
}

#[expect(clippy::future_not_send, reason = "it runs on a runtime of its own, on this thread")]
async fn download(
    model: &Model,
    url: &str,
    mut partial: Partial<'_>,
    report: &mut Report<'_, '_>,
) -> Result<PathBuf, SourceError> {
    let failed = |source| SourceError::Http { url: url.to_owned(), source };
    let client = Client::builder()
        .connect_timeout(Duration::from_secs(15))
        .read_timeout(Duration::from_secs(30))
        .build()
        .map_err(failed)?;
    let mut request = client.get(url);
    if partial.written() > 0 {
        request = request.header(header::RANGE, format!("bytes={}-", partial.written()));
    }
    let mut response = request.send().await.map_err(failed)?;
    match response.status() {
        StatusCode::PARTIAL_CONTENT => {}
        StatusCode::OK => partial.rewind()?,
        status => {
            return Err(SourceError::Status { url: url.to_owned(), status: status.as_u16() });
        }
    }
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        partial.write(&chunk)?;
        report.say(FetchStep::Downloading(&model.file), partial.written(), model.size_bytes);
    }
    partial.finish()
}
