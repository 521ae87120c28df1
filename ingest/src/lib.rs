//! BigBlueButton in: takes recordings into the archive, in whatever form they come.
//!
//! A recording is handed over in one or more formats: published ones, its raw archive, or a file that
//! is no recording of BigBlueButton at all. [`discover()`] finds them in folders, tars and zips, and
//! [`Ingest::take_in`] takes one format of one recording in: its files go into the store byte for
//! byte, and what can be understood of all that the archive then has of the recording into the
//! catalog, which queues the first jobs.
//!
//! Everything handed over is hostile until proven otherwise: links and names that lead outside are
//! refused, XML is read as a stream within limits and without entities, chat becomes plain text, and
//! of the metas, which carry secrets, only those in `docs/metadata.md` are ever read.

pub mod bbb;
mod config;
mod error;
mod files;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod hand_over;
mod intake;
mod understand;
mod warning;

pub use config::IngestConfig;
pub use error::{IngestError, Rule};
pub use hand_over::discover::{discover, discover_unpacking_in};
#[cfg(feature = "failure-points")]
pub use hand_over::failure_point::FailurePoint;
pub use hand_over::fingerprint::fingerprint;
pub use hand_over::format::{Format, InvalidFormat};
pub use hand_over::found::Found;
pub use hand_over::ingest::{Ingest, IngestProgress, TakenIn};
pub use hand_over::packed::Problem;
pub use intake::{BbbConfig, Intake, IntakeConfig, IntakeError, IntakeParts, Scanned};
pub use understand::xml::XmlError;
pub use warning::Warning;
