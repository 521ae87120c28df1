//! Where recordings lie in what was handed over.

mod archives;
mod folders;

use super::{found::Found, layout::TAKEN_DOWN};
use crate::IngestError;
use archive::UploadDetails;
use std::{fs, path::Path};

/// Finds the recordings at `path`, each format by itself, in the order of their places:
///
/// - in a folder: the recording that it is itself, in any format or as a raw archive; those in
///   `FORMAT/*`, `published/FORMAT/*` and `raw/*`, as BigBlueButton keeps them under
///   `/var/bigbluebutton`; otherwise the same in the folders one and two below it;
/// - in a tar (plain or compressed with gzip) or a zip: the same, as Scalelite's are, wherever in it
///   they lie;
/// - any other file: itself, if it is sound or video.
///
/// A raw archive that lies beside its published recording and holds the event log alone comes with
/// that. Unpublished and deleted recordings are passed over, and so are links, which could lead
/// anywhere; of a server's raw archives, only those in a folder that was named are taken, since it
/// keeps them of meetings too that nobody recorded.
///
/// A tar or zip is gone through and not unpacked; one that is compressed as a whole is, to the
/// folder for temporary files ([`discover_unpacking_in`] takes another). It reads the disk and
/// blocks.
///
/// # Errors
///
/// [`IngestError::NothingFound`] says what was looked for, [`IngestError::UnknownFile`] is a file of
/// another kind, [`IngestError::Archive`] and [`IngestError::Entry`] refuse a tar or zip.
pub fn discover(path: &Path) -> Result<Vec<Found>, IngestError> {
    discover_unpacking_in(path, &std::env::temp_dir())
}

/// Does what [`discover`] does. Compressed tars are unpacked to a folder at the place `scratch`,
/// which goes with the last [`Found`] in it.
pub fn discover_unpacking_in(path: &Path, scratch: &Path) -> Result<Vec<Found>, IngestError> {
    let failed = |source| IngestError::Read { path: path.to_owned(), source };
    let path = &fs::canonicalize(path).map_err(failed)?;
    if !fs::metadata(path).map_err(failed)?.is_dir() {
        return match archives::open(path, scratch)? {
            Some(packed) => archives::discover(packed),
            None => Ok(vec![Found::upload(path, UploadDetails::default())]),
        };
    }
    if let Some(state) = taken_down(path) {
        return Err(IngestError::TakenDown { path: path.clone(), state });
    }
    let found = folders::discover(path)?;
    if found.is_empty() {
        return Err(IngestError::NothingFound { path: path.clone() });
    }
    Ok(found)
}

/// Whether a folder is that of recordings that were taken down, of one of their formats, or of one
/// of them.
fn taken_down(path: &Path) -> Option<&'static str> {
    let mut parts = path.iter().rev().take(3);
    parts.find_map(|part| TAKEN_DOWN.into_iter().find(|state| part == *state))
}

#[cfg(test)]
mod tests;
