//! The files that were handed over.

use super::{
    packed::{Entry, Packed},
    stamp::Stamp,
};
use crate::{IngestError, Rule, files::Bytes};
use archive::{SourcePath, SourceRole};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Files of one recording. A presentation of 500 pages has some 2 000.
const MOST_FILES: usize = 100_000;
/// Folders inside each other. BigBlueButton has four.
const MOST_DEPTH: usize = 16;

/// A file that was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Original {
    pub(crate) path: SourcePath,
    pub(crate) bytes: Bytes,
    pub(crate) size_bytes: u64,
    /// Of the file that the bytes lie in.
    pub(crate) stamp: Stamp,
    /// What it is to the stages, where its name does not tell.
    pub(crate) role: SourceRole,
}

impl Original {
    /// A file of its own.
    pub(crate) fn new(path: SourcePath, local: PathBuf) -> Result<Self, IngestError> {
        match Stamp::of(&local) {
            Ok(stamp) => Ok(Self {
                path,
                bytes: Bytes::File(local),
                size_bytes: stamp.size_bytes,
                stamp,
                role: SourceRole::Other,
            }),
            Err(source) => Err(IngestError::Read { path: local, source }),
        }
    }
}

/// Lists every file in a folder of a tar or zip, sorted by path. In the archive they lie under
/// `name`.
pub(crate) fn of_packed(
    packed: &Packed,
    folder: &str,
    name: &str,
    stamp: Stamp,
) -> Result<Vec<Original>, IngestError> {
    let mut found = Vec::new();
    for (file, entry) in packed.below(folder) {
        let refused = |rule| {
            let slash = if folder.is_empty() { "" } else { "/" };
            packed.refused_entry(format!("{folder}{slash}{file}").as_bytes(), rule)
        };
        let (bytes, size_bytes) = match entry {
            Entry::File { bytes, size_bytes } => (bytes, *size_bytes),
            Entry::Refused(rule) => return Err(refused(*rule)),
            Entry::Link(_) => packed.file(folder, file).map_err(refused)?,
        };
        let path = format!("{name}/{file}").parse().map_err(|_| refused(Rule::TooLong))?;
        let (bytes, role) = (bytes.clone(), SourceRole::Other);
        found.push(Original { path, bytes, size_bytes, stamp, role });
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Lists every file in `folder` (which is no link itself), sorted by path. In the archive they lie
/// under `name`.
///
/// A link counts as the file it leads to, if that lies in the folder too. Whatever could not be
/// kept faithfully is refused: nothing is left out in silence.
pub(crate) fn list(folder: &Path, name: &str) -> Result<Vec<Original>, IngestError> {
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_owned(), name.to_owned(), 1)];
    while let Some((folder_here, name_here, depth)) = folders.pop() {
        let failed = |source: io::Error| IngestError::Read { path: folder_here.clone(), source };
        for entry in fs::read_dir(&folder_here).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            let Ok(file_name) = entry.file_name().into_string() else {
                return Err(IngestError::NameNotUtf8 { path });
            };
            let name = format!("{name_here}/{file_name}");
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() {
                if depth == MOST_DEPTH {
                    let what = "folders inside each other";
                    return Err(IngestError::TooMuch {
                        folder: folder.to_owned(),
                        limit: MOST_DEPTH,
                        what,
                    });
                }
                folders.push((path, name, depth + 1));
                continue;
            }
            let source_path: SourcePath = match name.parse() {
                Ok(source_path) => source_path,
                Err(source) => return Err(IngestError::NameRefused { path, source }),
            };
            let local = if kind.is_symlink() { followed(&path, folder)? } else { path.clone() };
            if !fs::symlink_metadata(&local).map_err(failed)?.is_file() {
                return Err(IngestError::NotAFile { path });
            }
            found.push(Original::new(source_path, local)?);
            if found.len() > MOST_FILES {
                let folder = folder.to_owned();
                return Err(IngestError::TooMuch { folder, limit: MOST_FILES, what: "files" });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// What a link leads to.
fn followed(link: &Path, folder: &Path) -> Result<PathBuf, IngestError> {
    let target = fs::canonicalize(link)
        .map_err(|source| IngestError::Read { path: link.to_owned(), source })?;
    if !target.starts_with(folder) {
        return Err(IngestError::LeadsOutside { path: link.to_owned() });
    }
    Ok(target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::{ffi::OsStrExt as _, fs::symlink, net::UnixListener};

    /// A folder with one good file.
    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = fs::canonicalize(folder.path()).unwrap().join("rec");
        fs::create_dir_all(path.join("video")).unwrap();
        fs::write(path.join("video/webcams.webm"), b"webm").unwrap();
        (folder, path)
    }

    fn names(folder: &Path) -> Vec<String> {
        let files = list(folder, "presentation").unwrap();
        files.iter().map(|it| it.path.to_string()).collect()
    }

    #[test]
    fn lists_every_file_however_it_is_named() {
        let (_guard, path) = folder();
        fs::write(path.join(".hidden"), b"").unwrap();
        fs::write(path.join("Folie 1 – Übersicht#%.png"), b"x").unwrap();
        symlink("video/webcams.webm", path.join("again.webm")).unwrap();
        let expected = [
            "presentation/.hidden",
            "presentation/Folie 1 – Übersicht#%.png",
            "presentation/again.webm",
            "presentation/video/webcams.webm",
        ];
        assert_eq!(names(&path), expected);
        let files = list(&path, "presentation").unwrap();
        assert_eq!((files[2].size_bytes, &files[2].bytes), (4, &files[3].bytes));
    }

    #[test]
    fn refuses_what_leads_outside() {
        let (guard, path) = folder();
        fs::write(guard.path().join("secret"), b"s3cret").unwrap();
        symlink("../secret", path.join("innocent.xml")).unwrap();
        let error = list(&path, "presentation").unwrap_err();
        assert!(
            matches!(&error, IngestError::LeadsOutside { path } if path.ends_with("innocent.xml"))
        );

        fs::remove_file(path.join("innocent.xml")).unwrap();
        symlink("/etc", path.join("video/etc")).unwrap();
        assert!(matches!(list(&path, "x"), Err(IngestError::LeadsOutside { .. })));
    }

    #[test]
    fn refuses_what_is_no_file() {
        let (_guard, path) = folder();
        let _socket = UnixListener::bind(path.join("socket")).unwrap();
        let error = list(&path, "presentation").unwrap_err();
        assert!(error.to_string().contains("socket"), "{error}");

        fs::remove_file(path.join("socket")).unwrap();
        // A link to a folder inside could lead round in circles.
        symlink("..", path.join("video/up")).unwrap();
        assert!(matches!(list(&path, "x"), Err(IngestError::NotAFile { .. })));

        fs::remove_file(path.join("video/up")).unwrap();
        symlink("nowhere", path.join("dangling")).unwrap();
        assert!(matches!(list(&path, "x"), Err(IngestError::Read { .. })));
    }

    #[test]
    fn refuses_hostile_names_and_says_which() {
        let (_guard, path) = folder();
        let cases: [&[u8]; 3] = [b"back\\slash", b"esc\x1b[31m", b"latin-\xe9"];
        for name in cases {
            let file = path.join(std::ffi::OsStr::from_bytes(name));
            fs::write(&file, b"").unwrap();
            let error = list(&path, "presentation").unwrap_err().to_string();
            assert!(error.contains("refused") && !error.contains('\x1b'), "{error}");
            fs::remove_file(file).unwrap();
        }
    }

    #[test]
    fn refuses_folders_without_end() {
        let (_guard, path) = folder();
        let deep: PathBuf = std::iter::repeat_n("d", MOST_DEPTH).collect();
        fs::create_dir_all(path.join(deep)).unwrap();
        assert!(matches!(list(&path, "x"), Err(IngestError::TooMuch { .. })));
    }
}
