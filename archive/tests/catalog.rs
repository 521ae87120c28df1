//! The catalog and the queue, on both databases: every test here runs on `SQLite` and on a private
//! `PostgreSQL` server.

#![expect(clippy::unwrap_used, reason = "a test says by a panic that it failed")]

#[path = "catalog/arrivals.rs"]
mod arrivals;
#[path = "catalog/both.rs"]
mod both;
#[path = "catalog/curation.rs"]
mod curation;
#[path = "catalog/hand_over.rs"]
mod hand_over;
#[path = "catalog/queue.rs"]
mod queue;
#[path = "catalog/recordings.rs"]
mod recordings;
#[path = "catalog/rights.rs"]
mod rights;
