//! The store keeps its promises on every backend: memory, a folder, and an S3 server that checks
//! signatures.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[path = "store/on_disk.rs"]
mod on_disk;
#[path = "store/on_s3.rs"]
mod on_s3;
#[path = "store/originals.rs"]
mod originals;
#[path = "store/places.rs"]
mod places;

use archive::{
    DerivedFile, Disposition, ObjectKey, RecordingId, SourcePath, Store, StoreError,
    store::{ByteStream, GET_LIMIT_BYTES},
};
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, future::join_all, stream};
use originals::{an_original_lies_under_its_digest, an_original_that_fails_or_changes_is_not_put};
use places::{Place, files_below};
use sha2::{Digest as _, Sha256};
use std::{
    error::Error as _,
    io,
    ops::Range,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

const ID: &str = "183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1531240585189";
const MIB: usize = 1 << 20;

/// Runs each promise on each backend.
macro_rules! promises {
    ($($promise:ident)*) => {
        promises!(@ memory $($promise)*);
        promises!(@ folder $($promise)*);
        promises!(@ s3 $($promise)*);
    };
    (@ $place:ident $($promise:ident)*) => {
        mod $place {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(super::places::$place().await).await;
            })*
        }
    };
}

promises! {
    what_is_put_is_got
    what_is_not_there_is_nothing_and_no_error
    a_put_replaces_and_shows_in_the_etag
    of_two_conditional_puts_the_first_stays
    ranges_are_those_of_http
    large_streams_arrive_whole
    a_stream_that_fails_leaves_nothing
    a_put_that_is_given_up_leaves_nothing
    a_reader_never_sees_a_part
    puts_at_once_do_not_mix
    an_original_lies_under_its_digest
    an_original_that_fails_or_changes_is_not_put
    awkward_names_stay_apart
    a_local_file_has_the_objects_bytes
    derived_files_are_listed_by_name
    a_working_store_passes_its_probe
}

fn recording() -> RecordingId {
    ID.parse().unwrap()
}

fn source(path: &str) -> SourcePath {
    path.parse().unwrap()
}

/// Bytes that repeat at no power of two, so that a part in the wrong place shows.
fn noise(len: usize) -> Bytes {
    (0..len).map(|i| u8::try_from(i % 251).unwrap()).collect()
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Yields the bytes in pieces of a size that divides nothing.
fn pieces(bytes: &Bytes) -> impl stream::Stream<Item = io::Result<Bytes>> + Send + use<> {
    let bytes = bytes.clone();
    stream::iter((0..bytes.len()).step_by(100_003))
        .map(move |at| Ok(bytes.slice(at..bytes.len().min(at + 100_003))))
}

async fn collect(chunks: ByteStream) -> Vec<u8> {
    chunks.try_fold(Vec::new(), async |all, it| Ok([&all[..], &it].concat())).await.unwrap()
}

/// The error, with its causes, as a person reads it.
fn told(error: &StoreError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(it) = cause {
        text = format!("{text}: {it}");
        cause = it.source();
    }
    text
}

async fn what_is_put_is_got(place: Place) {
    let (store, recording) = (&place.store, &recording());
    for bytes in ["", "abc", "the whole manifest"].map(Bytes::from) {
        for way in ["put", "stream", "file"] {
            let key = ObjectKey::Manifest { recording };
            let put = match way {
                "put" => store.put(&key, bytes.clone()).await,
                "stream" => store.put_stream(&key, pieces(&bytes)).await,
                _ => {
                    let file = place.scratch.path().join("input");
                    std::fs::write(&file, &bytes).unwrap();
                    store.put_file(&key, &file).await
                }
            };
            let put = put.unwrap();
            assert_eq!(put.size_bytes, bytes.len() as u64, "{way}");
            assert_eq!(put.sha256, sha256(&bytes), "{way}");
            assert_eq!(store.get(&key).await.unwrap().as_ref(), Some(&bytes), "{way}");
            let meta = store.head(&key).await.unwrap().unwrap();
            assert_eq!(meta.size_bytes, bytes.len() as u64, "{way}");
            assert!(meta.modified.as_unix_ms() > 1_700_000_000_000, "{way}");
        }
    }
    let abc = store.put(&ObjectKey::SpeechAudio { recording }, "abc".into()).await.unwrap();
    // FIPS 180-4's own example.
    assert_eq!(abc.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

async fn what_is_not_there_is_nothing_and_no_error(place: Place) {
    let (store, recording) = (&place.store, &recording());
    let key = ObjectKey::SpeechAudio { recording };
    for _ in 0..2 {
        assert_eq!(store.get(&key).await.unwrap(), None);
        assert_eq!(store.head(&key).await.unwrap(), None);
        assert!(store.stream(&key, None).await.unwrap().is_none());
        assert!(store.stream(&key, Some(0..1)).await.unwrap().is_none());
        let error = store.local(&key, place.scratch.path()).await.unwrap_err();
        assert!(matches!(error, StoreError::NotFound { .. }), "{error:?}");
        assert_eq!(error.disposition(), Disposition::Fail);
        assert!(store.list_derived(recording).await.unwrap().is_empty());
        // Deleting what is not there, and what was there, comes to the same.
        store.delete(&key).await.unwrap();
        store.put(&key, "x".into()).await.unwrap();
        store.delete(&key).await.unwrap();
    }
}

async fn a_put_replaces_and_shows_in_the_etag(place: Place) {
    let (store, recording) = (&place.store, &recording());
    let key = ObjectKey::Manifest { recording };
    store.put(&key, "one".into()).await.unwrap();
    let first = store.head(&key).await.unwrap().unwrap();
    assert_eq!(store.head(&key).await.unwrap().unwrap(), first, "it stays while nothing is put");
    assert_eq!(store.stream(&key, Some(1..2)).await.unwrap().unwrap().meta(), &first);

    store.put(&key, "two".into()).await.unwrap();
    assert_eq!(store.get(&key).await.unwrap().unwrap(), "two");
    let second = store.head(&key).await.unwrap().unwrap();
    assert_ne!(second.etag, first.etag);
    for etag in [first.etag, second.etag] {
        let inside = etag.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap();
        assert!(!inside.is_empty() && inside.bytes().all(|it| it.is_ascii_graphic() && it != b'"'));
    }
}

async fn of_two_conditional_puts_the_first_stays(place: Place) {
    let (store, recording) = (&place.store, &recording());
    let key = ObjectKey::Manifest { recording };
    let first = store.put_if_absent(&key, "first".into()).await.unwrap().unwrap();
    assert_eq!(first.sha256, sha256(b"first"));
    assert_eq!(store.put_if_absent(&key, "second".into()).await.unwrap(), None);
    let large = noise(9 * MIB);
    assert_eq!(store.put_if_absent(&key, large.clone()).await.unwrap(), None);
    assert_eq!(store.get(&key).await.unwrap().unwrap(), "first");

    let key = ObjectKey::SpeechAudio { recording };
    assert!(store.put_if_absent(&key, large.clone()).await.unwrap().is_some());
    assert!(store.get(&key).await.unwrap().unwrap() == large);
    assert!(place.leftovers().is_empty(), "{:?}", place.leftovers());
}

async fn ranges_are_those_of_http(place: Place) {
    let (store, recording) = (&place.store, &recording());
    let key = ObjectKey::Manifest { recording };
    let read = async |range: &Range<u64>| {
        let chunks = store.stream(&key, Some(range.clone())).await?.expect("it is there");
        let told = chunks.range();
        let bytes = collect(chunks).await;
        assert_eq!(told, range.start..range.start + bytes.len() as u64, "{range:?}");
        Ok::<_, StoreError>(String::from_utf8(bytes).unwrap())
    };
    let refused = async |range: Range<u64>, size: u64| {
        let error = read(&range).await.expect_err("nothing of it is there");
        let is_told = matches!(error, StoreError::RangeNotSatisfiable { size_bytes, .. } if size_bytes == size);
        assert!(is_told, "{range:?}: {error:?}");
        assert_eq!(error.disposition(), Disposition::Fail);
    };

    store.put(&key, "0123456789".into()).await.unwrap();
    let cases = [
        (0..10, "0123456789"),
        (0..1, "0"),
        (3..7, "3456"),
        (9..10, "9"),
        (8..50, "89"),
        (0..i64::MAX as u64, "0123456789"),
        (4..u64::MAX, "456789"),
    ];
    for (range, expected) in cases {
        assert_eq!(read(&range).await.unwrap(), expected, "{range:?}");
    }
    for range in [10..11, 11..12, 4..4, Range { start: 7, end: 3 }, u64::MAX - 1..u64::MAX] {
        refused(range, 10).await;
    }
    store.put(&key, Bytes::new()).await.unwrap();
    refused(0..1, 0).await;
    refused(0..u64::MAX, 0).await;
}

async fn large_streams_arrive_whole(place: Place) {
    let (store, recording) = (&place.store, &recording());
    let key = ObjectKey::SpeechAudio { recording };
    // Just below, at and past one part; and several parts with a rest.
    for len in [8 * MIB - 1, 8 * MIB, 8 * MIB + 1, 20 * MIB + 5] {
        let bytes = noise(len);
        let put = store.put_stream(&key, pieces(&bytes)).await.unwrap();
        assert_eq!((put.size_bytes, put.sha256), (len as u64, sha256(&bytes)), "{len}");
        assert!(store.get(&key).await.unwrap().unwrap() == bytes, "{len}");
        assert!(place.leftovers().is_empty(), "{:?}", place.leftovers());
    }
    let bytes = noise(20 * MIB + 5);
    let file = place.scratch.path().join("large");
    std::fs::write(&file, &bytes).unwrap();
    let put = store.put_file(&key, &file).await.unwrap();
    assert_eq!((put.size_bytes, put.sha256), (bytes.len() as u64, sha256(&bytes)));
    let across = 8 * MIB - 10..16 * MIB + 10;
    let range = across.start as u64..across.end as u64;
    let chunks = store.stream(&key, Some(range)).await.unwrap().unwrap();
    assert!(collect(chunks).await == bytes[across]);
}

async fn a_stream_that_fails_leaves_nothing(place: Place) {
    let (store, recording) = (&place.store, &recording());
    let key = ObjectKey::SpeechAudio { recording };
    let before = [None, Some(Bytes::from_static(b"what was there"))];
    for before in before {
        if let Some(bytes) = &before {
            store.put(&key, bytes.clone()).await.unwrap();
        }
        for len in [0, 1000, 20 * MIB] {
            let broken = pieces(&noise(len)).chain(stream::iter([Err(io::Error::other("torn"))]));
            let error = store.put_stream(&key, broken).await.unwrap_err();
            assert!(matches!(error, StoreError::Input { .. }), "{error:?}");
            assert_eq!(error.source().unwrap().to_string(), "torn");
            assert_eq!(error.disposition(), Disposition::Retry);
            assert_eq!(store.get(&key).await.unwrap(), before, "{len}");
            assert!(place.leftovers().is_empty(), "{len}: {:?}", place.leftovers());
        }
    }
}

async fn a_put_that_is_given_up_leaves_nothing(place: Place) {
    let (store, recording) = (&place.store, &recording());
    let key = ObjectKey::SpeechAudio { recording };
    let endless = pieces(&noise(30 * MIB)).chain(stream::pending());
    let put = store.put_stream(&key, endless);
    tokio::time::timeout(Duration::from_secs(2), put).await.expect_err("it never ends");
    assert_eq!(store.get(&key).await.unwrap(), None);
    for _ in 0..100 {
        if place.leftovers().is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{:?}", place.leftovers());
}

async fn a_reader_never_sees_a_part(place: Place) {
    let (store, recording) = (&place.store, &recording());
    let key = ObjectKey::SpeechAudio { recording };
    let versions = [Bytes::from(vec![1; MIB]), Bytes::from(vec![2; 9 * MIB])];
    store.put(&key, versions[0].clone()).await.unwrap();
    let written = AtomicBool::new(false);
    let write = async {
        for turn in 0..8 {
            let version = &versions[(turn + 1) % 2];
            store.put_stream(&key, pieces(version)).await.unwrap();
        }
        written.store(true, Ordering::SeqCst);
    };
    let read = async {
        while !written.load(Ordering::SeqCst) {
            let got = store.get(&key).await.unwrap().expect("there is always one");
            assert!(versions.contains(&got), "{} bytes of {:?}", got.len(), got.first());
            // Memory never waits, and the writer must have its turn.
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(write, read);
}

async fn puts_at_once_do_not_mix(place: Place) {
    let (store, recording) = (&place.store, &recording());
    let key = ObjectKey::Manifest { recording };
    let version = |n: u8| Bytes::from(vec![n; 100_000 + usize::from(n)]);
    let puts = (0..16).map(|n| async move {
        store.put(&key, version(n)).await.unwrap();
        let path = source(&format!("part {n}"));
        store.put(&ObjectKey::Source { recording, path: &path }, version(n)).await.unwrap();
    });
    join_all(puts).await;
    let last = store.get(&key).await.unwrap().unwrap();
    assert_eq!(last, version(last[0]));
    for n in 0..16 {
        let path = source(&format!("part {n}"));
        let got = store.get(&ObjectKey::Source { recording, path: &path }).await.unwrap();
        assert!(got.unwrap() == version(n), "{n}");
    }
    assert!(place.leftovers().is_empty(), "{:?}", place.leftovers());
}

async fn awkward_names_stay_apart(place: Place) {
    let (store, recording) = (&place.store, &recording());
    let long = "ü".repeat(120);
    let longer = "ü".repeat(121);
    let names = [
        "presentation/Übersicht 1.png",
        "presentation/U\u{308}bersicht 1.png", // the same to a reader, and to some file systems
        "presentation/%C3%9Cbersicht%201.png",
        "a+b&c=d?e#1.png",
        "a#1",
        "a",
        "A",
        "...",
        "~",
        "-rf *",
        "資料/第一回 \u{202e}gnp.exe",
        &long,
        &longer,
    ];
    for name in names {
        let path = source(name);
        let key = ObjectKey::Source { recording, path: &path };
        let put = store.put_if_absent(&key, Bytes::copy_from_slice(name.as_bytes())).await.unwrap();
        assert!(put.is_some(), "{name:?} lies where another does");
    }
    for name in names {
        let path = source(name);
        let key = ObjectKey::Source { recording, path: &path };
        assert_eq!(store.get(&key).await.unwrap().unwrap(), name, "{name:?}");
        let local = store.local(&key, place.scratch.path()).await.unwrap();
        assert_eq!(std::fs::read(local.path()).unwrap(), name.as_bytes(), "{name:?}");
        store.delete(&key).await.unwrap();
        assert_eq!(store.get(&key).await.unwrap(), None, "{name:?}");
    }
}

async fn a_local_file_has_the_objects_bytes(place: Place) {
    let (store, recording) = (&place.store, &recording());
    let path = &source("presentation/video/webcams.webm");
    let key = ObjectKey::Source { recording, path };
    let bytes = noise(3 * MIB);
    store.put(&key, bytes.clone()).await.unwrap();
    let copies = || files_below(place.scratch.path()).len();

    let local = store.local(&key, place.scratch.path()).await.unwrap();
    assert_eq!(local.path().extension().unwrap(), "webm");
    assert!(std::fs::read(local.path()).unwrap() == bytes);
    drop(local);
    assert_eq!(copies(), 0);
    assert_eq!(store.get(&key).await.unwrap().unwrap().len(), bytes.len(), "the object stays");

    let nowhere = place.scratch.path().join("nowhere");
    match store.local(&key, &nowhere).await {
        Ok(local) => assert!(local.path().starts_with(place.root.unwrap().path())),
        Err(error) => {
            assert!(
                matches!(&error, StoreError::File { path, .. } if *path == nowhere),
                "{error:?}"
            );
        }
    }
}

async fn derived_files_are_listed_by_name(place: Place) {
    let (store, recording) = (&place.store, &recording());
    for name in ["webcams.m3u8", "audio.m4a", "webcams-480p.mp4"] {
        let file = &name.parse().unwrap();
        store.put(&ObjectKey::Derived { recording, file }, name.into()).await.unwrap();
    }
    store.put(&ObjectKey::Manifest { recording }, "{}".into()).await.unwrap();
    let listed = store.list_derived(recording).await.unwrap();
    let names: Vec<&str> = listed.iter().map(DerivedFile::as_str).collect();
    assert_eq!(names, ["audio.m4a", "webcams-480p.mp4", "webcams.m3u8"]);
}

async fn a_working_store_passes_its_probe(place: Place) {
    place.store.probe().await.unwrap();
    assert!(place.leftovers().is_empty(), "{:?}", place.leftovers());
}

/// The test S3 server looks and then puts, so this is not for it to promise.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_conditional_puts_at_once_one_puts() {
    for place in [places::memory().await, places::folder().await] {
        let (store, recording) = (&place.store, &recording());
        let key = ObjectKey::Manifest { recording };
        let puts = (0..16).map(|n| store.put_if_absent(&key, format!("by {n}").into()));
        let put: Vec<_> = join_all(puts).await.into_iter().filter_map(Result::unwrap).collect();
        assert_eq!(put.len(), 1);
        let got = store.get(&key).await.unwrap().unwrap();
        assert_eq!(sha256(&got), put[0].sha256);
    }
}

#[tokio::test]
async fn what_is_too_large_for_memory_is_not_got() {
    let (store, recording) = (Store::open("memory:").unwrap(), &recording());
    let key = ObjectKey::SpeechAudio { recording };
    let limit = usize::try_from(GET_LIMIT_BYTES).unwrap();
    store.put(&key, vec![0; limit + 1].into()).await.unwrap();
    let error = store.get(&key).await.unwrap_err();
    assert!(matches!(error, StoreError::TooLarge { .. }), "{error:?}");
    assert_eq!(error.disposition(), Disposition::Fail);
    assert!(store.stream(&key, None).await.unwrap().is_some());
}

#[tokio::test]
async fn clones_share_their_objects_and_memories_do_not() {
    let (store, recording) = (Store::open("memory:").unwrap(), &recording());
    let key = ObjectKey::Manifest { recording };
    store.put(&key, "x".into()).await.unwrap();
    assert!(store.clone().get(&key).await.unwrap().is_some());
    assert!(Store::open("memory:").unwrap().get(&key).await.unwrap().is_none());
}
