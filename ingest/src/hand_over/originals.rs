//! The files that were handed over: which there are, and what each is to the stages.

use crate::IngestError;
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
    /// Where it lies on this machine; never a link.
    pub(crate) local: PathBuf,
    pub(crate) size_bytes: u64,
}

impl Original {
    pub(crate) fn new(path: SourcePath, local: PathBuf) -> Result<Self, IngestError> {
        match fs::metadata(&local) {
            Ok(metadata) => Ok(Self { path, local, size_bytes: metadata.len() }),
            Err(source) => Err(IngestError::Read { path: local, source }),
        }
    }
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

/// The files that can play a part, the one to take first: all hold the same, and the webm is
/// BigBlueButton's own while the mp4 and the ogg are made of it. Old sites have only the latter.
const PARTS: [(SourceRole, &[&str]); 3] = [
    (
        SourceRole::Webcams,
        &[
            "presentation/video/webcams.webm",
            "presentation/video/webcams.mp4",
            "presentation/video/webcams.m4v",
        ],
    ),
    (
        SourceRole::Deskshare,
        &[
            "presentation/deskshare/deskshare.webm",
            "presentation/deskshare/deskshare.mp4",
            "presentation/deskshare/deskshare.m4v",
        ],
    ),
    (SourceRole::Audio, &["presentation/audio/audio.webm", "presentation/audio/audio.ogg"]),
];

/// The path, relative to a published directory, of every file that can be media.
pub(crate) fn media_names() -> impl Iterator<Item = &'static str> {
    let names = PARTS.iter().flat_map(|(_, names)| *names);
    names.filter_map(|it| it.strip_prefix("presentation/"))
}

/// What the file at `path` is to the stages, among all files. An empty file plays no part if
/// another can.
pub(crate) fn role<'a>(
    path: &SourcePath,
    files: &(impl Iterator<Item = (&'a SourcePath, u64)> + Clone),
) -> SourceRole {
    for (role, names) in PARTS {
        if !names.contains(&path.as_str()) {
            continue;
        }
        let there = |least: u64| {
            names.iter().find(|&&name| {
                files.clone().any(|(path, bytes)| path.as_str() == name && bytes >= least)
            })
        };
        if there(1).or(there(0)) == Some(&path.as_str()) {
            return role;
        }
    }
    SourceRole::Other
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
        assert_eq!((files[2].size_bytes, &files[2].local), (4, &files[3].local));
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

    #[test]
    fn one_file_plays_each_part() {
        use SourceRole::{Audio, Deskshare, Other, Webcams};
        type Case<'a> = (&'a [(&'a str, u64)], &'a [SourceRole]);
        let cases: [Case<'_>; 4] = [
            (&[("video/webcams.webm", 9), ("video/webcams.mp4", 9)], &[Webcams, Other]),
            (&[("video/webcams.webm", 0), ("video/webcams.mp4", 9)], &[Other, Webcams]),
            (&[("video/webcams.webm", 0), ("deskshare/deskshare.mp4", 5)], &[Webcams, Deskshare]),
            (
                &[("audio/audio.ogg", 5), ("presentation/P/audio.webm", 5), ("video/x.webm", 1)],
                &[Audio, Other, Other],
            ),
        ];
        for (files, expected) in cases {
            let files: Vec<(SourcePath, u64)> = files
                .iter()
                .map(|(name, bytes)| (format!("presentation/{name}").parse().unwrap(), *bytes))
                .collect();
            let all = files.iter().map(|(path, bytes)| (path, *bytes));
            let roles: Vec<_> = files.iter().map(|(path, _)| role(path, &all)).collect();
            assert_eq!(roles, expected, "{files:?}");
        }
    }
}
