//! From what lies on a disk into the archive, so that nothing is lost on the way.
//!
//! [`discover`](discover::discover) finds recordings, each format by itself, in folders, tars and
//! zips; [`Ingest::take_in`](ingest::Ingest::take_in) takes one in: it is looked at ([`folder`]),
//! its bytes are kept ([`keep`]), joined to what was there ([`merge`]), understood, and admitted.

pub(crate) mod discover;
pub(crate) mod failure_point;
pub(crate) mod fingerprint;
pub(crate) mod folder;
pub(crate) mod format;
pub(crate) mod found;
pub(crate) mod ingest;
mod keep;
mod layout;
mod media_kind;
mod merge;
mod originals;
pub(crate) mod packed;
mod roles;
pub(crate) mod stamp;
mod upload;
