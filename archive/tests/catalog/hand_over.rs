use crate::both::on_both;
use archive::{
    CatalogError, ChatMessage, ExternalVideo, JobKind, MediaTime, ServerState, SpeakerNumber,
    Viewer, Visibility, VoiceTrack, WhiteboardText,
    catalog::{Admitted, RecordingEdit},
    testing::{NOW, admission, range, recording_id},
};
use std::time::Duration;

#[tokio::test]
async fn an_admission_made_of_what_is_no_more_is_refused() {
    on_both(async |it| {
        let first = admission(1, "Assembly", Visibility::Public);
        it.catalog.admit(&first).await.unwrap();
        let mut second = first.clone();
        second.manifest.files[0].sha256 = "1".repeat(64);
        second.former = vec![second.manifest.files[1].clone()];
        let overtaken = it.catalog.admit(&second).await;
        assert!(matches!(overtaken, Err(CatalogError::Overtaken { .. })));
        let kept = it.catalog.sources(&Viewer::program(), &recording_id(1)).await.unwrap();
        assert_eq!(kept, first.manifest.files);

        second.former = kept;
        assert_eq!(it.catalog.admit(&second).await.unwrap(), Admitted::Changed);
        assert_eq!(it.catalog.admit(&second).await.unwrap(), Admitted::Unchanged);
        second.understanding += 1;
        second.former.clone_from(&second.manifest.files);
        assert_eq!(it.catalog.admit(&second).await.unwrap(), Admitted::Changed, "better parsers");
    })
    .await;
}

#[tokio::test]
async fn only_what_is_due_is_queued_and_a_measured_length_stays() {
    on_both(async |it| {
        let first = admission(1, "Assembly", Visibility::Public);
        it.catalog.admit(&first).await.unwrap();
        while let Some(job) =
            it.catalog.queue().claim(&JobKind::ALL, "w", Duration::from_secs(9)).await.unwrap()
        {
            it.catalog.queue().fail(&job, "x", archive::Verdict::GiveUp).await.unwrap();
        }
        let mut second = first.clone();
        second.former = first.manifest.files.clone();
        second.manifest.files[0].sha256 = "1".repeat(64);
        second.recording.duration = MediaTime::from_ms(99);
        second.recording.participants = None;
        second.due = vec![JobKind::Index];
        it.catalog.admit(&second).await.unwrap();
        let due = it.catalog.queue().overview().await.unwrap();
        let waiting = due.iter().filter(|it| it.last_error.is_none() || it.attempt == 0);
        assert_eq!(waiting.map(|it| it.kind).collect::<Vec<_>>(), [JobKind::Index]);
        let kept = it.catalog.recording(&Viewer::program(), &recording_id(1)).await.unwrap();
        let kept = kept.unwrap();
        assert_eq!((kept.duration, kept.participants), (MediaTime::from_ms(60_000), Some(3)));
    })
    .await;
}

#[tokio::test]
async fn a_recording_that_nothing_was_known_of_takes_what_comes_later() {
    on_both(async |it| {
        let mut first = admission(1, "", Visibility::Private);
        first.recording.title = recording_id(1).to_string();
        it.catalog.admit(&first).await.unwrap();
        let mut second = admission(1, "Assembly", Visibility::Public);
        second.former = first.manifest.files.clone();
        second.manifest.files[0].sha256 = "1".repeat(64);
        it.catalog.admit(&second).await.unwrap();
        let kept = it.catalog.recording(&Viewer::program(), &recording_id(1)).await.unwrap();
        let kept = kept.unwrap();
        assert_eq!((kept.title.as_str(), kept.visibility), ("Assembly", Visibility::Private));
    })
    .await;
}

#[tokio::test]
async fn a_new_recording_lies_in_the_collection_that_its_meeting_named() {
    on_both(async |it| {
        for (n, title) in [(1, "Assemblies 2024"), (2, "assemblies 2024"), (3, "¿?")] {
            let mut given = admission(n, "Assembly", Visibility::Members);
            given.collection = Some(title.to_owned());
            given.recording.subjects = vec!["housing".to_owned(), "heat".to_owned()];
            given.recording.space = Some("Larkfield".to_owned());
            it.catalog.admit(&given).await.unwrap();
        }
        let program = Viewer::program();
        let collections = it.catalog.collections(&program).await.unwrap();
        assert_eq!(collections.len(), 1, "{collections:?}");
        assert_eq!(collections[0].visibility, Visibility::Members);
        let items = it.catalog.collection_items(&program, &collections[0].id).await.unwrap();
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].recording.subjects, ["housing", "heat"]);
        assert_eq!(items[0].recording.space.as_deref(), Some("Larkfield"));
        let listed = it.catalog.recordings(&program, None, 10).await.unwrap();
        assert!(listed.iter().all(|it| it.subjects == ["housing", "heat"]));
    })
    .await;
}

#[tokio::test]
async fn what_its_server_takes_down_is_for_archivists_until_it_is_back() {
    on_both(async |it| {
        use ServerState::{Deleted, Published, Unpublished};
        let id = recording_id(1);
        it.catalog.admit(&admission(1, "Assembly", Visibility::Public)).await.unwrap();
        let seen = async || {
            let seen = it.catalog.recording(&Viewer::visitor(), &id).await.unwrap().is_some();
            let set = it.catalog.visible_recordings(&Viewer::visitor()).await.unwrap();
            assert_eq!(seen, set.contains(id.as_str()));
            seen
        };
        assert!(seen().await);
        // state, whether it hides, changes anything, and is seen then
        let steps = [
            (Published, true, false, true),
            (Unpublished, true, true, false),
            (Unpublished, true, false, false),
            (Deleted, true, true, false),
            (Published, true, true, true),
            (Deleted, false, true, true),
            (Published, true, true, true),
        ];
        for (state, hide, changes, expected) in steps {
            let changed = it.catalog.set_server_state(&id, state, hide).await.unwrap();
            assert_eq!((changed, seen().await), (changes, expected), "{state:?}");
        }
        assert!(!it.catalog.set_server_state(&recording_id(2), Deleted, true).await.unwrap());
        let states = it.catalog.server_states().await.unwrap();
        assert_eq!(states.into_iter().collect::<Vec<_>>(), [(id.clone(), Published)]);

        // An archivist's word counts more than the server's former one.
        it.catalog.set_server_state(&id, Unpublished, true).await.unwrap();
        let kept = it.catalog.recording(&Viewer::program(), &id).await.unwrap().unwrap();
        assert_eq!((kept.server_state, kept.visibility), (Unpublished, Visibility::Private));
        let edit = RecordingEdit {
            title: kept.title,
            description: kept.description,
            licence: None,
            language: None,
            visibility: Visibility::Members,
            space: Some("Larkfield".to_owned()),
            subjects: vec!["heat".to_owned()],
        };
        let curator = Viewer::program().curator().unwrap();
        it.catalog.edit_recording(&curator, &id, &edit).await.unwrap();
        it.catalog.set_server_state(&id, Published, true).await.unwrap();
        let kept = it.catalog.recording(&Viewer::program(), &id).await.unwrap().unwrap();
        assert_eq!(kept.visibility, Visibility::Members);
        assert_eq!(
            (kept.space.as_deref(), &kept.subjects[..]),
            (Some("Larkfield"), &["heat".to_owned()][..])
        );
    })
    .await;
}

#[tokio::test]
async fn what_was_taken_down_before_it_came_is_hidden_when_it_comes() {
    on_both(async |it| {
        let id = recording_id(1);
        for state in [ServerState::Unpublished, ServerState::Deleted] {
            assert!(!it.catalog.set_server_state(&id, state, true).await.unwrap());
        }
        it.catalog.admit(&admission(1, "Assembly", Visibility::Public)).await.unwrap();
        assert_eq!(it.catalog.recording(&Viewer::visitor(), &id).await.unwrap(), None);
        let kept = it.catalog.recording(&Viewer::program(), &id).await.unwrap().unwrap();
        assert_eq!(kept.server_state, ServerState::Deleted);
        it.catalog.set_server_state(&id, ServerState::Published, true).await.unwrap();
        assert!(it.catalog.recording(&Viewer::visitor(), &id).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn everything_a_meeting_held_is_read_back() {
    on_both(async |it| {
        let mut given = admission(1, "Assembly", Visibility::Public);
        let at = MediaTime::from_ms(7_000);
        let first = given.contents.chat[0].clone();
        let answer = ChatMessage { at, reply_to: Some(0), edited: true, ..first };
        given.contents.chat.push(answer);
        let url = "https://example.org/film".to_owned();
        given.contents.external_videos = vec![ExternalVideo { at, url }];
        given.contents.whiteboard = vec![WhiteboardText { at, text: "heat".to_owned() }];
        given.contents.notes = "Decided:\nheat pumps".to_owned();
        let file = "raw/audio/microphone.webm".parse().unwrap();
        let voice = VoiceTrack { speaker: SpeakerNumber(1), file, range: range(0, 9_000) };
        given.contents.voice_tracks = vec![voice];
        it.catalog.admit(&given).await.unwrap();
        let read = it.catalog.contents(&Viewer::program(), &recording_id(1)).await.unwrap();
        assert_eq!(read.unwrap(), given.contents);
    })
    .await;
}

#[tokio::test]
async fn names_are_forgotten_when_their_time_is_over() {
    on_both(async |it| {
        let id = recording_id(1);
        it.catalog.admit(&admission(1, "Assembly", Visibility::Public)).await.unwrap();
        assert_eq!(it.catalog.forget_names(NOW).await.unwrap(), 0);
        let later = NOW.plus(Duration::from_millis(1));
        assert_eq!(it.catalog.forget_names(later).await.unwrap(), 1);
        let contents = it.catalog.contents(&Viewer::program(), &id).await.unwrap().unwrap();
        assert_eq!((contents.speaker_names.len(), contents.turns.len()), (0, 1));
    })
    .await;
}
