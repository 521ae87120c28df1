//! The program is killed at every step.

use crate::{library::Place, source::Source};
use ingest::FailurePoint;
use std::os::unix::process::ExitStatusExt as _;

const SIGKILL: i32 = 9;
/// Several pieces, but not several parts of an upload.
const FILM: usize = 700_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_every_step_with_a_folder() {
    for point in FailurePoint::ALL {
        killed(point, Place::folder().await).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_every_step_with_a_bucket() {
    for point in FailurePoint::ALL {
        killed(point, Place::s3().await).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn within_an_upload_of_several_parts() {
    for place in [Place::folder().await, Place::s3().await] {
        let folder = tempfile::tempdir().unwrap();
        let source = Source::write(folder.path(), 30 << 20);
        // The first piece that is read may be of any file; most are of the film.
        let failure = format!("{}=kill", FailurePoint::ALL[1].name());
        let child = place.take_in_elsewhere(&source.folder(), Some(failure)).await;
        assert_eq!(child.status.signal(), Some(SIGKILL));
        let library = place.open().await;
        assert_eq!(library.whole_or_nothing().await, None);
        library.take_in(&source.folder()).await.unwrap();
        library.check_new().await;
    }
}

async fn killed(point: FailurePoint, place: Place) {
    let name = point.name();
    let folder = tempfile::tempdir().unwrap();
    let source = Source::write(folder.path(), FILM);
    let versions: [(&str, Option<&str>, &str); 2] =
        [("new", None, "first"), ("renewed", Some("first"), "second")];
    for (what, before, after) in versions {
        if what == "renewed" {
            source.renew(FILM);
        }
        let handed_over = source.digest();
        let child = place.take_in_elsewhere(&source.folder(), Some(format!("{name}=kill"))).await;
        let (out, err) = (&child.stdout, &child.stderr);
        let told = || format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err));
        assert_eq!(child.status.signal(), Some(SIGKILL), "{what} at {name}: {}", told());

        // Nothing, or all of it; and the source is there.
        let library = place.open().await;
        let there = library.whole_or_nothing().await;
        let is_done = name == "committed";
        assert_eq!(
            there.as_deref(),
            if is_done { Some(after) } else { before },
            "{what} at {name}"
        );
        assert_eq!(source.digest(), handed_over, "{what} at {name}");

        // Again, and all is well.
        let child = place.take_in_elsewhere(&source.folder(), None).await;
        let told = String::from_utf8_lossy(&child.stdout).into_owned();
        assert!(child.status.success() && told.contains("1 passed"), "{what} at {name}: {told}");
        match what {
            "new" => library.check_new().await,
            _ => library.check_renewed().await,
        }
    }
}
