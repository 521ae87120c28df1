//! `plenary ingest PATH…`

use super::word;
use crate::{commands::print, config::Config, intake, library::Library, progress, telemetry};
use anyhow::{Context as _, bail};
use archive::{Arrivals, CatalogError, Ended, NewArrival, Way};
use ingest::{Found, Ingest, TakenIn};
use std::{path::PathBuf, process::ExitCode, time::Duration};

/// How long what is taken in counts as being at somebody's hand. It is renewed with its progress.
const LEASE: Duration = Duration::from_secs(120);

pub(super) async fn ingest(
    config: &Config,
    library: &Library,
    paths: &[PathBuf],
) -> anyhow::Result<ExitCode> {
    let ingest = intake::ingest(config, library);
    let arrivals = library.catalog.arrivals();
    let mut code = ExitCode::SUCCESS;
    for path in paths {
        let found = match ingest.discover(path).await {
            Ok(found) => found,
            Err(error) => {
                telemetry::print_error(&error.into());
                code = ExitCode::FAILURE;
                continue;
            }
        };
        for found in found {
            match take_in(&ingest, &arrivals, &found).await {
                Ok(taken) => print(&line(&found, &taken))?,
                Err(error) => {
                    telemetry::print_error(&error);
                    code = ExitCode::FAILURE;
                    continue;
                }
            };
        }
    }
    Ok(code)
}

/// Takes one format in, and notes it as an arrival, for whoever asks later what came of it.
async fn take_in(ingest: &Ingest, arrivals: &Arrivals, found: &Found) -> anyhow::Result<TakenIn> {
    let new = NewArrival {
        way: Way::Command,
        place: found.to_string(),
        fingerprint: String::new(),
        recording: found.recording(),
        details: "{}".to_owned(),
    };
    let Some(arrival) = arrivals.begin(&new, LEASE).await? else {
        bail!("`{found}` is being taken in by another process");
    };
    let taking = run(ingest, found);
    tokio::pin!(taking);
    let taken = loop {
        tokio::select! {
            taken = &mut taking => break taken,
            () = tokio::time::sleep(LEASE / 3) => match arrivals.renew(&arrival, LEASE).await {
                Err(lost @ CatalogError::LeaseLost { .. }) => return Err(lost.into()),
                // The database may be away for a while.
                Err(error) => tracing::warn!("cannot keep the arrival: {error}"),
                Ok(()) => {}
            },
        }
    };
    let ended = match &taken {
        Ok(taken) => Ended::Done {
            recording: Some(taken.recording.clone()),
            message: word(taken.admitted).to_owned(),
        },
        Err(error) => Ended::Failed { message: format!("{error:#}") },
    };
    arrivals.finish(&arrival, &ended).await?;
    taken
}

async fn run(ingest: &Ingest, found: &Found) -> anyhow::Result<TakenIn> {
    let bar = progress::of_bytes("taking in");
    let taken = ingest
        .take_in(found, |it| {
            bar.set_length(it.bytes_total);
            bar.set_position(it.bytes_done);
        })
        .await;
    bar.finish_and_clear();
    taken.with_context(|| format!("`{found}` was not taken in"))
}

fn line(found: &Found, taken: &TakenIn) -> String {
    format!(
        "{}  {:12} {:9}  {} files, {} bytes  {}\n",
        taken.recording,
        found.format().as_str(),
        word(taken.admitted),
        taken.files,
        taken.bytes,
        taken.title
    )
}
