//! The room's sound: speech audio for recognition, a rendition for the player, and the waveform,
//! all of one decode.

use crate::{
    clock,
    cmaf::{Frame, TrackCodec, TrackFile, TrackTime, TrackWriter},
    decode::{Decoder, Packets},
    elements::make,
    encode::{self, Feed, Outputs, Taker, chain, filter, queue},
    error::TranscodeError,
    grid::SoundLine,
    playlist,
    probe::{self, Probe, Stream},
    report::Reporter,
    sound::{PeakMeter, SPEECH_RATE, WavWriter},
    task::{Input, Made, SPEECH_FILE},
    video::{SEGMENT_SECONDS, describe},
};
use archive::{DerivedFile, RenditionKind, Track};
use gstreamer::{self as gst};
use gstreamer_audio::{AudioCapsBuilder, AudioFormat, AudioLayout};
use std::{
    path::Path,
    sync::{Arc, Mutex},
};

const WHAT: &str = "encodes the sound";

/// The rendition's rate and channels; every browser plays it.
const RATE: u32 = 48_000;
const CHANNELS: u16 = 2;
const BYTES_PER_SAMPLE: usize = 4;
const BITRATE: i32 = 96_000;

/// Samples of an AAC frame.
const FRAME_SAMPLES: u32 = 1_024;

/// Samples that `avenc_aac` puts before the first: one frame. Sound is late by that much unless the
/// edit list says so; `tests/sync.rs` measures it.
const PRIMING_SAMPLES: u32 = 1_024;

/// Makes everything of the sound of the first input that has any.
///
/// Recordings without sound are common enough: then only the length of the media comes out.
pub(crate) fn run(inputs: &[Input], out: &Path, report: &Reporter) -> Result<Made, TranscodeError> {
    let mut end_ns = 0;
    let mut first_error = None;
    let mut readable = false;
    for input in inputs {
        let result = probe::probe(input).and_then(|probe| {
            readable = true;
            end_ns = end_ns.max(probe.end_ns);
            match &probe.audio {
                Some(stream) => encode(input, &probe, stream, out, report).map(Some),
                None => Ok(None),
            }
        });
        match result {
            Ok(Some(made)) => return Ok(made),
            Ok(None) => (),
            Err(error) if error.disposition() == archive::Disposition::Retry => return Err(error),
            // Another file may have the sound. Without one, this is the answer.
            Err(error) => {
                report.warn(&crate::error::chain(&error));
                first_error.get_or_insert(error);
            }
        }
    }
    match first_error {
        Some(error) if !readable => Err(error),
        _ => Ok(Made::Audio {
            duration: clock::media_time(end_ns),
            speech: false,
            renditions: Vec::new(),
            files: Vec::new(),
        }),
    }
}

fn encode(
    input: &Input,
    probe: &Probe,
    stream: &Stream,
    out: &Path,
    report: &Reporter,
) -> Result<Made, TranscodeError> {
    if let Some(complaint) = &probe.complaint {
        report.warn(complaint);
    }
    let format = pcm(RATE, CHANNELS.into());
    let converters = ["audioconvert", "audioresample"];
    let mut decoder = Decoder::start(input, probe, stream, Packets::All, &converters, &format)?;
    let Some(mut next) = decoder.next()? else { return Err(decoder.nothing(input)) };

    let media: DerivedFile = "audio.m4a".parse().expect("a plain name");
    let playlist: DerivedFile = "audio-media.m3u8".parse().expect("a plain name");
    let rendition = Arc::new(Mutex::new(AacTaker::new(out.join(media.as_str()))));
    let speech = Arc::new(Mutex::new(SpeechTaker {
        wav: WavWriter::create(&out.join(SPEECH_FILE))?,
        peaks: PeakMeter::default(),
    }));
    let mut feed = start_encoders(&format, &rendition, &speech)?;

    let mut line = SoundLine::new(RATE);
    loop {
        let buffer = next.sample.buffer().expect("a decoded sample has a buffer");
        let samples = (buffer.size() / BYTES_PER_SAMPLE) as u64;
        let placed = line.place(next.at_ns, samples);
        push_silence(
            &mut feed,
            line.laid() + placed.skip - samples - placed.silence,
            placed.silence,
        )?;
        if placed.skip < samples {
            let from = usize::try_from(placed.skip).unwrap_or(usize::MAX) * BYTES_PER_SAMPLE;
            let kept = buffer.copy_region(gst::BufferCopyFlags::MEMORY, from..);
            let kept =
                kept.map_err(|source| TranscodeError::Build { what: WHAT, source: source.into() })?;
            push(&mut feed, kept, line.laid() + placed.skip - samples)?;
        }
        report.progress(next.at_ns, probe.end_ns);
        match decoder.next()? {
            Some(following) => next = following,
            None => break,
        }
    }
    if let Some(fault) = decoder.fault() {
        report.warn(&format!("the sound of `{}` breaks off: {fault}", input.name));
    }
    drop(decoder);
    // Sound that ends before the picture is silent from there on, so that both last as long.
    let due = probe.end_ns / 1_000 * u64::from(RATE) / 1_000_000;
    push_silence(&mut feed, line.laid(), due.saturating_sub(line.laid()))?;
    let heard = line.laid().max(due);
    feed.finish()?;

    let track = take_out(rendition).finish()?;
    let SpeechTaker { wav, peaks } = take_out(speech);
    wav.finish()?;
    let made = vec![
        (playlist.clone(), playlist::media(&track, &media)),
        (DerivedFile::peaks(), serde_json::to_vec(&peaks.finish()).expect("peaks are plain data")),
    ];
    let duration = clock::media_time(heard * 1_000_000 / u64::from(RATE) * 1_000);
    let rendition = describe(&track, Track::Audio, RenditionKind::Audio, media, playlist, duration);
    let mut files = vec![rendition.media.clone()];
    let multivariant = playlist::multivariant(std::slice::from_ref(&rendition), None, None);
    for (name, bytes) in made.into_iter().chain([(Track::Audio.playlist(), multivariant)]) {
        let path = out.join(name.as_str());
        std::fs::write(&path, bytes).map_err(|source| TranscodeError::Write { path, source })?;
        files.push(name);
    }
    Ok(Made::Audio { duration, speech: true, renditions: vec![rendition], files })
}

/// Builds and starts what encodes both: source, then AAC on one branch and 16 kHz on the other.
fn start_encoders(
    format: &gst::Caps,
    rendition: &Arc<Mutex<AacTaker>>,
    speech: &Arc<Mutex<SpeechTaker>>,
) -> Result<Feed, TranscodeError> {
    let pipeline = gst::Pipeline::new();
    let outputs = Arc::new(Outputs::default());
    let source = Feed::source(format);
    let tee = make("tee")?;
    chain(WHAT, &pipeline, &[source.clone().into(), tee.clone()])?;

    let aac = make("avenc_aac")?;
    gst::prelude::ObjectExt::set_property(&aac, "bitrate", BITRATE);
    let sink = encode::sink_into(&outputs, rendition);
    chain(WHAT, &pipeline, &[tee.clone(), queue()?, make("audioconvert")?, aac, sink.into()])?;

    let sink = encode::sink_into(&outputs, speech);
    let mono = filter(&pcm(SPEECH_RATE, 1))?;
    let (convert, resample) = (make("audioconvert")?, make("audioresample")?);
    chain(WHAT, &pipeline, &[tee, queue()?, convert, resample, mono, sink.into()])?;
    Feed::start(WHAT, pipeline, source, outputs)
}

/// Raw 16-bit samples, which are little-endian on every machine this runs on.
fn pcm(rate: u32, channels: i32) -> gst::Caps {
    AudioCapsBuilder::new()
        .format(AudioFormat::S16le)
        .layout(AudioLayout::Interleaved)
        .rate(i32::try_from(rate).expect("rates are small"))
        .channels(channels)
        .build()
}

/// Gives `samples` samples of silence to the encoders, the first being sample `at`.
fn push_silence(feed: &mut Feed, at: u64, samples: u64) -> Result<(), TranscodeError> {
    /// A second at a time.
    const MOST: u64 = RATE as u64;
    let mut laid = 0;
    while laid < samples {
        let part = (samples - laid).min(MOST);
        let bytes = usize::try_from(part).unwrap_or(0) * BYTES_PER_SAMPLE;
        push(feed, gst::Buffer::from_mut_slice(vec![0_u8; bytes]), at + laid)?;
        laid += part;
    }
    Ok(())
}

fn push(feed: &mut Feed, mut buffer: gst::Buffer, at: u64) -> Result<(), TranscodeError> {
    let samples = (buffer.size() / BYTES_PER_SAMPLE) as u64;
    let time = |samples: u64| {
        let ns = u128::from(samples) * 1_000_000_000 / u128::from(RATE);
        gst::ClockTime::from_nseconds(u64::try_from(ns).unwrap_or(u64::MAX - 1))
    };
    let stamped = buffer.make_mut();
    stamped.set_pts(time(at));
    stamped.set_duration(time(at + samples) - time(at));
    feed.push(buffer)
}

/// Gets a taker back from the pipeline that it was lent to.
pub(crate) fn take_out<T>(taker: Arc<Mutex<T>>) -> T {
    Arc::try_unwrap(taker)
        .unwrap_or_else(|_| unreachable!("the pipeline is gone, and with it its share"))
        .into_inner()
        .expect("a taker returns errors")
}

/// Writes AAC frames to a file.
struct AacTaker {
    path: std::path::PathBuf,
    writer: Option<TrackWriter>,
}

impl AacTaker {
    const TIME: TrackTime =
        TrackTime { timescale: RATE, sample_ticks: FRAME_SAMPLES, lead_ticks: PRIMING_SAMPLES };

    const fn new(path: std::path::PathBuf) -> Self {
        Self { path, writer: None }
    }

    fn finish(self) -> Result<TrackFile, TranscodeError> {
        let nothing = || TranscodeError::Pipeline {
            what: WHAT,
            element: "avenc_aac".to_owned(),
            message: "nothing came out".to_owned(),
        };
        self.writer.ok_or_else(nothing)?.finish()
    }
}

impl Taker for AacTaker {
    fn take(&mut self, sample: &gst::Sample) -> Result<(), TranscodeError> {
        let Some(buffer) = sample.buffer() else { return Ok(()) };
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => {
                let config = encode::codec_data(WHAT, sample)?;
                let sample_rate = u16::try_from(RATE).expect("48000 fits");
                let codec = TrackCodec::AacLc { config, sample_rate, channels: CHANNELS };
                let writer = TrackWriter::create(&self.path, codec, Self::TIME)?;
                self.writer.insert(writer)
            }
        };
        // The segment ends where a video's does, to the frame.
        let segment = u64::from(SEGMENT_SECONDS) * u64::from(RATE);
        let before = writer.frames() * u64::from(FRAME_SAMPLES);
        if 0 < before && before / segment != (before - u64::from(FRAME_SAMPLES)) / segment {
            writer.cut()?;
        }
        let data = encode::bytes(WHAT, buffer)?;
        writer.push(Frame { shown_after: 0, key: true, data });
        Ok(())
    }
}

/// Writes 16 kHz samples to a file and finds their peaks.
struct SpeechTaker {
    wav: WavWriter,
    peaks: PeakMeter,
}

impl Taker for SpeechTaker {
    fn take(&mut self, sample: &gst::Sample) -> Result<(), TranscodeError> {
        let Some(buffer) = sample.buffer() else { return Ok(()) };
        let samples = encode::bytes(WHAT, buffer)?;
        self.peaks.push(&samples);
        self.wav.push(&samples)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archive::MediaTime;

    #[test]
    fn no_input_is_no_sound() {
        let folder = tempfile::tempdir().unwrap();
        let made = run(&[], folder.path(), &Reporter::silent()).unwrap();
        let Made::Audio { duration, speech, renditions, files } = made else { panic!("{made:?}") };
        assert_eq!((duration, speech), (MediaTime::ZERO, false));
        assert!(renditions.is_empty() && files.is_empty());
    }
}
