//! The crate from outside: index recordings, search them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod finding;
mod library;
mod living;
mod odd_queries;
mod relevance;
mod rights;
