//! From what lies on a disk into the archive, so that nothing is lost on the way.

pub(crate) mod discover;
pub(crate) mod folder;
pub(crate) mod ingest;
pub(crate) mod keep;
pub(crate) mod originals;
