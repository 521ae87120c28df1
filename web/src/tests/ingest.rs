//! The page of arrivals.

use super::world::{Who, World};
use archive::{ArrivalState, Ended, NewArrival, Way, testing::recording_id};
use axum::http::StatusCode;
use std::time::Duration;

const LEASE: Duration = Duration::from_secs(60);

impl World {
    async fn note(&self, way: Way, place: &str) {
        let new = NewArrival {
            way,
            place: place.to_owned(),
            fingerprint: "1".to_owned(),
            recording: None,
            details: r#"{"file":"film.mp4","title":"<b>Film</b>"}"#.to_owned(),
        };
        self.archive.catalog.arrivals().note(&new).await.unwrap();
    }

    async fn ended(&self, way: Way, place: &str, ended: Ended) {
        self.note(way, place).await;
        let arrivals = self.archive.catalog.arrivals();
        let claimed = arrivals.claim(&[way], "", LEASE).await.unwrap().unwrap();
        arrivals.finish(&claimed, &ended).await.unwrap();
    }
}

/// The part of a page between two headings.
fn part<'a>(page: &'a str, class: &str) -> &'a str {
    let from = page.find(&format!("<section class=\"{class}\"")).unwrap_or(page.len());
    let rest = &page[from..];
    &rest[..rest.find("</section>").unwrap_or(rest.len())]
}

#[tokio::test]
async fn archivists_see_what_arrived_what_waits_and_why_something_failed() {
    let world = World::new().await;
    let id = recording_id(3);
    let message = "taken in".to_owned();
    world.ended(Way::Tree, "/published/x", Ended::Done { recording: Some(id), message }).await;
    let message = "the tar is <cut> off".to_owned();
    world.ended(Way::Spool, "broken.tar", Ended::Failed { message }).await;
    let message = "no room".to_owned();
    let later = Ended::Later { wait: Duration::from_secs(600), message };
    world.ended(Way::Server, "https://bbb.example/x", later).await;
    world.note(Way::Upload, "0123/film.mp4").await;
    world.note(Way::Command, "/running").await;
    let arrivals = world.archive.catalog.arrivals();
    arrivals.claim(&[Way::Command], "", LEASE).await.unwrap().unwrap();

    let page = world.get(Who::Archivist, "/ingest").await.text();
    let cases: [(&str, &[&str]); 3] = [
        ("arrivals-done", &["Meeting 3", "/published/x", "taken in", "Published folder"]),
        ("arrivals-failed", &["broken.tar", "the tar is &#60;cut&#62; off", "Try again", "22:13"]),
        (
            "arrivals-running",
            &[
                "/running",
                "Being taken in",
                "&#60;b&#62;Film",
                "Waiting",
                "Tried again from",
                "22:23",
                "no room",
            ],
        ),
    ];
    for (class, texts) in cases {
        for text in texts {
            assert!(part(&page, class).contains(text), "{class} {text}\n{page}");
        }
    }
}

#[tokio::test]
async fn visitors_and_members_see_nothing_of_arrivals() {
    let world = World::new().await;
    let before = [
        world.get(Who::Visitor, "/ingest").await,
        world.get(Who::Member, "/ingest").await,
        world.get(Who::Member, "/").await,
    ];
    let message = "broken".to_owned();
    world.ended(Way::Spool, "secret.tar", Ended::Failed { message }).await;
    let after = [
        world.get(Who::Visitor, "/ingest").await,
        world.get(Who::Member, "/ingest").await,
        world.get(Who::Member, "/").await,
    ];
    for (before, after) in before.iter().zip(&after) {
        assert_eq!((before.status, &before.headers), (after.status, &after.headers));
        assert_eq!(before.text(), after.text());
        assert!(!after.text().contains("/ingest"), "{}", after.text());
    }
    assert_eq!(after[0].header("location"), "/sign-in?next=%2Fingest");
}

#[tokio::test]
async fn what_failed_is_tried_again_by_archivists_alone() {
    let world = World::new().await;
    let message = "broken".to_owned();
    world.ended(Way::Spool, "a.tar", Ended::Failed { message }).await;
    let id = world.arrivals().await[0].id.to_string();
    for who in [Who::Visitor, Who::Member] {
        let answer = world.post(who, "/ingest/retry", &[("arrival", &id)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    assert!(matches!(world.arrivals().await[0].state, ArrivalState::Failed { .. }));
    let answer = world.post(Who::Archivist, "/ingest/retry", &[("arrival", &id)]).await;
    assert_eq!(answer.header("location"), "/ingest?retried=1");
    assert!(matches!(world.arrivals().await[0].state, ArrivalState::Waiting { .. }));
    let page = world.get(Who::Archivist, "/ingest?retried=1").await.text();
    assert!(page.contains("It will be tried again."), "{page}");
    let odd = world.post(Who::Archivist, "/ingest/retry", &[("arrival", "../x")]).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn arrivals_are_counted_for_the_operator() {
    let token = "0123456789abcdef";
    let config =
        crate::WebConfig { metrics_token: Some(token.to_owned()), ..crate::WebConfig::default() };
    let world = World::with(config).await;
    world.note(Way::Upload, "0123/film.mp4").await;
    world.ended(Way::Spool, "a.tar", Ended::Failed { message: "broken".to_owned() }).await;
    let bearer = format!("Bearer {token}");
    let text = world.get_with("/metrics", &[("authorization", &bearer)]).await.text();
    for line in [
        "plenary_arrivals{way=\"upload\",state=\"waiting\"} 1",
        "plenary_arrivals{way=\"spool\",state=\"failed\"} 1",
        "plenary_arrivals{way=\"tree\",state=\"running\"} 0",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("film.mp4") && !text.contains("a.tar"), "{text}");
}
