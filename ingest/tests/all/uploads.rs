//! Files that are no recordings of BigBlueButton.

use archive::{
    Language, SourceRole, Timestamp, UploadDetails, Viewer, Visibility, catalog::Admitted,
    testing::TestArchive,
};
use ingest::{Found, Ingest, IngestConfig, IngestError, discover};
use std::{fs, path::Path};

/// A second of silence: WAV, 8 kHz, mono, 8 bits.
fn sound() -> Vec<u8> {
    let mut wav = b"RIFF\x64\x1f\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    wav.extend(b"\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x40\x1f\0\0");
    wav.extend([0x80; 8_000]);
    wav
}

fn ingest(archive: &TestArchive) -> Ingest {
    let TestArchive { catalog, store, clock, .. } = archive;
    Ingest::new(catalog.clone(), store.clone(), IngestConfig::default(), clock.clone())
}

fn write(archive: &TestArchive, name: &str, bytes: &[u8]) -> std::path::PathBuf {
    let path = archive.folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

#[tokio::test]
async fn a_file_with_what_is_said_of_it_becomes_a_recording() {
    let archive = TestArchive::open().await;
    let file = write(&archive, "3f2a", &sound());
    let details = UploadDetails {
        file: "Radio talk.wav".to_owned(),
        title: " A talk on the radio ".to_owned(),
        language: "es".parse().ok(),
        started_at_ms: Some(Timestamp::from_unix_ms(1_000_000_000_000)),
        visibility: Some(Visibility::Members),
    };
    let ingest = ingest(&archive);
    let taken = ingest.take_in(&Found::upload(&file, details.clone()), |_| ()).await.unwrap();
    assert_eq!((taken.admitted, taken.title.as_str()), (Admitted::New, "A talk on the radio"));
    let recording = archive.catalog.recording(&Viewer::program(), &taken.recording).await;
    let recording = recording.unwrap().unwrap();
    assert_eq!(recording.language.as_ref().map(Language::as_str), Some("es"));
    assert_eq!(recording.visibility, Visibility::Members);
    assert_eq!(recording.started_at.as_unix_ms(), 1_000_000_000_000);
    let sources = archive.catalog.sources(&Viewer::program(), &taken.recording).await.unwrap();
    assert_eq!(sources.len(), 1);
    assert_eq!(sources[0].path.as_str(), "upload/Radio talk.wav");
    assert_eq!(sources[0].role, SourceRole::Audio);

    // The same content is the same recording, whatever it is called and whoever sends it.
    let file = write(&archive, "again.wav", &sound());
    let again = ingest.take_in(&discover(&file).unwrap()[0], |_| ()).await.unwrap();
    assert_eq!((again.admitted, again.recording), (Admitted::Unchanged, taken.recording));
    assert_eq!(again.title, "A talk on the radio");
}

#[tokio::test]
async fn a_file_of_which_nothing_is_said_is_called_by_its_name() {
    let archive = TestArchive::open().await;
    let file = write(&archive, "annual_meeting.wav", &sound());
    let taken = ingest(&archive).take_in(&discover(&file).unwrap()[0], |_| ()).await.unwrap();
    assert_eq!(taken.title, "annual meeting");
    assert_eq!(taken.warnings, []);
    let recording = archive.catalog.recording(&Viewer::program(), &taken.recording).await;
    let written = fs::metadata(&file).unwrap().modified().unwrap();
    let written = written.duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let started = recording.unwrap().unwrap().started_at.as_unix_ms();
    assert_eq!(u128::try_from(started).unwrap(), written);
}

#[tokio::test]
async fn a_real_film_plays_the_cameras_part() {
    let samples = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../samples"));
    let file = samples.join("assembly-en");
    let mut folders = vec![file];
    let film = loop {
        let folder = folders.pop().unwrap();
        if folder.join("video/webcams.webm").is_file() {
            break folder.join("video/webcams.webm");
        }
        let entries = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
        folders.extend(entries.filter(|it| it.is_dir()));
    };
    let archive = TestArchive::open().await;
    let taken = ingest(&archive).take_in(&discover(&film).unwrap()[0], |_| ()).await.unwrap();
    let sources = archive.catalog.sources(&Viewer::program(), &taken.recording).await.unwrap();
    assert_eq!(sources[0].role, SourceRole::Webcams);
}

#[tokio::test]
async fn what_is_neither_sound_nor_video_is_refused() {
    let archive = TestArchive::open().await;
    for (name, bytes) in [("x.mp4", &b"no film"[..]), ("empty.ogg", b""), ("x.pdf", b"%PDF-1.7\n")]
    {
        let file = write(&archive, name, bytes);
        let found = discover(&file).unwrap();
        let error = ingest(&archive).take_in(&found[0], |_| ()).await.unwrap_err();
        assert!(
            matches!(&error, IngestError::UnknownFile { path } if path.ends_with(name)),
            "{error}"
        );
        assert_eq!(error.disposition(), archive::Disposition::Fail);
    }
}
