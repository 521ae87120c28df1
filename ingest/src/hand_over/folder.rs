//! One recording as it lies there: which it is, its files, and the raw log beside it.

use super::{
    format::Format,
    found::{Found, Place},
    layout::{self, METADATA},
    originals::{self, Original},
    roles,
    stamp::Stamp,
    upload,
};
use crate::{
    IngestError, Warning,
    understand::{
        events,
        metadata::{self, Metadata},
    },
};
use archive::{RecordingId, SourcePath, UploadDetails};
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
    /// Sorted by path.
    pub(crate) originals: Vec<Original>,
    /// What is said of a file that says nothing of itself.
    pub(crate) details: Option<UploadDetails>,
    pub(crate) warnings: Vec<Warning>,
}

impl Folder {
    /// Looks at what was found. Blocks.
    pub(crate) fn look(found: &Found) -> Result<Self, IngestError> {
        if let Place::File { file, details } = &found.place {
            return upload::look(file, details);
        }
        let mut originals = list(found)?;
        let mut warnings = Vec::new();
        let metadata = metadata(found, &originals, &mut warnings)?;
        let id = which(found, &originals, &metadata, &mut warnings)?;
        if let Place::Folder(folder) = &found.place
            && found.format != Format::Raw
            && let Some(log) = events_beside(folder, &id, &mut warnings)
        {
            originals.push(Original::new(events_path(), log)?);
            originals.sort_by(|a, b| a.path.cmp(&b.path));
        }
        Ok(Self { id, originals, details: None, warnings })
    }

    /// Makes sure that what was found is what it was when this was looked at. Blocks.
    pub(crate) fn check_unchanged(&self, found: &Found) -> Result<(), IngestError> {
        let changed = |path: &Path| IngestError::ChangedMeanwhile { path: path.to_owned() };
        let (file, stamp) = match &found.place {
            Place::Folder(_) => return self.check_folder(found),
            Place::Packed { packed, .. } => (packed.file.as_path(), Some(packed.stamp)),
            Place::File { file, .. } => (file.as_path(), self.originals.first().map(|it| it.stamp)),
        };
        if Stamp::of(file).ok() == stamp { Ok(()) } else { Err(changed(file)) }
    }

    fn check_folder(&self, found: &Found) -> Result<(), IngestError> {
        let changed = |path: &Path| IngestError::ChangedMeanwhile { path: path.to_owned() };
        let again = |error| match error {
            IngestError::Read { path, .. } => changed(&path),
            error => error,
        };
        let mut now = list(found).map_err(again)?;
        let beside = self.originals.iter().filter(|it| !it.bytes.path().starts_with(found.path()));
        for it in beside {
            let path = it.bytes.path().to_owned();
            now.push(Original::new(it.path.clone(), path).map_err(again)?);
        }
        now.sort_by(|a, b| a.path.cmp(&b.path));
        if now == self.originals {
            return Ok(());
        }
        let mut differ = now.iter().zip(&self.originals).filter(|(now, before)| now != before);
        let first =
            differ.next().map(|(now, before)| if now.path < before.path { now } else { before });
        let first = first.or(now.get(self.originals.len())).or(self.originals.get(now.len()));
        Err(changed(first.map_or(found.path(), |it| it.bytes.path())))
    }
}

/// Every file of it, sorted by path.
fn list(found: &Found) -> Result<Vec<Original>, IngestError> {
    let name = found.format.as_str();
    match &found.place {
        Place::Folder(folder) => originals::list(folder, name),
        Place::Packed { packed, folder } => {
            originals::of_packed(packed, folder, name, packed.stamp)
        }
        Place::File { .. } => Ok(Vec::new()),
    }
}

fn events_path() -> SourcePath {
    EVENTS.parse().expect("it is a path")
}

fn find<'a>(found: &Found, originals: &'a [Original], name: &str) -> Option<&'a Original> {
    let path = format!("{}/{name}", found.format);
    let index = originals.binary_search_by(|it| it.path.as_str().cmp(&path)).ok()?;
    originals.get(index)
}

/// What can be told without `metadata.xml` is the same as of an empty one.
fn metadata(
    found: &Found,
    originals: &[Original],
    warnings: &mut Vec<Warning>,
) -> Result<Metadata, IngestError> {
    let has = |name: &str| find(found, originals, name).is_some();
    let by_files = layout::by_files(has);
    let is_raw = found.format == Format::Raw;
    let metadata = match find(found, originals, METADATA) {
        // In a raw archive it is BigBlueButton's own note, which says little.
        _ if is_raw && by_files == Some(Format::Raw) => return Ok(Metadata::default()),
        Some(file) => read_metadata(found, file)?,
        None if by_files.is_some() => {
            warnings.push(Warning::NoMetadata);
            Metadata::default()
        }
        None => return Err(IngestError::NoRecording { place: found.to_string() }),
    };
    let format = metadata.format.as_deref().and_then(Format::published);
    if let Some(format) = format.filter(|it| *it != found.format) {
        let (format, expected) = (format.to_string(), found.format.to_string());
        return Err(IngestError::OtherFormat { place: found.to_string(), format, expected });
    }
    if found.format == Format::Presentation && !roles::presentation_media().any(has) {
        warnings.push(Warning::NoMedia);
    }
    Ok(metadata)
}

fn read_metadata(found: &Found, file: &Original) -> Result<Metadata, IngestError> {
    let path = match &found.place {
        Place::Packed { packed, folder } => {
            format!("{}: {folder}/{METADATA}", packed.file.display())
        }
        _ => file.bytes.path().display().to_string(),
    };
    let opened = file
        .bytes
        .open()
        .map_err(|source| IngestError::Read { path: file.bytes.path().to_owned(), source })?;
    metadata::parse(BufReader::new(opened)).map_err(|source| IngestError::Metadata { path, source })
}

/// Tells which recording it is.
fn which(
    found: &Found,
    originals: &[Original],
    metadata: &Metadata,
    warnings: &mut Vec<Warning>,
) -> Result<RecordingId, IngestError> {
    let log = || {
        let log = find(found, originals, layout::LOG)?.bytes.open().ok()?;
        events::meeting_id(BufReader::new(log))
    };
    let says = match found.format {
        Format::Raw => log(),
        _ => metadata.id.clone(),
    };
    let name = found.name();
    let place = || found.to_string();
    let said = says.as_deref().unwrap_or(name);
    let id: RecordingId =
        said.parse().map_err(|source| IngestError::NoId { place: place(), source })?;
    if name != id.as_str() && name.parse::<RecordingId>().is_ok() {
        let (metadata, folder) = (id.to_string(), name.to_owned());
        warnings.push(Warning::OtherFolder { metadata, folder });
    }
    Ok(id)
}

/// Where the raw log may lie outside of the published folder: so many folders up, by this name, and
/// whether that is the recording's own place.
fn beside(id: &str) -> [(usize, String, bool); 7] {
    let raw = format!("raw/{id}/events.xml");
    [
        (2, raw.clone(), true),
        (1, raw.clone(), true),
        (2, format!("recording/{raw}"), true),
        (3, format!("recording/{raw}"), true),
        (3, format!("events/{id}/events.xml"), true),
        (1, "events.xml".to_owned(), false),
        (2, "events.xml".to_owned(), false),
    ]
}

/// The files that may be the raw log of the recording `id` in the published `folder`.
pub(crate) fn logs_beside(folder: &Path, id: &str) -> impl Iterator<Item = (PathBuf, bool)> {
    let places = beside(id).into_iter();
    places.filter_map(move |(up, name, own)| Some((folder.ancestors().nth(up)?.join(name), own)))
}

/// Finds the raw log outside of the published folder. (One inside it is among its files.)
///
/// It must say that it is this recording's; where it lies in the recording's own raw archive, it is
/// enough that it does not say otherwise.
fn events_beside(folder: &Path, id: &RecordingId, warnings: &mut Vec<Warning>) -> Option<PathBuf> {
    for (path, is_own) in logs_beside(folder, id.as_str()) {
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
