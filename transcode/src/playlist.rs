//! HLS playlists (RFC 8216) of files that are played by byte ranges.

use crate::{cmaf::TrackFile, grid::FrameRate};
use archive::{DerivedFile, Rendition, RenditionKind};
use m3u8_rs::{
    AlternativeMedia, AlternativeMediaType, ByteRange, Map, MasterPlaylist, MediaPlaylist,
    MediaPlaylistType, MediaSegment, Resolution, VariantStream,
};

/// `EXT-X-MAP` in a playlist that is not only key frames needs version 6; 7 is what fMP4 players
/// were tried with.
const VERSION: usize = 7;

/// The name that binds video renditions to the sound they are played with.
const AUDIO_GROUP: &str = "audio";

/// The playlist of one file, `name`.
pub(crate) fn media(track: &TrackFile, name: &DerivedFile) -> Vec<u8> {
    let seconds = |it| ratio(track.segment_ticks(it), u64::from(track.time.timescale));
    let longest = track.segments.iter().map(seconds).fold(1.0, f64::max);
    let map = Map {
        uri: name.to_string(),
        byte_range: Some(ByteRange { length: track.header_size, offset: Some(0) }),
        ..Map::default()
    };
    let segments = track.segments.iter().enumerate().map(|(n, it)| MediaSegment {
        uri: name.to_string(),
        duration: seconds_of_segment(seconds(it)),
        byte_range: Some(ByteRange { length: it.size, offset: Some(it.offset) }),
        map: (n == 0).then(|| map.clone()),
        ..MediaSegment::default()
    });
    let playlist = MediaPlaylist {
        version: Some(VERSION),
        target_duration: whole_seconds(longest),
        segments: segments.collect(),
        end_list: true,
        playlist_type: Some(MediaPlaylistType::Vod),
        independent_segments: true,
        ..MediaPlaylist::default()
    };
    written(|bytes| playlist.write_to(bytes))
}

/// The playlist that offers `renditions` of one track, with `audio` as the sound of them all.
///
/// `rate` is left out for sound alone.
pub(crate) fn multivariant(
    renditions: &[Rendition],
    rate: Option<FrameRate>,
    audio: Option<&Rendition>,
) -> Vec<u8> {
    let variants = renditions.iter().map(|it| VariantStream {
        uri: it.playlist.to_string(),
        bandwidth: it.peak_bitrate + audio.map_or(0, |it| it.peak_bitrate),
        average_bandwidth: Some(it.average_bitrate + audio.map_or(0, |it| it.average_bitrate)),
        codecs: Some(match audio {
            Some(audio) => format!("{},{}", it.codecs, audio.codecs),
            None => it.codecs.clone(),
        }),
        resolution: match it.kind {
            RenditionKind::Audio => None,
            RenditionKind::Video { width, height } => {
                Some(Resolution { width: width.into(), height: height.into() })
            }
        },
        frame_rate: rate.map(|it| {
            let thousandths = ratio(u64::from(it.numerator()) * 1_000, it.denominator().into());
            thousandths.round() / 1_000.0
        }),
        audio: audio.map(|_| AUDIO_GROUP.to_owned()),
        ..VariantStream::default()
    });
    let alternatives = audio.map(|it| AlternativeMedia {
        media_type: AlternativeMediaType::Audio,
        uri: Some(it.playlist.to_string()),
        group_id: AUDIO_GROUP.to_owned(),
        name: AUDIO_GROUP.to_owned(),
        default: true,
        autoselect: true,
        channels: Some("2".to_owned()),
        ..AlternativeMedia::default()
    });
    let playlist = MasterPlaylist {
        version: Some(VERSION),
        variants: variants.collect(),
        independent_segments: true,
        alternatives: alternatives.into_iter().collect(),
        ..MasterPlaylist::default()
    };
    written(|bytes| playlist.write_to(bytes))
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("writing to memory does not fail");
    bytes
}

#[expect(clippy::cast_precision_loss, reason = "ticks of a recording stay far below 2^53")]
fn ratio(numerator: u64, denominator: u64) -> f64 {
    numerator as f64 / denominator as f64
}

#[expect(clippy::cast_possible_truncation, reason = "the playlist library counts in `f32`")]
fn seconds_of_segment(seconds: f64) -> f32 {
    seconds as f32
}

/// RFC 8216, 4.3.3.1: no segment, rounded to the nearest second, is longer than this.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a segment lasts a few seconds"
)]
fn whole_seconds(seconds: f64) -> u64 {
    seconds.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cmaf::{Segment, TrackTime};
    use archive::{MediaTime, Track};

    fn track() -> TrackFile {
        TrackFile {
            header_size: 800,
            segments: vec![
                Segment { offset: 800, size: 5_000, frames: 120 },
                Segment { offset: 5_800, size: 100, frames: 7 },
            ],
            time: TrackTime { timescale: 30_000, sample_ticks: 1_001, lead_ticks: 2_002 },
            codecs: "avc1.64001e".to_owned(),
        }
    }

    fn rendition(track: Track, kind: RenditionKind, name: &str, codecs: &str) -> Rendition {
        Rendition {
            track,
            kind,
            codecs: codecs.to_owned(),
            peak_bitrate: 1_000,
            average_bitrate: 600,
            media: format!("{name}.mp4").parse().unwrap(),
            playlist: format!("{name}.m3u8").parse().unwrap(),
            size_bytes: 1,
            duration: MediaTime::from_ms(1),
        }
    }

    #[test]
    fn a_media_playlist_names_every_byte() {
        let text = media(&track(), &"webcams-480p.mp4".parse().unwrap());
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "#EXTM3U\n\
             #EXT-X-VERSION:7\n\
             #EXT-X-INDEPENDENT-SEGMENTS\n\
             #EXT-X-TARGETDURATION:4\n\
             #EXT-X-PLAYLIST-TYPE:VOD\n\
             #EXT-X-MAP:URI=\"webcams-480p.mp4\",BYTERANGE=\"800@0\"\n\
             #EXT-X-BYTERANGE:5000@800\n\
             #EXTINF:4.004,\n\
             webcams-480p.mp4\n\
             #EXT-X-BYTERANGE:100@5800\n\
             #EXTINF:0.23356667,\n\
             webcams-480p.mp4\n\
             #EXT-X-ENDLIST\n"
        );
    }

    #[test]
    fn a_multivariant_playlist_counts_the_sound_in() {
        let kind = RenditionKind::Video { width: 640, height: 480 };
        let video = rendition(Track::Webcams, kind, "webcams-480p", "avc1.64001e");
        let audio = rendition(Track::Audio, RenditionKind::Audio, "audio-media", "mp4a.40.2");
        let rate = FrameRate::new(30_000, 1_001);
        let text = multivariant(std::slice::from_ref(&video), rate, Some(&audio));
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "#EXTM3U\n\
             #EXT-X-VERSION:7\n\
             #EXT-X-INDEPENDENT-SEGMENTS\n\
             #EXT-X-MEDIA:TYPE=AUDIO,URI=\"audio-media.m3u8\",GROUP-ID=\"audio\",NAME=\"audio\",\
             DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\"\n\
             #EXT-X-STREAM-INF:BANDWIDTH=2000,AVERAGE-BANDWIDTH=1200,\
             CODECS=\"avc1.64001e,mp4a.40.2\",RESOLUTION=640x480,FRAME-RATE=29.97,AUDIO=\"audio\"\n\
             webcams-480p.m3u8\n"
        );
        let alone = String::from_utf8(multivariant(&[audio], None, None)).unwrap();
        assert!(alone.ends_with("CODECS=\"mp4a.40.2\"\naudio-media.m3u8\n"), "{alone}");
    }
}
