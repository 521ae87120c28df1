use crate::{
    IngestError, Rule,
    hand_over::{
        found::{Found, Place},
        layout::{self, METADATA, Signs},
        packed::{Packed, tar, unpack, zip},
        stamp::Stamp,
    },
    understand::metadata,
};
use std::{
    fs::File,
    io::{BufReader, Read as _},
    path::Path,
    sync::Arc,
};

/// Goes through a tar or zip. `None`: the file is neither.
pub(super) fn open(file: &Path, scratch: &Path) -> Result<Option<Packed>, IngestError> {
    let failed = |source| IngestError::Read { path: file.to_owned(), source };
    let start = start(file)?;
    let packed = Packed::new(file, Stamp::of(file).map_err(failed)?);
    let open = |path: &Path| {
        let opened = File::open(path).map(BufReader::new);
        opened.map_err(|source| IngestError::Read { path: path.to_owned(), source })
    };
    if zip::looks_like_one(&start) {
        return zip::index(packed, open(file)?).map(Some);
    }
    if tar::looks_like_one(&start) {
        return tar::index(packed, file, open(file)?).map(Some);
    }
    if unpack::looks_like_one(&start) {
        let (unpacked, packed) = unpack::gzip(packed, scratch)?;
        if tar::looks_like_one(&self::start(&unpacked)?) {
            return tar::index(packed, &unpacked, open(&unpacked)?).map(Some);
        }
        return Err(IngestError::UnknownFile { path: file.to_owned() });
    }
    Ok(None)
}

fn start(file: &Path) -> Result<Vec<u8>, IngestError> {
    let mut start = Vec::new();
    let read = File::open(file).and_then(|it| it.take(1024).read_to_end(&mut start));
    read.map_err(|source| IngestError::Read { path: file.to_owned(), source })?;
    Ok(start)
}

/// The recordings in a tar or zip, sorted by their folders.
pub(super) fn discover(packed: Packed) -> Result<Vec<Found>, IngestError> {
    let roots = layout::roots(packed.entries.keys().map(String::as_str));
    let packed = Arc::new(packed);
    let mut taken = 0;
    let mut found = Vec::new();
    for folder in roots {
        taken += packed.below(&folder).count();
        let format = format(&packed, &folder);
        let place = Place::Packed { packed: Arc::clone(&packed), folder };
        found.push(Found { format, place });
    }
    if found.is_empty() {
        return Err(IngestError::NothingFound { path: packed.file.clone() });
    }
    let over = packed.entries.len() - taken;
    if over > 0 {
        tracing::warn!("{over} files in `{}` belong to no recording", packed.file.display());
    }
    Ok(found)
}

fn format(packed: &Packed, folder: &str) -> crate::Format {
    let (parents, name) = folder.rsplit_once('/').unwrap_or(("", folder));
    let parent = parents.rsplit('/').next().unwrap_or_default();
    let has = |name: &str| !matches!(packed.file(folder, name), Err(Rule::LeadsNowhere));
    let read = || {
        let (bytes, _) = packed.file(folder, METADATA).ok()?;
        metadata::parse(BufReader::new(bytes.open().ok()?)).ok()?.format
    };
    let says = if Signs::by_place(parent, name).is_some() { None } else { read() };
    Signs { parent, name, says, by_files: layout::by_files(has) }.format()
}
