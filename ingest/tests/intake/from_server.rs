use crate::{
    server::{Files, Server, status, xml},
    world::{World, names},
};
use archive::{ArrivalState, RecordingId, ServerState, Viewer, testing::recording_id};
use std::sync::{Arc, Mutex};

/// A server that has one recording in this state, which may change.
async fn server(state: &Arc<Mutex<&'static str>>) -> Server {
    let state = Arc::clone(state);
    let id = recording_id(1);
    let mut files = Files::presentation(&id);
    let sound = include_bytes!(
        "../../../samples/variants/podcast/podcast/968d1b651797db2765ff8acfbc6ffbe7125837a3-1705297500731/audio.ogg"
    );
    files.put(&format!("/presentation/{id}/audio/audio.ogg"), sound);
    Server::start(move |asked| {
        if !asked.path.ends_with("/getRecordings") {
            return files.answer(asked);
        }
        let state = *state.lock().unwrap();
        if state == "away" {
            return status(503);
        }
        let host = asked.header(axum::http::header::HOST).unwrap();
        let listed = if state == "unknown" { String::new() } else { element(host, &id, state) };
        xml(format!(
            "<response><returncode>SUCCESS</returncode><recordings>{listed}</recordings></response>"
        ))
    })
    .await
}

fn element(host: &str, id: &RecordingId, state: &str) -> String {
    format!(
        "<recording><recordID>{id}</recordID><state>{state}</state><published>{}</published>\
         <playback><format><type>presentation</type>\
         <url>http://{host}/playback/presentation/2.3/{id}</url></format></playback></recording>",
        state == "published"
    )
}

#[tokio::test]
async fn what_a_server_announces_is_fetched_and_taken_in() {
    let state = Arc::new(Mutex::new("published"));
    let server = server(&state).await;
    let parts = Some((server.client(None), server.downloader()));
    let world = World::with_server(|_, _| {}, parts).await;
    let id = recording_id(1);
    world.intake.expect(&id, "published", None).await.unwrap();
    world.round().await;
    let (arrival, message) = world.arrival().await;
    assert!(matches!(arrival, ArrivalState::Done { .. }), "{message}");
    assert_eq!(world.formats(&id).await, ["presentation"]);
    assert_eq!(names(&world.here.join("downloads")), Vec::<String>::new(), "nothing is left over");

    // At least once: the same again brings nothing new.
    server.asked();
    world.intake.expect(&id, "published", None).await.unwrap();
    world.round().await;
    assert_eq!(server.asked().len(), 0);

    *state.lock().unwrap() = "deleted";
    world.intake.expect(&id, "deleted", None).await.unwrap();
    world.round().await;
    let kept = world.archive.catalog.recording(&Viewer::program(), &id).await.unwrap().unwrap();
    assert_eq!(kept.server_state, ServerState::Deleted);
    assert!(!world.is_seen(&id).await);
}

#[tokio::test]
async fn what_is_not_there_yet_is_asked_for_again() {
    let state = Arc::new(Mutex::new("unknown"));
    let server = server(&state).await;
    let parts = Some((server.client(None), server.downloader()));
    let world = World::with_server(|_, _| {}, parts).await;
    let id = recording_id(1);
    world.intake.expect(&id, "x", None).await.unwrap();
    for now in ["unknown", "processing", "away"] {
        *state.lock().unwrap() = now;
        world.round().await;
        let (arrival, message) = world.arrival().await;
        let ArrivalState::Waiting { not_before } = arrival else { panic!("{message}") };
        let wait =
            not_before.as_unix_ms() - archive::Clock::now(&*world.archive.clock).as_unix_ms();
        assert!((1..=3_600_000).contains(&wait), "{wait}");
        world.archive.clock.advance(std::time::Duration::from_secs(3_600));
    }
    *state.lock().unwrap() = "published";
    world.round().await;
    assert_eq!(world.formats(&id).await, ["presentation"]);
}

#[tokio::test]
async fn what_a_server_says_it_deleted_and_lists_no_longer_is_hidden() {
    let state = Arc::new(Mutex::new("published"));
    let server = server(&state).await;
    let parts = Some((server.client(None), server.downloader()));
    let world = World::with_server(|_, _| {}, parts).await;
    let id = recording_id(1);
    world.intake.expect(&id, "published", None).await.unwrap();
    world.round().await;
    assert!(world.is_seen(&id).await);
    *state.lock().unwrap() = "unknown";
    world.intake.expect(&id, "deleted", Some(ServerState::Deleted)).await.unwrap();
    world.round().await;
    assert!(!world.is_seen(&id).await);
    assert!(matches!(world.arrival().await.0, ArrivalState::Done { .. }));
}
