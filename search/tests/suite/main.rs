//! The crate from outside: index recordings, search them.

mod finding;
mod library;
mod living;
mod odd_queries;
mod relevance;
mod rights;
