//! The scripts for `BigBlueButton` servers, run by a real Ruby with a real tar, rsync and network.

#![expect(clippy::unwrap_used, reason = "these are tests; what they cannot do without, fails them")]

mod bbb;
mod bundle;
mod delivery;
mod hook;
mod install;
mod library;
mod refusal;
mod spool;
mod tls;
