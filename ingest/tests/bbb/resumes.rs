use crate::{
    downloads::{folder, get, id, path, presentation, serving, tree},
    server::{Asked, Files, PATIENCE, Served, Server, limits},
};
use axum::{
    body::{Body, Bytes},
    http::header,
    response::Response,
};
use futures_util::StreamExt as _;
use ingest::bbb::{DownloadError, DownloadLimits, Downloader, HttpError, Patience};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn a_file_that_breaks_off_is_gone_on_with_as_often_as_it_gets_on() {
    let bytes: Bytes =
        (0..450_000_u32).map(|it| it.to_le_bytes()[0] ^ it.to_le_bytes()[1]).collect();
    let served = Served { breaks_after: Some(100_000), ..Served::new(bytes.clone()) };
    let server = serving("video/webcams.webm", move |asked| served.answer(asked)).await;
    let folder = folder();
    get(&server.downloader(), &presentation(&server), &folder).await.unwrap();
    let name = format!("presentation/{}/video/webcams.webm", id());
    assert_eq!(tree(folder.path())[&name], bytes);
    let asked = server.asked();
    let asked: Vec<_> = asked.iter().filter(|it| it.path.ends_with("webcams.webm")).collect();
    assert!(asked.len() > usize::try_from(PATIENCE.tries).unwrap(), "{}", asked.len());
    assert_eq!(asked[0].header(header::RANGE), None);
    let from = |it: &&Asked| -> u64 {
        assert_eq!(it.header(header::IF_RANGE), Some("\"one\""));
        let range = it.header(header::RANGE).unwrap().strip_prefix("bytes=").unwrap();
        range.strip_suffix('-').unwrap().parse().unwrap()
    };
    let from: Vec<u64> = asked[1..].iter().map(from).collect();
    assert!(from[0] > 0 && from.is_sorted_by(|a, b| a < b), "{from:?}");
}

#[tokio::test]
async fn a_server_that_falls_silent_is_asked_again() {
    let turn = AtomicU64::new(0);
    let server = serving("video/webcams.webm", move |asked| {
        if turn.fetch_add(1, Ordering::SeqCst) > 0 {
            return Served::new("whole").answer(asked);
        }
        let begins = futures_util::stream::iter([Ok::<_, std::io::Error>(Bytes::from("who"))]);
        let silent = begins.chain(futures_util::stream::pending());
        let response = Response::builder().header(header::CONTENT_LENGTH, 5);
        response.header(header::ETAG, "\"one\"").body(Body::from_stream(silent)).unwrap()
    })
    .await;
    let patience = Patience { tries: 20, silence: Duration::from_millis(300), ..PATIENCE };
    let limits = DownloadLimits { patience, ..limits() };
    let downloader = Downloader::new(&server.client(None), limits).unwrap();
    let folder = folder();
    get(&downloader, &presentation(&server), &folder).await.unwrap();
    let name = format!("presentation/{}/video/webcams.webm", id());
    assert_eq!(tree(folder.path())[&name], b"whole");
}

#[tokio::test]
async fn another_call_goes_on_where_the_last_one_gave_up() {
    let bytes = Bytes::from(vec![7; 4_000]);
    let gives = Arc::new(AtomicU64::new(100));
    let (served, after) = (Served::new(bytes.clone()), Arc::clone(&gives));
    let server = serving("video/webcams.webm", move |asked| {
        let after = usize::try_from(after.load(Ordering::SeqCst)).unwrap();
        Served { breaks_after: Some(after), ..served.clone() }.answer(asked)
    })
    .await;
    let (folder, recording) = (folder(), presentation(&server));
    let error = get(&server.downloader(), &recording, &folder).await.unwrap_err();
    assert!(
        matches!(&error, DownloadError::Unanswered { source: HttpError::Connection { .. }, .. }),
        "{error:?}"
    );
    let name = format!("presentation/{}/video/webcams.webm", id());
    assert!(!tree(folder.path()).contains_key(&name), "what is not whole is not in its place");

    server.asked();
    gives.store(10_000, Ordering::SeqCst);
    get(&server.downloader(), &recording, &folder).await.unwrap();
    assert_eq!(tree(folder.path())[&name], bytes);
    let asked = server.asked();
    let video = asked.iter().find(|it| it.path.ends_with("webcams.webm")).unwrap();
    assert_eq!(video.header(header::RANGE), Some("bytes=300-"));
    // The files that were whole are only asked about.
    let metadata = asked.iter().find(|it| it.path.ends_with("metadata.xml")).unwrap();
    assert_eq!(metadata.header(header::IF_NONE_MATCH), Some("\"one\""));
}

#[tokio::test]
async fn a_file_that_changed_in_between_is_fetched_from_its_beginning() {
    let turn = AtomicU64::new(0);
    let server =
        serving("video/webcams.webm", move |asked| match turn.fetch_add(1, Ordering::SeqCst) {
            0 => Served { breaks_after: Some(150), ..Served::new(vec![1; 400]) }.answer(asked),
            _ => Served { etag: Some("\"two\""), ..Served::new(vec![2; 400]) }.answer(asked),
        })
        .await;
    let folder = folder();
    get(&server.downloader(), &presentation(&server), &folder).await.unwrap();
    let name = format!("presentation/{}/video/webcams.webm", id());
    assert_eq!(tree(folder.path())[&name], vec![2; 400]);
}

#[tokio::test]
async fn a_part_of_something_else_is_not_put_behind_what_there_is() {
    let turn = AtomicU64::new(0);
    // It ignores `If-Range` and answers with a part of the new file.
    let server = serving("video/webcams.webm", move |asked| {
        let mut served = Served { etag: Some("\"two\""), ..Served::new(vec![2; 400]) };
        if turn.fetch_add(1, Ordering::SeqCst) == 0 {
            served = Served { breaks_after: Some(150), ..Served::new(vec![1; 400]) };
        }
        let mut asked = asked.clone();
        asked.headers.remove(header::IF_RANGE);
        served.answer(&asked)
    })
    .await;
    let folder = folder();
    get(&server.downloader(), &presentation(&server), &folder).await.unwrap();
    let name = format!("presentation/{}/video/webcams.webm", id());
    assert_eq!(tree(folder.path())[&name], vec![2; 400]);
}

#[tokio::test]
async fn without_a_tag_a_file_that_broke_off_is_fetched_from_its_beginning() {
    let turn = AtomicU64::new(0);
    let server = serving("video/webcams.webm", move |asked| {
        assert_eq!(asked.header(header::RANGE), None);
        let breaks_after = (turn.fetch_add(1, Ordering::SeqCst) == 0).then_some(150);
        Served { etag: None, breaks_after, ..Served::new(vec![3; 400]) }.answer(asked)
    })
    .await;
    let folder = folder();
    get(&server.downloader(), &presentation(&server), &folder).await.unwrap();
    assert_eq!(server.asked().iter().filter(|it| it.path.ends_with("webcams.webm")).count(), 2);
}

#[tokio::test]
async fn what_is_there_is_not_fetched_again_unless_it_changed() {
    let tag = Arc::new(Mutex::new("\"one\""));
    let current = Arc::clone(&tag);
    let server = serving("slides_new.xml", move |asked| {
        let etag = *current.lock().unwrap();
        Served { etag: Some(etag), ..Served::new(format!("<popcorn v={etag}/>")) }.answer(asked)
    })
    .await;
    let (folder, recording) = (folder(), presentation(&server));
    let downloader = server.downloader();
    let first = get(&downloader, &recording, &folder).await.unwrap();
    let fetched = AtomicU64::new(0);
    let again = downloader
        .download_format(
            &recording,
            &recording.playback[0],
            folder.path(),
            &|it| fetched.store(it.done_bytes, Ordering::SeqCst),
            &CancellationToken::new(),
        )
        .await
        .unwrap();
    assert_eq!((again, fetched.load(Ordering::SeqCst)), (first, 0));

    *tag.lock().unwrap() = "\"two\"";
    get(&downloader, &recording, &folder).await.unwrap();
    let name = format!("presentation/{}/slides_new.xml", id());
    assert_eq!(tree(folder.path())[&name], br#"<popcorn v="two"/>"#);
}

#[tokio::test]
async fn a_file_longer_than_was_said_is_cut_short_as_one_too_short_is() {
    let turn = AtomicU64::new(0);
    // The part that is asked for says another length than the whole did.
    let server = serving("video/webcams.webm", move |asked| {
        let length = if turn.fetch_add(1, Ordering::SeqCst) == 0 { 400 } else { 500 };
        let breaks_after = (length == 400).then_some(150);
        Served { breaks_after, ..Served::new(vec![4; length]) }.answer(asked)
    })
    .await;
    let folder = folder();
    get(&server.downloader(), &presentation(&server), &folder).await.unwrap();
    let name = format!("presentation/{}/video/webcams.webm", id());
    assert_eq!(tree(folder.path())[&name], vec![4; 500], "it is the second one, whole");
}

#[tokio::test]
async fn a_cancelled_download_ends_and_keeps_what_it_has() {
    let files = Files::presentation(&id());
    let cancel = CancellationToken::new();
    let (stop, special) = (cancel.clone(), path("video/webcams.webm"));
    let server = Server::start(move |asked| {
        if asked.path == special {
            stop.cancel();
            return Response::new(Body::from_stream(futures_util::stream::pending::<
                Result<Bytes, std::io::Error>,
            >()));
        }
        files.answer(asked)
    })
    .await;
    let (folder, recording) = (folder(), presentation(&server));
    let results = server.downloader().download(&recording, folder.path(), &|_| {}, &cancel).await;
    assert!(matches!(results.as_slice(), [(_, Err(DownloadError::Cancelled))]), "{results:?}");
    assert!(tree(folder.path()).contains_key(&format!("presentation/{}/metadata.xml", id())));
}
