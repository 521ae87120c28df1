//! Uploading by tus 1.0, request by request.

use super::world::{Answer, Who, World};
use crate::WebConfig;
use archive::{UploadDetails, Visibility, Way};
use axum::{
    body::{Body, Bytes},
    http::{StatusCode, request::Builder},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{collections::BTreeSet, fs, io, time::Duration};

const CONTENT: &[u8] = b"what was filmed at the assembly";

fn metadata(pairs: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name} {}", STANDARD.encode(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join(",")
}

fn film() -> String {
    metadata(&[
        ("filename", "Asamblea (1).mp4"),
        ("title", "La <asamblea>"),
        ("language", "es"),
        ("date", "2026-11-22T15:45"),
        ("visibility", "members"),
    ])
}

impl World {
    fn tus(&self, who: Who, method: &str, path: &str) -> Builder {
        self.request(who, method, path)
            .header("tus-resumable", "1.0.0")
            .header("x-form-token", self.form_token(who))
    }

    async fn begin(&self, length: usize, metadata: &str) -> Answer {
        let request = self
            .tus(Who::Archivist, "POST", "/ingest/uploads")
            .header("upload-length", length)
            .header("upload-metadata", metadata);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// The address of a film's upload that was begun.
    async fn begun(&self) -> String {
        let answer = self.begin(CONTENT.len(), &film()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        answer.header("location").to_owned()
    }

    async fn patch(&self, path: &str, offset: usize, body: impl Into<Body>) -> Answer {
        let request = self
            .tus(Who::Archivist, "PATCH", path)
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", offset);
        self.send(request.body(body.into()).unwrap()).await
    }

    async fn look(&self, path: &str) -> Answer {
        let request = self.tus(Who::Archivist, "HEAD", path);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn end(&self, path: &str) -> Answer {
        let request = self.tus(Who::Archivist, "DELETE", path);
        self.send(request.body(Body::empty()).unwrap()).await
    }
}

/// A connection that is cut after what is given.
fn cut(bytes: &'static [u8]) -> Body {
    let pieces = [Ok(Bytes::from_static(bytes)), Err(io::Error::other("cut"))];
    Body::from_stream(futures_util::stream::iter(pieces))
}

#[tokio::test]
async fn what_arrives_in_pieces_is_whole_in_the_end_and_waits_to_be_taken_in() {
    let config = WebConfig { time_zone: "Europe/Madrid".to_owned(), ..WebConfig::default() };
    let world = World::with(config).await;
    let path = world.begun().await;
    let look = world.look(&path).await;
    assert_eq!(look.status, StatusCode::OK);
    for (name, value) in [
        ("upload-offset", "0"),
        ("upload-length", "31"),
        ("upload-metadata", &*film()),
        ("cache-control", "no-store"),
        ("tus-resumable", "1.0.0"),
        // Seven days after the tests' now.
        ("upload-expires", "Tue, 21 Nov 2023 22:13:20 GMT"),
    ] {
        assert_eq!(look.header(name), value, "{name}");
    }
    let half = world.patch(&path, 0, &CONTENT[..10]).await;
    assert_eq!((half.status, half.header("upload-offset")), (StatusCode::NO_CONTENT, "10"));
    assert!(world.arrivals().await.is_empty(), "not before it is whole");
    // The connection is cut in the midst of the next: what came stays.
    let broken = world.patch(&path, 10, cut(&CONTENT[10..20])).await;
    assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    assert_eq!(world.look(&path).await.header("upload-offset"), "20");
    let whole = world.patch(&path, 20, &CONTENT[20..]).await;
    assert_eq!((whole.status, whole.header("upload-offset")), (StatusCode::NO_CONTENT, "31"));

    let arrivals = world.arrivals().await;
    assert_eq!(arrivals.len(), 1);
    let id = path.strip_prefix("/ingest/uploads/").unwrap();
    assert_eq!(arrivals[0].way, Way::Upload);
    assert_eq!(arrivals[0].place, format!("{id}/Asamblea-1.mp4"));
    let details: UploadDetails = serde_json::from_str(&arrivals[0].details).unwrap();
    assert_eq!(details.file, "Asamblea (1).mp4");
    assert_eq!(details.title, "La <asamblea>");
    assert_eq!(details.visibility, Some(Visibility::Members));
    assert_eq!(details.started_at_ms.unwrap().to_string(), "2026-11-22T14:45:00Z");
    let file = world.folder("uploads").join(&arrivals[0].place);
    assert_eq!(fs::read(&file).unwrap(), CONTENT);

    // Whoever missed the last answer learns that all is there, also when the file has been taken.
    for _ in 0..2 {
        assert_eq!(world.look(&path).await.header("upload-offset"), "31");
        let again = world.patch(&path, 31, Body::empty()).await;
        assert_eq!(again.status, StatusCode::NO_CONTENT);
        fs::remove_file(&file).ok();
    }
    assert_eq!(world.arrivals().await, arrivals, "noted once");
}

#[tokio::test]
async fn what_the_protocol_forbids_is_refused() {
    let config = WebConfig { upload_limit: 1_000, ..WebConfig::default() };
    let world = World::with(config).await;
    let path = world.begun().await;
    assert_eq!(world.patch(&path, 0, &CONTENT[..10]).await.status, StatusCode::NO_CONTENT);
    let no_title = metadata(&[("filename", "a.mp4")]);
    let many = vec![0_u8; 22];
    let none = format!("/ingest/uploads/{}", "0".repeat(32));
    let cases = [
        ("an offset too small", world.patch(&path, 9, "x").await, 409),
        ("an offset too large", world.patch(&path, 11, "x").await, 409),
        ("more than was said", world.patch(&path, 10, many.clone()).await, 413),
        (
            "more than was said, unannounced",
            world
                .patch(
                    &path,
                    10,
                    Body::from_stream(futures_util::stream::iter([Ok::<_, io::Error>(
                        Bytes::from(many),
                    )])),
                )
                .await,
            413,
        ),
        ("nothing there", world.patch(&none, 0, "x").await, 404),
        ("nothing there to look at", world.look(&none).await, 404),
        ("nothing there to end", world.end(&none).await, 404),
        ("no ID", world.patch("/ingest/uploads/..%2Fx", 0, "x").await, 404),
        ("too large", world.begin(1_001, &film()).await, 413),
        ("empty", world.begin(0, &film()).await, 400),
        ("no title", world.begin(9, &no_title).await, 400),
        ("odd metadata", world.begin(9, "filename ###").await, 400),
    ];
    for (what, answer, expected) in cases {
        assert_eq!(answer.status.as_u16(), expected, "{what}");
        assert_eq!(answer.header("tus-resumable"), "1.0.0", "{what}");
        assert_eq!(answer.header("upload-offset"), "", "{what}");
        if !answer.body.is_empty() {
            let said: serde_json::Value = serde_json::from_str(&answer.text()).unwrap();
            assert!(said["error"]["message"].is_string(), "{what}: {said}");
        }
    }
    let stands = world.look(&path).await;
    assert_eq!(stands.header("upload-offset"), "10", "nothing of it was taken");
}

#[tokio::test]
async fn requests_without_what_the_protocol_asks_for_change_nothing() {
    let world = World::new().await;
    let path = world.begun().await;
    let piece = "application/offset+octet-stream";
    let token = world.form_token(Who::Archivist);
    // headers, status
    let cases: [(&[(&str, &str)], u16); 8] = [
        (&[("content-type", piece), ("upload-offset", "0"), ("x-form-token", &token)], 412),
        (
            &[
                ("tus-resumable", "0.2.2"),
                ("content-type", piece),
                ("upload-offset", "0"),
                ("x-form-token", &token),
            ],
            412,
        ),
        (&[("tus-resumable", "1.0.0"), ("content-type", piece), ("upload-offset", "0")], 403),
        (
            &[
                ("tus-resumable", "1.0.0"),
                ("content-type", piece),
                ("upload-offset", "0"),
                ("x-form-token", "wrong"),
            ],
            403,
        ),
        (
            &[
                ("tus-resumable", "1.0.0"),
                ("x-form-token", &token),
                ("content-type", "text/plain"),
                ("upload-offset", "0"),
            ],
            415,
        ),
        (&[("tus-resumable", "1.0.0"), ("x-form-token", &token), ("upload-offset", "0")], 415),
        (&[("tus-resumable", "1.0.0"), ("x-form-token", &token), ("content-type", piece)], 400),
        (
            &[
                ("tus-resumable", "1.0.0"),
                ("x-form-token", &token),
                ("content-type", piece),
                ("upload-offset", "-1"),
            ],
            400,
        ),
    ];
    for (headers, expected) in cases {
        let mut request = world.request(Who::Archivist, "PATCH", &path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = world.send(request.body(Body::from("x")).unwrap()).await;
        assert_eq!(answer.status.as_u16(), expected, "{headers:?}");
        let says = if expected == 412 { "1.0.0" } else { "" };
        assert_eq!(answer.header("tus-version"), says, "{headers:?}");
    }
    let foreign = world
        .tus(Who::Archivist, "PATCH", &path)
        .header("origin", "https://elsewhere.example")
        .header("content-type", piece)
        .header("upload-offset", "0");
    let answer = world.send(foreign.body(Body::from("x")).unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(world.look(&path).await.header("upload-offset"), "0");
}

#[tokio::test]
async fn visitors_and_members_learn_nothing_of_uploads() {
    let world = World::new().await;
    let there = world.begun().await;
    let absent = format!("/ingest/uploads/{}", "0".repeat(32));
    for who in [Who::Visitor, Who::Member] {
        let mut answers = BTreeSet::new();
        for path in [&*there, &absent, "/ingest/uploads/x"] {
            for method in ["HEAD", "PATCH", "DELETE", "POST"] {
                let request = world
                    .tus(who, method, path)
                    .header("content-type", "application/offset+octet-stream")
                    .header("upload-offset", "0");
                let answer = world.send(request.body(Body::from("x")).unwrap()).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who:?} {method} {path}");
                let headers: Vec<_> = ["upload-offset", "upload-length", "upload-metadata"]
                    .map(|it| answer.header(it).to_owned())
                    .into();
                answers.insert((method == "HEAD", headers, answer.text()));
            }
        }
        assert_eq!(answers.len(), 2, "with a body and without one: {answers:?}");
        for method in ["POST", "OPTIONS"] {
            let request = world
                .tus(who, method, "/ingest/uploads")
                .header("upload-length", "9")
                .header("upload-metadata", film());
            let answer = world.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who:?} {method}");
            assert_eq!(answer.header("tus-max-size"), "", "{who:?} {method}");
        }
    }
    assert_eq!(fs::read_dir(world.folder("uploads")).unwrap().count(), 1);
    assert_eq!(world.look(&there).await.header("upload-offset"), "0");
}

#[tokio::test]
async fn the_server_says_what_it_can_do() {
    let world = World::new().await;
    let request = world.request(Who::Archivist, "OPTIONS", "/ingest/uploads");
    let answer = world.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(answer.header("tus-version"), "1.0.0");
    assert_eq!(answer.header("tus-extension"), "creation,expiration,termination");
    assert_eq!(answer.header("tus-max-size"), "64000000000");
}

#[tokio::test]
async fn an_upload_is_thrown_away_and_an_arrived_one_is_not() {
    let world = World::new().await;
    let path = world.begun().await;
    assert_eq!(world.end(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(world.look(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(fs::read_dir(world.folder("uploads")).unwrap().count(), 0);

    let path = world.begun().await;
    assert_eq!(world.patch(&path, 0, CONTENT).await.status, StatusCode::NO_CONTENT);
    assert_eq!(world.end(&path).await.status, StatusCode::CONFLICT);
    assert_eq!(world.arrivals().await.len(), 1);

    // Through a network that knows neither method.
    let path = world.begun().await;
    let told = async |method: &str, body: &'static [u8]| {
        let request = world
            .tus(Who::Archivist, "POST", &path)
            .header("x-http-method-override", method)
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", "0");
        world.send(request.body(Body::from(body)).unwrap()).await.status
    };
    assert_eq!(told("PATCH", &CONTENT[..5]).await, StatusCode::NO_CONTENT);
    assert_eq!(world.look(&path).await.header("upload-offset"), "5");
    assert_eq!(told("PUT", b"").await, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(told("DELETE", b"").await, StatusCode::NO_CONTENT);
    assert_eq!(world.look(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_comes_back_need_not_wait_for_the_connection_they_lost() {
    let world = World::new().await;
    let path = world.begun().await;
    let (sender, receiver) = tokio::sync::mpsc::channel::<io::Result<Bytes>>(1);
    let stuck = futures_util::stream::unfold(receiver, |mut it| async move {
        it.recv().await.map(|bytes| (bytes, it))
    });
    let lost = world.patch(&path, 0, Body::from_stream(stuck));
    let back = async {
        sender.send(Ok(Bytes::from_static(&CONTENT[..7]))).await.unwrap();
        // The second is taken only when the first has been, and then nothing more comes.
        sender.send(Ok(Bytes::from_static(&CONTENT[7..10]))).await.unwrap();
        sender.reserve().await.unwrap();
        world.look(&path).await
    };
    let (lost, back) = tokio::join!(lost, back);
    assert_eq!(lost.status, StatusCode::LOCKED);
    assert_eq!(back.header("upload-offset"), "10", "what the lost one brought is there");
    drop(sender);
    assert_eq!(world.patch(&path, 10, &CONTENT[10..]).await.status, StatusCode::NO_CONTENT);
    let place = &world.arrivals().await[0].place;
    assert_eq!(fs::read(world.folder("uploads").join(place)).unwrap(), CONTENT);
}

#[tokio::test]
async fn what_takes_too_long_is_given_up_and_what_is_whole_is_noted_after_a_crash() {
    let world = World::new().await;
    let slow = world.begun().await;
    world.patch(&slow, 0, &CONTENT[..9]).await;
    // A program that was killed between the last byte and the note.
    let crashed = world.begun().await;
    let id = crashed.strip_prefix("/ingest/uploads/").unwrap();
    fs::write(world.folder("uploads").join(id).join(".part"), CONTENT).unwrap();
    fs::create_dir(world.folder("uploads").join(".making-0")).unwrap();
    fs::create_dir(world.folder("uploads").join("somebody-elses")).unwrap();

    let uploads = crate::uploads::Uploads::new(world.folder("uploads"));
    uploads.sweep_half_made().await.unwrap();
    let (arrivals, clock) = (world.archive.catalog.arrivals(), &world.archive.clock);
    let sweep = async || {
        let now = archive::Clock::now(&**clock);
        uploads.sweep(&arrivals, now).await.unwrap()
    };
    assert_eq!(sweep().await, 0, "its time is not over");
    let noted = world.arrivals().await;
    assert_eq!(noted.len(), 1);
    assert_eq!(fs::read(world.folder("uploads").join(&noted[0].place)).unwrap(), CONTENT);

    clock.advance(Duration::from_secs(7 * 86_400));
    assert_eq!(world.look(&slow).await.status, StatusCode::GONE);
    assert_eq!(sweep().await, 1);
    assert_eq!(world.look(&slow).await.status, StatusCode::NOT_FOUND);
    // The file waits as long as it takes; its folder goes after it.
    assert_eq!(world.look(&crashed).await.header("upload-offset"), "31");
    fs::remove_file(world.folder("uploads").join(&noted[0].place)).unwrap();
    assert_eq!(sweep().await, 1);
    let mut left: Vec<_> = fs::read_dir(world.folder("uploads"))
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["somebody-elses"]);
    assert_eq!(world.arrivals().await, noted);
}
