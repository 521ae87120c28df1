//! Builds the intake as the configuration says.

use crate::{config::Config, library::Library};
use anyhow::{Context as _, bail};
use ingest::{
    BbbConfig, Ingest, Intake, IntakeConfig, IntakeParts,
    bbb::{BbbServer, DownloadLimits, Downloader, Secret},
};
use std::{path::Path, sync::Arc};

/// A server and what fetches from it.
pub(crate) type Server = (Arc<BbbServer>, Downloader);

pub(crate) fn ingest(config: &Config, library: &Library) -> Ingest {
    let (catalog, store) = (library.catalog.clone(), library.store.clone());
    Ingest::new(catalog, store, config.ingest, Arc::clone(&library.clock))
        .with_scratch(config.scratch())
}

/// Builds the intake with the server that the configuration names, if it names one.
pub(crate) fn intake(config: &Config, library: &Library) -> anyhow::Result<Intake> {
    let server = match (&config.bbb.url, secret(&config.bbb)?) {
        (Some(url), Some(secret)) => Some(server(url, secret, &config.bbb)?),
        _ => None,
    };
    Ok(intake_of(config, library, config.intake.clone(), server))
}

pub(crate) fn intake_of(
    config: &Config,
    library: &Library,
    intake: IntakeConfig,
    server: Option<Server>,
) -> Intake {
    Intake::new(IntakeParts {
        ingest: ingest(config, library),
        catalog: library.catalog.clone(),
        clock: Arc::clone(&library.clock),
        config: intake,
        server,
        uploads: config.uploads(),
        downloads: config.downloads(),
    })
}

pub(crate) fn server(url: &str, secret: Secret, config: &BbbConfig) -> anyhow::Result<Server> {
    let algorithm = config.checksum.as_deref().map(str::parse).transpose()?;
    let mut server = BbbServer::new(url, secret, algorithm)?;
    for host in &config.playback_hosts {
        server = server.with_playback_host(host)?;
    }
    let downloader = Downloader::new(&server, DownloadLimits::default())?;
    Ok((Arc::new(server), downloader))
}

/// The server's secret, of the configuration or of the file that it names.
pub(crate) fn secret(config: &BbbConfig) -> anyhow::Result<Option<Secret>> {
    match (&config.secret, &config.secret_file) {
        (Some(secret), _) => Ok(Some(Secret::new(secret).context("bbb.secret")?)),
        (None, Some(file)) => secret_in(file).map(Some),
        (None, None) => Ok(None),
    }
}

pub(crate) fn secret_in(file: &Path) -> anyhow::Result<Secret> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the secret in `{}`", file.display()))?;
    if text.trim().lines().count() > 1 {
        bail!("`{}` holds more than one line: only the secret may be in it", file.display());
    }
    Secret::new(&text).with_context(|| format!("the secret in `{}`", file.display()))
}
