use crate::{
    audio::WEBCAMS,
    player::{assert_close, play},
    studio,
    workshop::{Workshop, told},
};
use archive::{Disposition, JobKind, Outcome, SourceRole};
use std::path::Path;

/// Runs `kind` on a file of these bytes and says how it failed.
async fn failure(bytes: Option<&[u8]>, kind: JobKind) -> (Disposition, String) {
    let folder = tempfile::tempdir().unwrap();
    let webm = folder.path().join("w.webm");
    if let Some(bytes) = bytes {
        std::fs::write(&webm, bytes).unwrap();
    }
    let workshop = Workshop::with(&[(WEBCAMS, SourceRole::Webcams, &webm)]).await;
    let error = workshop.run(kind).await.unwrap_err();
    (error.disposition, told(&error))
}

#[tokio::test]
async fn what_is_no_media_fails_and_is_named() {
    let cases: [(&str, Option<&[u8]>); 5] = [
        ("a zip renamed to webm", Some(b"PK\x03\x04\x14\x00\x08\x00\x08\x00 and so on")),
        ("an empty file", Some(b"")),
        ("a missing file", None),
        (
            "a header and nothing else",
            Some(b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01"),
        ),
        ("a playlist that names files elsewhere", Some(b"#EXTM3U\nhttp://127.0.0.1:1/x.ts\n")),
    ];
    for (what, bytes) in cases {
        for kind in [JobKind::Audio, JobKind::Webcams] {
            let (disposition, told) = failure(bytes, kind).await;
            assert_eq!(disposition, Disposition::Fail, "{what}, {kind}: {told}");
            assert!(told.contains("webcams.webm"), "{what}, {kind}: {told}");
        }
    }
}

#[tokio::test]
async fn a_file_that_is_cut_off_gives_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, cut) = (folder.path().join("whole.webm"), folder.path().join("cut.webm"));
    studio::webcams(&whole, 10);
    let bytes = std::fs::read(&whole).unwrap();
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let workshop = Workshop::with(&[(WEBCAMS, SourceRole::Webcams, &cut)]).await;

    let Outcome::Audio { duration, renditions } = workshop.run(JobKind::Audio).await.unwrap()
    else {
        panic!("not sound")
    };
    assert!((2.0..8.0).contains(&duration.as_secs_f64()), "{duration}");
    assert_eq!(renditions.len(), 1);
    let Outcome::Video(renditions) = workshop.run(JobKind::Webcams).await.unwrap() else {
        panic!("not pictures")
    };
    let played = play(&workshop, renditions[0].playlist.as_str()).await;
    assert_close(played.seconds(), duration.as_secs_f64(), 0.1);
}

#[tokio::test]
async fn noise_in_the_middle_costs_only_the_middle() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, torn) = (folder.path().join("whole.webm"), folder.path().join("torn.webm"));
    studio::webcams(&whole, 10);
    let mut bytes = std::fs::read(&whole).unwrap();
    let middle = bytes.len() / 2;
    for (n, byte) in (0_u32..).zip(&mut bytes[middle..middle + 3_000]) {
        *byte = u8::try_from(n.wrapping_mul(2_654_435_761) >> 24).unwrap();
    }
    std::fs::write(&torn, &bytes).unwrap();
    let workshop = Workshop::with(&[(WEBCAMS, SourceRole::Webcams, &torn)]).await;
    for kind in [JobKind::Audio, JobKind::Webcams] {
        let outcome = workshop.run(kind).await;
        assert!(outcome.is_ok(), "{kind}: {}", told(&outcome.unwrap_err()));
    }
}

#[tokio::test]
async fn a_picture_job_on_sound_alone_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let webm = folder.path().join("a.webm");
    let tone = studio::tone(1, "sine", "opusenc");
    studio::record(&webm, &format!("{tone} ! webmmux ! filesink name=file"));
    let workshop = Workshop::with(&[(WEBCAMS, SourceRole::Webcams, &webm)]).await;
    let error = workshop.run(JobKind::Webcams).await.unwrap_err();
    assert_eq!(error.disposition, Disposition::Fail);
    assert_eq!(told(&error), format!("`{WEBCAMS}` has no picture"));
}

#[tokio::test]
async fn a_codec_that_is_not_decoded_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mkv = folder.path().join("w.mkv");
    let picture = studio::picture(64, 64, 5, 1, "jpegenc");
    studio::record(&mkv, &format!("{picture} ! matroskamux ! filesink name=file"));
    let workshop = Workshop::with(&[(WEBCAMS, SourceRole::Webcams, &mkv)]).await;
    let error = workshop.run(JobKind::Webcams).await.unwrap_err();
    assert_eq!(error.disposition, Disposition::Fail);
    assert_eq!(told(&error), format!("no decoder for `image/jpeg` in `{WEBCAMS}`"));
}

#[tokio::test]
async fn jobs_of_other_stages_and_without_a_file_fail() {
    let workshop =
        Workshop::with(&[("notes.txt", SourceRole::Other, Path::new("/nonexistent"))]).await;
    for kind in [JobKind::Transcribe, JobKind::Index, JobKind::Webcams, JobKind::Deskshare] {
        let error = workshop.run(kind).await.unwrap_err();
        assert_eq!(error.disposition, Disposition::Fail, "{kind}: {}", told(&error));
    }
}
