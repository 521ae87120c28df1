//! What holds of a bucket alone: who may, and what a person is told when it cannot be reached.

use crate::{
    MIB, noise, pieces,
    places::{SECRET_KEY, files_below, open_s3},
    recording, told,
};
use archive::{Disposition, ObjectKey, Store, StoreError, testing::s3::S3Server};

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let url = S3Server::start(root.path()).await.url();
    let wrong = SECRET_KEY.replace("wJal", "wJaL");
    let (store, recording) = (open_s3(&url, &wrong), &recording());
    let key = ObjectKey::Manifest { recording };
    let errors = [
        store.probe().await.unwrap_err(),
        store.put(&key, "{}".into()).await.unwrap_err(),
        store.put_stream(&key, pieces(&noise(9 * MIB))).await.unwrap_err(),
        store.get(&key).await.unwrap_err(),
        store.head(&key).await.unwrap_err(),
        store.delete(&key).await.unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, StoreError::Denied { .. }), "{error:?}");
        assert_eq!(error.disposition(), Disposition::Retry);
        let text = told(&error);
        assert!(text.contains("s3://library/below/here/"), "{text}");
        assert!(text.contains("403") && !text.contains(&wrong), "{text}");
    }
    assert_eq!(files_below(root.path()), Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_no_absent_object() {
    let root = tempfile::tempdir().unwrap();
    let url = S3Server::start(root.path()).await.url().replace("s3://library", "s3://lbrary");
    let (store, recording) = (open_s3(&url, SECRET_KEY), &recording());
    let error = store.list_derived(recording).await.unwrap_err();
    assert!(matches!(error, StoreError::Failed { .. }), "{error:?}");
    assert!(told(&error).contains("NoSuchBucket"), "{}", told(&error));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_with_its_cause() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let store = open_s3(&format!("s3://library?endpoint=http://{address}"), SECRET_KEY);
    let error = store.probe().await.unwrap_err();
    let text = told(&error);
    assert!(text.starts_with("cannot write `s3://library/incoming/"), "{text}");
    assert!(text.contains(&address.to_string()) && text.contains("Connection refused"), "{text}");
    assert_eq!(error.disposition(), Disposition::Retry);
}

#[test]
fn keys_for_s3_come_from_the_environment_whole() {
    let endpoint = "s3://library?endpoint=http://127.0.0.1:9";
    let cases: [(&str, &[&str]); 3] = [
        (endpoint, &[]),
        (endpoint, &["AWS_ACCESS_KEY_ID"]),
        ("s3://library", &["AWS_SECRET_ACCESS_KEY"]),
    ];
    for (url, variables) in cases {
        let environment = variables.iter().map(|it| ((*it).into(), "hunter2".into()));
        let error = Store::open_with(url, environment).expect_err(url);
        let text = told(&error);
        assert!(matches!(error, StoreError::Open { .. }), "{text}");
        assert!(text.starts_with("cannot open the store `s3://library`: "), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}
