use crate::world::{World, copy, names, tarred, variants};
use archive::{ArrivalState, Viewer};
use std::{fs, path::Path};

async fn with_spool() -> World {
    World::with(|here, config| {
        fs::create_dir(here.join("spool")).unwrap();
        config.spool = Some(here.join("spool"));
    })
    .await
}

fn sample(name: &str) -> std::path::PathBuf {
    variants().join("tar").join(format!("{}{name}", tarred()))
}

#[tokio::test]
async fn a_tar_is_taken_in_and_a_second_one_adds_its_format() {
    let world = with_spool().await;
    let spool = world.here.join("spool");
    let tar = spool.join(format!("{}.tar", tarred()));
    copy(&sample(".tar"), &tar);
    copy(&sample(".tar"), &spool.join(".under-way.tar.Xy12Z"));
    assert_eq!(world.round().await.noted, 1);
    assert_eq!(world.formats(&tarred()).await, ["presentation"]);
    assert_eq!(names(&spool.join("done")).len(), 1);
    assert_eq!(names(&spool).len(), 2, "the transfer under way is left alone");

    copy(&sample(".second.tar"), &tar);
    world.round().await;
    assert_eq!(world.formats(&tarred()).await, ["podcast", "presentation"]);
    assert_eq!(names(&spool.join("done")).len(), 2, "the first one was not replaced");
    let (state, message) = world.arrival().await;
    assert!(matches!(state, ArrivalState::Done { .. }));
    assert!(message.contains("podcast") && message.contains("unchanged"), "{message}");
    assert_eq!(world.round().await.seen, 0);
}

#[tokio::test]
async fn what_is_still_growing_is_left_alone() {
    let world = World::with(|here, config| {
        config.spool = Some(here.to_owned());
        config.settle_seconds = 3_600;
    })
    .await;
    copy(&sample(".tar"), &world.here.join("a.tar"));
    for _ in 0..2 {
        let scanned = world.round().await;
        assert_eq!((scanned.seen, scanned.noted), (1, 0));
    }
    assert_eq!(world.formats(&tarred()).await, Vec::<String>::new());
}

/// A tar of a sound presentation and of notes that are none.
fn half_broken(to: &Path) {
    let mut tar = tar::Builder::new(fs::File::create(to).unwrap());
    let good = variants().join(format!("audio-only/presentation/{}", tarred()));
    tar.append_dir_all(format!("presentation/{}", tarred()), good).unwrap();
    let bad = b"<recording><id>";
    let mut header = tar::Header::new_gnu();
    header.set_size(bad.len() as u64);
    header.set_mode(0o644);
    header.set_cksum();
    let path = format!("notes/{}/metadata.xml", tarred());
    tar.append_data(&mut header, path, &bad[..]).unwrap();
    tar.finish().unwrap();
}

#[tokio::test]
async fn a_format_that_fails_keeps_no_other_out_and_waits_with_its_reason() {
    let world = with_spool().await;
    let spool = world.here.join("spool");
    half_broken(&spool.join("a.tar"));
    world.round().await;
    assert_eq!(world.formats(&tarred()).await, ["presentation"]);
    assert_eq!(names(&spool.join("failed")), ["a.tar", "a.tar.reason.txt"]);
    let reason = fs::read_to_string(spool.join("failed/a.tar.reason.txt")).unwrap();
    assert!(reason.contains("notes") && reason.contains("metadata.xml"), "{reason}");
    let (state, message) = world.arrival().await;
    assert!(matches!(state, ArrivalState::Failed { .. }));
    assert_eq!(reason.trim_end(), message);

    // Tried again as it is, it fails again and nothing else has changed.
    let curator = Viewer::program().curator().unwrap();
    let arrivals = world.archive.catalog.arrivals();
    let id = world.arrivals().await[0].id.clone();
    assert!(arrivals.retry(&curator, &id).await.unwrap());
    world.round().await;
    assert_eq!(names(&spool.join("failed")), ["a.tar", "a.tar.reason.txt"]);

    // Mended where it lies, it gets in.
    copy(&sample(".second.tar"), &spool.join("failed/a.tar"));
    assert!(arrivals.retry(&curator, &id).await.unwrap());
    world.round().await;
    assert_eq!(world.formats(&tarred()).await, ["podcast", "presentation"]);
    assert_eq!(names(&spool.join("failed")), Vec::<String>::new());
    assert_eq!(names(&spool.join("done")), ["a.tar"]);
}

#[tokio::test]
async fn no_hostile_tar_leaves_anything_in_the_library() {
    let world = with_spool().await;
    let spool = world.here.join("spool");
    let mut count = 0;
    for kind in ["tar", "zip"] {
        for name in names(&variants().join("broken").join(kind)) {
            copy(&variants().join("broken").join(kind).join(&name), &spool.join(&name));
            count += 1;
        }
    }
    assert!(count > 10);
    assert_eq!(world.round().await.noted, count);
    let taken = world.archive.catalog.recordings(&Viewer::program(), None, 100).await.unwrap();
    let kept: Vec<_> = names(&spool.join("done"));
    assert_eq!(taken.is_empty(), kept.is_empty(), "{kept:?}");
    let failed = names(&spool.join("failed"));
    assert_eq!(failed.len() / 2 + kept.len(), count, "{failed:?}");
    // A sound one is none the worse for them.
    copy(&sample(".tar"), &spool.join("good.tar"));
    world.round().await;
    assert_eq!(world.formats(&tarred()).await, ["presentation"]);
}

#[tokio::test]
async fn what_is_put_back_by_hand_is_taken_again() {
    let world = with_spool().await;
    let spool = world.here.join("spool");
    half_broken(&spool.join("a.tar"));
    for _ in 0..3 {
        assert_eq!(world.round().await.noted, 1);
        assert_eq!(world.round().await.seen, 0);
        fs::rename(spool.join("failed/a.tar"), spool.join("a.tar")).unwrap();
        fs::remove_file(spool.join("failed/a.tar.reason.txt")).unwrap();
    }
}
