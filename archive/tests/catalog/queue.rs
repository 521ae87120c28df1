use crate::both::on_both;
use archive::{
    CatalogError, ClaimedJob, JobKind, MAX_ATTEMPTS, MediaTime, Outcome, Progress, Queue,
    SourceRole, Verdict, Viewer, Visibility,
    queue::JobState,
    testing::{TestArchive, admission, recording_id, source_file, transcript},
};
use std::{collections::HashSet, time::Duration};

const LEASE: Duration = Duration::from_secs(30);

async fn claim(queue: &Queue, kind: JobKind) -> Option<ClaimedJob> {
    queue.claim(&[kind], "worker", LEASE).await.unwrap()
}

async fn with_one_recording(it: &TestArchive) -> Queue {
    it.catalog.admit(&admission(1, "Assembly", Visibility::Public)).await.unwrap();
    it.catalog.queue()
}

fn lease_lost(result: Result<(), CatalogError>) -> bool {
    result.is_err_and(|it| matches!(it, CatalogError::LeaseLost { .. }))
}

#[tokio::test]
async fn a_lease_that_runs_out_gives_the_job_to_another() {
    on_both(async |it| {
        let queue = with_one_recording(&it).await;
        let first = claim(&queue, JobKind::Audio).await.unwrap();
        assert_eq!(first.attempt, 1);
        it.clock.advance(LEASE - Duration::from_millis(1));
        assert_eq!(claim(&queue, JobKind::Audio).await, None, "still leased");
        it.clock.advance(Duration::from_millis(1));
        let second = claim(&queue, JobKind::Audio).await.unwrap();
        assert_eq!((&second.id, second.attempt), (&first.id, 2));
    })
    .await;
}

#[tokio::test]
async fn a_renewed_lease_holds() {
    on_both(async |it| {
        let queue = with_one_recording(&it).await;
        let job = claim(&queue, JobKind::Audio).await.unwrap();
        let progress = Progress::default();
        for _ in 0..5 {
            it.clock.advance(LEASE / 2);
            progress.set(0.5);
            queue.renew(&job, &progress, LEASE).await.unwrap();
            assert_eq!(claim(&queue, JobKind::Audio).await, None);
        }
        let running = queue.overview().await.unwrap();
        assert!(running.iter().any(|it| it.state == JobState::Running { permille: 500 }));
    })
    .await;
}

#[tokio::test]
async fn a_worker_given_up_for_dead_cannot_finish_what_another_does() {
    on_both(async |it| {
        let queue = with_one_recording(&it).await;
        let slow = claim(&queue, JobKind::Transcribe).await;
        assert_eq!(slow, None, "words come after sound");
        let slow = claim(&queue, JobKind::Audio).await.unwrap();
        it.clock.advance(LEASE * 2);
        let quick = claim(&queue, JobKind::Audio).await.unwrap();

        let made = |ms| Outcome::Audio { duration: MediaTime::from_ms(ms), renditions: vec![] };
        assert!(lease_lost(queue.complete(&slow, &made(1)).await));
        assert!(lease_lost(queue.fail(&slow, "late", Verdict::GiveUp).await));
        assert!(lease_lost(queue.renew(&slow, &Progress::default(), LEASE).await));
        queue.complete(&quick, &made(2)).await.unwrap();
        let kept = it.catalog.recording(&Viewer::program(), &quick.recording).await.unwrap();
        assert_eq!(kept.unwrap().duration, MediaTime::from_ms(2));
        assert!(lease_lost(queue.complete(&quick, &made(3)).await), "done is done");
    })
    .await;
}

#[tokio::test]
async fn a_job_that_kills_its_worker_ends_up_before_a_person() {
    on_both(async |it| {
        let queue = with_one_recording(&it).await;
        for attempt in 1..=MAX_ATTEMPTS {
            assert_eq!(claim(&queue, JobKind::Audio).await.unwrap().attempt, attempt);
            it.clock.advance(LEASE); // and the worker dies, telling nobody
        }
        assert_eq!(claim(&queue, JobKind::Audio).await, None);
        let failed = queue.overview().await.unwrap();
        let failed = failed.iter().find(|it| it.kind == JobKind::Audio).unwrap();
        assert!(matches!(failed.state, JobState::Failed { .. }));
        assert_eq!(failed.last_error.as_deref(), Some("the worker died at every try"));

        assert!(queue.retry(&failed.recording, JobKind::Audio).await.unwrap());
        assert_eq!(claim(&queue, JobKind::Audio).await.unwrap().attempt, 1);
        assert!(!queue.retry(&recording_id(9), JobKind::Audio).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_failure_waits_and_a_bad_input_waits_for_a_person() {
    on_both(async |it| {
        let queue = with_one_recording(&it).await;
        let job = claim(&queue, JobKind::Audio).await.unwrap();
        let wait = Duration::from_secs(10);
        queue.fail(&job, "the disk is full", Verdict::RetryAfter(wait)).await.unwrap();
        assert_eq!(claim(&queue, JobKind::Audio).await, None);
        it.clock.advance(wait);
        let job = claim(&queue, JobKind::Audio).await.unwrap();
        assert_eq!(job.attempt, 2);
        queue.fail(&job, "no sound in `webcams.webm`", Verdict::GiveUp).await.unwrap();
        it.clock.advance(Duration::from_secs(86_400));
        assert_eq!(claim(&queue, JobKind::Audio).await, None);
        let jobs = queue.overview().await.unwrap();
        let failed = jobs.iter().find(|it| it.kind == JobKind::Audio).unwrap();
        assert_eq!(failed.last_error.as_deref(), Some("no sound in `webcams.webm`"));
    })
    .await;
}

#[tokio::test]
async fn sound_queues_words_and_only_the_pictures_there_are() {
    on_both(async |it| {
        let mut given = admission(1, "Screen only", Visibility::Public);
        given.manifest.files = vec![
            source_file("deskshare/deskshare.webm", SourceRole::Deskshare),
            source_file("metadata.xml", SourceRole::Other),
        ];
        it.catalog.admit(&given).await.unwrap();
        let queue = it.catalog.queue();
        let job = claim(&queue, JobKind::Audio).await.unwrap();
        let made = Outcome::Audio { duration: MediaTime::ZERO, renditions: vec![] };
        queue.complete(&job, &made).await.unwrap();
        let due: Vec<_> = queue.overview().await.unwrap().iter().map(|it| it.kind).collect();
        use JobKind::{Deskshare, Index, Pictures, Transcribe};
        assert_eq!(due, [Index, Transcribe, Pictures, Deskshare]);
    })
    .await;
}

#[tokio::test]
async fn work_asked_for_while_it_runs_runs_once_more() {
    on_both(async |it| {
        let queue = with_one_recording(&it).await;
        let id = recording_id(1);
        let job = claim(&queue, JobKind::Index).await.unwrap();
        queue.enqueue(&id, JobKind::Index).await.unwrap();
        assert_eq!(claim(&queue, JobKind::Index).await, None, "not twice at once");
        queue.complete(&job, &Outcome::Index).await.unwrap();
        let again = claim(&queue, JobKind::Index).await.unwrap();
        assert_eq!(again.attempt, 1);
        queue.complete(&again, &Outcome::Index).await.unwrap();
        assert_eq!(claim(&queue, JobKind::Index).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_result_that_came_too_late_leaves_no_trace_and_queues_nothing() {
    on_both(async |it| {
        let queue = with_one_recording(&it).await;
        let id = recording_id(1);
        queue.enqueue(&id, JobKind::Transcribe).await.unwrap();
        let index = claim(&queue, JobKind::Index).await.unwrap();
        queue.complete(&index, &Outcome::Index).await.unwrap();
        let late = claim(&queue, JobKind::Transcribe).await.unwrap();
        it.clock.advance(LEASE);
        let in_time = claim(&queue, JobKind::Transcribe).await.unwrap();

        let said = |text| Outcome::Transcribe(transcript("en", &[text]));
        assert!(lease_lost(queue.complete(&late, &said("late")).await));
        assert_eq!(it.catalog.transcript(&Viewer::program(), &id).await.unwrap(), None);
        assert_eq!(claim(&queue, JobKind::Index).await, None);

        queue.complete(&in_time, &said("in time")).await.unwrap();
        let kept = it.catalog.transcript(&Viewer::program(), &id).await.unwrap().unwrap();
        assert_eq!(kept.passages[0].text, "in time");
        assert!(claim(&queue, JobKind::Index).await.is_some(), "the index follows the words");
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_starts_again_frees_what_it_held_and_nothing_else() {
    on_both(async |it| {
        let queue = with_one_recording(&it).await;
        queue.claim(&[JobKind::Audio], "ours", LEASE).await.unwrap().unwrap();
        queue.claim(&[JobKind::Index], "theirs", LEASE).await.unwrap().unwrap();
        assert_eq!(queue.release("ours").await.unwrap(), 1);
        assert!(claim(&queue, JobKind::Audio).await.is_some());
        assert!(claim(&queue, JobKind::Index).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_dies_and_starts_again_at_every_try_ends_up_before_a_person_too() {
    on_both(async |it| {
        let queue = with_one_recording(&it).await;
        for _ in 0..MAX_ATTEMPTS {
            claim(&queue, JobKind::Audio).await.unwrap();
            queue.release("worker").await.unwrap();
        }
        assert_eq!(claim(&queue, JobKind::Audio).await, None);
        assert!(queue.retry(&recording_id(1), JobKind::Audio).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_failure_of_work_that_was_asked_for_again_is_forgotten() {
    on_both(async |it| {
        let queue = with_one_recording(&it).await;
        let id = recording_id(1);
        let job = claim(&queue, JobKind::Audio).await.unwrap();
        queue.enqueue(&id, JobKind::Audio).await.unwrap(); // with a better original
        queue.fail(&job, "the old original is broken", Verdict::GiveUp).await.unwrap();
        let again = claim(&queue, JobKind::Audio).await.unwrap();
        assert_eq!(again.attempt, 1);
        let sound = Outcome::Audio { duration: MediaTime::ZERO, renditions: vec![] };
        queue.complete(&again, &sound).await.unwrap();
        assert_eq!(claim(&queue, JobKind::Audio).await, None, "once is enough");
    })
    .await;
}

#[tokio::test]
async fn a_sleeper_cannot_finish_a_later_job_of_the_same_name() {
    on_both(async |it| {
        let queue = with_one_recording(&it).await;
        let id = recording_id(1);
        let sleeper = claim(&queue, JobKind::Index).await.unwrap();
        it.clock.advance(LEASE);
        let other = claim(&queue, JobKind::Index).await.unwrap();
        queue.complete(&other, &Outcome::Index).await.unwrap();
        queue.enqueue(&id, JobKind::Index).await.unwrap();
        let later = claim(&queue, JobKind::Index).await.unwrap();
        assert!(lease_lost(queue.complete(&sleeper, &Outcome::Index).await));
        assert!(lease_lost(queue.give_back(&sleeper).await));
        queue.complete(&later, &Outcome::Index).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_request_frees_a_job_whose_worker_overslept() {
    on_both(async |it| {
        let queue = with_one_recording(&it).await;
        let sleeper = claim(&queue, JobKind::Index).await.unwrap();
        it.clock.advance(LEASE);
        queue.enqueue(&recording_id(1), JobKind::Index).await.unwrap();
        assert!(lease_lost(queue.complete(&sleeper, &Outcome::Index).await));
        assert_eq!(claim(&queue, JobKind::Index).await.unwrap().attempt, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_request_that_comes_as_the_job_ends_is_never_lost() {
    on_both(async |it| {
        let queue = with_one_recording(&it).await;
        let id = recording_id(1);
        let mut job = claim(&queue, JobKind::Index).await.unwrap();
        for _ in 0..50 {
            let (asking, asked) = (queue.clone(), id.clone());
            let request = tokio::spawn(async move { asking.enqueue(&asked, JobKind::Index).await });
            queue.complete(&job, &Outcome::Index).await.unwrap();
            request.await.unwrap().unwrap();
            job = claim(&queue, JobKind::Index).await.expect("the request was heard");
        }
    })
    .await;
}

#[tokio::test]
async fn a_job_given_back_in_good_order_keeps_its_tries() {
    on_both(async |it| {
        let queue = with_one_recording(&it).await;
        for _ in 0..MAX_ATTEMPTS * 2 {
            let job = claim(&queue, JobKind::Audio).await.unwrap();
            assert_eq!(job.attempt, 1);
            queue.give_back(&job).await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_workers_never_get_the_same_job() {
    on_both(async |it| {
        for n in 1..=20 {
            it.catalog.admit(&admission(n, "Assembly", Visibility::Public)).await.unwrap();
        }
        let workers = (0..6).map(|n| {
            let queue = it.catalog.queue();
            tokio::spawn(async move {
                let mut got = Vec::new();
                let name = format!("worker {n}");
                while let Some(job) =
                    queue.claim(&[JobKind::Index, JobKind::Audio], &name, LEASE).await.unwrap()
                {
                    got.push(job.id);
                }
                got
            })
        });
        let mut all = Vec::new();
        for worker in workers.collect::<Vec<_>>() {
            all.extend(worker.await.unwrap());
        }
        assert_eq!(all.len(), 40);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 40);
    })
    .await;
}
