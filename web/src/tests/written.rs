//! What was written in a meeting and beside it: chat, whiteboard, notes, videos from elsewhere.

use super::world::{Who, World};
use archive::{
    ChatMessage, Contents, ExternalVideo, MediaTime, ServerState, Visibility, WhiteboardText,
    catalog::Admission,
    testing::{admission, recording_id},
};
use scraper::{Html, Selector};

fn texts(page: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    let selector = Selector::parse(selector).unwrap();
    let text = |it: scraper::ElementRef<'_>| it.text().collect::<String>();
    let plain = |it: String| it.split_whitespace().collect::<Vec<_>>().join(" ");
    page.select(&selector).map(text).map(plain).collect()
}

fn message(text: &str, reply_to: Option<u32>, edited: bool) -> ChatMessage {
    let at = MediaTime::from_ms(1_000);
    ChatMessage { at, sender: "Ada".to_owned(), text: text.to_owned(), reply_to, edited }
}

fn written(n: u32, visibility: Visibility) -> Admission {
    let mut admission = admission(n, "Written only", visibility);
    admission.contents = Contents {
        chat: vec![
            message(&format!("Who brings the {} ladder?", "very ".repeat(40)), None, false),
            message("I do.", Some(0), true),
        ],
        whiteboard: vec![WhiteboardText {
            at: MediaTime::from_ms(61_000),
            text: "zinc = gutter".to_owned(),
        }],
        notes: "Agenda\n\n1. The gutter <b>leaks</b>\n2. Paint".to_owned(),
        external_videos: [
            "https://videos.example/watch?v=<1>",
            "javascript:alert(1)",
            "http://old.example/",
        ]
        .map(|url| ExternalVideo { at: MediaTime::from_ms(5_000), url: url.to_owned() })
        .into(),
        ..Contents::default()
    };
    admission
}

#[tokio::test]
async fn a_recording_without_media_is_read() {
    let world = World::new().await;
    let id = world.admit_without_media(written(7, Visibility::Public)).await;
    let page = world.get(Who::Visitor, &format!("/recordings/{id}")).await.text();
    assert_eq!(texts(&page, "h1"), ["Written only"]);
    assert!(page.contains("There is nothing to play here."), "{page}");
    assert_eq!(
        texts(&page, ".tab-list a"),
        ["Chat", "Whiteboard", "Notes", "Videos", "About"],
        "no transcript is promised"
    );
    assert_eq!(texts(&page, "#transcript, video, .length, .transcript-state"), Vec::<&str>::new());
    assert_eq!(texts(&page, ".shared-notes p"), ["Agenda", "1. The gutter <b>leaks</b> 2. Paint"]);
    assert_eq!(texts(&page, ".whiteboard-texts li"), ["1:01 zinc = gutter"]);
    let list = world.get(Who::Visitor, "/").await.text();
    assert!(!list.contains("0 s"), "{list}");
}

#[tokio::test]
async fn an_answer_shows_what_it_answers_and_leads_there() {
    let world = World::new().await;
    let id = world.admit_without_media(written(7, Visibility::Public)).await;
    let page = world.get(Who::Visitor, &format!("/recordings/{id}")).await.text();
    let quoted = texts(&page, "#chat-2 a.quoted[href='#chat-1']");
    assert_eq!(quoted.len(), 1, "{page}");
    assert!(quoted[0].starts_with("Answers Ada Who brings the very"), "{quoted:?}");
    assert!(quoted[0].ends_with('…') && quoted[0].len() < 120, "{quoted:?}");
    assert_eq!(texts(&page, ".edited"), ["edited"]);
    assert_eq!(texts(&page, "#chat-2 .edited").len(), 1);
}

#[tokio::test]
async fn videos_from_elsewhere_are_links_and_nothing_more() {
    let world = World::new().await;
    let id = world.admit_without_media(written(7, Visibility::Public)).await;
    let page = world.get(Who::Visitor, &format!("/recordings/{id}")).await.text();
    let links = texts(&page, ".external-videos a.elsewhere[rel~=noreferrer][target=_blank]");
    assert_eq!(links, ["https://videos.example/watch?v=<1>", "http://old.example/"]);
    assert!(!page.contains("javascript:"), "{page}");
    assert_eq!(texts(&page, "iframe, embed, object").len(), 0);
}

#[tokio::test]
async fn whiteboard_and_notes_are_found_by_who_may_see_them() {
    let world = World::new().await;
    let id = world.admit_without_media(written(7, Visibility::Members)).await;
    let page = world.get(Who::Member, "/search?q=gutter").await.text();
    let sources = texts(&page, ".hit-line .source");
    assert!(sources.contains(&"Whiteboard".to_owned()), "{page}");
    assert!(sources.contains(&"Notes".to_owned()), "{page}");
    assert!(page.contains(&format!("/recordings/{id}?q=gutter&#38;t=61\"")), "{page}");
    assert!(page.contains(&format!("/recordings/{id}?q=gutter#notes")), "{page}");
    let found = world.get(Who::Member, "/api/v1/search?q=gutter").await.text();
    assert!(found.contains("\"whiteboard\"") && found.contains("\"notes\""), "{found}");
    assert!(found.contains(&format!("/recordings/{id}?q=gutter#notes")), "{found}");
    let hidden = world.get(Who::Visitor, "/api/v1/search?q=gutter").await.text();
    assert!(hidden.contains("\"total_hits\":0"), "{hidden}");
}

#[tokio::test]
async fn archivists_alone_learn_what_became_of_it_at_its_server() {
    let world = World::new().await;
    let id = recording_id(1);
    let set = async |state| world.archive.catalog.set_server_state(&id, state, false).await;
    let path = format!("/recordings/{id}");
    for (state, word) in [
        (ServerState::Unpublished, "Taken down at its server"),
        (ServerState::Deleted, "Deleted at its server"),
    ] {
        assert!(set(state).await.unwrap());
        for who in Who::ALL {
            let page = world.get(who, &path).await.text();
            assert_eq!(page.contains(word), who == Who::Archivist, "{who:?} {word}");
        }
    }
    assert!(set(ServerState::Published).await.unwrap());
    assert!(!world.get(Who::Archivist, &path).await.text().contains("at its server"));
}
