use archive::testing::{TestArchive, postgres, skipped};

#[expect(clippy::future_not_send, reason = "a test stays on its thread")]
/// Runs a test on each database that this machine has.
pub(crate) async fn on_both<T, F>(test: T)
where
    T: Fn(TestArchive) -> F,
    F: Future<Output = ()>,
{
    test(TestArchive::open().await).await;
    match postgres::empty_database() {
        Some(url) => {
            let folder = tempfile::tempdir().unwrap();
            test(TestArchive::on(&url, folder).await).await;
        }
        None => skipped("PostgreSQL is not installed: a test ran on SQLite only"),
    }
}
