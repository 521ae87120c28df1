//! What BigBlueButton servers announce reaches who hears it, and nothing else does.

use super::world::{Answer, Who, World};
use crate::{Announcements, Delivery, Heard, Hearing, WebConfig};
use axum::{
    body::{Body, Bytes},
    http::StatusCode,
};
use std::{
    io,
    sync::{Arc, Mutex},
};

/// Says what the body tells it to say, and keeps what it heard.
#[derive(Default)]
struct Listener(Mutex<Vec<Delivery>>);

impl Announcements for Listener {
    fn webhook(&self, delivery: Delivery) -> Hearing<'_> {
        let heard = match &*delivery.body {
            b"refuse" => Heard::Refused,
            b"odd" => Heard::Unreadable,
            b"no room" => Heard::NotNoted,
            _ => Heard::Heard,
        };
        self.0.lock().unwrap().push(delivery);
        Box::pin(async move { heard })
    }

    fn recording_ready(&self, body: Bytes) -> Hearing<'_> {
        self.webhook(Delivery { url: String::new(), query: None, authorization: None, body })
    }
}

const PATHS: [&str; 2] = ["/ingest/bbb/webhook", "/ingest/bbb/recording-ready"];

async fn world(public_url: Option<&str>) -> (World, Arc<Listener>) {
    let listener = Arc::new(Listener::default());
    let public_url = public_url.map(str::to_owned);
    let config = WebConfig { public_url, ..WebConfig::default() };
    (World::heard_by(config, Some(listener.clone())).await, listener)
}

impl World {
    async fn announce(&self, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let mut request = self.request(Who::Visitor, "POST", path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body).unwrap()).await
    }
}

#[tokio::test]
async fn an_announcement_is_carried_as_it_came() {
    for (public_url, expected) in [
        (None, "http://localhost/ingest/bbb/webhook"),
        (Some("https://library.example.org/"), "https://library.example.org/ingest/bbb/webhook"),
    ] {
        let (world, listener) = world(public_url).await;
        let path = "/ingest/bbb/webhook?a=1&checksum=%41bc";
        let headers = [("authorization", "Bearer s"), ("content-type", "text/plain")];
        let answer = world.announce(path, &headers, Body::from("event=%5B%5D&\u{e9}")).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
        let heard = listener.0.lock().unwrap().pop().unwrap();
        assert_eq!(heard.url, expected);
        assert_eq!(heard.query.as_deref(), Some("a=1&checksum=%41bc"));
        assert_eq!(heard.authorization.as_deref(), Some("Bearer s"));
        assert_eq!(heard.body, "event=%5B%5D&\u{e9}");
    }
}

#[tokio::test]
async fn the_server_is_told_what_it_can_use() {
    let (world, _) = world(None).await;
    for path in PATHS {
        for (body, expected) in [("yes", 204), ("refuse", 401), ("odd", 400), ("no room", 503)] {
            let answer = world.announce(path, &[], Body::from(body)).await;
            assert_eq!(answer.status.as_u16(), expected, "{path} {body}");
            assert!(!answer.text().contains("<html"), "{path} {body}");
            assert_eq!(answer.header("set-cookie"), "", "{path} {body}");
        }
    }
}

#[tokio::test]
async fn what_is_too_long_or_cut_off_is_not_heard() {
    let (world, listener) = world(None).await;
    let most = 1 << 20;
    for path in PATHS {
        let cut = || {
            let pieces = [Ok(Bytes::from_static(b"half")), Err(io::Error::other("cut"))];
            Body::from_stream(futures_util::stream::iter(pieces))
        };
        let stream = |length: usize| {
            let pieces = [Ok::<_, io::Error>(Bytes::from(vec![b'a'; length]))];
            Body::from_stream(futures_util::stream::iter(pieces))
        };
        let cases = [
            ("too long", world.announce(path, &[], Body::from(vec![b'a'; most + 1])).await, 413),
            (
                "said to be",
                world.announce(path, &[("content-length", "1048577")], "".into()).await,
                413,
            ),
            ("too long, unannounced", world.announce(path, &[], stream(most + 1)).await, 413),
            ("cut off", world.announce(path, &[], cut()).await, 400),
        ];
        for (what, answer, expected) in cases {
            assert_eq!(answer.status.as_u16(), expected, "{path} {what}");
        }
        assert!(listener.0.lock().unwrap().is_empty(), "{path}");
        let answer = world.announce(path, &[], stream(most)).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{path}");
        assert_eq!(listener.0.lock().unwrap().pop().unwrap().body.len(), most);
    }
}

#[tokio::test]
async fn without_a_server_in_the_settings_there_is_no_such_address() {
    let world = World::new().await;
    for path in PATHS {
        let answer = world.announce(path, &[], Body::from("yes")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text().contains("Nothing here"), "{path}");
    }
}
