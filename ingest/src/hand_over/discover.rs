//! Where recordings lie in a folder.

use super::originals;
use crate::{IngestError, understand::metadata};
use std::{
    error::Error as _,
    fs::{self, File},
    io::BufReader,
    path::{Path, PathBuf},
};

/// A published `presentation` directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What [`Ingest::take_in`](crate::Ingest::take_in) takes.
    pub folder: PathBuf,
}

/// How many folders below the one that was named may lie a `presentation/` or a recording.
const DEPTH: usize = 2;

/// Folders of a BigBlueButton server that hold something else, or what its owners took down.
const OTHER: [&str; 12] = [
    "unpublished",
    "deleted",
    "recording",
    "raw",
    "process",
    "publish",
    "status",
    "events",
    "captions",
    "video",
    "audio",
    "deskshare",
];

/// Finds the published `presentation` directories in `path`, in the order of their paths:
///
/// - `path` itself, if `metadata.xml` or media lie in it;
/// - `path/presentation/*` and `path/published/presentation/*`, as BigBlueButton keeps them under
///   `/var/bigbluebutton`, or `path/*` if `path` is such a `presentation`;
/// - otherwise the same in the folders one and two below `path`.
///
/// Unpublished and deleted recordings and other formats are passed over, and so are links, which
/// could lead anywhere. It reads the disk and blocks.
///
/// # Errors
///
/// [`IngestError::NothingFound`] says what was looked for.
pub fn discover(path: &Path) -> Result<Vec<Found>, IngestError> {
    let failed = |source| IngestError::Read { path: path.to_owned(), source };
    let path = &fs::canonicalize(path).map_err(failed)?;
    // A recording that is named outright is taken or refused, but never passed over.
    let mut folders = if path.join("metadata.xml").is_file() || looks_like_one(path) {
        vec![path.clone()]
    } else {
        below(path, DEPTH)?
    };
    if folders.is_empty() {
        return Err(IngestError::NothingFound { folder: path.clone() });
    }
    folders.sort_unstable();
    folders.dedup();
    Ok(folders.into_iter().map(|folder| Found { folder }).collect())
}

fn below(path: &Path, depth: usize) -> Result<Vec<PathBuf>, IngestError> {
    let mut found = Vec::new();
    let mut others = Vec::new();
    for folder in folders_in(path)? {
        if looks_like_one(&folder) {
            found.push(folder);
        } else if !folder.file_name().is_some_and(|it| OTHER.iter().any(|other| it == *other)) {
            others.push(folder);
        }
    }
    for folder in others {
        let by_its_name = folder.ends_with("presentation") || folder.ends_with("published");
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

/// Whether a folder is a published `presentation` directory, to go by its looks. One whose
/// `metadata.xml` is damaged is: taking it in will say so.
fn looks_like_one(folder: &Path) -> bool {
    let format = match File::open(folder.join("metadata.xml")) {
        Ok(file) => metadata::parse(BufReader::new(file)).map(|it| it.format),
        Err(_) => return originals::media_names().any(|name| folder.join(name).is_file()),
    };
    !matches!(format, Ok(Some(format)) if format != "presentation")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// Lacks its last digit.
    const ID: &str = "183f0bf3a0982a127bdb8161e0c44eb696b3e75c-153124058518";

    /// A folder with these files in it; of `metadata.xml` the format is given after a `=`.
    fn tree(files: &[&str]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        for file in files {
            let (name, format) = file.split_once('=').unwrap_or((file, "presentation"));
            let path = root.join(name.replace("ID", ID));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let xml =
                format!("<recording><playback><format>{format}</format></playback></recording>");
            fs::write(path, xml).unwrap();
        }
        (folder, root)
    }

    #[track_caller]
    fn check(files: &[&str], at: &str, expected: &[&str]) {
        let (_guard, root) = tree(files);
        let found: Vec<_> = match discover(&root.join(at)) {
            Ok(found) => found
                .iter()
                .map(|it| it.folder.strip_prefix(&root).unwrap().to_str().unwrap().to_owned())
                .collect(),
            Err(IngestError::NothingFound { .. }) => vec![],
            Err(error) => panic!("{error}"),
        };
        let expected: Vec<_> = expected.iter().map(|it| it.replace("ID", ID)).collect();
        assert_eq!(found, expected, "{files:?} at {at:?}");
    }

    #[test]
    fn finds_recordings_however_the_folder_is_laid_out() {
        let two = &["presentation/ID1/metadata.xml", "presentation/ID2/metadata.xml"];
        check(two, "", &["presentation/ID1", "presentation/ID2"]);
        check(two, "presentation", &["presentation/ID1", "presentation/ID2"]);
        check(two, &format!("presentation/{ID}2"), &["presentation/ID2"]);
        check(&["metadata.xml", "presentation/P/slide-1.png"], "", &[""]);
        check(&["published/presentation/ID1/metadata.xml"], "", &["published/presentation/ID1"]);
        check(
            &["samples/a/presentation/ID1/metadata.xml", "samples/b/presentation/ID2/metadata.xml"],
            "samples",
            &["samples/a/presentation/ID1", "samples/b/presentation/ID2"],
        );
        check(&["presentation/ID1/audio/audio.ogg"], "", &["presentation/ID1"]);
        check(&["a/b/presentation/ID1/metadata.xml"], "", &["a/b/presentation/ID1"]);
    }

    #[test]
    fn passes_over_what_is_something_else() {
        check(&["published/podcast/ID1/metadata.xml=podcast"], "", &[]);
        check(&["unpublished/presentation/ID1/metadata.xml"], "", &[]);
        check(&["deleted/presentation/ID1/metadata.xml"], "", &[]);
        check(&["recording/raw/ID1/video/webcams.webm"], "", &[]);
        check(&["a/b/c/d/presentation/ID1/metadata.xml"], "", &[]);
        check(&["notes.txt"], "", &[]);
        // Named outright, it is not passed over: taking it in says what is wrong.
        check(&["metadata.xml=podcast"], "", &[""]);
    }

    #[test]
    fn does_not_follow_links() {
        let (_guard, root) = tree(&["elsewhere/presentation/ID1/metadata.xml", "here/notes.txt"]);
        symlink("../elsewhere", root.join("here/link")).unwrap();
        assert!(matches!(discover(&root.join("here")), Err(IngestError::NothingFound { .. })));
    }

    #[test]
    fn says_what_it_looked_for() {
        let (_guard, root) = tree(&[]);
        let error = discover(&root).unwrap_err().to_string();
        assert!(error.contains("metadata.xml") && error.contains("published/presentation/*"));
        let error = discover(&root.join("nowhere")).unwrap_err();
        assert!(matches!(error, IngestError::Read { .. }));
    }
}
