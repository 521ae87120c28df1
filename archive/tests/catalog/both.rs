use archive::testing::{TestArchive, postgres};

#[expect(clippy::future_not_send, reason = "a test stays on its thread")]
#[expect(clippy::print_stderr, reason = "what was left out must be seen")]
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
        None => eprintln!("PostgreSQL is not installed: this test ran on SQLite only"),
    }
}
