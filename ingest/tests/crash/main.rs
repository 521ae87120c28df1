//! The hand-over loses nothing, whatever happens to the program, the disk or the store.

#![expect(clippy::unwrap_used, reason = "these are tests; what they cannot do without, fails them")]

mod full_disk;
mod killed;
mod library;
mod source;
mod store_trouble;
mod unreadable;
