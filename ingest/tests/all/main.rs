//! Ingest as the program uses it: real folders, a real catalog, a real store.

#![expect(clippy::unwrap_used, reason = "these are tests; what they cannot do without, fails them")]

mod archives;
mod hostile;
mod meeting;
mod merging;
mod samples;
mod take_in;
mod uploads;
