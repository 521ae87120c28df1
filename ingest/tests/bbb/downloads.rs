use crate::server::{
    Asked, Files, PRESENTATION, Served, Server, limits, recording, redirect, status, xml,
};
use archive::{RecordingId, testing::recording_id};
use axum::{body::Body, http::header, response::Response};
use ingest::bbb::{
    DownloadError, DownloadLimits, DownloadNote, DownloadedFormat, Downloader, HttpError,
    ServerRecording,
};
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

pub(crate) fn id() -> RecordingId {
    recording_id(1)
}

pub(crate) fn presentation(server: &Server) -> ServerRecording {
    let url = format!("{}/playback/presentation/2.3/{}", server.address, id());
    recording(&id(), &[("presentation", url)])
}

pub(crate) async fn get(
    downloader: &Downloader,
    recording: &ServerRecording,
    folder: &TempDir,
) -> Result<DownloadedFormat, DownloadError> {
    let (format, cancel) = (&recording.playback[0], CancellationToken::new());
    downloader.download_format(recording, format, folder.path(), &|_| {}, &cancel).await
}

/// Every file below a folder by its path, hidden folders left out.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            if name.starts_with('.') {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(name, fs::read(path).unwrap());
            }
        }
    }
    found
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// The path of one file on the server.
pub(crate) fn path(name: &str) -> String {
    format!("/presentation/{}/{name}", id())
}

/// A server that answers for one file, and keeps to the presentation for the others.
pub(crate) async fn serving(
    name: &str,
    answer: impl Fn(&Asked) -> Response + Send + Sync + 'static,
) -> Server {
    let (files, special) = (Files::presentation(&id()), path(name));
    Server::start(
        move |asked| {
            if asked.path == special { answer(asked) } else { files.answer(asked) }
        },
    )
    .await
}

#[tokio::test]
async fn a_presentation_arrives_as_it_was_published() {
    let files = Files::presentation(&id());
    let server = Server::start(move |asked| files.answer(asked)).await;
    let (folder, done) = (folder(), AtomicU64::new(0));
    let recording = presentation(&server);
    let downloaded = server
        .downloader()
        .download(
            &recording,
            folder.path(),
            &|it| {
                assert_eq!(it.kind, "presentation");
                done.fetch_max(it.done_bytes, Ordering::SeqCst);
            },
            &CancellationToken::new(),
        )
        .await;
    let [(kind, Ok(downloaded))] = downloaded.as_slice() else { panic!("{downloaded:?}") };
    let expected: BTreeMap<String, Vec<u8>> = PRESENTATION
        .iter()
        .map(|(name, bytes)| (format!("presentation/{}/{name}", id()), bytes.as_bytes().to_vec()))
        .collect();
    assert_eq!(tree(folder.path()), expected);
    let bytes = PRESENTATION.iter().map(|(_, bytes)| bytes.len() as u64).sum();
    assert_eq!(kind, "presentation");
    let expected = DownloadedFormat {
        kind: "presentation",
        folder: folder.path().join("presentation").join(id().as_str()),
        files: PRESENTATION.len(),
        bytes,
        notes: Vec::new(),
    };
    assert_eq!(*downloaded, expected);
    assert_eq!(done.load(Ordering::SeqCst), bytes);
    for asked in server.asked() {
        assert_eq!(asked.header(header::COOKIE), None);
        assert_eq!(asked.header(header::ACCEPT_ENCODING), Some("identity"));
        assert_eq!(asked.query, "");
    }
}

#[tokio::test]
async fn every_format_has_its_files() {
    let id = id();
    let mut files = Files::default();
    let expected = [
        ("podcast", format!("/podcast/{id}/"), "audio.ogg", "audio.ogg"),
        ("notes", format!("/notes/{id}/"), "notes.odt", "notes.odt"),
        ("screenshare", format!("/recording/screenshare/{id}/"), "", "screenshare-0.webm"),
        ("video", format!("/playback/video/{id}/"), "", "video-0.m4v"),
        ("ai-summary", format!("/ai-summary/{id}/"), "ai-summary.html", "summary.txt"),
    ];
    for (_, base, _, media) in &expected {
        files.put(&format!("{base}metadata.xml"), b"<recording/>");
        files.put(&format!("{base}{media}"), b"media");
    }
    files.put(&format!("/playback/video/{id}/captions.json"), br#"[{"locale":"de"}]"#);
    files.put(&format!("/playback/video/{id}/caption_de.vtt"), b"WEBVTT");
    let server = Server::start(move |asked| files.answer(asked)).await;
    let mut formats: Vec<(&str, String)> = expected
        .iter()
        .map(|(kind, base, file, _)| (*kind, format!("{}{base}{file}", server.address)))
        .collect();
    formats.push(("statistics", format!("{}/statistics/{id}/", server.address)));
    let (recording, folder) = (recording(&id, &formats), folder());
    let cancel = CancellationToken::new();
    let results = server.downloader().download(&recording, folder.path(), &|_| {}, &cancel).await;
    for (kind, result) in results {
        match result {
            Err(DownloadError::OtherFormat { .. }) => assert_eq!(kind, "statistics"),
            result => drop(result.unwrap()),
        }
    }
    let mut names: Vec<String> = expected
        .iter()
        .flat_map(|(kind, _, _, media)| {
            [format!("{kind}/{id}/metadata.xml"), format!("{kind}/{id}/{media}")]
        })
        .chain([format!("video/{id}/captions.json"), format!("video/{id}/caption_de.vtt")])
        .collect();
    names.sort();
    assert_eq!(tree(folder.path()).into_keys().collect::<Vec<_>>(), names);
}

#[tokio::test]
async fn what_not_every_recording_has_may_be_missing() {
    for (missing, noted) in [
        ("captions.json", false),
        ("presentation_text.json", false),
        ("presentation/P/thumbnails/thumb-1.png", false),
        ("deskshare/deskshare.webm", false),
        ("shapes.svg", true),
        ("slides_new.xml", true),
        ("presentation/P/slide-1.png", true),
        ("caption_en.vtt", true),
    ] {
        let server = serving(missing, |_| status(404)).await;
        let folder = folder();
        let downloaded = get(&server.downloader(), &presentation(&server), &folder).await.unwrap();
        let note = DownloadNote::Missing { path: missing.parse().unwrap() };
        assert_eq!(downloaded.notes, if noted { vec![note] } else { Vec::new() }, "{missing}");
        assert!(!tree(folder.path()).keys().any(|it| it.ends_with(missing)), "{missing}");
    }
}

#[tokio::test]
async fn what_every_recording_has_must_be_there() {
    let server = serving("metadata.xml", |_| status(404)).await;
    let error = get(&server.downloader(), &presentation(&server), &folder()).await.unwrap_err();
    assert!(matches!(&error, DownloadError::Missing { url } if url.ends_with("metadata.xml")));
    assert_eq!(server.asked().len(), 1, "nothing else is asked for");

    let files = Files::presentation(&id());
    let server = Server::start(move |asked| {
        if asked.path.ends_with(".webm") { status(404) } else { files.answer(asked) }
    })
    .await;
    let error = get(&server.downloader(), &presentation(&server), &folder()).await.unwrap_err();
    assert!(matches!(error, DownloadError::NoMedia { .. }), "{error:?}");
}

#[tokio::test]
async fn any_other_answer_than_404_is_an_error() {
    type Answer = fn(&Asked) -> Response;
    let page: Answer = |_| {
        let page = Response::builder().header(header::CONTENT_TYPE, "text/html; charset=utf-8");
        page.body(Body::from("<html>sign in</html>")).unwrap()
    };
    let encoded: Answer = |_| {
        let response = Response::builder().header(header::CONTENT_ENCODING, "gzip");
        response.body(Body::from("x")).unwrap()
    };
    let cases: [(Answer, &str); 6] = [
        (|_| status(403), "is the recording protected?"),
        (|_| status(401), "is the recording protected?"),
        (page, "is a web page"),
        (encoded, "encoded as `gzip`"),
        (|_| status(500), "status 500"),
        (|_| status(400), "status 400"),
    ];
    for (answer, expected) in cases {
        // Optional or not: it is not said that the file is not there.
        for name in ["metadata.xml", "polls.json", "video/webcams.webm"] {
            let server = serving(name, answer).await;
            let folder = folder();
            let error =
                get(&server.downloader(), &presentation(&server), &folder).await.unwrap_err();
            assert!(error.to_string().contains(expected), "{name}: {error}");
            assert!(error.to_string().contains(name), "{name}: {error}");
        }
    }
}

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again() {
    let turn = AtomicU64::new(0);
    let server = serving("metadata.xml", move |_| match turn.fetch_add(1, Ordering::SeqCst) {
        0 => {
            Response::builder().status(503).header("retry-after", "0").body(Body::empty()).unwrap()
        }
        1 => status(429),
        _ => xml("<recording/>"),
    })
    .await;
    get(&server.downloader(), &presentation(&server), &folder()).await.unwrap();
}

#[tokio::test]
async fn no_other_server_is_spoken_to() {
    let elsewhere = Server::start(|_| status(200)).await;
    let to = elsewhere.address.clone();
    let server = serving("video/webcams.webm", move |asked| {
        redirect(&format!("{to}{}?token=s3cret", asked.path))
    })
    .await;
    let error = get(&server.downloader(), &presentation(&server), &folder()).await.unwrap_err();
    assert!(
        matches!(&error, DownloadError::Unanswered { source: HttpError::LeadsAway { .. }, .. }),
        "{error:?}"
    );
    assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");

    let recording = presentation(&elsewhere);
    let error = get(&server.downloader(), &recording, &folder()).await.unwrap_err();
    assert!(matches!(&error, DownloadError::OtherHost { .. }), "{error:?}");
    assert!(elsewhere.asked().is_empty());

    let files = Files::presentation(&id());
    let playing = Server::start(move |asked| files.answer(asked)).await;
    let allowing = server.client(None).with_playback_host(&playing.address).unwrap();
    let downloader = Downloader::new(&allowing, limits()).unwrap();
    get(&downloader, &presentation(&playing), &folder()).await.unwrap();
}

#[tokio::test]
async fn a_file_may_lie_elsewhere_on_the_same_server() {
    let files = Files::presentation(&id());
    let server = Server::start(move |asked| match asked.path.strip_prefix("/moved") {
        Some(path) => {
            let mut asked = asked.clone();
            asked.path = path.to_owned();
            files.answer(&asked)
        }
        None => redirect(&format!("/moved{}", asked.path)),
    })
    .await;
    get(&server.downloader(), &presentation(&server), &folder()).await.unwrap();
}

#[tokio::test]
async fn a_protected_recording_is_not_asked_for() {
    let server = Server::start(|_| status(403)).await;
    let recording = ServerRecording { protected: true, ..presentation(&server) };
    let error = get(&server.downloader(), &recording, &folder()).await.unwrap_err();
    assert!(matches!(error, DownloadError::Protected { .. }), "{error:?}");
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn names_that_lead_outside_are_refused_and_nothing_is_written_there() {
    let cases = [
        ("shapes.svg", r#"<svg><image in="0" href="../../../outside.png"/></svg>"#),
        ("shapes.svg", r#"<svg><image in="0" href="/outside.png"/></svg>"#),
        ("shapes.svg", r#"<svg><image in="0" href="x.png" text="a/../../outside.txt"/></svg>"#),
        ("presentation_text.json", r#"{"../../../outside":{"slide-1":""}}"#),
        ("captions.json", r#"[{"locale":"/../../../outside"}]"#),
    ];
    for (name, content) in cases {
        let server = serving(name, move |asked| Served::new(content).answer(asked)).await;
        let outer = folder();
        let inner = outer.path().join("a/b");
        let recording = presentation(&server);
        let cancel = CancellationToken::new();
        let error = server
            .downloader()
            .download_format(&recording, &recording.playback[0], &inner, &|_| {}, &cancel)
            .await
            .unwrap_err();
        assert!(matches!(&error, DownloadError::NameRefused { file, .. } if file == name));
        assert!(tree(outer.path()).keys().all(|it| it.starts_with("a/b/")));
        assert!(server.asked().iter().all(|it| !it.path.contains("outside")));
    }
}

#[tokio::test]
async fn a_damaged_file_is_kept_and_noted() {
    for (name, content) in
        [("shapes.svg", "<svg><image"), ("captions.json", "{"), ("presentation_text.json", "[1]")]
    {
        let server = serving(name, move |asked| Served::new(content).answer(asked)).await;
        let folder = folder();
        let downloaded = get(&server.downloader(), &presentation(&server), &folder).await.unwrap();
        assert!(
            matches!(downloaded.notes.as_slice(), [DownloadNote::Unreadable { path, .. }] if path.as_str() == name),
            "{:?}",
            downloaded.notes
        );
        let file = format!("presentation/{}/{name}", id());
        assert_eq!(tree(folder.path())[&file], content.as_bytes());
    }
}

#[tokio::test]
async fn files_and_bytes_are_bounded() {
    let files = Files::presentation(&id());
    let server = Server::start(move |asked| files.answer(asked)).await;
    let client = server.client(None);
    let few = DownloadLimits { files: 5, ..limits() };
    let small = DownloadLimits { bytes: 300, ..limits() };
    for (limits, what) in [(few, "files"), (small, "bytes")] {
        let downloader = Downloader::new(&client, limits).unwrap();
        let error = get(&downloader, &presentation(&server), &folder()).await.unwrap_err();
        assert!(
            matches!(&error, DownloadError::TooMuch { what: it, .. } if *it == what),
            "{error:?}"
        );
    }
}
