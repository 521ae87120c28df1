use crate::{
    audio::WEBCAMS,
    player::{Played, assert_close, master, play},
    studio,
    workshop::Workshop,
};
use archive::{JobKind, Outcome, Rendition, RenditionKind, SourceRole};
use m3u8_rs::Resolution;
use mp4_atom::{Codec, Colr};
use std::path::Path;

pub(crate) const DESKSHARE: &str = "presentation/deskshare/deskshare.webm";

#[track_caller]
fn renditions(outcome: Outcome) -> Vec<Rendition> {
    match outcome {
        Outcome::Video(renditions) => renditions,
        other => panic!("{other:?}"),
    }
}

/// Plays every rendition and checks what must hold of all of them.
async fn play_all(workshop: &Workshop, renditions: &[Rendition], playlist: &str) -> Vec<Played> {
    let offered = master(workshop, playlist).await;
    assert!(offered.independent_segments);
    assert_eq!(offered.variants.len(), renditions.len());
    let mut all = Vec::new();
    for (rendition, variant) in renditions.iter().zip(&offered.variants) {
        let played = play(workshop, rendition.playlist.as_str()).await;
        let RenditionKind::Video { width, height } = rendition.kind else {
            panic!("{rendition:?}")
        };
        let resolution = Resolution { width: width.into(), height: height.into() };
        assert_eq!(variant.resolution, Some(resolution));
        assert_eq!(variant.uri, rendition.playlist.as_str());
        let Codec::Avc1(entry) = played.codec() else { panic!("{:?}", played.codec()) };
        assert_eq!(
            (u32::from(entry.visual.width), u32::from(entry.visual.height)),
            (width, height)
        );
        let sps = &entry.avcc.sequence_parameter_sets[0];
        let named = format!("avc1.{:02x}{:02x}{:02x}", sps[1], sps[2], sps[3]);
        assert_eq!(rendition.codecs, named);
        assert!(variant.codecs.as_ref().unwrap().starts_with(&named));
        assert_eq!(
            rendition.size_bytes,
            workshop.file(rendition.media.as_str()).await.len() as u64
        );
        assert_close(played.seconds(), rendition.duration.as_secs_f64(), 0.001);
        for segment in &played.segments {
            let keys = segment.iter().filter(|it| it.key).count();
            assert!(segment[0].key && keys == 1, "a segment is one group of pictures");
        }
        all.push(played);
    }
    for played in &all {
        assert_eq!(played.starts(), all[0].starts(), "rungs are aligned");
    }
    all
}

#[tokio::test]
async fn cameras_become_an_aligned_ladder_with_the_rooms_sound() {
    let folder = tempfile::tempdir().unwrap();
    let webm = folder.path().join("w.webm");
    studio::webcams(&webm, 10);
    let workshop = Workshop::with(&[(WEBCAMS, SourceRole::Webcams, &webm)]).await;
    workshop.run(JobKind::Audio).await.unwrap();
    let made = renditions(workshop.run(JobKind::Webcams).await.unwrap());

    let names: Vec<_> = made.iter().map(|it| (it.media.as_str(), it.playlist.as_str())).collect();
    assert_eq!(
        names,
        [("webcams-480p.mp4", "webcams-480p.m3u8"), ("webcams-240p.mp4", "webcams-240p.m3u8")]
    );
    let played = play_all(&workshop, &made, "webcams.m3u8").await;
    for it in &played {
        assert_close(it.seconds(), 10.0, 1.0 / 15.0);
        assert_eq!(it.starts(), [0.0, 4.0, 8.0]);
    }
    let offered = master(&workshop, "webcams.m3u8").await;
    let [sound] = offered.alternatives.as_slice() else { panic!("{offered:?}") };
    assert_eq!(sound.uri.as_deref(), Some("audio-media.m3u8"));
    for variant in &offered.variants {
        assert_eq!(variant.audio.as_deref(), Some(sound.group_id.as_str()));
        assert!(variant.codecs.as_ref().unwrap().ends_with(",mp4a.40.2"));
        assert_eq!(variant.frame_rate, Some(15.0));
    }
    assert!(made[0].peak_bitrate < offered.variants[0].bandwidth, "the sound counts");
    assert_eq!(workshop.progress.permille(), 1_000);
}

#[tokio::test]
async fn a_shared_screen_is_silent_and_keeps_its_colours() {
    let folder = tempfile::tempdir().unwrap();
    let webm = folder.path().join("d.webm");
    // Full-range 4:4:4, as screens are recorded: VP9's profile 1.
    let source = "videotestsrc pattern=smpte num-buffers=30 \
        ! video/x-raw,format=Y444,width=1280,height=720,framerate=5/1,colorimetry=bt709";
    studio::record(&webm, &format!("{source} ! {} ! webmmux ! filesink name=file", studio::VP9));
    let workshop = Workshop::with(&[(DESKSHARE, SourceRole::Deskshare, &webm)]).await;
    let made = renditions(workshop.run(JobKind::Deskshare).await.unwrap());

    let lines: Vec<_> = made.iter().map(|it| it.media.as_str()).collect();
    assert_eq!(lines, ["deskshare-720p.mp4", "deskshare-480p.mp4", "deskshare-240p.mp4"]);
    let played = play_all(&workshop, &made, "deskshare.m3u8").await;
    assert_close(played[0].seconds(), 6.0, 0.2);
    let offered = master(&workshop, "deskshare.m3u8").await;
    assert!(offered.alternatives.is_empty());
    assert_eq!(offered.variants[0].frame_rate, Some(5.0));
    let Codec::Avc1(entry) = played[0].codec() else { unreachable!() };
    let Some(Colr::Nclx { matrix_coefficients, .. }) = &entry.colr else { panic!("{entry:?}") };
    assert_eq!(*matrix_coefficients, 1, "it says BT.709");

    // The colours are those that went in: the second bar is yellow.
    let pictures = played[0].decode("video/x-raw,format=RGB,width=1280,height=720");
    let (_, picture) = &pictures[7];
    let pixel = &picture[(200 * 1_280 + 274) * 3..][..3];
    for (got, expected) in pixel.iter().zip([255_u8, 255, 0]) {
        assert!(got.abs_diff(expected) < 12, "{pixel:?}");
    }
}

#[tokio::test]
async fn what_says_no_colours_is_carried_over_as_bt601() {
    let folder = tempfile::tempdir().unwrap();
    let webm = folder.path().join("w.webm");
    let source = "videotestsrc pattern=smpte num-buffers=15 \
        ! video/x-raw,format=I420,width=1280,height=720,framerate=15/1,colorimetry=bt601";
    studio::record(&webm, &format!("{source} ! {} ! webmmux ! filesink name=file", studio::VP8));
    let workshop = Workshop::with(&[(WEBCAMS, SourceRole::Webcams, &webm)]).await;
    let made = renditions(workshop.run(JobKind::Webcams).await.unwrap());
    let played = play_all(&workshop, &made, "webcams.m3u8").await;
    let Codec::Avc1(entry) = played[0].codec() else { unreachable!() };
    let Some(Colr::Nclx { matrix_coefficients, .. }) = &entry.colr else { panic!("{entry:?}") };
    assert_eq!(*matrix_coefficients, 6);
    // The numbers themselves are untouched: the second bar is BT.601's yellow.
    let pictures = played[0].decode("video/x-raw,format=I420,width=1280,height=720");
    let luma = pictures[3].1[200 * 1_280 + 274];
    assert!(luma.abs_diff(210) < 4, "{luma}");
}

#[tokio::test]
async fn a_rung_whose_width_is_rounded_is_filled_to_its_last_line() {
    let folder = tempfile::tempdir().unwrap();
    let webm = folder.path().join("w.webm");
    let source = "videotestsrc pattern=white num-buffers=15 \
        ! video/x-raw,format=I420,width=1280,height=720,framerate=15/1,colorimetry=bt601";
    studio::record(&webm, &format!("{source} ! {} ! webmmux ! filesink name=file", studio::VP8));
    let workshop = Workshop::with(&[(WEBCAMS, SourceRole::Webcams, &webm)]).await;
    let made = renditions(workshop.run(JobKind::Webcams).await.unwrap());
    let played = play_all(&workshop, &made, "webcams.m3u8").await;
    let (width, height) = (426, 240);
    assert_eq!(made[2].kind, RenditionKind::Video { width, height });
    let pictures =
        played[2].decode(&format!("video/x-raw,format=GRAY8,width={width},height={height}"));
    // GStreamer pads lines to four bytes.
    let line = usize::try_from(width.next_multiple_of(4)).unwrap();
    let last = &pictures[3].1[line * 239..][..426];
    assert!(last.iter().all(|&it| it > 200), "{last:?}");
}

#[tokio::test]
async fn odd_sizes_become_even_and_small_pictures_are_not_enlarged() {
    let folder = tempfile::tempdir().unwrap();
    let webm = folder.path().join("w.webm");
    let picture = studio::picture(321, 181, 15, 2, studio::VP8);
    studio::record(&webm, &format!("{picture} ! webmmux ! filesink name=file"));
    let workshop = Workshop::with(&[(WEBCAMS, SourceRole::Webcams, &webm)]).await;
    let made = renditions(workshop.run(JobKind::Webcams).await.unwrap());
    let kinds: Vec<_> = made.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [RenditionKind::Video { width: 320, height: 180 }]);
    play_all(&workshop, &made, "webcams.m3u8").await;
    // There was no audio job, so there is no sound to offer.
    assert!(master(&workshop, "webcams.m3u8").await.alternatives.is_empty());
}

#[tokio::test]
async fn running_a_job_twice_leaves_what_running_it_once_does() {
    let folder = tempfile::tempdir().unwrap();
    let webm = folder.path().join("w.webm");
    let picture = studio::picture(160, 120, 15, 5, studio::VP8);
    studio::record(&webm, &format!("{picture} ! webmmux ! filesink name=file"));
    let workshop = Workshop::with(&[(WEBCAMS, SourceRole::Webcams, webm.as_path() as &Path)]).await;
    let first = workshop.run(JobKind::Webcams).await.unwrap();
    let file = workshop.file("webcams-120p.mp4").await;
    let second = workshop.run(JobKind::Webcams).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(file.len(), workshop.file("webcams-120p.mp4").await.len());
}
