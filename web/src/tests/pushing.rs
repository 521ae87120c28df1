//! Recordings that hooks push into the spool.

use super::world::{Answer, Who, World};
use crate::WebConfig;
use axum::{
    body::{Body, Bytes},
    http::StatusCode,
};
use std::{fs, io};

const TOKEN: &str = "a-token-of-a-hook";

async fn world() -> World {
    let push_token = Some(TOKEN.to_owned());
    World::with(WebConfig { push_token, upload_limit: 1_000, ..WebConfig::default() }).await
}

impl World {
    async fn push(&self, name: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = self.request(Who::Visitor, "PUT", &format!("/ingest/push/{name}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Names and contents of the spool, dotfiles too.
    fn spool(&self) -> Vec<(String, String)> {
        let Ok(entries) = fs::read_dir(self.folder("spool")) else { return Vec::new() };
        let mut files: Vec<_> = entries
            .map(|it| it.unwrap())
            .map(|it| {
                (it.file_name().into_string().unwrap(), fs::read_to_string(it.path()).unwrap())
            })
            .collect();
        files.sort();
        files
    }
}

const RIGHT: [(&str, &str); 1] = [("authorization", "Bearer a-token-of-a-hook")];

#[tokio::test]
async fn a_pushed_recording_lies_in_the_spool_beside_what_is_there() {
    let world = world().await;
    for (n, expected) in ["a.tar\n", "a.2.tar\n", "a.3.tar\n"].into_iter().enumerate() {
        let answer = world.push("a.tar", &RIGHT, n.to_string()).await;
        assert_eq!((answer.status, &*answer.text()), (StatusCode::CREATED, expected));
    }
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    assert_eq!(world.spool(), [file("a.2.tar", "1"), file("a.3.tar", "2"), file("a.tar", "0")]);
}

#[tokio::test]
async fn what_is_not_wholly_pushed_leaves_nothing() {
    let world = world().await;
    let cut = || {
        let pieces = [Ok(Bytes::from_static(b"half")), Err(io::Error::other("cut"))];
        Body::from_stream(futures_util::stream::iter(pieces))
    };
    let long = || {
        let pieces = [0; 3].map(|_| Ok::<_, io::Error>(Bytes::from(vec![0; 500])));
        Body::from_stream(futures_util::stream::iter(pieces))
    };
    let with = |name, value| [RIGHT[0], (name, value)];
    let cases = [
        ("cut", world.push("a.tar", &RIGHT, cut()).await, 400),
        ("shorter", world.push("a.tar", &with("content-length", "9"), "x").await, 400),
        ("longer", world.push("a.tar", &with("content-length", "1"), "xyz").await, 400),
        ("empty", world.push("a.tar", &RIGHT, "").await, 400),
        ("too large", world.push("a.tar", &with("content-length", "1001"), "x").await, 413),
        ("too large, unannounced", world.push("a.tar", &RIGHT, long()).await, 413),
        ("no tar", world.push("a.zip", &RIGHT, "x").await, 400),
        ("another folder", world.push("..%2Fa.tar", &RIGHT, "x").await, 400),
        ("a dotfile", world.push(".a.tar", &RIGHT, "x").await, 400),
    ];
    for (what, answer, expected) in cases {
        assert_eq!(answer.status.as_u16(), expected, "{what}");
        assert_eq!(world.spool(), [], "{what}");
    }
}

#[tokio::test]
async fn only_who_has_the_token_pushes() {
    let world = world().await;
    for authorization in ["", "Bearer ", "Bearer a-token-of-a-hool", "Basic a-token-of-a-hook"] {
        let answer = world.push("a.tar", &[("authorization", authorization)], "x").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{authorization}");
        assert!(!answer.text().contains(TOKEN));
    }
    // A session is no token, an archivist's neither.
    let request = world.request(Who::Archivist, "PUT", "/ingest/push/a.tar");
    let answer = world.send(request.body(Body::from("x")).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.spool(), []);
}

#[tokio::test]
async fn without_a_token_in_the_settings_there_is_no_such_address() {
    let world = World::new().await;
    let answer = world.push("a.tar", &RIGHT, "x").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.text().contains("Nothing here"), "{}", answer.text());
    assert_eq!(world.spool(), []);
}

#[tokio::test]
async fn what_a_killed_program_left_is_swept() {
    let world = world().await;
    let spool = world.folder("spool");
    fs::create_dir(&spool).unwrap();
    for name in [".push-x1", ".rsync-a.tar", "a.tar"] {
        fs::write(spool.join(name), "").unwrap();
    }
    crate::routes::push::sweep(&spool).await.unwrap();
    let left: Vec<_> = world.spool().into_iter().map(|it| it.0).collect();
    assert_eq!(left, [".rsync-a.tar", "a.tar"]);
    crate::routes::push::sweep(&world.folder("none")).await.unwrap();
}
