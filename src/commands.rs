//! What each subcommand does.

mod check;
mod ingest;
mod models;
mod reindex;
mod status;
mod user;

use crate::{
    cli::{Arguments, Command},
    config::{self, Config},
    library::Library,
    serve, telemetry,
    work::Until,
};
use anyhow::{Context as _, bail};
use archive::Viewer;
use std::{
    io::{self, Write as _},
    process::ExitCode,
};

/// Runs the command that was given.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    if let Command::Config { template: true } = arguments.command {
        return print(&config::template());
    }
    let config = Config::load(arguments.config.as_deref())?;
    let serves = matches!(arguments.command, Command::Serve { .. } | Command::Work { .. });
    telemetry::start(&config.log, if serves { "info,whisper_rs=warn" } else { "warn" })?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?
        .block_on(dispatch(arguments.command, &config))
}

async fn dispatch(command: Command, config: &Config) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve { no_work } => serve::serve(config, !no_work).await?,
        Command::Work { until_idle } => {
            let until = if until_idle { Until::Idle } else { Until::Stopped };
            serve::work(config, until).await?;
        }
        Command::Ingest(arguments) => return ingest::ingest(config, &arguments).await,
        Command::Status { json } => return status::status(config, json).await,
        Command::Reindex => return reindex::reindex(config).await,
        Command::Models { action } => return models::models(config, action).await,
        Command::User { action } => return user::user(config, action).await,
        Command::Redo(which) => {
            let library = Library::open(config).await?;
            if library.catalog.recording(&Viewer::program(), &which.recording).await?.is_none() {
                bail!("there is no recording {}", which.recording);
            }
            library.catalog.queue().enqueue(&which.recording, which.kind).await?;
        }
        Command::Check => return check::check(config).await,
        Command::Config { .. } => {
            let settings = config.without_secrets();
            let settings = toml::to_string(&settings).context("cannot write the settings")?;
            return print(&settings);
        }
        Command::MediaJob => bail!("this build has no media jobs: the feature `media` is off"),
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes to standard output, for people and scripts alike.
fn print(text: &str) -> anyhow::Result<ExitCode> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        // A reader that has seen enough (`| head`) is no error of ours.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}
