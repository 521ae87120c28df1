use super::print;
use crate::{config::Config, library::Library, progress, telemetry};
use anyhow::Context as _;
use archive::catalog::Admitted;
use ingest::{Ingest, TakenIn, discover};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Takes in every recording that is found. One that fails does not keep the others out; the exit
/// code says whether all are in.
pub(super) async fn ingest(config: &Config, folders: &[PathBuf]) -> anyhow::Result<ExitCode> {
    let library = Library::open(config).await?;
    let ingest = Ingest::new(
        library.catalog.clone(),
        library.store.clone(),
        config.ingest,
        library.clock.clone(),
    );
    let mut code = ExitCode::SUCCESS;
    for folder in folders {
        let found = match discover(folder) {
            Ok(found) => found,
            Err(error) => {
                telemetry::print_error(&error.into());
                code = ExitCode::FAILURE;
                continue;
            }
        };
        for found in found {
            match take_in(&ingest, &found.folder).await {
                Ok(taken) => print(&line(&taken))?,
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

async fn take_in(ingest: &Ingest, folder: &Path) -> anyhow::Result<TakenIn> {
    let bar = progress::of_bytes("taking in");
    let taken = ingest
        .take_in(folder, |it| {
            bar.set_length(it.bytes_total);
            bar.set_position(it.bytes_done);
        })
        .await;
    bar.finish_and_clear();
    taken.with_context(|| format!("`{}` was not taken in", folder.display()))
}

fn line(taken: &TakenIn) -> String {
    let admitted = match taken.admitted {
        Admitted::New => "new",
        Admitted::Changed => "changed",
        Admitted::Unchanged => "unchanged",
    };
    format!(
        "{}  {admitted:9}  {} files, {} bytes  {}\n",
        taken.recording, taken.files, taken.bytes, taken.title
    )
}
