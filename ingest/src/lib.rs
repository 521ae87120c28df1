//! BigBlueButton in: takes a published recording into the archive.
//!
//! A recording is a published `presentation` directory, with the raw archive's `events.xml` beside
//! it where a server still has it. [`discover()`] finds such directories and [`Ingest::take_in`] takes
//! one: its files go into the store byte for byte, and what can be understood of them into the
//! catalog, which queues the first jobs.
//!
//! Everything handed over is hostile until proven otherwise: links and names that lead outside are
//! refused, XML is read as a stream within limits and without entities, chat becomes plain text, and
//! of the metas, which carry secrets, only those in `docs/metadata.md` are ever read.

pub mod bbb;
mod config;
mod error;
mod files;
mod hand_over;
mod understand;
mod warning;

pub use config::IngestConfig;
pub use error::IngestError;
pub use hand_over::discover::{Found, discover};
pub use hand_over::ingest::{Ingest, IngestProgress, TakenIn};
pub use understand::xml::XmlError;
pub use warning::Warning;
