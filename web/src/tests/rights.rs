//! Who sees what, over every route there is.

use super::world::{Who, World};
use archive::testing::recording_id;
use axum::http::StatusCode;
use std::collections::BTreeSet;

const OK: u16 = 200;
const SEE_OTHER: u16 = 303;
const FORBIDDEN: u16 = 403;
const NOT_FOUND: u16 = 404;

/// What stands under a recording, for everybody who sees it.
const UNDER_A_RECORDING: [&str; 8] = [
    "",
    "?q=pump&t=12.5",
    "/files/webcams.m3u8",
    "/files/webcams-480p.mp4",
    "/files/poster.jpg",
    "/slides/1",
    "/slides/1/thumbnail",
    "/captions/fr",
];

#[tokio::test]
async fn a_recording_and_all_its_files_are_seen_by_the_same() {
    let world = World::new().await;
    let sees = [(1, [true, true, true]), (2, [false, true, true]), (3, [false, false, true])];
    for (n, expected) in sees {
        for (who, sees) in Who::ALL.into_iter().zip(expected) {
            let id = recording_id(n);
            let paths = UNDER_A_RECORDING.iter().map(|it| format!("/recordings/{id}{it}"));
            for path in paths.chain([format!("/api/v1/recordings/{id}")]) {
                let status = world.get(who, &path).await.status.as_u16();
                assert_eq!(status, if sees { OK } else { NOT_FOUND }, "{who:?} {path}");
            }
        }
    }
}

#[tokio::test]
async fn every_other_route_answers_each_viewer() {
    let world = World::new().await;
    let id = recording_id(1);
    let edit = format!("/recordings/{id}/edit");
    // path, then what a visitor, a member and an archivist get
    let cases: &[(&str, [u16; 3])] = &[
        ("/", [OK; 3]),
        ("/search", [OK; 3]),
        ("/search?q=pump", [OK; 3]),
        ("/collections", [OK; 3]),
        ("/collections/c-public", [OK; 3]),
        ("/collections/c-members", [NOT_FOUND, OK, OK]),
        ("/collections/c-private", [NOT_FOUND, NOT_FOUND, OK]),
        ("/collections/none", [NOT_FOUND; 3]),
        ("/sign-in", [OK; 3]),
        ("/desk", [SEE_OTHER, FORBIDDEN, OK]),
        ("/ingest", [SEE_OTHER, FORBIDDEN, OK]),
        (&edit, [SEE_OTHER, FORBIDDEN, OK]),
        ("/recordings/none/edit", [SEE_OTHER, FORBIDDEN, NOT_FOUND]),
        ("/collections/new", [SEE_OTHER, FORBIDDEN, OK]),
        ("/collections/c-private/edit", [SEE_OTHER, FORBIDDEN, OK]),
        ("/collections/none/edit", [SEE_OTHER, FORBIDDEN, NOT_FOUND]),
        ("/collections/c-private/delete", [SEE_OTHER, FORBIDDEN, OK]),
        ("/api/v1/recordings", [OK; 3]),
        ("/api/v1/search?q=pump", [OK; 3]),
        ("/favicon.ico", [OK; 3]),
        ("/robots.txt", [OK; 3]),
        ("/healthz", [OK; 3]),
        ("/readyz", [OK; 3]),
        // Without a token and a loopback connection there is nothing here for anybody.
        ("/metrics", [NOT_FOUND; 3]),
        ("/nothing", [NOT_FOUND; 3]),
        ("/assets/nothing.css", [NOT_FOUND; 3]),
    ];
    for (path, expected) in cases {
        for (who, expected) in Who::ALL.into_iter().zip(expected) {
            assert_eq!(world.get(who, path).await.status.as_u16(), *expected, "{who:?} {path}");
        }
    }
}

#[tokio::test]
async fn only_archivists_change_anything() {
    let id = recording_id(1).to_string();
    let edit = format!("/recordings/{id}/edit");
    let arrival = "0".repeat(32);
    let discard = format!("/ingest/uploads/{arrival}/discard");
    let paths: [(&str, &[(&str, &str)]); 9] = [
        (&edit, &[("title", "Changed"), ("visibility", "private")]),
        ("/collections/new", &[("title", "New one"), ("visibility", "public")]),
        ("/collections/c-public/edit", &[("title", "Collection public"), ("visibility", "public")]),
        ("/collections/c-public/items", &[("recording", &id), ("do", "remove")]),
        ("/collections/c-public/delete", &[("title", "Collection public")]),
        ("/desk/retry", &[("recording", &id), ("kind", "webcams")]),
        ("/ingest/retry", &[("arrival", &arrival)]),
        (&discard, &[]),
        ("/recordings/none/edit", &[("title", "Changed"), ("visibility", "private")]),
    ];
    let world = World::new().await;
    for (path, fields) in paths {
        for who in [Who::Visitor, Who::Member] {
            let answer = world.post(who, path, fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who:?} {path}");
        }
    }
    let page = world.get(Who::Visitor, "/collections/c-public").await.text();
    assert!(page.contains("Collection public") && page.contains("Because of 1."), "{page}");
    for (path, fields) in paths {
        let answer = world.post(Who::Archivist, path, fields).await;
        let expected =
            if path.contains("none") { StatusCode::NOT_FOUND } else { StatusCode::SEE_OTHER };
        assert_eq!(answer.status, expected, "{path}");
    }
}

#[tokio::test]
async fn hidden_absent_and_malformed_look_the_same() {
    let world = World::new().await;
    let (hidden, absent) = (recording_id(3).to_string(), recording_id(99).to_string());
    let long = "a".repeat(4_000);
    let named = [&hidden, &absent, "none", "..%2F..%2Fetc", "%ff%fe", "%00", &long];
    let tails = [
        "",
        "?t=1&q=pump",
        "/files/webcams.m3u8",
        "/files/..%2Fx",
        "/slides/1",
        "/slides/x",
        "/slides/1/thumbnail",
        "/captions/fr",
        "/captions/%ff",
    ];
    let mut bodies = BTreeSet::new();
    for (who, prefix, tails) in [
        (Who::Visitor, "/recordings/", &tails[..]),
        (Who::Visitor, "/api/v1/recordings/", &tails[..1]),
    ] {
        bodies.clear();
        for name in named {
            for tail in tails {
                let answer = world.get(who, &format!("{prefix}{name}{tail}")).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name}{tail}");
                let mut headers: Vec<_> = answer
                    .headers
                    .iter()
                    .map(|(name, value)| format!("{name}: {value:?}"))
                    .collect();
                headers.sort();
                bodies.insert((headers, answer.text()));
            }
        }
        assert_eq!(bodies.len(), 1, "{prefix}: {bodies:#?}");
    }
    let collections = [
        ("/collections/c-private", "/collections/none"),
        ("/collections/c-members", "/collections/A%20b"),
    ];
    for (hidden, absent) in collections {
        let (hidden, absent) =
            (world.get(Who::Visitor, hidden).await, world.get(Who::Visitor, absent).await);
        assert_eq!(hidden.text(), absent.text());
    }
}

#[tokio::test]
async fn what_is_kept_apart_has_no_address() {
    let world = World::new().await;
    let id = recording_id(1);
    for path in [
        "files/manifest.json",
        "files/metadata.xml",
        "files/speech.wav",
        "files/speech-audio.wav",
        "files/webcams.webm",
        "files/..",
        "files/%2e%2e%2fmanifest.json",
        "sources/presentation/metadata.xml",
        "presentation/metadata.xml",
        "manifest.json",
        "slides/2",
        "slides/presentation%2Fmetadata.xml",
        "captions/en",
    ] {
        let answer = world.get(Who::Archivist, &format!("/recordings/{id}/{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn lists_search_and_interface_hold_only_what_the_viewer_sees() {
    let world = World::new().await;
    let sees = [1, 2, 3];
    for (who, count) in Who::ALL.into_iter().zip(sees) {
        for path in [
            "/",
            "/search?q=pump",
            "/collections/c-public",
            "/api/v1/recordings",
            "/api/v1/search?q=pump",
        ] {
            let text = world.get(who, path).await.text();
            for n in 1..=3 {
                let there = text.contains(recording_id(n).as_str());
                assert_eq!(there, n <= count, "{who:?} {path} recording {n}\n{text}");
            }
        }
        let found = world.get(who, "/api/v1/search?q=pump").await.text();
        let found: serde_json::Value = serde_json::from_str(&found).unwrap();
        assert_eq!(found["total_recordings"], count, "{who:?}");
    }
}

#[tokio::test]
async fn every_answer_says_what_a_page_may_do() {
    let world = World::new().await;
    let id = recording_id(1);
    for path in [
        "/",
        "/nothing",
        "/api/v1/recordings",
        "/healthz",
        &format!("/recordings/{id}/files/poster.jpg"),
    ] {
        let answer = world.get(Who::Visitor, path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert!(answer.header("permissions-policy").contains("camera=()"), "{path}");
    }
}
