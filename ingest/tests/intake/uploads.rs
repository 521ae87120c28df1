use crate::world::{World, copy, names, tarred, variants};
use archive::{ArrivalState, NewArrival, UploadDetails, Viewer, Visibility, Way};
use std::path::Path;

async fn upload(world: &World, file: &Path, name: &str, details: UploadDetails) {
    copy(file, &world.here.join("uploads/ab12").join(name));
    let new = NewArrival {
        way: Way::Upload,
        place: format!("ab12/{name}"),
        fingerprint: "ab12".to_owned(),
        recording: None,
        details: serde_json::to_string(&details).unwrap(),
    };
    world.archive.catalog.arrivals().note(&new).await.unwrap();
    world.round().await;
}

#[tokio::test]
async fn a_sound_file_becomes_a_recording_with_what_was_said_of_it() {
    let world = World::with(|_, _| {}).await;
    let sound = variants().join(format!("podcast/podcast/{}/audio.ogg", tarred()));
    let details = UploadDetails {
        file: "Versammlung.ogg".to_owned(),
        title: "Versammlung im Hof".to_owned(),
        language: "de".parse().ok(),
        visibility: Some(Visibility::Members),
        ..UploadDetails::default()
    };
    upload(&world, &sound, "Versammlung.ogg", details).await;
    let taken = world.archive.catalog.recordings(&Viewer::program(), None, 10).await.unwrap();
    let [taken] = &taken[..] else { panic!("{taken:?}") };
    assert_eq!(taken.title, "Versammlung im Hof");
    assert_eq!(taken.visibility, Visibility::Members);
    assert_eq!(taken.language, "de".parse().ok());
    assert_eq!(names(&world.here.join("uploads/ab12")), Vec::<String>::new());
    let (state, _) = world.arrival().await;
    assert!(matches!(state, ArrivalState::Done { .. }));
}

#[tokio::test]
async fn a_zip_of_a_recording_is_that_recording() {
    let world = World::with(|_, _| {}).await;
    let zip = variants().join(format!("tar/{}.zip", tarred()));
    upload(&world, &zip, "recording.zip", UploadDetails::default()).await;
    assert_eq!(world.formats(&tarred()).await, ["presentation"]);
}

#[tokio::test]
async fn what_is_neither_waits_with_its_reason_and_is_kept() {
    let world = World::with(|_, _| {}).await;
    let text = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    upload(&world, &text, "notes.txt", UploadDetails::default()).await;
    let (state, message) = world.arrival().await;
    assert!(matches!(state, ArrivalState::Failed { .. }), "{message}");
    assert!(message.contains("notes.txt"), "{message}");
    assert_eq!(names(&world.here.join("uploads/ab12")), ["notes.txt"]);
}
