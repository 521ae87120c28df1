//! Ranges, tags and types of files.

use super::world::{Who, World};
use archive::{ObjectKey, testing::recording_id};
use axum::{body::Body, http::StatusCode};

fn film() -> String {
    format!("/recordings/{}/files/webcams-480p.mp4", recording_id(1))
}

#[tokio::test]
async fn a_player_gets_the_bytes_it_asks_for() {
    let world = World::new().await;
    // Range, status, Content-Range, first byte, length
    let cases = [
        ("", 200, "", 0, 256),
        ("bytes=0-9", 206, "bytes 0-9/256", 0, 10),
        ("bytes=250-", 206, "bytes 250-255/256", 250, 6),
        ("bytes=-6", 206, "bytes 250-255/256", 250, 6),
        ("bytes=250-9999", 206, "bytes 250-255/256", 250, 6),
        ("bytes=255-255", 206, "bytes 255-255/256", 255, 1),
        ("bytes=256-", 416, "bytes */256", 0, 0),
        ("bytes=-0", 416, "bytes */256", 0, 0),
        ("bytes=0-1,4-5", 200, "", 0, 256),
        ("rubbish", 200, "", 0, 256),
    ];
    for (range, status, content_range, first, length) in cases {
        for method in ["GET", "HEAD"] {
            let mut request = world.request(Who::Visitor, method, &film());
            if !range.is_empty() {
                request = request.header("range", range);
            }
            let answer = world.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status.as_u16(), status, "{method} {range}");
            assert_eq!(answer.header("content-range"), content_range, "{method} {range}");
            assert_eq!(answer.header("accept-ranges"), "bytes", "{method} {range}");
            if status != 416 {
                assert_eq!(answer.header("content-length"), length.to_string(), "{method} {range}");
                assert_eq!(answer.header("content-type"), "video/mp4", "{method} {range}");
            }
            let expected = if method == "HEAD" { 0 } else { length };
            assert_eq!(answer.body.len(), expected, "{method} {range}");
            if expected > 0 {
                assert_eq!(answer.body[0], first, "{method} {range}");
            }
        }
    }
}

#[tokio::test]
async fn a_known_version_is_not_sent_again() {
    let world = World::new().await;
    let first = world.get(Who::Visitor, &film()).await;
    let etag = first.header("etag").to_owned();
    assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() > 2, "{etag}");
    let again = world.get_with(&film(), &[("if-none-match", &etag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(again.header("etag"), etag);
    assert!(again.body.is_empty());
    let part = |if_range: String| {
        let world = &world;
        async move {
            world.get_with(&film(), &[("range", "bytes=0-9"), ("if-range", &if_range)]).await.status
        }
    };
    assert_eq!(part(etag).await, StatusCode::PARTIAL_CONTENT);
    assert_eq!(part("\"another\"".to_owned()).await, StatusCode::OK);
}

#[tokio::test]
async fn files_are_served_as_what_they_are() {
    let world = World::new().await;
    let id = recording_id(1);
    let cases = [
        ("files/webcams.m3u8", "application/vnd.apple.mpegurl", "webcams.m3u8"),
        ("files/poster.jpg", "image/jpeg", "poster.jpg"),
        ("files/storyboard.vtt", "text/vtt; charset=utf-8", "storyboard.vtt"),
        ("files/peaks.json", "application/json", "peaks.json"),
        ("files/captions-en.vtt", "text/vtt; charset=utf-8", "captions-en.vtt"),
        ("slides/1", "image/png", "presentation/p/slide-1.png"),
        ("slides/1/thumbnail", "image/png", "presentation/p/slide-1.png"),
        ("captions/fr", "text/vtt; charset=utf-8", "presentation/captions/fr.vtt"),
    ];
    for (path, media_type, body) in cases {
        let answer = world.get(Who::Visitor, &format!("/recordings/{id}/{path}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header("content-type"), media_type, "{path}");
        assert_eq!(answer.text(), body, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        let sandboxed = answer.header("content-security-policy").starts_with("sandbox;");
        assert_eq!(sandboxed, !path.starts_with("files/"), "{path}");
    }
}

#[tokio::test]
async fn no_file_is_kept_by_others_or_beyond_the_day_it_is_hidden() {
    let world = World::new().await;
    let id = recording_id(1);
    let files = ["files/poster.jpg", "files/webcams.m3u8", "slides/1/thumbnail", "captions/fr"];
    let mut tags = Vec::new();
    for file in files {
        let path = format!("/recordings/{id}/{file}");
        let seen = world.get(Who::Visitor, &path).await;
        assert_eq!(seen.header("cache-control"), "private, no-cache", "{path}");
        tags.push((path, seen.header("etag").to_owned()));
    }
    let fields = [("title", "Meeting 1"), ("visibility", "private")];
    let hide = world.post(Who::Archivist, &format!("/recordings/{id}/edit"), &fields).await;
    assert_eq!(hide.status, StatusCode::SEE_OTHER);
    for (path, tag) in tags {
        let again = world.get_with(&path, &[("if-none-match", &tag)]).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(again.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn a_file_that_is_listed_and_not_there_is_not_found() {
    let world = World::new().await;
    let id = recording_id(1);
    let path = "presentation/p/slide-1.png".parse().unwrap();
    let key = ObjectKey::Source { recording: &id, path: &path };
    world.archive.store.delete(&key).await.unwrap();
    let answer = world.get(Who::Visitor, &format!("/recordings/{id}/slides/1")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn media_is_never_compressed_and_pages_are() {
    let world = World::new().await;
    let encodings = [("accept-encoding", "br, gzip")];
    let film = world.get_with(&film(), &encodings).await;
    assert_eq!(film.header("content-encoding"), "");
    let page = world.get_with("/", &encodings).await;
    assert_eq!(page.header("content-encoding"), "br");
}
