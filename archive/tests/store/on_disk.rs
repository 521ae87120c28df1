//! What holds of a folder alone: names on disk, and what a person is told when it cannot be used.

use crate::{ID, MIB, noise, pieces, places::files_below, recording, source, told};
use archive::{Disposition, ObjectKey, Store, StoreError};
use std::{path::Path, process::Command, time::Duration};

#[tokio::test]
async fn a_folder_keeps_objects_under_readable_names() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("Büro 7#%41");
    let store = Store::open_folder(&folder).unwrap();
    let (recording, path) = (&recording(), &source("slides/Folie 1.png"));
    store.put(&ObjectKey::Source { recording, path }, "png".into()).await.unwrap();
    store.put(&ObjectKey::Manifest { recording }, "{}".into()).await.unwrap();
    let recording_folder = folder.join("recordings").join(ID);
    let mut files = files_below(root.path());
    files.sort();
    assert_eq!(
        files,
        [
            recording_folder.join("manifest.json"),
            recording_folder.join("source/slides/Folie%201.png"),
        ]
    );
    assert_eq!(store.to_string(), folder.display().to_string());

    store.delete(&ObjectKey::Source { recording, path }).await.unwrap();
    assert!(!recording_folder.join("source").exists(), "no empty folders stay");
}

#[track_caller]
fn check_told(error: &StoreError, what: &str, path: &Path, why: &str) {
    let text = told(error);
    assert_eq!(text, format!("{what} `{}`: {why}", path.display()));
    assert_eq!(error.disposition(), Disposition::Retry);
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_named() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let folder = file.join("store");
    let error = Store::open(&format!("file://{}", folder.display())).unwrap_err();
    check_told(&error, "cannot open the store", &folder, "Not a directory (os error 20)");

    let store = Store::open_folder(root.path()).unwrap();
    std::fs::write(root.path().join("recordings"), "in the way").unwrap();
    let recording = &recording();
    let key = ObjectKey::Manifest { recording };
    let object = root.path().join(key.to_string());
    let error = store.put(&key, "{}".into()).await.unwrap_err();
    check_told(&error, "cannot write", &object, "Not a directory (os error 20)");
    assert_eq!(store.get(&key).await.unwrap(), None);

    let absent = root.path().join("absent");
    let error = store.put_file(&key, &absent).await.unwrap_err();
    check_told(&error, "cannot use the file", &absent, "No such file or directory (os error 2)");
}

/// A limit on the size of files stands in for the full disk: a write fails half-way, as there. It
/// holds for a process, so the test runs itself again under it.
#[tokio::test]
async fn a_full_disk_is_named_and_leaves_nothing() {
    const LIMITED: &str = "STORE_TEST_FOLDER_WITH_LIMIT";
    const LIMIT_BYTES: usize = 2 * MIB;
    let Some(folder) = std::env::var_os(LIMITED) else {
        let root = tempfile::tempdir().unwrap();
        // `ulimit -f` counts in blocks of 512 bytes; the signal's default action would be the end.
        let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", LIMIT_BYTES / 512);
        let run = Command::new("sh")
            .args(["-c", &script])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "on_disk::a_full_disk_is_named_and_leaves_nothing"])
            .env(LIMITED, root.path())
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
        assert!(String::from_utf8_lossy(&run.stdout).contains("1 passed"));
        return;
    };
    let folder = Path::new(&folder);
    let store = Store::open_folder(folder).unwrap();
    let recording = &recording();
    let key = ObjectKey::SpeechAudio { recording };
    store.put(&key, "what was there".into()).await.unwrap();
    for bytes in [noise(LIMIT_BYTES + 1), noise(20 * MIB)] {
        let error = store.put_stream(&key, pieces(&bytes)).await.unwrap_err();
        let object = folder.join(key.to_string());
        check_told(&error, "cannot write", &object, "File too large (os error 27)");
        for _ in 0..100 {
            if files_below(folder).len() == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(files_below(folder), [object]);
        assert_eq!(store.get(&key).await.unwrap().unwrap(), "what was there");
    }
}
