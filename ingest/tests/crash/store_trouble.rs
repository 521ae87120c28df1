//! The store fails, throttles and is slow.

use crate::{
    library::{Place, said},
    source::Source,
};
use archive::{Disposition, catalog::Admitted, testing::s3::Mood};
use ingest::{IngestError, discover};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_throttles_or_is_slow_is_waited_for() {
    let moods = [
        Mood::Throttling { requests: 4 },
        Mood::Failing { requests: 4 },
        Mood::Slow(Duration::from_millis(40)),
    ];
    for mood in moods {
        let place = Place::s3().await;
        let folder = tempfile::tempdir().unwrap();
        // Of several parts.
        let source = Source::write(folder.path(), 20 << 20);
        let library = place.open().await;
        place.s3.as_ref().unwrap().set(mood);
        let taken = library.take_in(&source.folder()).await;
        assert_eq!(
            taken.unwrap_or_else(|it| panic!("{mood:?}: {}", said(&it))).admitted,
            Admitted::New
        );
        library.check_new().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_fails_halfway_loses_nothing() {
    let place = Place::s3().await;
    let folder = tempfile::tempdir().unwrap();
    let source = Source::write(folder.path(), 700_000);
    let library = place.open().await;
    let server = place.s3.as_ref().unwrap();
    for (what, before, after) in [("new", None, "first"), ("renewed", Some("first"), "second")] {
        if what == "renewed" {
            source.renew(700_000);
        }
        let handed_over = source.digest();
        let found = discover(&source.folder()).unwrap();
        for pieces in [1, 6] {
            let mut read = 0;
            let taken = library.ingest.take_in(&found[0], |_| {
                read += 1;
                if read == pieces {
                    server.set(Mood::Failing { requests: usize::MAX });
                }
            });
            let error = taken.await.unwrap_err();
            server.set(Mood::Well);
            assert!(matches!(error, IngestError::Store { .. }), "{}", said(&error));
            assert_eq!(error.disposition(), Disposition::Retry);
            assert_eq!(library.whole_or_nothing().await.as_deref(), before, "{what}");
            assert_eq!(source.digest(), handed_over);
        }
        library.take_in(&source.folder()).await.unwrap();
        assert_eq!(library.whole_or_nothing().await.as_deref(), Some(after));
    }
    library.check_renewed().await;
}
