//! The watched tree: BigBlueButton's data folder, `/var/bigbluebutton`, or a copy of it.
//!
//! Changing the state of a recording moves its folder between `published/`, `unpublished/` and
//! `deleted/` there. `recording/status/published/<id>-<format>.done` says that a format is whole.

use archive::{RecordingId, ServerState};
use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// One format of one recording in `published/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Published {
    /// The folder's name, which is the format's.
    pub(crate) format: String,
    pub(crate) id: RecordingId,
    pub(crate) folder: PathBuf,
    pub(crate) marker: Marker,
}

/// What BigBlueButton says of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marker {
    /// It is whole.
    Done,
    /// Publishing it failed; what lies there is no recording.
    Failed,
    /// Nothing, as of one that was restored, or where there are no markers.
    None,
}

/// Lists what is published, by format and ID.
pub(crate) fn published(tree: &Path) -> io::Result<Vec<Published>> {
    let status = status_folder(tree);
    let mut found = Vec::new();
    for (format, id, folder) in recordings_in(&tree.join("published"))? {
        let says = |end: &str| {
            status.as_ref().is_some_and(|it| it.join(format!("{id}-{format}.{end}")).is_file())
        };
        let marker = match (says("done"), says("fail")) {
            (true, _) => Marker::Done,
            (false, true) => Marker::Failed,
            (false, false) => Marker::None,
        };
        found.push(Published { format, id, folder, marker });
    }
    Ok(found)
}

/// What became of every recording that lies somewhere in the tree. One that is published in any
/// format is published.
pub(crate) fn states(tree: &Path) -> io::Result<HashMap<RecordingId, ServerState>> {
    let mut states = HashMap::new();
    for (name, state) in [
        ("deleted", ServerState::Deleted),
        ("unpublished", ServerState::Unpublished),
        ("published", ServerState::Published),
    ] {
        for (_, id, _) in recordings_in(&tree.join(name))? {
            states.insert(id, state);
        }
    }
    Ok(states)
}

/// When something was last marked as published; `None` where there are no markers.
pub(crate) fn last_marked(tree: &Path) -> Option<SystemTime> {
    fs::metadata(status_folder(tree)?).ok()?.modified().ok()
}

fn status_folder(tree: &Path) -> Option<PathBuf> {
    ["recording/status/published", "status/published"]
        .iter()
        .map(|it| tree.join(it))
        .find(|it| it.is_dir())
}

/// The folders `<format>/<id>`, sorted; none if there is no such folder. Links are passed over.
fn recordings_in(folder: &Path) -> io::Result<Vec<(String, RecordingId, PathBuf)>> {
    let mut found = Vec::new();
    for (format, path) in folders_in(folder)? {
        for (id, path) in folders_in(&path)? {
            if let Ok(id) = id.parse() {
                found.push((format.clone(), id, path));
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn folders_in(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let entries = match fs::read_dir(folder) {
        // A state that nothing ever had, or a folder that was moved between two looks.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if !name.starts_with('.') && entry.file_type()?.is_dir() {
            found.push((name, entry.path()));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use archive::testing::recording_id;

    fn tree(folders: &[String], files: &[String]) -> tempfile::TempDir {
        let tree = tempfile::tempdir().unwrap();
        for folder in folders {
            fs::create_dir_all(tree.path().join(folder)).unwrap();
        }
        for file in files {
            let path = tree.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, b"").unwrap();
        }
        tree
    }

    #[test]
    fn lists_what_is_published_with_what_bigbluebutton_says_of_it() {
        let (a, b) = (recording_id(1), recording_id(2));
        let tree = tree(
            &[
                format!("published/presentation/{a}"),
                format!("published/podcast/{a}"),
                format!("published/presentation/{b}"),
                "published/presentation/.tmp".to_owned(),
                "published/presentation/no-recording!".to_owned(),
                format!("unpublished/presentation/{}", recording_id(3)),
            ],
            &[
                format!("recording/status/published/{a}-presentation.done"),
                format!("recording/status/published/{b}-presentation.fail"),
                // Empty notes: a marker and no folder.
                format!("recording/status/published/{a}-notes.done"),
            ],
        );
        let found = published(tree.path()).unwrap();
        let found: Vec<_> =
            found.iter().map(|it| (it.format.as_str(), it.id.clone(), it.marker)).collect();
        let expected = [
            ("podcast", a.clone(), Marker::None),
            ("presentation", a, Marker::Done),
            ("presentation", b, Marker::Failed),
        ];
        assert_eq!(found, expected);
        assert!(last_marked(tree.path()).is_some());
    }

    #[test]
    fn a_recording_is_published_if_it_is_in_any_format() {
        let ids: Vec<_> = (1..=3).map(recording_id).collect();
        let tree = tree(
            &[
                format!("published/presentation/{}", ids[0]),
                format!("unpublished/video/{}", ids[0]),
                format!("unpublished/presentation/{}", ids[1]),
                format!("deleted/presentation/{}", ids[2]),
                format!("deleted/video/{}", ids[1]),
            ],
            &[],
        );
        let states = states(tree.path()).unwrap();
        use ServerState::{Deleted, Published, Unpublished};
        let expected = [Published, Unpublished, Deleted];
        assert_eq!(ids.iter().map(|it| states[it]).collect::<Vec<_>>(), expected);
        assert_eq!(last_marked(tree.path()), None);
    }

    #[test]
    fn a_tree_that_is_not_there_is_empty() {
        let nowhere = Path::new("/nonexistent/bigbluebutton");
        assert_eq!(published(nowhere).unwrap(), []);
        assert!(states(nowhere).unwrap().is_empty());
    }
}
