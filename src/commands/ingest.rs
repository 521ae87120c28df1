mod from_bbb;
mod paths;
mod retry;

use crate::{cli::IngestArguments, config::Config, library::Library};
use archive::{Arrival, ArrivalState, Viewer, catalog::Admitted};
use std::process::ExitCode;

/// Takes in what is named. One that fails does not keep the others out; the exit code says whether
/// all are in.
pub(super) async fn ingest(
    config: &Config,
    arguments: &IngestArguments,
) -> anyhow::Result<ExitCode> {
    let library = Library::open(config).await?;
    match &arguments.from_bbb {
        Some(url) => from_bbb::ingest(config, &library, url, arguments).await,
        None if arguments.retry => retry::ingest(config, &library).await,
        None => paths::ingest(config, &library, &arguments.paths).await,
    }
}

fn word(admitted: Admitted) -> &'static str {
    match admitted {
        Admitted::New => "new",
        Admitted::Changed => "changed",
        Admitted::Unchanged => "unchanged",
    }
}

/// The arrivals among all that `is` holds of, after they were tried.
async fn tried(
    library: &Library,
    is: impl Fn(&Arrival) -> bool,
) -> anyhow::Result<(Vec<String>, ExitCode)> {
    let curator = Viewer::program().curator().expect("the program may do anything");
    let mut lines = Vec::new();
    let mut code = ExitCode::SUCCESS;
    for arrival in library.catalog.arrivals().list(&curator).await?.iter().filter(|it| is(it)) {
        let state = match arrival.state {
            ArrivalState::Done { .. } => "done",
            ArrivalState::Failed { .. } => "failed",
            ArrivalState::Waiting { .. } | ArrivalState::Running => "later",
        };
        if state != "done" {
            code = ExitCode::FAILURE;
        }
        let message = arrival.message.as_deref().unwrap_or_default();
        lines.push(format!("{state:6} {}: {message}\n", arrival.place));
    }
    Ok((lines, code))
}
