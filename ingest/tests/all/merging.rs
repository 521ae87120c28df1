//! What was handed over before, and what is handed over now.

use crate::meeting::{ID, METADATA, Meeting, id, on_both};
use archive::{
    JobKind, Kept, Manifest, ObjectKey, SourceFile, SourceRole,
    catalog::{Admission, Admitted},
};
use ingest::{Format, IngestError, TakenIn, Warning, discover};
use std::{fs, time::Duration};

on_both! {
    formats_that_arrive_hours_apart_become_one_recording
    a_raw_archive_and_a_published_recording_meet
    only_what_changed_is_done_again
    two_at_once_lose_nothing
    what_the_store_lost_is_healed_by_handing_it_over_again
    what_the_store_lost_for_good_is_told_and_keeps_nothing_else_out
    an_old_librarys_files_stay_where_they_are
    an_old_librarys_file_is_kept_when_another_takes_its_place
    an_old_librarys_lost_file_is_healed_in_its_place
    bytes_that_the_store_has_wrong_are_lost_and_hinder_nothing
    a_file_that_changes_while_it_is_read_is_not_taken
    an_old_librarys_file_gets_another_name
    links_inside_are_read_once_and_listed_as_often_as_they_are_there
}

/// Takes in every format that lies there.
async fn all(meeting: &Meeting) -> Vec<(Format, Result<TakenIn, IngestError>)> {
    let mut taken = Vec::new();
    for found in discover(meeting.root.path()).unwrap() {
        let format = found.format().clone();
        taken.push((format, meeting.ingest().take_in(&found, |_| ()).await));
    }
    taken
}

/// The kinds of the jobs that are due; each counts as done then.
async fn due(meeting: &Meeting) -> Vec<JobKind> {
    let queue = meeting.archive.catalog.queue();
    let mut due = Vec::new();
    while let Some(job) = queue.claim(&JobKind::ALL, "test", Duration::from_secs(60)).await.unwrap()
    {
        due.push(job.kind);
        queue.fail(&job, "a test has seen it", archive::Verdict::GiveUp).await.unwrap();
    }
    due.sort_unstable();
    due
}

fn podcast(meeting: &Meeting, sound: &str) {
    let folder = meeting.root.path().join("podcast").join(ID);
    fs::create_dir_all(&folder).unwrap();
    let metadata = METADATA.replace("<format>presentation", "<format>podcast").replace("ID", ID);
    fs::write(folder.join("metadata.xml"), metadata).unwrap();
    fs::write(folder.join("audio.ogg"), sound).unwrap();
}

async fn formats_that_arrive_hours_apart_become_one_recording(meeting: Meeting) {
    let presentation = meeting.folder();
    let away = meeting.root.path().join(".later");
    fs::rename(&presentation, &away).unwrap();
    podcast(&meeting, "sound");
    let (format, taken) = all(&meeting).await.remove(0);
    assert_eq!((format, taken.unwrap().admitted), (Format::Podcast, Admitted::New));
    let role = async |path: &str| {
        meeting.sources().await.into_iter().find(|it| it.path.as_str() == path).unwrap().role
    };
    assert_eq!(role("podcast/audio.ogg").await, SourceRole::Audio);

    fs::rename(&away, &presentation).unwrap();
    let taken: Vec<_> = all(&meeting)
        .await
        .into_iter()
        .map(|(format, it)| (format, it.unwrap().admitted))
        .collect();
    let expected =
        [(Format::Podcast, Admitted::Unchanged), (Format::Presentation, Admitted::Changed)];
    assert_eq!(taken, expected);
    assert_eq!(role("podcast/audio.ogg").await, SourceRole::Other);
    assert_eq!(role("presentation/video/webcams.webm").await, SourceRole::Webcams);
    assert_eq!(meeting.recording().await.unwrap().title, "Spring meeting");
    assert_eq!(meeting.sources().await.len(), 17);
    meeting.check_whole().await;
}

async fn a_raw_archive_and_a_published_recording_meet(meeting: Meeting) {
    let raw = meeting.path(&format!("../../raw/{ID}"));
    fs::create_dir(raw.join("audio")).unwrap();
    fs::write(raw.join("audio/room.opus"), "opus").unwrap();
    let taken = all(&meeting).await;
    let formats: Vec<_> = taken.iter().map(|it| it.0.as_str()).collect();
    assert_eq!(formats, ["presentation", "raw"]);
    assert_eq!(taken[1].1.as_ref().unwrap().admitted, Admitted::Changed);
    let sources = meeting.sources().await;
    let raw: Vec<_> = sources.iter().filter(|it| it.path.as_str().starts_with("raw/")).collect();
    let paths: Vec<_> = raw.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["raw/audio/room.opus", "raw/events.xml"]);
    assert!(raw.iter().all(|it| it.role == SourceRole::Other));
    assert_eq!(meeting.contents().await.turns.len(), 2);
}

async fn only_what_changed_is_done_again(meeting: Meeting) {
    meeting.taken_in().await;
    assert_eq!(due(&meeting).await, [JobKind::Index, JobKind::Audio]);
    meeting.taken_in().await;
    assert_eq!(due(&meeting).await, []);
    meeting.write("notes.html", "<p>new</p>");
    meeting.taken_in().await;
    assert_eq!(due(&meeting).await, [JobKind::Index]);
    meeting.write("presentation/P/slide-1.png", "another png");
    meeting.taken_in().await;
    assert_eq!(due(&meeting).await, [JobKind::Index, JobKind::Pictures]);
    meeting.write("video/webcams.webm", "another video");
    meeting.taken_in().await;
    assert_eq!(due(&meeting).await, [JobKind::Index, JobKind::Audio]);
}

async fn two_at_once_lose_nothing(meeting: Meeting) {
    podcast(&meeting, "sound");
    let found = discover(meeting.root.path()).unwrap();
    let ingest = meeting.ingest();
    let taking = found.iter().map(|it| ingest.take_in(it, |_| ()));
    for taken in futures_util::future::join_all(taking).await {
        taken.unwrap();
    }
    let sources = meeting.sources().await;
    assert_eq!(sources.len(), 17);
    let manifest = meeting.archive.store.get(&ObjectKey::Manifest { recording: &id() }).await;
    let manifest = Manifest::from_json(&manifest.unwrap().unwrap()).unwrap();
    assert_eq!(manifest.files, sources);
    meeting.check_whole().await;
}

async fn find(meeting: &Meeting, path: &str) -> SourceFile {
    meeting.sources().await.into_iter().find(|it| it.path.as_str() == path).unwrap()
}

async fn what_the_store_lost_is_healed_by_handing_it_over_again(meeting: Meeting) {
    meeting.taken_in().await;
    let store = &meeting.archive.store;
    let webcams = find(&meeting, "presentation/video/webcams.webm").await;
    let shapes = find(&meeting, "presentation/shapes.svg").await;
    store.delete(&webcams.key(&id())).await.unwrap();
    store.put(&shapes.key(&id()), "cut"[..].into()).await.unwrap();
    store.delete(&ObjectKey::Manifest { recording: &id() }).await.unwrap();

    assert_eq!(meeting.taken_in().await.admitted, Admitted::Unchanged);
    meeting.check_whole().await;
    let manifest = store.get(&ObjectKey::Manifest { recording: &id() }).await.unwrap().unwrap();
    assert_eq!(Manifest::from_json(&manifest).unwrap().files, meeting.sources().await);
    assert_eq!(meeting.sources().await.len(), 15, "nothing is set aside");
}

async fn what_the_store_lost_for_good_is_told_and_keeps_nothing_else_out(meeting: Meeting) {
    meeting.taken_in().await;
    let log = find(&meeting, "raw/events.xml").await;
    meeting.archive.store.delete(&log.key(&id())).await.unwrap();
    meeting.remove(&format!("../../raw/{ID}/events.xml"));
    meeting.write("notes.html", "<p>new</p>");
    let taken = meeting.taken_in().await;
    assert_eq!(taken.admitted, Admitted::Changed);
    assert!(taken.warnings.contains(&Warning::Lost { path: "raw/events.xml".to_owned() }));
    // It stays in the list: it can be handed over again.
    assert_eq!(find(&meeting, "raw/events.xml").await.sha256, log.sha256);
}

/// Makes the archive one of the first version, which kept files under their paths.
async fn age(meeting: &Meeting) {
    let (store, catalog) = (&meeting.archive.store, &meeting.archive.catalog);
    let former = meeting.sources().await;
    let mut files = former.clone();
    for file in &mut files {
        let bytes = store.get(&file.key(&id())).await.unwrap().unwrap();
        store.delete(&file.key(&id())).await.unwrap();
        file.kept = Kept::Path;
        store.put(&file.key(&id()), bytes).await.unwrap();
    }
    let recording = meeting.recording().await.unwrap();
    let contents = meeting.contents().await;
    let ingested_at = recording.ingested_at;
    let manifest = Manifest { recording: id(), ingested_at, files };
    let admission = Admission {
        recording,
        manifest,
        contents,
        collection: None,
        former,
        due: Vec::new(),
        // Its parsers were others.
        understanding: 1,
    };
    assert_eq!(catalog.admit(&admission).await.unwrap(), Admitted::Changed);
}

async fn an_old_librarys_files_stay_where_they_are(meeting: Meeting) {
    meeting.taken_in().await;
    age(&meeting).await;
    let before = meeting.sources().await;
    // What is understood now counts, and no byte is moved.
    assert_eq!(meeting.taken_in().await.admitted, Admitted::Changed);
    assert_eq!(meeting.taken_in().await.admitted, Admitted::Unchanged);
    assert_eq!(meeting.sources().await, before);
    for file in &before {
        let key = ObjectKey::Original { recording: &id(), sha256: &file.sha256 };
        assert_eq!(meeting.archive.store.head(&key).await.unwrap(), None, "{}", file.path);
    }
}

async fn an_old_librarys_file_is_kept_when_another_takes_its_place(meeting: Meeting) {
    meeting.taken_in().await;
    age(&meeting).await;
    let name = "presentation/slides_new.xml";
    let former = meeting.stored(name).await.unwrap();
    meeting.write("slides_new.xml", "<popcorn/>");
    assert_eq!(meeting.taken_in().await.admitted, Admitted::Changed);
    let sources = meeting.sources().await;
    let aside = sources.iter().find(|it| it.path.as_str().starts_with("superseded/")).unwrap();
    assert_eq!(meeting.stored(aside.path.as_str()).await, Some(former));
    assert_eq!(meeting.stored(name).await, Some(b"<popcorn/>".to_vec()));
    assert_eq!(find(&meeting, name).await.kept, Kept::Digest);
    meeting.check_whole().await;
}

async fn an_old_librarys_lost_file_is_healed_in_its_place(meeting: Meeting) {
    meeting.taken_in().await;
    age(&meeting).await;
    let webcams = find(&meeting, "presentation/video/webcams.webm").await;
    meeting.archive.store.delete(&webcams.key(&id())).await.unwrap();
    meeting.taken_in().await;
    assert_eq!(find(&meeting, "presentation/video/webcams.webm").await.kept, Kept::Path);
    meeting.check_whole().await;
}

async fn bytes_that_the_store_has_wrong_are_lost_and_hinder_nothing(meeting: Meeting) {
    meeting.taken_in().await;
    age(&meeting).await;
    let path = "presentation/slides_new.xml";
    let former = find(&meeting, path).await;
    meeting.archive.store.put(&former.key(&id()), "rotten"[..].into()).await.unwrap();
    // What lies there may be just what is handed over now, by a run that was killed half-way.
    meeting.write("slides_new.xml", "rotten");
    let taken = meeting.taken_in().await;
    assert!(taken.warnings.iter().any(|it| it.to_string().contains("superseded")), "{taken:?}");
    assert_eq!(meeting.stored(path).await, Some(b"rotten".to_vec()));
    let stored = meeting.archive.store.get(&former.key(&id())).await.unwrap();
    assert_eq!(stored.as_deref(), Some(&b"rotten"[..]));
}

async fn a_file_that_changes_while_it_is_read_is_not_taken(meeting: Meeting) {
    let webcams = meeting.path("video/webcams.webm");
    let changes: [(&str, &(dyn Fn() + Sync)); 6] = [
        ("grows", &|| fs::write(&webcams, "not really video, and more of it").unwrap()),
        ("shrinks", &|| fs::write(&webcams, "not").unwrap()),
        ("goes", &|| fs::remove_file(&webcams).unwrap()),
        ("is replaced", &|| {
            let other = meeting.root.path().join("other");
            fs::write(&other, "not really other").unwrap();
            fs::rename(other, &webcams).unwrap();
        }),
        ("comes", &|| meeting.write("video/webcams.mp4", "later")),
        ("comes beside it", &|| {
            meeting.write(&format!("../../raw/{ID}/events.xml"), "<recording/>");
        }),
    ];
    for (what, change) in changes {
        fs::write(&webcams, "not really video").unwrap();
        let found = meeting.found().unwrap();
        let mut changed = false;
        let ingest = meeting.ingest();
        let taken = ingest.take_in(&found, |_| {
            if !std::mem::replace(&mut changed, true) {
                change();
            }
        });
        let error = taken.await.expect_err(what);
        let is_told =
            matches!(&error, IngestError::ChangedMeanwhile { .. } | IngestError::Read { .. });
        assert!(is_told, "{what}: {error}");
        assert_eq!(error.disposition(), archive::Disposition::Retry);
        assert_eq!(meeting.recording().await, None, "{what}");
        fs::remove_file(meeting.path("video/webcams.mp4")).ok();
    }
}

async fn links_inside_are_read_once_and_listed_as_often_as_they_are_there(meeting: Meeting) {
    std::os::unix::fs::symlink("webcams.webm", meeting.path("video/webcams.mp4")).unwrap();
    let taken = meeting.taken_in().await;
    assert_eq!(taken.files, 16);
    let bytes = meeting.stored("presentation/video/webcams.mp4").await;
    assert_eq!(bytes, meeting.stored("presentation/video/webcams.webm").await);
}

async fn an_old_librarys_file_gets_another_name(meeting: Meeting) {
    meeting.taken_in().await;
    age(&meeting).await;
    let (old, new) = ("presentation/video/webcams.webm", "presentation/video/webcams.mp4");
    std::os::unix::fs::symlink("webcams.webm", meeting.path("video/webcams.mp4")).unwrap();
    meeting.taken_in().await;
    assert_eq!(
        (find(&meeting, old).await.kept, find(&meeting, new).await.kept),
        (Kept::Path, Kept::Digest)
    );
    meeting.check_whole().await;
    for path in [old, new] {
        let lost = find(&meeting, path).await;
        meeting.archive.store.delete(&lost.key(&id())).await.unwrap();
        meeting.taken_in().await;
        meeting.check_whole().await;
    }
}
