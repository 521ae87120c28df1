//! The disk that the source lies on fails.

use crate::{library::Place, source::Source};
use ingest::FailurePoint;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_on_reading_loses_nothing() {
    for point in FailurePoint::ALL {
        let name = point.name();
        let place = Place::folder().await;
        let folder = tempfile::tempdir().unwrap();
        let source = Source::write(folder.path(), 700_000);
        for (what, before, after) in [("new", None, "first"), ("renewed", Some("first"), "second")]
        {
            if what == "renewed" {
                source.renew(700_000);
            }
            let handed_over = source.digest();
            let child =
                place.take_in_elsewhere(&source.folder(), Some(format!("{name}=eio"))).await;
            let told = [child.stdout, child.stderr].concat();
            let told = String::from_utf8_lossy(&told);
            assert!(!child.status.success(), "{what} at {name}");
            assert!(told.contains("Input/output error"), "{what} at {name}: {told}");
            assert!(told.contains("cannot read `"), "{what} at {name}: {told}");

            let library = place.open().await;
            let there = library.whole_or_nothing().await;
            let expected = if name == "committed" { Some(after) } else { before };
            assert_eq!(there.as_deref(), expected, "{what} at {name}");
            assert_eq!(source.digest(), handed_over, "{what} at {name}");
            library.take_in(&source.folder()).await.unwrap();
            assert_eq!(library.whole_or_nothing().await.as_deref(), Some(after));
        }
    }
}
