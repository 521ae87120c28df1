//! Reads what was made as a player does: playlists, then byte ranges, then boxes.

use crate::{studio, workshop::Workshop};
use gstreamer::{self as gst, prelude::*};
use gstreamer_app::{AppSink, AppSrc};
use m3u8_rs::{MasterPlaylist, MediaPlaylist};
use mp4_atom::{Codec, Decode as _, Ftyp, Mdat, Moof, Moov, TrunSamples};

/// A rendition as played.
pub(crate) struct Played {
    pub(crate) moov: Moov,
    pub(crate) segments: Vec<Vec<Frame>>,
    pub(crate) timescale: u64,
    /// Ticks that the edit list takes off.
    pub(crate) lead: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) decoded: u64,
    pub(crate) shown: u64,
    pub(crate) ticks: u64,
    pub(crate) key: bool,
    pub(crate) data: Vec<u8>,
}

pub(crate) async fn master(workshop: &Workshop, name: &str) -> MasterPlaylist {
    let text = workshop.file(name).await;
    let (_, playlist) = m3u8_rs::parse_master_playlist(&text).unwrap();
    playlist
}

/// Plays all of a media playlist, and checks that it covers its file without a gap.
pub(crate) async fn play(workshop: &Workshop, name: &str) -> Played {
    let text = workshop.file(name).await;
    let (_, playlist) = m3u8_rs::parse_media_playlist(&text).unwrap();
    assert!(playlist.end_list && playlist.independent_segments);
    let first = &playlist.segments[0];
    let file = workshop.file(&first.uri).await;
    let map = first.map.as_ref().unwrap();
    assert_eq!(map.uri, first.uri);
    let header = map.byte_range.as_ref().unwrap();
    assert_eq!(header.offset, Some(0));
    let mut at = usize::try_from(header.length).unwrap();
    let mut head = &file[..at];
    Ftyp::decode(&mut head).unwrap();
    let moov = Moov::decode(&mut head).unwrap();
    assert!(head.is_empty(), "the header holds more than `ftyp` and `moov`");

    let track = &moov.trak[0];
    let timescale = u64::from(track.mdia.mdhd.timescale);
    let edits = track.edts.as_ref().and_then(|it| it.elst.as_ref());
    let lead = edits.map_or(0, |it| it.entries[0].media_time.unwrap());
    let mut segments = Vec::new();
    for segment in &playlist.segments {
        assert_eq!(segment.uri, first.uri, "one file a rendition");
        let range = segment.byte_range.as_ref().unwrap();
        assert_eq!(range.offset, u64::try_from(at).ok(), "ranges follow each other");
        let end = at + usize::try_from(range.length).unwrap();
        let frames = fragment(&file[at..end]);
        at = end;
        let ticks: u64 = frames.iter().map(|it| it.ticks).sum();
        assert_close(f64::from(segment.duration), seconds(ticks, timescale), 0.001);
        assert!(segment.duration.round() <= target(&playlist));
        segments.push(frames);
    }
    assert_eq!(at, file.len(), "ranges cover the file");
    check_times(segments.concat().as_slice());
    Played { moov, segments, timescale, lead }
}

#[expect(clippy::cast_precision_loss, reason = "a few seconds")]
fn target(playlist: &MediaPlaylist) -> f32 {
    playlist.target_duration as f32
}

fn fragment(mut bytes: &[u8]) -> Vec<Frame> {
    let whole = bytes;
    let moof = Moof::decode(&mut bytes).unwrap();
    Mdat::decode(&mut bytes).unwrap();
    assert!(bytes.is_empty(), "a segment is one `moof` and one `mdat`");
    let traf = &moof.traf[0];
    let run = &traf.trun[0];
    let TrunSamples::Explicit(entries) = &run.samples else { panic!("{run:?}") };
    let mut at = usize::try_from(run.data_offset.unwrap()).unwrap();
    let mut decoded = traf.tfdt.as_ref().unwrap().base_media_decode_time;
    let ticks = u64::from(traf.tfhd.default_sample_duration.unwrap());
    let frames = entries.iter().map(|it| {
        let size = usize::try_from(it.size.unwrap()).unwrap();
        let frame = Frame {
            decoded,
            shown: decoded + u64::try_from(it.cts.unwrap()).unwrap(),
            ticks,
            key: it.flags.unwrap() & 0x0001_0000 == 0,
            data: whole[at..at + size].to_vec(),
        };
        at += size;
        decoded += ticks;
        frame
    });
    let frames = frames.collect();
    assert_eq!(at, whole.len());
    frames
}

/// Frames are decoded one after another, and shown one after another in some order.
fn check_times(frames: &[Frame]) {
    let ticks = frames[0].ticks;
    let mut shown: Vec<_> = frames.iter().map(|it| it.shown).collect();
    shown.sort_unstable();
    for (n, (frame, shown)) in (0..).zip(frames.iter().zip(&shown)) {
        assert_eq!(frame.decoded, n * ticks);
        assert_eq!(*shown, shown_first(frames) + n * ticks, "no frame is missing or twice");
    }
}

fn shown_first(frames: &[Frame]) -> u64 {
    frames.iter().map(|it| it.shown).min().unwrap()
}

impl Played {
    pub(crate) fn frames(&self) -> Vec<Frame> {
        self.segments.concat()
    }

    /// How long it plays.
    pub(crate) fn seconds(&self) -> f64 {
        let frames = self.frames();
        let end = frames.iter().map(|it| it.shown + it.ticks).max().unwrap();
        seconds(end - self.lead, self.timescale)
    }

    /// When each segment begins to be decoded, in seconds.
    pub(crate) fn starts(&self) -> Vec<f64> {
        let starts = self.segments.iter().map(|it| seconds(it[0].decoded, self.timescale));
        starts.collect()
    }

    pub(crate) fn codec(&self) -> &Codec {
        &self.moov.trak[0].mdia.minf.stbl.stsd.codecs[0]
    }

    /// Decodes everything; gives each buffer with when it is played, in seconds.
    pub(crate) fn decode(&self, raw: &str) -> Vec<(f64, Vec<u8>)> {
        gst::init().unwrap();
        let (caps, decoder) = match self.codec() {
            Codec::Avc1(it) => {
                let mut config = Vec::new();
                mp4_atom::Encode::encode(&it.avcc, &mut config).unwrap();
                let caps = gst::Caps::builder("video/x-h264")
                    .field("stream-format", "avc")
                    .field("alignment", "au")
                    .field("codec_data", gst::Buffer::from_slice(config[8..].to_vec()));
                (caps.build(), "h264parse ! avdec_h264 ! videoconvert")
            }
            Codec::Mp4a(it) => {
                let config = it.esds.es_desc.dec_config.dec_specific.as_ref().unwrap().raw.clone();
                let caps = gst::Caps::builder("audio/mpeg")
                    .field("mpegversion", 4)
                    .field("stream-format", "raw")
                    .field("rate", 48_000)
                    .field("channels", 2)
                    .field("codec_data", gst::Buffer::from_slice(config));
                (caps.build(), "avdec_aac ! audioconvert")
            }
            other => panic!("{other:?}"),
        };
        let pipeline = studio::launch(&format!(
            "appsrc name=in format=time ! {decoder} ! {raw} ! appsink name=out sync=false"
        ));
        let source = pipeline.by_name("in").unwrap().downcast::<AppSrc>().unwrap();
        let sink = pipeline.by_name("out").unwrap().downcast::<AppSink>().unwrap();
        source.set_caps(Some(&caps));
        source.set_max_bytes(0);
        pipeline.set_state(gst::State::Playing).unwrap();
        for frame in self.frames() {
            let mut buffer = gst::Buffer::from_mut_slice(frame.data);
            let at = |ticks: u64| {
                gst::ClockTime::from_nseconds(ticks * 1_000_000 / self.timescale * 1_000)
            };
            let stamped = buffer.get_mut().unwrap();
            stamped.set_pts(at(frame.shown));
            stamped.set_dts(at(frame.decoded));
            stamped.set_duration(at(frame.ticks));
            source.push_buffer(buffer).unwrap();
        }
        source.end_of_stream().unwrap();
        let mut decoded = Vec::new();
        while let Ok(sample) = sink.pull_sample() {
            let buffer = sample.buffer().unwrap();
            let at = buffer.pts().unwrap().nseconds();
            let at = seconds(at, 1_000_000_000) - seconds(self.lead, self.timescale);
            decoded.push((at, buffer.map_readable().unwrap().to_vec()));
        }
        pipeline.set_state(gst::State::Null).unwrap();
        decoded
    }
}

#[expect(clippy::cast_precision_loss, reason = "test media are short")]
pub(crate) fn seconds(ticks: u64, timescale: u64) -> f64 {
    ticks as f64 / timescale as f64
}

#[track_caller]
pub(crate) fn assert_close(got: f64, expected: f64, tolerance: f64) {
    assert!((got - expected).abs() <= tolerance, "{got} is not {expected} ± {tolerance}");
}
