use super::*;
use crate::scripted::{self, Scripted};
use archive::{
    Visibility,
    testing::{TestArchive, admission, range, recording_id},
};

struct Bench {
    archive: TestArchive,
    stage: TranscribeStage,
    job: ClaimedJob,
}

/// A stage whose recogniser knows two lines, and a job for the first recording.
async fn bench() -> Bench {
    let archive = TestArchive::open().await;
    let admission = admission(1, "Assembly", Visibility::Public);
    archive.catalog.admit(&admission).await.unwrap();
    let queue = archive.catalog.queue();
    queue.enqueue(&recording_id(1), JobKind::Transcribe).await.unwrap();
    let lease = Duration::from_secs(60);
    let job = queue.claim(&[JobKind::Transcribe], "test", lease).await.unwrap().unwrap();
    let config = SpeechConfig {
        model: "base".to_owned(),
        folder: archive.folder.path().join("models"),
        threads: 2,
    };
    let scratch = archive.folder.path().join("scratch");
    std::fs::create_dir(&scratch).unwrap();
    let (catalog, store) = (archive.catalog.clone(), archive.store.clone());
    let stage = TranscribeStage::new(config, catalog, store, scratch);
    Bench { archive, stage, job }
}

async fn put_audio(archive: &TestArchive, sound: Vec<f32>) {
    let path = archive.folder.path().join("speech.wav");
    crate::audio::tests::write(&path, sound);
    let recording = &recording_id(1);
    archive.store.put_file(&ObjectKey::SpeechAudio { recording }, &path).await.unwrap();
}

fn scripted() -> Transcriber {
    let lines = ["Good evening.", "The budget is on page three."];
    Transcriber::new(Box::new(Scripted::new("en".parse().unwrap(), &lines)), "scripted", 2)
}

async fn run(stage: &TranscribeStage, job: &ClaimedJob) -> Result<Transcript, StageError> {
    let outcome = stage.run(job, &Progress::default(), &CancellationToken::new()).await?;
    match outcome {
        Outcome::Transcribe(transcript) => Ok(transcript),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn speech_becomes_a_transcript_and_captions() {
    let Bench { archive, stage, job } = bench().await;
    let said = [(range(1_000, 2_500), 0), (range(5_000, 8_000), 1)];
    put_audio(&archive, scripted::sound(10_000, &said)).await;
    let stage = stage.with_transcriber(scripted());
    let progress = Progress::default();
    let outcome = stage.run(&job, &progress, &CancellationToken::new()).await.unwrap();
    let Outcome::Transcribe(transcript) = &outcome else { panic!("{outcome:?}") };
    assert_eq!(transcript.passages[1].text, "The budget is on page three.");
    assert_eq!(progress.permille(), 1000);

    let file = DerivedFile::captions("en".parse().unwrap());
    let key = ObjectKey::Derived { recording: &job.recording, file: &file };
    let captions = archive.store.get(&key).await.unwrap().unwrap();
    let captions = String::from_utf8(captions.to_vec()).unwrap();
    assert!(captions.starts_with("WEBVTT\n"), "{captions}");
    assert!(captions.contains("The budget is on page three."), "{captions}");

    assert_eq!(run(&stage, &job).await.unwrap(), *transcript, "running twice changes nothing");
    archive.catalog.queue().complete(&job, &outcome).await.unwrap();
    let kept = archive.catalog.transcript(&Viewer::program(), &job.recording).await.unwrap();
    assert_eq!(kept.unwrap().passages, transcript.passages);
}

#[tokio::test]
async fn a_copy_of_remote_audio_lies_where_it_is_tidied_up() {
    let Bench { archive, job, .. } = bench().await;
    let path = archive.folder.path().join("speech.wav");
    crate::audio::tests::write(&path, scripted::sound(5_000, &[(range(1_000, 2_500), 0)]));
    let store = Store::open("memory:").unwrap();
    let recording = &job.recording;
    store.put_file(&ObjectKey::SpeechAudio { recording }, &path).await.unwrap();
    // What a killed program left.
    let scratch = archive.folder.path().join("speech-scratch");
    let left = scratch.join("job-left");
    std::fs::create_dir_all(&left).unwrap();
    std::fs::write(left.join("in-use"), "").unwrap();
    std::fs::write(left.join("copy.wav"), "former").unwrap();

    let config = SpeechConfig { model: "base".to_owned(), folder: path, threads: 1 };
    let stage = TranscribeStage::new(config, archive.catalog.clone(), store, scratch.clone());
    assert!(!left.exists());
    let transcript = run(&stage.with_transcriber(scripted()), &job).await.unwrap();
    assert_eq!(transcript.passages[0].text, "Good evening.");
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0);
}

#[tokio::test]
async fn a_recording_without_sound_has_an_empty_transcript() {
    let Bench { archive: _archive, stage, job } = bench().await;
    let transcript = run(&stage, &job).await.unwrap();
    assert_eq!((transcript.language, transcript.passages.len()), (None, 0));
}

#[tokio::test]
async fn a_missing_model_says_how_to_get_it_and_is_tried_again() {
    let Bench { archive, stage, job } = bench().await;
    put_audio(&archive, scripted::sound(1_000, &[])).await;
    let error = run(&stage, &job).await.unwrap_err();
    assert_eq!(error.disposition, Disposition::Retry);
    let told = format!("{:#}", error.source);
    assert!(told.contains("plenary models fetch base"), "{told}");
}

#[tokio::test]
async fn a_cancelled_job_ends_soon_and_leaves_no_captions() {
    let Bench { archive, stage, job } = bench().await;
    put_audio(&archive, scripted::sound(10_000, &[(range(1_000, 2_500), 0)])).await;
    let stage = stage.with_transcriber(scripted());
    let cancel = CancellationToken::new();
    cancel.cancel();
    let error = stage.run(&job, &Progress::default(), &cancel).await.unwrap_err();
    assert_eq!(error.disposition, Disposition::Retry);
    assert!(archive.store.list_derived(&job.recording).await.unwrap().is_empty());
}

#[tokio::test]
async fn audio_that_is_no_wav_is_an_error_that_names_the_file() {
    let Bench { archive, stage, job } = bench().await;
    let key = ObjectKey::SpeechAudio { recording: &job.recording };
    archive.store.put(&key, "no sound at all".into()).await.unwrap();
    let stage = stage.with_transcriber(scripted());
    let told = format!("{:#}", run(&stage, &job).await.unwrap_err().source);
    assert!(told.contains("cannot read the speech audio `"), "{told}");
}
