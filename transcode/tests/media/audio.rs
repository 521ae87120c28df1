use crate::{
    player::{assert_close, master, play},
    studio,
    workshop::Workshop,
};
use archive::{
    JobKind, MediaTime, ObjectKey, Outcome, Rendition, RenditionKind, SourceRole, Track,
};
use std::path::Path;

pub(crate) const WEBCAMS: &str = "presentation/video/webcams.webm";

#[track_caller]
fn sound(outcome: Outcome) -> (MediaTime, Vec<Rendition>) {
    match outcome {
        Outcome::Audio { duration, renditions } => (duration, renditions),
        other => panic!("{other:?}"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few seconds of samples")]
fn wav_seconds(wav: &[u8]) -> f64 {
    assert_eq!((&wav[..4], &wav[8..16]), (b"RIFF".as_slice(), b"WAVEfmt ".as_slice()));
    assert_eq!(wav[24..28], 16_000_u32.to_le_bytes());
    (wav.len() - 44) as f64 / 32_000.0
}

#[tokio::test]
async fn one_decode_gives_speech_audio_a_rendition_and_the_waveform() {
    let folder = tempfile::tempdir().unwrap();
    let webm = folder.path().join("w.webm");
    studio::webcams(&webm, 10);
    let workshop = Workshop::with(&[(WEBCAMS, SourceRole::Webcams, &webm)]).await;
    let (duration, renditions) = sound(workshop.run(JobKind::Audio).await.unwrap());

    assert_close(duration.as_secs_f64(), 10.0, 0.1);
    let [rendition] = renditions.as_slice() else { panic!("{renditions:?}") };
    assert_eq!((rendition.track, rendition.kind), (Track::Audio, RenditionKind::Audio));
    assert_eq!(rendition.codecs, "mp4a.40.2");
    assert_eq!(rendition.media.as_str(), "audio.m4a");
    assert_eq!(rendition.size_bytes, workshop.file("audio.m4a").await.len() as u64);
    assert!(rendition.average_bitrate <= rendition.peak_bitrate);
    assert!((10_000..110_000).contains(&rendition.average_bitrate), "{rendition:?}");

    let wav = workshop.speech().await.unwrap();
    assert_close(wav_seconds(&wav), duration.as_secs_f64(), 0.01);
    let played = play(&workshop, "audio-media.m3u8").await;
    assert_eq!(played.lead, 1_024);
    assert_close(played.seconds(), duration.as_secs_f64(), 0.05);
    let starts = played.starts();
    assert_eq!(starts.len(), 3);
    assert_close(starts[1], 4.0, 0.022);
    assert_close(starts[2], 8.0, 0.022);

    let offered = master(&workshop, "audio.m3u8").await;
    assert_eq!(offered.variants.len(), 1);
    assert_eq!(offered.variants[0].uri, "audio-media.m3u8");
    assert_eq!(offered.variants[0].bandwidth, rendition.peak_bitrate);

    let peaks: serde_json::Value =
        serde_json::from_slice(&workshop.file("peaks.json").await).unwrap();
    assert_eq!(peaks["per_second"], 20);
    let peaks = peaks["peaks"].as_array().unwrap();
    assert!((199..=202).contains(&peaks.len()), "{}", peaks.len());
    // A tick every second.
    let loud: Vec<_> = (0..peaks.len()).filter(|&n| 100 < peaks[n].as_u64().unwrap()).collect();
    assert_eq!(loud.len(), 10, "{loud:?}");
    assert!(loud.windows(2).all(|it| it[1] - it[0] == 20), "{loud:?}");
    assert_eq!(workshop.progress.permille(), 1_000);
}

#[tokio::test]
async fn vorbis_in_a_file_of_sound_alone() {
    let folder = tempfile::tempdir().unwrap();
    let ogg = folder.path().join("a.ogg");
    let tone = studio::tone(5, "sine", "vorbisenc");
    studio::record(&ogg, &format!("{tone} ! oggmux ! filesink name=file"));
    let files = [("presentation/audio/audio.ogg", SourceRole::Audio, ogg.as_path())];
    let workshop = Workshop::with(&files).await;
    let (duration, renditions) = sound(workshop.run(JobKind::Audio).await.unwrap());
    assert_close(duration.as_secs_f64(), 5.0, 0.1);
    assert_eq!(renditions.len(), 1);
    assert_close(wav_seconds(&workshop.speech().await.unwrap()), 5.0, 0.1);
}

#[tokio::test]
async fn silence_is_sound() {
    let folder = tempfile::tempdir().unwrap();
    let webm = folder.path().join("a.webm");
    let tone = studio::tone(3, "silence", "opusenc");
    studio::record(&webm, &format!("{tone} ! webmmux ! filesink name=file"));
    let workshop = Workshop::with(&[("audio/audio.webm", SourceRole::Audio, &webm)]).await;
    let (duration, renditions) = sound(workshop.run(JobKind::Audio).await.unwrap());
    assert_close(duration.as_secs_f64(), 3.0, 0.1);
    assert_eq!(renditions.len(), 1);
    let wav = workshop.speech().await.unwrap();
    assert!(wav[44..].iter().all(|&it| it == 0 || it == 1 || it == 255), "all but dither is zero");
}

#[tokio::test]
async fn a_recording_without_sound_has_a_length_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let webm = folder.path().join("d.webm");
    studio::deskshare(&webm, 6);
    let files = [("presentation/deskshare/deskshare.webm", SourceRole::Deskshare, webm.as_path())];
    let workshop = Workshop::with(&files).await;
    let (duration, renditions) = sound(workshop.run(JobKind::Audio).await.unwrap());
    assert_close(duration.as_secs_f64(), 6.0, 0.25);
    assert!(renditions.is_empty());
    assert_eq!(workshop.speech().await, None);
    for name in ["audio.m4a", "audio.m3u8", "audio-media.m3u8", "peaks.json"] {
        assert_eq!(workshop.derived(&name.parse().unwrap()).await, None, "{name}");
    }
}

#[tokio::test]
async fn a_sound_that_the_recording_has_no_more_leaves_nothing_to_write_down() {
    let folder = tempfile::tempdir().unwrap();
    let webm = folder.path().join("d.webm");
    studio::deskshare(&webm, 2);
    let silent = ("presentation/deskshare/deskshare.webm", SourceRole::Deskshare, webm.as_path());
    for files in [&[silent][..], &[]] {
        let workshop = Workshop::with(files).await;
        let (store, recording) = (&workshop.archive.store, &workshop.recording);
        // As an earlier job left them, and what is not the sound's.
        store.put(&ObjectKey::SpeechAudio { recording }, "former words".into()).await.unwrap();
        let sound_files = ["audio.m4a", "audio.m3u8", "audio-media.m3u8", "peaks.json"];
        for name in sound_files.iter().chain(&["poster.jpg"]) {
            let file = name.parse().unwrap();
            let key = ObjectKey::Derived { recording, file: &file };
            store.put(&key, "former".into()).await.unwrap();
        }
        let (_, renditions) = sound(workshop.run(JobKind::Audio).await.unwrap());
        assert!(renditions.is_empty());
        assert_eq!(workshop.speech().await, None);
        let left = store.list_derived(recording).await.unwrap();
        assert_eq!(left, ["poster.jpg".parse().unwrap()], "{} files", files.len());
    }
}

#[tokio::test]
async fn a_recording_without_media_lasts_as_long_as_it_says() {
    let workshop = Workshop::with(&[]).await;
    let (duration, renditions) = sound(workshop.run(JobKind::Audio).await.unwrap());
    assert_eq!(duration, MediaTime::from_ms(60_000));
    assert!(renditions.is_empty());
}

#[tokio::test]
async fn sound_is_found_in_the_next_file_when_the_first_is_no_media() {
    let folder = tempfile::tempdir().unwrap();
    let (zip, webm) = (folder.path().join("w.webm"), folder.path().join("a.webm"));
    std::fs::write(&zip, b"PK\x03\x04 this is a zip").unwrap();
    let tone = studio::tone(2, "sine", "opusenc");
    studio::record(&webm, &format!("{tone} ! webmmux ! filesink name=file"));
    let files: [(&str, SourceRole, &Path); 2] = [
        (WEBCAMS, SourceRole::Webcams, &zip),
        ("presentation/audio/audio.webm", SourceRole::Audio, &webm),
    ];
    let workshop = Workshop::with(&files).await;
    let (_, renditions) = sound(workshop.run(JobKind::Audio).await.unwrap());
    assert_eq!(renditions.len(), 1);
}

#[tokio::test]
async fn sound_that_ends_before_the_picture_is_silent_from_there_on() {
    let folder = tempfile::tempdir().unwrap();
    let webm = folder.path().join("w.webm");
    let picture = studio::picture(160, 120, 15, 8, studio::VP8);
    let sound_of_three = studio::tone(3, "sine", "opusenc");
    studio::record(
        &webm,
        &format!("webmmux name=m ! filesink name=file {picture} ! m. {sound_of_three} ! m."),
    );
    let workshop = Workshop::with(&[(WEBCAMS, SourceRole::Webcams, &webm)]).await;
    let (duration, _) = sound(workshop.run(JobKind::Audio).await.unwrap());
    assert_close(duration.as_secs_f64(), 8.0, 0.1);
    let wav = workshop.speech().await.unwrap();
    assert_close(wav_seconds(&wav), 8.0, 0.1);
    let quiet = &wav[44 + 4 * 32_000..];
    assert!(quiet.iter().all(|&it| matches!(it, 0 | 1 | 255)));
}
