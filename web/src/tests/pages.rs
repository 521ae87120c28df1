//! What stands on pages.

use super::world::{SAID, Who, World};
use archive::{
    Visibility,
    testing::{admission, recording_id},
};
use axum::http::StatusCode;
use scraper::{Html, Selector};

fn select(page: &str, selector: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(page);
    page.select(&Selector::parse(selector).unwrap())
        .map(|it| {
            (
                it.text().collect::<String>().trim().to_owned(),
                it.attr("href").unwrap_or_default().to_owned(),
            )
        })
        .collect()
}

#[tokio::test]
async fn a_spoken_word_leads_to_its_second() {
    let world = World::new().await;
    let id = recording_id(1);
    let page = world.get(Who::Visitor, "/search?q=pump").await.text();
    let hits = select(&page, ".hit-spoken a.hit-link");
    assert_eq!(hits.len(), 1, "{page}");
    let (text, href) = &hits[0];
    assert!(text.contains(SAID) && text.starts_with("0:18"), "{text}");
    assert_eq!(*href, format!("/recordings/{id}?q=pump&t=18.068#p-10000"));
    assert_eq!(select(&page, ".hit-spoken mark")[0].0, "pump");
    assert_eq!(select(&page, ".hit-spoken .source")[0].0, "Speaker 1");
    assert_eq!(select(&page, ".lane-hits a.mark").len(), 1);

    let page = world.get(Who::Visitor, href.split('#').next().unwrap()).await.text();
    let passage = select(&page, "a#p-10000.passage.hit");
    assert_eq!(passage, [(SAID.to_owned(), "?q=pump&t=10".to_owned())]);
    assert!(page.contains("data-start=\"10\""), "{page}");
    assert_eq!(select(&page, ".ribbon .lane-hits a.mark").len(), 1);
}

#[tokio::test]
async fn the_whole_transcript_is_readable_without_script() {
    let world = World::new().await;
    let page = world.get(Who::Visitor, &format!("/recordings/{}", recording_id(1))).await.text();
    let passages: Vec<_> =
        select(&page, ".transcript a.passage").into_iter().map(|it| it.0).collect();
    assert_eq!(passages, ["Good morning, everybody.", SAID, "<b>Thanks</b> & bye."]);
    for (selector, count) in [
        (".ribbon .lane-speaker a.mark", 1),
        (".ribbon .lane-slides a.mark", 1),
        (".ribbon .lane-chat a.mark", 1),
        (".slide-strip .slide", 1),
        (".chat .chat-message", 1),
        ("video#film track", 2),
        ("#player[data-hls][data-audio-hls][data-storyboard][data-peaks][data-slides]", 1),
    ] {
        assert_eq!(select(&page, selector).len(), count, "{selector}\n{page}");
    }
    // Without script the Tab key comes to every mark.
    assert_eq!(select(&page, ".ribbon [tabindex]").len(), 0, "{page}");
    // A pseudonym stands there, never who it is.
    assert!(page.contains("Speaker 1") && !page.contains("Ada Lovelace"), "{page}");
}

#[tokio::test]
async fn what_is_still_being_made_is_said() {
    let world = World::new().await;
    let admission = admission(7, "Just arrived", Visibility::Public);
    world.archive.catalog.admit(&admission).await.unwrap();
    let page = world.get(Who::Visitor, &format!("/recordings/{}", recording_id(7))).await.text();
    assert!(
        page.contains("The words are on their way.")
            && page.contains("The film is being prepared."),
        "{page}"
    );
    assert_eq!(select(&page, ".chat-message").len(), 1, "chat is there at once");
    assert_eq!(select(&page, "video").len(), 0);
}

#[tokio::test]
async fn a_film_is_failed_only_when_nothing_more_is_to_come() {
    let world = World::new().await;
    let film =
        async |n| world.get(Who::Visitor, &format!("/recordings/{}", recording_id(n))).await.text();
    world.fail_a_job().await;
    let page = film(1).await;
    assert_eq!(select(&page, "video#film").len(), 1);
    assert!(page.contains("Some of the pictures could not be prepared."), "{page}");

    world.archive.catalog.admit(&admission(7, "New", Visibility::Public)).await.unwrap();
    let queue = world.archive.catalog.queue();
    let fail = async |kind| {
        let job = queue.claim(&[kind], "test", std::time::Duration::from_secs(60)).await.unwrap();
        let verdict = archive::verdict(1, archive::Disposition::Fail);
        queue.fail(&job.unwrap(), "broken", verdict).await.unwrap();
    };
    queue.enqueue(&recording_id(7), archive::JobKind::Webcams).await.unwrap();
    fail(archive::JobKind::Audio).await;
    assert!(film(7).await.contains("The film is being prepared."), "{}", film(7).await);
    fail(archive::JobKind::Webcams).await;
    assert!(film(7).await.contains("The film could not be prepared."), "{}", film(7).await);
}

#[tokio::test]
async fn markup_in_a_title_stays_text() {
    let world = World::new().await;
    let title = "<script>alert(1)</script>\"'><img src=x>";
    let id = world.admit(8, title, Visibility::Public).await;
    for path in [
        "/",
        "/search?q=alert",
        &format!("/recordings/{id}?q=%3Cscript%3E%22"),
        "/api/v1/recordings",
    ] {
        let answer = world.get(Who::Visitor, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        if answer.header("content-type").starts_with("text/html") {
            let page = answer.text();
            assert!(
                !page.contains("<script>alert") && !page.contains("<img src=x"),
                "{path}: {page}"
            );
        } else {
            assert_eq!(answer.header("content-type"), "application/json");
        }
    }
}

#[tokio::test]
async fn odd_queries_are_answered() {
    let world = World::new().await;
    let long = "wort".repeat(2_500);
    let cases = [
        "",
        "%20",
        "%22",
        "%22%22",
        "-",
        "*",
        "AND",
        "pump%20AND",
        "%00",
        "%ff%fe",
        "(((",
        "a:b",
        "%F0%9F%8C%B1",
        "pump&page=-1",
        "pump&page=99999999999",
        "pump&sort=oldest",
        "pump&q=other",
        &long,
    ];
    for query in cases {
        for path in ["/search", "/api/v1/search", &format!("/recordings/{}", recording_id(1))] {
            let answer = world.get(Who::Visitor, &format!("{path}?q={query}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}?q={query}");
        }
    }
    let page = world.get(Who::Visitor, "/search?q=%22").await.text();
    assert!(page.contains("There is no word in this question"), "{page}");
    let page = world.get(Who::Visitor, "/search?q=zzzzzz").await.text();
    assert!(page.contains("Nothing was found"), "{page}");
    let beyond = world.get(Who::Visitor, "/search?q=pump&sort=newest&page=7").await;
    assert_eq!(
        (beyond.status, beyond.header("location")),
        (StatusCode::SEE_OTHER, "/search?q=pump&sort=newest")
    );
}

#[tokio::test]
async fn odd_positions_begin_at_the_beginning() {
    let world = World::new().await;
    let id = recording_id(1);
    for (t, expected) in
        [("12.34", Some("12.34")), ("-5", None), ("NaN", None), ("9999", None), ("1e3", None)]
    {
        let page = world.get(Who::Visitor, &format!("/recordings/{id}?t={t}")).await.text();
        let start = expected.map(|it| format!(" data-start=\"{it}\" data-hls"));
        assert_eq!(start.is_some_and(|it| page.contains(&it)), expected.is_some(), "{t}");
    }
}

#[tokio::test]
async fn the_language_is_the_visitors() {
    let world = World::new().await;
    // Accept-Language, cookie, expected
    let cases = [
        ("", "", "en"),
        ("es-AR, en;q=0.5", "", "es"),
        ("fr", "", "en"),
        ("es", "language=de", "de"),
        ("es", "language=xx", "es"),
    ];
    for (accepted, cookie, expected) in cases {
        let answer =
            world.get_with("/", &[("accept-language", accepted), ("cookie", cookie)]).await;
        let lang = format!("<html lang=\"{expected}\" dir=\"ltr\">");
        assert!(answer.text().contains(&lang), "{accepted:?} {cookie:?}");
    }
    let missing = world.get_with("/nothing", &[("accept-language", "de")]).await.text();
    assert!(missing.contains("Hier ist nichts"), "{missing}");
}

#[tokio::test]
async fn long_lists_are_paged_without_gap() {
    let config = crate::WebConfig { recordings_per_page: 2, ..crate::WebConfig::default() };
    let world = World::with(config).await;
    let mut path = "/".to_owned();
    let mut titles = Vec::new();
    loop {
        let page = world.get(Who::Archivist, &path).await.text();
        titles.extend(select(&page, ".meeting-title a").into_iter().map(|it| it.0));
        match select(&page, "a[rel=next]").pop() {
            Some((_, next)) => path = next,
            None => break,
        }
    }
    assert_eq!(titles, ["Meeting 3", "Meeting 2", "Meeting 1"]);
    let page = world.get(Who::Visitor, "/?after=rubbish").await;
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn the_interface_gives_passages_and_hits_with_their_seconds() {
    let world = World::new().await;
    let id = recording_id(1);
    let get = async |path: &str| -> serde_json::Value {
        serde_json::from_str(&world.get(Who::Visitor, path).await.text()).unwrap()
    };
    let recording = get(&format!("/api/v1/recordings/{id}")).await;
    assert_eq!(recording["transcript"]["passages"][1]["start"], 10.0);
    assert_eq!(recording["transcript"]["passages"][1]["speaker"], 1);
    assert_eq!(recording["media"]["webcams"], format!("/recordings/{id}/files/webcams.m3u8"));
    assert_eq!(recording["licence"], "CC-BY-SA-4.0");
    let found = get("/api/v1/search?q=pump").await;
    let hit = &found["recordings"][0]["hits"][0];
    assert_eq!((&hit["source"], &hit["start"]), (&"spoken".into(), &10.0.into()), "{found}");
    let missing = get("/api/v1/recordings/none").await;
    assert_eq!(missing["error"]["message"], "there is nothing at this address");
}

#[tokio::test]
async fn figures_are_for_the_operator_and_hold_no_name() {
    let token = "0123456789abcdef";
    let config =
        crate::WebConfig { metrics_token: Some(token.to_owned()), ..crate::WebConfig::default() };
    let world = World::with(config).await;
    world.fail_a_job().await;
    world.get(Who::Visitor, &format!("/recordings/{}", recording_id(3))).await;
    assert_eq!(world.get(Who::Archivist, "/metrics").await.status, StatusCode::NOT_FOUND);
    let figures =
        world.get_with("/metrics", &[("authorization", &format!("Bearer {token}"))]).await;
    let text = figures.text();
    for line in [
        "plenary_jobs{kind=\"webcams\",state=\"failed\"} 1",
        "plenary_recordings{seen_by=\"visitors\"} 1",
        "plenary_recordings{seen_by=\"archivists\"} 3",
        "plenary_http_requests_total{method=\"GET\",route=\"/recordings/{id}\",status=\"404\"} 1",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("Meeting") && !text.contains(recording_id(3).as_str()), "{text}");
}

#[tokio::test]
async fn an_asset_that_is_none_is_said_as_every_other_address() {
    let world = World::new().await;
    let answer = world.get(Who::Visitor, "/assets/nothing.css").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.text().contains("Nothing here"), "{}", answer.text());
}

#[tokio::test]
async fn readiness_asks_catalog_and_store() {
    let world = World::new().await;
    assert_eq!(world.get(Who::Visitor, "/readyz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn head_answers_as_get_without_a_body() {
    let world = World::new().await;
    for path in ["/", "/collections", "/nothing", "/api/v1/recordings"] {
        let get = world.get(Who::Visitor, path).await;
        let request = world.request(Who::Visitor, "HEAD", path);
        let head = world.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{path}");
    }
}
