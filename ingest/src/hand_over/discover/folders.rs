use crate::{
    IngestError,
    hand_over::{
        format::Format,
        found::Found,
        layout::{self, LOG, METADATA, Signs, TAKEN_DOWN},
    },
    understand::metadata,
};
use archive::RecordingId;
use std::{
    collections::BTreeSet,
    error::Error as _,
    fs::{self, File},
    io::BufReader,
    path::{Path, PathBuf},
};

/// How many folders below the one that was named may lie a format's folder or a recording.
const DEPTH: usize = 2;

/// Folders of a server that hold something else.
const OTHER: [&str; 7] = ["recording", "raw", "process", "publish", "status", "events", "captions"];

/// The recordings in a folder, sorted by path.
pub(super) fn discover(path: &Path) -> Result<Vec<Found>, IngestError> {
    // A recording that is named outright is taken or refused, but never passed over.
    if let Some(format) = recording(path, true) {
        return Ok(vec![Found::folder(path.to_owned(), format)]);
    }
    let mut found = below(path, DEPTH)?;
    let published: BTreeSet<RecordingId> = found.iter().filter_map(Found::recording).collect();
    // Those of a folder that is called `raw` itself were found above.
    let raws = if path.ends_with("raw") { Vec::new() } else { raws(path)? };
    for raw in raws {
        let is_beside = raw.recording().is_some_and(|it| published.contains(&it));
        if !is_beside || holds_more_than_its_log(raw.path())? {
            found.push(raw);
        }
    }
    if found.is_empty() && path.join(LOG).is_file() {
        found.push(Found::folder(path.to_owned(), Format::Raw));
    }
    found.sort_by(|a, b| a.path().cmp(b.path()));
    Ok(found)
}

fn below(path: &Path, depth: usize) -> Result<Vec<Found>, IngestError> {
    let mut found = Vec::new();
    let mut others = Vec::new();
    for folder in folders_in(path)? {
        if let Some(format) = recording(&folder, false) {
            found.push(Found::folder(folder, format));
        } else if !OTHER.iter().chain(&TAKEN_DOWN).any(|it| folder.ends_with(it)) {
            others.push(folder);
        }
    }
    for folder in others {
        let name = folder.file_name().and_then(|it| it.to_str()).unwrap_or_default();
        let by_its_name = name == "published" || Format::of_folder(name).is_some();
        let depth = match depth.checked_sub(1) {
            _ if by_its_name => depth,
            Some(less) => less,
            None => continue,
        };
        match below(&folder, depth) {
            Ok(more) => found.extend(more),
            // It may be nobody's business here; what was named itself must be readable.
            Err(error) => {
                let cause = error.source().map(ToString::to_string);
                tracing::warn!(cause, "{error}: passed over");
            }
        }
    }
    Ok(found)
}

/// The raw archives in the folder `raw` in a folder.
fn raws(path: &Path) -> Result<Vec<Found>, IngestError> {
    let raw = path.join("raw");
    if !fs::symlink_metadata(&raw).is_ok_and(|it| it.is_dir()) {
        return Ok(Vec::new());
    }
    let folders = folders_in(&raw)?.into_iter().filter(|it| it.join(LOG).is_file());
    Ok(folders.map(|it| Found::folder(it, Format::Raw)).collect())
}

fn holds_more_than_its_log(raw: &Path) -> Result<bool, IngestError> {
    let failed = |source| IngestError::Read { path: raw.to_owned(), source };
    for entry in fs::read_dir(raw).map_err(failed)? {
        if entry.map_err(failed)?.file_name() != LOG {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The folders in a folder, without hidden ones and links.
fn folders_in(path: &Path) -> Result<Vec<PathBuf>, IngestError> {
    let failed = |source| IngestError::Read { path: path.to_owned(), source };
    let mut folders = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if !hidden && entry.file_type().map_err(failed)?.is_dir() {
            folders.push(entry.path());
        }
    }
    Ok(folders)
}

/// The format of the recording that a folder is, to go by its looks. One whose `metadata.xml` is
/// damaged is one: taking it in will say so.
fn recording(folder: &Path, is_named: bool) -> Option<Format> {
    let name_of =
        |it: &Path| it.file_name().and_then(|it| it.to_str()).unwrap_or_default().to_owned();
    let (name, parent) = (name_of(folder), folder.parent().map(name_of).unwrap_or_default());
    let by_place = Signs::by_place(&parent, &name);
    let has = |name: &str| folder.join(name).is_file();
    let has_metadata = has(METADATA);
    if has_metadata && by_place.is_some() {
        return by_place;
    }
    let by_files = layout::by_files(has);
    // Other formats' files have names that lie about in other folders too.
    let tells = |it: &Format| !matches!(it, Format::Raw | Format::Notes);
    let is_sure = by_files == Some(Format::Presentation) || name.parse::<RecordingId>().is_ok();
    let is_one = has_metadata
        || by_files.is_some() && is_sure
        || is_named && (by_place.is_some() || by_files.as_ref().is_some_and(tells));
    if !is_one {
        return None;
    }
    let read = || {
        let file = BufReader::new(File::open(folder.join(METADATA)).ok()?);
        metadata::parse(file).ok()?.format
    };
    let says = if has_metadata { read() } else { None };
    Some(Signs { parent: &parent, name: &name, says, by_files }.format())
}
