//! What the program says: log lines to standard error, and an error with its causes at the end.

use crate::config::{LogConfig, LogFormat};
use anyhow::Context as _;
use std::io::{self, IsTerminal as _, Write as _};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Starts logging. `default_filter` holds where neither the configuration nor `PLENARY_LOG_FILTER`
/// says anything.
pub(crate) fn start(config: &LogConfig, default_filter: &str) -> anyhow::Result<()> {
    let filter = config.filter.as_deref().unwrap_or(default_filter);
    let filter = EnvFilter::try_new(filter)
        .with_context(|| format!("`log.filter` is not a filter: `{filter}`"))?;
    let registry = tracing_subscriber::registry().with(filter);
    match config.format {
        LogFormat::Text => {
            let colours = io::stderr().is_terminal();
            registry.with(fmt::layer().with_writer(io::stderr).with_ansi(colours)).init();
        }
        LogFormat::Json => {
            registry.with(fmt::layer().json().with_writer(io::stderr)).init();
        }
    }
    Ok(())
}

/// Prints an error and its causes, one a line, the way to the root indented.
pub(crate) fn print_error(error: &anyhow::Error) {
    let mut text = format!("error: {error}\n");
    for cause in error.chain().skip(1) {
        text.push_str(&format!("  because: {cause}\n"));
    }
    // Where even standard error is gone there is nobody left to tell.
    io::stderr().write_all(text.as_bytes()).ok();
}
