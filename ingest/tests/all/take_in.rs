use crate::meeting::{ID, Meeting, id, on_both};
use archive::{
    Licence, Manifest, ObjectKey, SourceRole, TimeRange, Viewer, Visibility,
    catalog::Admitted,
    testing::{NOW, range},
};
use ingest::Warning;
use std::fs;

on_both! {
    a_recording_is_understood
    originals_are_kept_byte_for_byte_with_a_manifest
    taking_the_same_in_again_changes_nothing
    a_changed_original_leaves_the_former_bytes_in_place_of_none
    what_is_gone_from_the_folder_stays_in_the_archive
    metas_decide_where_they_are_understood
    the_configuration_decides_where_metas_do_not
    caption_tracks_do_not_hide_each_other_and_are_missed_by_name
    turns_end_with_the_recording
    no_secret_reaches_the_catalog
    an_archivists_words_outlast_another_ingest
    the_log_of_another_meeting_is_not_taken
}

fn ms(range: TimeRange) -> (u64, u64) {
    (range.start().as_ms(), range.end().as_ms())
}

async fn a_recording_is_understood(meeting: Meeting) {
    let taken_in = meeting.taken_in().await;
    assert_eq!((taken_in.admitted, taken_in.title.as_str()), (Admitted::New, "Spring meeting"));
    assert_eq!(taken_in.files, 15);

    let recording = meeting.recording().await.unwrap();
    assert_eq!(recording.title, "Spring meeting");
    assert_eq!(recording.language.map(|it| it.to_string()).as_deref(), Some("en"));
    assert_eq!(recording.visibility, Visibility::Private);
    assert_eq!(recording.started_at.as_unix_ms(), 1_700_000_000_123);
    assert_eq!((recording.duration.as_ms(), recording.participants), (60_000, Some(3)));
    assert_eq!(recording.ingested_at, NOW);

    let contents = meeting.contents().await;
    let slides: Vec<_> = contents
        .slides
        .iter()
        .map(|it| (it.number, it.text.as_str(), it.thumbnail.is_some()))
        .collect();
    assert_eq!(slides, [(1, "Agenda", true), (2, "Heating", false)]);
    let showings: Vec<_> = contents.showings.iter().map(|it| (it.slide, ms(it.range))).collect();
    // The last showing ends with the recording, not at 999 s.
    assert_eq!(showings, [(1, (0, 20_000)), (2, (20_000, 60_000))]);
    let chat: Vec<_> = contents
        .chat
        .iter()
        .map(|it| (it.at.as_ms(), it.sender.as_str(), it.text.as_str()))
        .collect();
    assert_eq!(chat, [(60_000, "Bo", "late")]);
    assert_eq!(contents.shares, [range(8_000, 9_500)]);
    assert_eq!((contents.polls.len(), contents.polls[0].answers[0].votes), (1, 2));
    let turns: Vec<_> = contents.turns.iter().map(|it| (it.speaker.0, ms(it.range))).collect();
    assert_eq!(turns, [(1, (2_000, 5_000)), (2, (30_000, 35_000))]);
    let names: Vec<_> =
        contents.speaker_names.iter().map(|(speaker, name)| (speaker.0, name.as_str())).collect();
    assert_eq!(names, [(1, "Bo"), (2, "Ada")]);
    assert_eq!(contents.captions.len(), 1);
    let file = "presentation/caption_de.vtt".to_owned();
    assert_eq!(taken_in.warnings, [Warning::NoCues { file }]);
}

async fn originals_are_kept_byte_for_byte_with_a_manifest(meeting: Meeting) {
    let mut seen = Vec::new();
    let taken_in = meeting
        .ingest()
        .take_in(&meeting.found().unwrap(), |it| seen.push((it.bytes_done, it.bytes_total)))
        .await
        .unwrap();
    assert!(seen.is_sorted() && seen.last() == Some(&(taken_in.bytes, taken_in.bytes)));

    let sources = meeting.sources().await;
    assert_eq!(sources.len(), 15);
    for source in &sources {
        let name = source.path.as_str();
        let local = match name.strip_prefix("presentation/") {
            Some(name) => meeting.path(name),
            None => meeting.path(&format!("../../raw/{ID}/events.xml")),
        };
        assert_eq!(meeting.stored(name).await, Some(fs::read(local).unwrap()), "{name}");
    }
    let webcams = sources.iter().find(|it| it.role == SourceRole::Webcams).unwrap();
    assert_eq!(webcams.path.as_str(), "presentation/video/webcams.webm");
    let manifest = meeting.archive.store.get(&ObjectKey::Manifest { recording: &id() }).await;
    let manifest = Manifest::from_json(&manifest.unwrap().unwrap()).unwrap();
    assert_eq!(manifest.files, sources);
}

async fn taking_the_same_in_again_changes_nothing(meeting: Meeting) {
    meeting.taken_in().await;
    let (sources, recording) = (meeting.sources().await, meeting.recording().await);
    let webcams = sources.iter().find(|it| it.role == SourceRole::Webcams).unwrap();
    let (id, webcams) = (id(), webcams.clone());
    let keys = [webcams.key(&id), ObjectKey::Manifest { recording: &id }];
    let mut before = Vec::new();
    for key in &keys {
        before.push(meeting.archive.store.head(key).await.unwrap());
    }
    meeting.archive.clock.advance(std::time::Duration::from_secs(60));
    let mut last = (0, 1);
    let ingest = meeting.ingest();
    let again = ingest
        .take_in(&meeting.found().unwrap(), |it| last = (it.bytes_done, it.bytes_total))
        .await
        .unwrap();
    assert_eq!(again.admitted, Admitted::Unchanged);
    assert_eq!(last.0, last.1);
    assert_eq!((meeting.sources().await, meeting.recording().await), (sources, recording));
    for (key, before) in keys.iter().zip(before) {
        assert_eq!(meeting.archive.store.head(key).await.unwrap(), before, "{key:?}");
    }
}

async fn a_changed_original_leaves_the_former_bytes_in_place_of_none(meeting: Meeting) {
    meeting.taken_in().await;
    let former = meeting.stored("presentation/slides_new.xml").await.unwrap();
    meeting.write(
        "slides_new.xml",
        "<popcorn><chattimeline in='1' name='Bo' message='new'/></popcorn>",
    );
    meeting.write("notes.html", "<p>new file</p>");
    assert_eq!(meeting.taken_in().await.admitted, Admitted::Changed);

    assert_eq!(meeting.contents().await.chat[0].text, "new");
    let sources = meeting.sources().await;
    assert_eq!(sources.len(), 17);
    let aside = sources.iter().find(|it| it.path.as_str().starts_with("superseded/")).unwrap();
    assert!(aside.path.as_str().ends_with("/presentation/slides_new.xml"));
    assert_eq!(meeting.stored(aside.path.as_str()).await, Some(former.clone()));
    assert_eq!(meeting.taken_in().await.admitted, Admitted::Unchanged);

    // And back again: both versions stay.
    fs::write(meeting.path("slides_new.xml"), &former).unwrap();
    assert_eq!(meeting.taken_in().await.admitted, Admitted::Changed);
    assert_eq!(meeting.sources().await.len(), 18);
    assert_eq!(meeting.stored("presentation/slides_new.xml").await, Some(former));
}

async fn what_is_gone_from_the_folder_stays_in_the_archive(meeting: Meeting) {
    meeting.taken_in().await;
    // The server deletes its raw archive after two weeks.
    meeting.remove(&format!("../../raw/{ID}/events.xml"));
    meeting.remove("shapes.svg");
    assert_eq!(meeting.taken_in().await.admitted, Admitted::Unchanged);
    meeting.write("notes.html", "<p>something new</p>");
    assert_eq!(meeting.taken_in().await.admitted, Admitted::Changed);
    let contents = meeting.contents().await;
    assert_eq!((contents.turns.len(), contents.slides.len()), (2, 2));
    assert!(meeting.stored("raw/events.xml").await.is_some());
}

async fn metas_decide_where_they_are_understood(meeting: Meeting) {
    let metadata = fs::read_to_string(meeting.path("metadata.xml")).unwrap();
    let more = "<meta_plenary-visibility>public</meta_plenary-visibility>
        <plenary-licence>WTFPL</plenary-licence><plenary-description>a
        b</plenary-description><plenary-license>CC0-1.0</plenary-license><meta>";
    let more = format!("<meta>{}", more.trim_end_matches("<meta>"));
    meeting.write("metadata.xml", metadata.replace("<meta>", &more));
    let taken_in = meeting.taken_in().await;
    let recording = meeting.recording().await.unwrap();
    assert_eq!((recording.visibility, recording.licence), (Visibility::Public, None::<Licence>));
    assert!(recording.description.starts_with("a\n"));
    let said: Vec<_> = taken_in.warnings.iter().map(ToString::to_string).collect();
    assert!(
        said.iter().any(|it| it.contains("plenary-licence") && it.contains("WTFPL")),
        "{said:?}"
    );
}

async fn the_configuration_decides_where_metas_do_not(mut meeting: Meeting) {
    meeting.config.default_visibility = Visibility::Members;
    meeting.config.cleared_chat = true;
    meeting.taken_in().await;
    assert_eq!(meeting.recording().await.unwrap().visibility, Visibility::Members);
    let chat = meeting.contents().await.chat;
    assert_eq!(chat.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["soup today", "late"]);
}

async fn caption_tracks_do_not_hide_each_other_and_are_missed_by_name(meeting: Meeting) {
    meeting.write(
        "captions.json",
        r#"[{"locale": "en-NZ"}, {"locale": "pt-BR", "localeName": "Brasil"}, {"locale": "pt-PT"}, {"locale": "fr"}]"#,
    );
    meeting.write("caption_en-NZ.vtt", "WEBVTT\n");
    for name in ["caption_pt-BR.vtt", "caption_pt-PT.vtt"] {
        meeting.write(name, "WEBVTT\n\n00:01.000 --> 00:02.000\nsopa\n");
    }
    let taken_in = meeting.taken_in().await;
    let expected = [
        Warning::NoCues { file: "presentation/caption_en-NZ.vtt".to_owned() },
        Warning::SameLanguage {
            file: "presentation/caption_pt-PT.vtt".to_owned(),
            language: "pt".parse().unwrap(),
        },
        Warning::Missing { file: "presentation/caption_fr.vtt".to_owned(), what: "such captions" },
    ];
    assert_eq!(taken_in.warnings, expected);
    let contents = meeting.contents().await;
    let tracks: Vec<_> = contents.captions.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(tracks, ["Brasil"]);
    assert!(meeting.stored("presentation/caption_pt-PT.vtt").await.is_some());
}

async fn turns_end_with_the_recording(meeting: Meeting) {
    let metadata = fs::read_to_string(meeting.path("metadata.xml")).unwrap();
    let cut = |ms: &str| metadata.replace("<duration>60000", &format!("<duration>{ms}"));
    let turns = async || {
        let contents = meeting.contents().await;
        let turns = contents.turns.iter().map(|it| (it.speaker.0, ms(it.range)));
        let names = contents.speaker_names.iter().map(|it| it.1.clone());
        (turns.collect::<Vec<_>>(), names.collect::<Vec<_>>())
    };
    meeting.write("metadata.xml", cut("32000"));
    meeting.taken_in().await;
    let both = vec!["Bo".to_owned(), "Ada".to_owned()];
    assert_eq!(turns().await, (vec![(1, (2_000, 5_000)), (2, (30_000, 32_000))], both));
    meeting.write("metadata.xml", cut("20000"));
    meeting.taken_in().await;
    assert_eq!(turns().await, (vec![(1, (2_000, 5_000))], vec!["Bo".to_owned()]));
}

async fn no_secret_reaches_the_catalog(meeting: Meeting) {
    meeting.taken_in().await;
    let known = format!("{:?}{:?}", meeting.recording().await, meeting.contents().await);
    assert!(!known.contains("s3cret") && !known.contains("endcallbackurl"));
    let file = fs::read(meeting.archive.folder.path().join("catalog.sqlite")).unwrap();
    assert!(!file.windows(6).any(|it| it == b"s3cret"));
}

async fn an_archivists_words_outlast_another_ingest(meeting: Meeting) {
    meeting.taken_in().await;
    let curator = Viewer::program().curator().unwrap();
    let edit = archive::catalog::RecordingEdit {
        title: "Our title".into(),
        description: String::new(),
        licence: None,
        language: None,
        visibility: Visibility::Public,
        space: None,
        subjects: Vec::new(),
    };
    assert!(meeting.archive.catalog.edit_recording(&curator, &id(), &edit).await.unwrap());
    meeting.write("notes.html", "new");
    assert_eq!(meeting.taken_in().await.title, "Our title");
    assert_eq!(meeting.recording().await.unwrap().visibility, Visibility::Public);
}

async fn the_log_of_another_meeting_is_not_taken(meeting: Meeting) {
    let raw = format!("../../raw/{ID}/events.xml");
    meeting.write(&raw, "<recording meeting_id='other-1'><event timestamp='1'/></recording>");
    // This one lies where logs of several meetings could, and does not say whose it is.
    meeting.write("../../events.xml", "<recording><event timestamp='1'/></recording>");
    let taken_in = meeting.taken_in().await;
    assert!(taken_in.warnings.iter().any(|it| matches!(it, Warning::OtherMeeting { .. })));
    assert!(meeting.sources().await.iter().all(|it| it.path.as_str() != "raw/events.xml"));
    // With its ID in it, it is found there too.
    meeting
        .write("../../events.xml", "<recording meeting_id='ID'><event timestamp='1'/></recording>");
    assert_eq!(meeting.taken_in().await.admitted, Admitted::Changed);
    assert!(meeting.stored("raw/events.xml").await.is_some());
}
