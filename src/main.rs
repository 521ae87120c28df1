//! The program `plenary`: reads the configuration, joins the stages to the queue, serves.
//!
//! This package is the only one that knows all the others. See ARCHITECTURE.md for the map.

mod announcements;
mod cli;
mod commands;
mod config;
mod intake;
mod library;
mod progress;
mod serve;
mod shutdown;
mod stages;
mod telemetry;
mod work;

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    // The media child is started by the thousand, must not read the configuration, and speaks JSON
    // on its output: it goes its own way before anything else is set up.
    #[cfg(feature = "media")]
    if let cli::Command::MediaJob = arguments.command {
        return transcode::child_main();
    }
    match commands::run(arguments) {
        Ok(code) => code,
        Err(error) => {
            telemetry::print_error(&error);
            ExitCode::FAILURE
        }
    }
}
