//! What archivists do.

use super::world::{Who, World};
use archive::testing::recording_id;
use axum::http::StatusCode;

#[tokio::test]
async fn an_archivist_edits_a_recording() {
    let world = World::new().await;
    let id = recording_id(3);
    let path = format!("/recordings/{id}/edit");
    let form = world.get(Who::Archivist, &path).await.text();
    assert!(form.contains("Meeting 3") && form.contains("Collection private"), "{form}");
    let answer = world
        .post(
            Who::Archivist,
            &path,
            &[
                ("title", "  La azotea  "),
                ("description", "One.\r\n\r\nTwo."),
                ("licence", "CC0-1.0"),
                ("language", "es"),
                ("visibility", "public"),
                ("space", " Río <b> "),
                ("subjects", "Vivienda, azoteas,, vivienda"),
                ("was_collection", "c-public"),
                ("was_collection", "c-members"),
                ("was_collection", "c-private"),
                ("collection", "c-public"),
                ("collection", "c-members"),
            ],
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let saved = world.get(Who::Archivist, answer.header("location")).await.text();
    assert!(saved.contains("Saved."), "{saved}");
    let page = world.get(Who::Visitor, &format!("/recordings/{id}")).await.text();
    for text in [
        "La azotea",
        "<p class=\"description\" dir=\"auto\">Two.</p>",
        "CC0 1.0",
        "<dd dir=\"auto\">Río &#60;b&#62;</dd>",
        "<dd dir=\"auto\">Vivienda, azoteas</dd>",
        "Collection public",
    ] {
        assert!(page.contains(text), "{text}\n{page}");
    }
    let gone = world.get(Who::Archivist, "/collections/c-private").await.text();
    assert!(!gone.contains("La azotea"), "{gone}");
    let kept = world.get(Who::Visitor, "/collections/c-public").await.text();
    assert!(kept.contains("La azotea") && kept.contains("Because of 3."), "{kept}");
}

/// The hidden fields of a form.
fn hidden(page: &str) -> Vec<(String, String)> {
    let page = scraper::Html::parse_document(page);
    let fields = scraper::Selector::parse(".edit-form input[type=hidden]").unwrap();
    let attr = |it: scraper::ElementRef<'_>, name| it.attr(name).unwrap_or_default().to_owned();
    page.select(&fields)
        .map(|it| (attr(it, "name"), attr(it, "value")))
        .filter(|(name, _)| name != "form_token")
        .collect()
}

#[tokio::test]
async fn two_archivists_do_not_undo_each_others_work() {
    let world = World::new().await;
    let path = format!("/recordings/{}/edit", recording_id(1));
    let opened = hidden(&world.get(Who::Archivist, &path).await.text());
    let save = async |seen: &[(String, String)], fields: &[(&str, &str)]| {
        let seen = seen.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let fields: Vec<_> = seen.chain(fields.iter().copied()).collect();
        world.post(Who::Archivist, &path, &fields).await
    };
    let ticked = |all: &'static [&str]| all.iter().map(|it| ("collection", *it));
    let typed = |title, visibility, collections: &'static [&str]| {
        [("title", title), ("description", ""), ("licence", "CC-BY-SA-4.0"), ("language", "")]
            .into_iter()
            .chain([("visibility", visibility)])
            .chain(ticked(collections))
            .collect::<Vec<_>>()
    };
    // One hides it and takes it out of a collection …
    let first = typed("Meeting 1", "private", &["c-members", "c-private"]);
    assert_eq!(save(&opened, &first).await.status, StatusCode::SEE_OTHER);
    // … while another, who has it still open, writes a better title and ticks nothing new.
    let second = typed("Better", "public", &["c-public", "c-members"]);
    let answer = save(&opened, &second).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    let page = answer.text();
    assert!(
        page.contains("Somebody else has changed") && page.contains("value=\"Better\""),
        "{page}"
    );
    assert!(page.contains("<dd dir=\"auto\">Private</dd>"), "{page}");
    assert!(
        page.contains("value=\"private\" checked"),
        "what was not touched is as stored: {page}"
    );
    let boxes = |it: &str| page.contains(&format!("name=\"collection\" value=\"{it}\" checked"));
    assert_eq!(["c-public", "c-members", "c-private"].map(boxes), [false, true, false]);
    let title = world.get(Who::Archivist, &path).await.text();
    assert!(title.contains("value=\"Meeting 1\""), "nothing was saved");
    // Having seen it, they save.
    let mut again = typed("Better", "private", &["c-members"]);
    assert_eq!(save(&hidden(&page), &again).await.status, StatusCode::SEE_OTHER);
    // Subjects and space are looked after in the same way.
    let opened = hidden(&world.get(Who::Archivist, &path).await.text());
    again.extend([("space", "North"), ("subjects", "Rent, Roof")]);
    assert_eq!(save(&opened, &again).await.status, StatusCode::SEE_OTHER);
    again.truncate(again.len() - 2);
    again.extend([("space", "South"), ("subjects", "")]);
    let answer = save(&opened, &again).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    let page = answer.text();
    for text in ["<dd dir=\"auto\">North</dd>", "value=\"South\"", "value=\"Rent, Roof\""] {
        assert!(page.contains(text), "{text}\n{page}");
    }
    let gone = world.get(Who::Archivist, "/collections/c-private").await.text();
    assert!(!gone.contains("Better"), "{gone}");
    let kept = world.get(Who::Archivist, "/collections/c-members").await.text();
    assert!(kept.contains("Better") && kept.contains("Because of 1."), "{kept}");
}

#[tokio::test]
async fn what_cannot_be_saved_is_said_and_what_was_typed_stays() {
    let world = World::new().await;
    let path = format!("/recordings/{}/edit", recording_id(1));
    let fields = [
        ("title", " "),
        ("description", "kept"),
        ("language", "Klingon!"),
        ("visibility", "public"),
    ];
    let answer = world.post(Who::Archivist, &path, &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text();
    for text in ["A title is needed.", "not a language’s tag", "kept", "value=\"Klingon!\""] {
        assert!(page.contains(text), "{text}\n{page}");
    }
    for (field, value) in [("visibility", "everybody"), ("licence", "MIT")] {
        let fields = [("title", "x"), (field, value), ("visibility", "public")];
        let answer = world.post(Who::Archivist, &path, &fields).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{field}");
    }
}

#[tokio::test]
async fn a_collection_is_made_put_in_order_and_deleted() {
    let world = World::new().await;
    let post =
        async |path: &str, fields: &[(&str, &str)]| world.post(Who::Archivist, path, fields).await;
    let made = post(
        "/collections/new",
        &[("title", "¿Vivienda?"), ("note", "Why."), ("visibility", "public")],
    )
    .await;
    assert_eq!(made.header("location"), "/collections/vivienda/edit?saved=1");
    let again = post("/collections/new", &[("title", "Vivienda"), ("visibility", "public")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let other = post("/collections/new", &[("title", "日本"), ("visibility", "public")]).await;
    assert!(other.header("location").starts_with("/collections/c-"), "{:?}", other.headers);

    let order = async || {
        let page = world.get(Who::Archivist, "/collections/c-public").await.text();
        let mut at: Vec<_> =
            (1..=3_u32).filter_map(|n| Some((page.find(&format!("Meeting {n}"))?, n))).collect();
        at.sort_unstable();
        at.into_iter().map(|it| it.1).collect::<Vec<_>>()
    };
    assert_eq!(order().await, [1, 2, 3]);
    let ids = [1, 2, 3].map(|n| recording_id(n).to_string());
    for (recording, what, expected) in [
        (&ids[2], "up", vec![1, 3, 2]),
        (&ids[0], "down", vec![3, 1, 2]),
        (&ids[2], "up", vec![3, 1, 2]),
        (&ids[1], "down", vec![3, 1, 2]),
        (&ids[0], "remove", vec![3, 2]),
        (&ids[0], "up", vec![3, 2]),
    ] {
        let answer =
            post("/collections/c-public/items", &[("recording", recording), ("do", what)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{what}");
        assert_eq!(order().await, expected, "{what}");
    }
    let fields = [("recording", &*ids[1]), ("do", "reason"), ("reason", "<i>New</i>")];
    post("/collections/c-public/items", &fields).await;
    let page = world.get(Who::Archivist, "/collections/c-public").await.text();
    assert!(page.contains("&#60;i&#62;New"), "{page}");

    let ask = world.get(Who::Archivist, "/collections/c-public/delete").await.text();
    assert!(ask.contains("is a collection of 2 meetings."), "{ask}");
    let wrong = post("/collections/c-public/delete", &[("title", "collection")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = post("/collections/c-public/delete", &[("title", "Collection public")]).await;
    assert_eq!(right.header("location"), "/collections");
    let gone = world.get(Who::Archivist, "/collections/c-public").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_failed_job_is_seen_and_tried_again() {
    let world = World::new().await;
    world.fail_a_job().await;
    let desk = world.get(Who::Archivist, "/desk").await.text();
    for text in ["Film", "no &#60;b&#62;key&#60;/b&#62; frame", "Meeting 3", "Failed", "Private"] {
        assert!(desk.contains(text), "{text}\n{desk}");
    }
    let id = recording_id(1).to_string();
    let answer =
        world.post(Who::Archivist, "/desk/retry", &[("recording", &id), ("kind", "webcams")]).await;
    assert_eq!(answer.header("location"), "/desk?retried=1");
    let jobs = world.jobs().await;
    assert!(matches!(jobs[0].state, archive::queue::JobState::Waiting { .. }), "{jobs:?}");
    let desk = world.get(Who::Archivist, "/desk?retried=1").await.text();
    assert!(
        desk.contains("It will be tried again.") && desk.contains("1 piece of work is waiting."),
        "{desk}"
    );
}
