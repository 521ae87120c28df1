//! Folders that are damaged, or that want to do harm.

use crate::meeting::{ID, Meeting};
use ingest::{IngestError, Warning, XmlError, discover};
use std::{error::Error, fs, os::unix::fs::symlink};

/// Says the whole chain of an error.
fn said(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&it| it.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Takes a meeting in that must be refused, and checks that nothing of it is in the catalog.
async fn refused(meeting: &Meeting) -> IngestError {
    let error = meeting.take_in().await.unwrap_err();
    assert_eq!(meeting.recording().await, None, "{error}");
    error
}

#[tokio::test]
async fn an_empty_folder_is_no_recording() {
    let meeting = Meeting::new().await;
    fs::remove_dir_all(meeting.folder()).unwrap();
    fs::create_dir(meeting.folder()).unwrap();
    let error = refused(&meeting).await;
    assert!(matches!(error, IngestError::NoRecording { .. }), "{error}");
    let error = discover(tempfile::tempdir().unwrap().path()).unwrap_err();
    assert!(matches!(error, IngestError::NothingFound { .. }), "{error}");
}

#[tokio::test]
async fn an_entity_bomb_is_refused_and_named() {
    let meeting = Meeting::new().await;
    let mut bomb = String::from("<!DOCTYPE recording [<!ENTITY a0 \"ha\">");
    for n in 1..60 {
        bomb += &format!("<!ENTITY a{n} \"&a{0};&a{0};\">", n - 1);
    }
    bomb += "]><recording><id>&a59;</id></recording>";
    meeting.write("metadata.xml", &bomb);
    let error = refused(&meeting).await;
    let said = said(&error);
    assert!(said.contains("metadata.xml") && said.contains("declares"), "{said}");
    let source = error.source().and_then(|it| it.downcast_ref());
    assert!(matches!(source, Some(XmlError::Declarations { .. })));
}

#[tokio::test]
async fn truncated_metadata_is_refused_and_named() {
    let meeting = Meeting::new().await;
    let whole = fs::read_to_string(meeting.path("metadata.xml")).unwrap();
    meeting.write("metadata.xml", &whole[..400]);
    let error = refused(&meeting).await;
    let said = said(&error);
    assert!(
        said.contains("metadata.xml") && said.ends_with("the XML breaks off at byte 400"),
        "{said}"
    );
}

#[tokio::test]
async fn damaged_files_cost_what_they_would_have_told_and_no_more() {
    let meeting = Meeting::new().await;
    meeting.write("shapes.svg", "<svg><image in=\"0\" out=\"5\" href=\"presentation/P/sl");
    meeting.write("slides_new.xml", "<!DOCTYPE x [<!ENTITY a \"b\">]><popcorn>&a;</popcorn>");
    meeting.write("deskshare.xml", "");
    meeting.write("polls.json", "[{");
    meeting.write("captions.json", "{}");
    meeting.write(&format!("../../raw/{ID}/events.xml"), "<recording meeting_id=\"ID\"><event ");
    let taken_in = meeting.taken_in().await;
    let contents = meeting.contents().await;
    assert!(contents.slides.is_empty() && contents.chat.is_empty() && contents.turns.is_empty());
    let unreadable: Vec<_> = taken_in
        .warnings
        .iter()
        .filter_map(|it| match it {
            Warning::Unreadable { file, .. } => Some(file.as_str()),
            _ => None,
        })
        .collect();
    let expected = [
        "raw/events.xml",
        "presentation/shapes.svg",
        "presentation/slides_new.xml",
        "presentation/polls.json",
        "presentation/captions.json",
    ];
    assert_eq!(unreadable, expected);
    // They are originals all the same.
    assert!(meeting.stored("presentation/slides_new.xml").await.is_some());
}

#[tokio::test]
async fn metadata_is_not_served_as_a_slide_its_text_or_a_caption() {
    let meeting = Meeting::new().await;
    meeting.write(
        "shapes.svg",
        r#"<svg xmlns:xlink="http://www.w3.org/1999/xlink">
        <image in="0.0" out="9.0" xlink:href="metadata.xml" text="metadata.xml" thumbnail="metadata.xml"/>
        <image in="9.0" out="12.0" xlink:href="presentation/../metadata.xml"/>
        <image in="12.0" out="20.0" xlink:href="presentation/P/slide-1.png" text="metadata.xml" thumbnail="metadata.xml"/>
        </svg>"#,
    );
    meeting.write(
        "captions.json",
        r#"[{"locale": "en"}, {"locale": "de/../../metadata.xml"}, {"locale": "../metadata.xml"},
            {"locale": "de", "file": "metadata.xml"}]"#,
    );
    let taken_in = meeting.taken_in().await;
    let first = "metadata.xml".to_owned();
    assert!(taken_in.warnings.contains(&Warning::NoSuchSlides { count: 2, first }));
    let contents = meeting.contents().await;
    let images: Vec<_> = contents.slides.iter().map(|it| it.image.as_str()).collect();
    assert_eq!(images, ["presentation/presentation/P/slide-1.png"]);
    let captions: Vec<_> = contents.captions.iter().map(|it| it.file.as_str()).collect();
    assert_eq!(captions, ["presentation/caption_en.vtt"]);
    let known = format!("{contents:?}");
    assert!(!known.contains("metadata") && !known.contains("s3cret"), "{known}");
}

#[tokio::test]
async fn missing_files_cost_what_they_would_have_told() {
    let meeting = Meeting::new().await;
    for name in ["shapes.svg", "slides_new.xml", "deskshare.xml", "polls.json", "captions.json"] {
        meeting.remove(name);
    }
    meeting.remove(&format!("../../raw/{ID}/events.xml"));
    let taken_in = meeting.taken_in().await;
    let missing = taken_in.warnings.iter().filter(|it| matches!(it, Warning::Missing { .. }));
    assert_eq!(missing.count(), 2);
    assert_eq!(meeting.recording().await.unwrap().duration.as_ms(), 60_000);
}

#[tokio::test]
async fn media_without_metadata_are_taken_in_by_their_folders_name() {
    let meeting = Meeting::new().await;
    meeting.remove("metadata.xml");
    let taken_in = meeting.taken_in().await;
    assert_eq!((taken_in.title.as_str(), taken_in.recording.as_str()), ("Room 12", ID));
    // Told by the log.
    assert_eq!(meeting.recording().await.unwrap().duration.as_ms(), 60_000);
}

#[tokio::test]
async fn metadata_without_media_are_taken_in_with_a_warning() {
    let meeting = Meeting::new().await;
    meeting.remove("video/webcams.webm");
    assert!(meeting.taken_in().await.warnings.contains(&Warning::NoMedia));
}

#[tokio::test]
async fn a_recording_must_say_which_it_is() {
    let meeting = Meeting::new().await;
    meeting.write("metadata.xml", "<recording><id>../../etc</id></recording>");
    let error = refused(&meeting).await;
    assert!(said(&error).contains("`../../etc` is not a recording ID"), "{}", said(&error));
    // Its folder's name does where metadata.xml does not say.
    meeting.write("metadata.xml", "<recording/>");
    assert_eq!(meeting.taken_in().await.recording.as_str(), ID);
}

#[tokio::test]
async fn another_format_is_refused_by_its_name() {
    let meeting = Meeting::new().await;
    let podcast = "<recording><id>ID</id><playback><format>podcast</format></playback></recording>";
    meeting.write("metadata.xml", podcast);
    let error = refused(&meeting).await;
    assert!(matches!(&error, IngestError::OtherFormat { format, .. } if format == "podcast"));
}

#[tokio::test]
async fn a_link_that_leads_outside_is_refused_and_nothing_of_it_kept() {
    let meeting = Meeting::new().await;
    fs::write(meeting.root.path().join("secret"), "s3cret").unwrap();
    symlink("../../secret", meeting.path("notes.html")).unwrap();
    let error = refused(&meeting).await;
    assert!(matches!(error, IngestError::LeadsOutside { .. }), "{error}");
    assert_eq!(meeting.stored("presentation/notes.html").await, None);
}

#[tokio::test]
async fn a_log_that_is_a_link_is_not_taken() {
    let meeting = Meeting::new().await;
    let raw = meeting.path(&format!("../../raw/{ID}/events.xml"));
    fs::rename(&raw, meeting.root.path().join("elsewhere.xml")).unwrap();
    symlink("../../elsewhere.xml", &raw).unwrap();
    meeting.taken_in().await;
    assert_eq!(meeting.stored("raw/events.xml").await, None);
}

#[tokio::test]
async fn a_zip_under_the_name_of_a_video_is_kept_as_it_is() {
    // What it really is, is the audio stage's to find out.
    let meeting = Meeting::new().await;
    fs::write(meeting.path("video/webcams.webm"), b"PK\x03\x04\xff\x00").unwrap();
    meeting.taken_in().await;
    let stored = meeting.stored("presentation/video/webcams.webm").await;
    assert_eq!(stored.as_deref(), Some(&b"PK\x03\x04\xff\x00"[..]));
}
