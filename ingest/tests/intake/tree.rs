use crate::world::{World, copy, tarred, variants};
use archive::{ServerState, Viewer};
use std::{fs, path::Path};

async fn with_tree() -> World {
    World::with(|here, config| config.tree = Some(here.to_owned())).await
}

fn publish(tree: &Path, sample: &str, format: &str) {
    let from = variants().join(sample).join(format).join(tarred().as_str());
    copy(&from, &tree.join("published").join(format).join(tarred().as_str()));
}

fn mark(tree: &Path, format: &str, end: &str) {
    let status = tree.join("recording/status/published");
    fs::create_dir_all(&status).unwrap();
    fs::write(status.join(format!("{}-{format}.{end}", tarred())), b"").unwrap();
}

#[tokio::test]
async fn what_is_marked_is_taken_in_and_what_is_not_is_left_alone() {
    let world = with_tree().await;
    publish(&world.here, "audio-only", "presentation");
    publish(&world.here, "podcast", "podcast");
    mark(&world.here, "presentation", "done");
    mark(&world.here, "podcast", "fail");
    // Empty notes: a mark, and nothing there.
    mark(&world.here, "notes", "done");
    let scanned = world.round().await;
    assert_eq!((scanned.seen, scanned.noted), (1, 1));
    assert_eq!(world.formats(&tarred()).await, ["presentation"]);
    assert_eq!(world.round().await.noted, 0);

    // The podcast again, which this time is being published, and then has been.
    let status = world.here.join("recording/status/published");
    fs::remove_file(status.join(format!("{}-podcast.fail", tarred()))).unwrap();
    assert_eq!(world.round().await.noted, 0);
    mark(&world.here, "podcast", "done");
    world.round().await;
    assert_eq!(world.formats(&tarred()).await, ["podcast", "presentation"]);
}

#[tokio::test]
async fn a_copy_without_marks_is_taken_in_too_and_only_read() {
    let world = with_tree().await;
    publish(&world.here, "audio-only", "presentation");
    let before = listed(&world.here.join("published"));
    world.round().await;
    assert_eq!(world.formats(&tarred()).await, ["presentation"]);
    assert_eq!(listed(&world.here.join("published")), before);
}

#[tokio::test]
async fn a_recording_that_is_taken_down_is_hidden_and_erased_nowhere() {
    let world = with_tree().await;
    publish(&world.here, "audio-only", "presentation");
    world.round().await;
    assert!(world.is_seen(&tarred()).await);
    let all = listed(&world.archive.folder.path().join("objects"));
    let steps = [
        ("published", "unpublished", ServerState::Unpublished),
        ("unpublished", "deleted", ServerState::Deleted),
        ("deleted", "published", ServerState::Published),
    ];
    for (from, to, state) in steps {
        let place = |state: &str| world.here.join(state).join("presentation");
        fs::create_dir_all(place(to)).unwrap();
        let name = tarred().to_string();
        fs::rename(place(from).join(&name), place(to).join(&name)).unwrap();
        assert_eq!(world.round().await.states, 1, "{from} to {to}");
        assert_eq!(world.is_seen(&tarred()).await, state == ServerState::Published);
        let kept = world.archive.catalog.recording(&Viewer::program(), &tarred()).await.unwrap();
        assert_eq!(kept.unwrap().server_state, state);
    }
    // Cleared away altogether, it says nothing.
    fs::remove_dir_all(world.here.join("published")).unwrap();
    assert_eq!(world.round().await.states, 0);
    assert!(world.is_seen(&tarred()).await);
    assert_eq!(listed(&world.archive.folder.path().join("objects")), all);
}

fn listed(folder: &Path) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(listed(&path));
        } else {
            let size = fs::metadata(&path).unwrap().len();
            found.push((path.display().to_string(), size));
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn what_is_taken_down_before_it_was_looked_at_is_no_failure() {
    let world = with_tree().await;
    publish(&world.here, "audio-only", "presentation");
    world.intake.scan().await.unwrap();
    fs::rename(world.here.join("published"), world.here.join("deleted")).unwrap();
    world.round().await;
    assert!(matches!(world.arrival().await.0, archive::ArrivalState::Done { .. }));
    assert_eq!(world.formats(&tarred()).await, Vec::<String>::new());
}
