//! Ingest as the program uses it: real folders, a real catalog, a real store.

mod hostile;
mod meeting;
mod samples;
mod take_in;
