//! One recording as it lies on disk: its files, its metadata, and the raw log beside it.

use super::originals::{self, Original};
use crate::{
    IngestError, Warning,
    understand::events,
    understand::metadata::{self, Metadata},
};
use archive::{RecordingId, SourcePath, SourceRole};
use std::{
    fs::{self, File},
    io::BufReader,
    path::{Path, PathBuf},
};

/// Where the raw event log is kept in the archive.
pub(crate) const EVENTS: &str = "raw/events.xml";

/// A recording that can be taken in.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) id: RecordingId,
    /// What can be told without `metadata.xml` is the same as of an empty one.
    pub(crate) metadata: Metadata,
    /// Sorted by path.
    pub(crate) originals: Vec<Original>,
    pub(crate) warnings: Vec<Warning>,
}

impl Folder {
    /// Looks at a published directory. Blocks.
    pub(crate) fn look(folder: &Path) -> Result<Self, IngestError> {
        let failed = |source| IngestError::Read { path: folder.to_owned(), source };
        let folder = &fs::canonicalize(folder).map_err(failed)?;
        let mut originals = originals::list(folder, "presentation")?;
        let mut warnings = Vec::new();

        let files = originals.iter().map(|it| (&it.path, it.size_bytes));
        let is_media = |it: &Original| originals::role(&it.path, &files) != SourceRole::Other;
        let has_media = originals.iter().any(is_media);
        let metadata = match find(&originals, "presentation/metadata.xml") {
            Some(file) => read_metadata(&file.local)?,
            None if has_media => {
                warnings.push(Warning::NoMetadata);
                Metadata::default()
            }
            None => return Err(IngestError::NoRecording { folder: folder.clone() }),
        };
        if let Some(format) = metadata.format.clone().filter(|it| it != "presentation") {
            return Err(IngestError::OtherFormat { folder: folder.clone(), format });
        }
        if !has_media {
            warnings.push(Warning::NoMedia);
        }

        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let said = metadata.id.clone().unwrap_or_else(|| name.clone());
        let id: RecordingId =
            said.parse().map_err(|source| IngestError::NoId { folder: folder.clone(), source })?;
        if name != id.as_str() && name.parse::<RecordingId>().is_ok() {
            let metadata = id.as_str().to_owned();
            warnings.push(Warning::OtherFolder { metadata, folder: name });
        }

        if let Some(local) = events_beside(folder, &id, &mut warnings) {
            let path: SourcePath = EVENTS.parse().expect("it is a path");
            originals.push(Original::new(path, local)?);
            originals.sort_by(|a, b| a.path.cmp(&b.path));
        }
        Ok(Self { id, metadata, originals, warnings })
    }
}

fn find<'a>(originals: &'a [Original], path: &str) -> Option<&'a Original> {
    originals.iter().find(|it| it.path.as_str() == path)
}

fn read_metadata(path: &Path) -> Result<Metadata, IngestError> {
    let file =
        File::open(path).map_err(|source| IngestError::Read { path: path.to_owned(), source })?;
    metadata::parse(BufReader::new(file))
        .map_err(|source| IngestError::Metadata { path: path.to_owned(), source })
}

/// Finds the raw log outside of the published directory. (One inside it is among its files.)
///
/// It must say that it is this recording's; where it lies in the recording's own raw archive, it is
/// enough that it does not say otherwise.
fn events_beside(folder: &Path, id: &RecordingId, warnings: &mut Vec<Warning>) -> Option<PathBuf> {
    let raw = format!("raw/{id}/events.xml");
    let own = [
        (2, raw.clone()),
        (1, raw.clone()),
        (2, format!("recording/{raw}")),
        (3, format!("recording/{raw}")),
        (3, format!("events/{id}/events.xml")),
    ];
    let loose = [(1, "events.xml".to_owned()), (2, "events.xml".to_owned())];
    let own = own.into_iter().map(|it| (it, true));
    for ((up, name), is_own) in own.chain(loose.into_iter().map(|it| (it, false))) {
        let Some(path) = folder.ancestors().nth(up).map(|it| it.join(name)) else { continue };
        // A link here could lead anywhere, so it does not count.
        if !fs::symlink_metadata(&path).is_ok_and(|it| it.is_file()) {
            continue;
        }
        let meeting = File::open(&path).ok().and_then(|it| events::meeting_id(BufReader::new(it)));
        match meeting {
            Some(meeting) if meeting == id.as_str() => return Some(path),
            None if is_own => return Some(path),
            Some(meeting) if is_own => {
                let path = path.display().to_string();
                warnings.push(Warning::OtherMeeting { path, meeting });
            }
            Some(_) | None => {}
        }
    }
    None
}
