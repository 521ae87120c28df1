use crate::{
    audio::WEBCAMS,
    player::{Played, play, seconds},
    studio,
    workshop::Workshop,
};
use archive::{JobKind, SourceRole};

/// When each beep begins, in seconds as played.
fn beeps(played: &Played) -> Vec<f64> {
    let mut starts = Vec::new();
    let mut quiet_for = u64::MAX;
    for (at, bytes) in played.decode("audio/x-raw,format=S16LE,layout=interleaved") {
        for (n, sample) in (0_u64..).zip(bytes.chunks_exact(4)) {
            let loud = i16::from_le_bytes([sample[0], sample[1]]).unsigned_abs() > 4_000;
            if loud && 4_800 < quiet_for {
                starts.push(at + seconds(n, 48_000));
            }
            quiet_for = if loud { 0 } else { quiet_for.saturating_add(1) };
        }
    }
    starts
}

/// When each flash begins, in seconds as played.
fn flashes(played: &Played) -> Vec<f64> {
    let pictures = played.decode("video/x-raw,format=GRAY8");
    let white: Vec<_> = pictures.iter().map(|(at, it)| (*at, 128 < it[it.len() / 2])).collect();
    let begins = |n: usize| white[n].1 && (n == 0 || !white[n - 1].1);
    (0..white.len()).filter(|&n| begins(n)).map(|n| white[n].0).collect()
}

async fn check(sound_codec: &str) {
    let folder = tempfile::tempdir().unwrap();
    let webm = folder.path().join("w.webm");
    studio::flash_and_beep(&webm, 13, sound_codec);
    let workshop = Workshop::with(&[(WEBCAMS, SourceRole::Webcams, &webm)]).await;
    workshop.run(JobKind::Audio).await.unwrap();
    workshop.run(JobKind::Webcams).await.unwrap();
    let flashes = flashes(&play(&workshop, "webcams-120p.m3u8").await);
    let beeps = beeps(&play(&workshop, "audio-media.m3u8").await);
    assert_eq!((flashes.len(), beeps.len()), (7, 7), "{flashes:?} {beeps:?}");
    for (n, (flash, beep)) in (0_u32..).zip(flashes.iter().zip(&beeps)) {
        let due = f64::from(2 * n);
        assert!((flash - due).abs() < 0.02, "flash {n} at {flash}");
        assert!((beep - flash).abs() < 0.02, "beep {n} at {beep}, flash at {flash}");
    }
    // The speech audio, whose times captions are cut by, agrees.
    let wav = workshop.speech().await.unwrap();
    for n in 0..7_usize {
        let due = 44 + n * 2 * 32_000;
        let loud = |at: usize| {
            let part = wav[at..].chunks_exact(2).take(320);
            part.map(|it| i16::from_le_bytes([it[0], it[1]]).unsigned_abs()).max().unwrap() > 4_000
        };
        assert!(loud(due), "beep {n} begins within 20 ms");
        assert!(n == 0 || !loud(due - 1_280), "beep {n} does not begin 20 ms early");
    }
}

#[tokio::test]
async fn flash_and_beep_stay_together_with_opus() {
    check("opusenc").await;
}

#[tokio::test]
async fn flash_and_beep_stay_together_with_vorbis() {
    check("vorbisenc").await;
}
