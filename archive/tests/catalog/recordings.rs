use crate::both::on_both;
use archive::{
    JobKind, MediaTime, Outcome, Pictures, Poll, PollAnswer, Progress, Rendition, RenditionKind,
    Track, Viewer, Visibility,
    catalog::{Admitted, RecordingCursor, RecordingEdit},
    testing::{admission, range, recording_id, transcript},
};
use std::time::Duration;

const LEASE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn what_is_admitted_can_be_read_back_whole() {
    on_both(async |it| {
        let mut given = admission(1, "Asamblea «Ω» 你好", Visibility::Public);
        given.contents.shares = vec![range(1, 2), range(3, 4)];
        given.contents.polls = vec![Poll {
            at: MediaTime::from_ms(9),
            question: String::new(),
            answers: vec![
                PollAnswer { text: "Sí".into(), votes: 3 },
                PollAnswer { text: "No".into(), votes: 0 },
            ],
        }];
        let id = &given.recording.id;
        assert_eq!(it.catalog.admit(&given).await.unwrap(), Admitted::New);

        let program = Viewer::program();
        assert_eq!(it.catalog.recording(&program, id).await.unwrap().unwrap(), given.recording);
        assert_eq!(it.catalog.contents(&program, id).await.unwrap().unwrap(), given.contents);
        assert_eq!(it.catalog.sources(&program, id).await.unwrap(), given.manifest.files);
    })
    .await;
}

#[tokio::test]
async fn admitting_twice_changes_nothing_and_queues_nothing() {
    on_both(async |it| {
        let given = admission(1, "Assembly", Visibility::Public);
        it.catalog.admit(&given).await.unwrap();
        let queue = it.catalog.queue();
        while let Some(job) = queue.claim(&JobKind::ALL, "w", LEASE).await.unwrap() {
            let outcome = match job.kind {
                JobKind::Audio => Outcome::Audio { duration: MediaTime::ZERO, renditions: vec![] },
                JobKind::Transcribe => Outcome::Transcribe(transcript("en", &[])),
                JobKind::Pictures => Outcome::Pictures(Pictures::default()),
                JobKind::Webcams | JobKind::Deskshare => Outcome::Video(vec![]),
                JobKind::Index => Outcome::Index,
            };
            queue.complete(&job, &outcome).await.unwrap();
        }
        assert_eq!(it.catalog.admit(&given).await.unwrap(), Admitted::Unchanged);
        assert_eq!(queue.overview().await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn new_originals_run_the_stages_again_and_leave_the_archivists_words_alone() {
    on_both(async |it| {
        let mut given = admission(1, "As BigBlueButton called it", Visibility::Private);
        let id = given.recording.id.clone();
        it.catalog.admit(&given).await.unwrap();
        let curator = Viewer::program().curator().unwrap();
        let edit = RecordingEdit {
            title: "As the archivist calls it".into(),
            description: String::new(),
            licence: None,
            language: None,
            visibility: Visibility::Public,
            space: None,
            subjects: Vec::new(),
        };
        assert!(it.catalog.edit_recording(&curator, &id, &edit).await.unwrap());

        given.former = given.manifest.files.clone();
        given.manifest.files[0].sha256 = "1".repeat(64);
        given.contents.chat.clear();
        assert_eq!(it.catalog.admit(&given).await.unwrap(), Admitted::Changed);
        let kept = it.catalog.recording(&Viewer::visitor(), &id).await.unwrap().unwrap();
        assert_eq!(kept.title, "As the archivist calls it");
        let contents = it.catalog.contents(&Viewer::visitor(), &id).await.unwrap().unwrap();
        assert_eq!(contents.chat, []);
    })
    .await;
}

#[tokio::test]
async fn pages_neither_overlap_nor_skip() {
    on_both(async |it| {
        for n in 1..=7 {
            let mut given = admission(n, "Same start", Visibility::Public);
            given.recording.started_at = recording_id(1).created_at().unwrap();
            it.catalog.admit(&given).await.unwrap();
        }
        let mut seen = Vec::new();
        let mut cursor: Option<RecordingCursor> = None;
        loop {
            let page = it.catalog.recordings(&Viewer::visitor(), cursor.as_ref(), 3).await.unwrap();
            let Some(last) = page.last() else { break };
            cursor = Some(RecordingCursor::after(last));
            seen.extend(page.into_iter().map(|it| it.id));
        }
        let expected: Vec<_> = (1..=7).rev().map(recording_id).collect();
        assert_eq!(seen, expected);
    })
    .await;
}

#[tokio::test]
async fn what_stages_make_is_read_back_and_replaced_when_they_run_again() {
    on_both(async |it| {
        let given = admission(1, "Assembly", Visibility::Public);
        let id = &given.recording.id;
        it.catalog.admit(&given).await.unwrap();
        let queue = it.catalog.queue();
        let viewer = Viewer::visitor();
        assert_eq!(it.catalog.transcript(&viewer, id).await.unwrap(), None);

        let sound = Rendition {
            track: Track::Audio,
            kind: RenditionKind::Audio,
            codecs: "mp4a.40.2".into(),
            peak_bitrate: 100_000,
            average_bitrate: 96_000,
            media: "audio.m4a".parse().unwrap(),
            playlist: "audio-media.m3u8".parse().unwrap(),
            size_bytes: 720_000,
            duration: MediaTime::from_ms(61_234),
        };
        for _ in 0..2 {
            queue.enqueue(id, JobKind::Audio).await.unwrap();
            let job = queue.claim(&[JobKind::Audio], "w", LEASE).await.unwrap().unwrap();
            queue.renew(&job, &Progress::default(), LEASE).await.unwrap();
            let outcome = Outcome::Audio {
                duration: MediaTime::from_ms(61_234),
                renditions: vec![sound.clone()],
            };
            queue.complete(&job, &outcome).await.unwrap();
        }
        assert_eq!(it.catalog.renditions(&viewer, id).await.unwrap(), [sound]);
        let recording = it.catalog.recording(&viewer, id).await.unwrap().unwrap();
        assert_eq!(recording.duration, MediaTime::from_ms(61_234), "as decoded");

        for passages in [&["Good morning.", "Let us begin."][..], &["Once more."]] {
            queue.enqueue(id, JobKind::Transcribe).await.unwrap();
            let job = queue.claim(&[JobKind::Transcribe], "w", LEASE).await.unwrap().unwrap();
            let said = transcript("en", passages);
            queue.complete(&job, &Outcome::Transcribe(said.clone())).await.unwrap();
            assert_eq!(it.catalog.transcript(&viewer, id).await.unwrap(), Some(said));
        }

        let job = queue.claim(&[JobKind::Pictures], "w", LEASE).await.unwrap().unwrap();
        let pictures = Pictures { poster: true, storyboard: false };
        queue.complete(&job, &Outcome::Pictures(pictures)).await.unwrap();
        assert_eq!(it.catalog.pictures(&viewer, id).await.unwrap(), pictures);

        let job = queue.claim(&[JobKind::Webcams], "w", LEASE).await.unwrap().unwrap();
        let video = Rendition {
            track: Track::Webcams,
            kind: RenditionKind::Video { width: 640, height: 480 },
            codecs: "avc1.64001e".into(),
            peak_bitrate: 800_000,
            average_bitrate: 400_000,
            media: "webcams-480p.mp4".parse().unwrap(),
            playlist: "webcams-480p.m3u8".parse().unwrap(),
            size_bytes: 3_000_000,
            duration: MediaTime::from_ms(61_200),
        };
        queue.complete(&job, &Outcome::Video(vec![video.clone()])).await.unwrap();
        let tracks = it.catalog.renditions(&viewer, id).await.unwrap();
        assert_eq!(tracks.last(), Some(&video));
        assert_eq!(tracks.len(), 2);
    })
    .await;
}
