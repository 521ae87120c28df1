//! Reads a whole file without decoding it: what is in it, and how long it really is.
//!
//! A header may lie or say nothing (`WebM` from a browser has no duration, a cut-off file has the
//! uncut one); the packets do not.

use crate::{
    container::Container,
    elements::make,
    error::TranscodeError,
    grid::FrameRate,
    pipeline::{Heard, Running, STALL_LIMIT, StallWatch},
    task::Input,
};
use gstreamer::{self as gst, prelude::*};
use std::{
    fs::File,
    io::Read as _,
    sync::{Arc, Mutex},
    time::Duration,
};

const WHAT: &str = "reads the source";

/// What a file holds.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    pub(crate) container: Container,
    /// When the last packet of any stream ends, in nanoseconds of the file's own time.
    pub(crate) end_ns: u64,
    /// The first picture stream that has packets.
    pub(crate) video: Option<Stream>,
    /// The first sound stream that has packets.
    pub(crate) audio: Option<Stream>,
    /// What is wrong with the file, in words, where something is.
    pub(crate) complaint: Option<String>,
}

/// One stream, as its packets are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stream {
    /// The codec as `GStreamer` names it, for example `video/x-vp8`.
    pub(crate) codec: String,
    pub(crate) declared_rate: Option<FrameRate>,
    pub(crate) packets: u64,
    pub(crate) first_ns: u64,
    /// When the last packet begins.
    pub(crate) last_ns: u64,
    /// When the last packet ends, as far as packets say how long they last.
    pub(crate) end_ns: u64,
}

/// No meeting lasts longer; a time stamp that says so is broken.
pub(crate) const LONGEST: Duration = Duration::from_secs(24 * 3_600);

/// Opens a file far enough to say what it is.
pub(crate) fn container(input: &Input) -> Result<Container, TranscodeError> {
    let open = |source| TranscodeError::Open { input: input.name.clone(), source };
    let mut head = Vec::with_capacity(Container::HEAD_BYTES);
    let file = File::open(&input.path).map_err(open)?;
    file.take(Container::HEAD_BYTES as u64).read_to_end(&mut head).map_err(open)?;
    if head.is_empty() {
        return Err(TranscodeError::Empty { input: input.name.clone() });
    }
    Container::of(&head).ok_or_else(|| TranscodeError::NotMedia { input: input.name.clone() })
}

/// Reads `input` from its beginning to its end, or to where it is broken.
///
/// # Errors
///
/// [`TranscodeError::Unreadable`] only if not one packet could be read.
pub(crate) fn probe(input: &Input) -> Result<Probe, TranscodeError> {
    let container = container(input)?;
    let streams = Arc::new(Mutex::new(Vec::<Stream>::new()));
    let pipeline = gst::Pipeline::new();
    let demuxer = demuxer(&pipeline, input, container)?;
    let (found, into) = (Arc::clone(&streams), pipeline.downgrade());
    demuxer.connect_pad_added(move |_, pad| {
        if let Some(pipeline) = into.upgrade() {
            count_packets(&pipeline, pad, &found);
        }
    });
    let running = Running::start(pipeline).map_err(|fault| unreadable(input, fault.message))?;
    let mut watch = StallWatch::new(STALL_LIMIT);
    let fault = loop {
        match running.listen(Duration::from_millis(100)) {
            Ok(Heard::End) => break None,
            Ok(Heard::Nothing) => watch.see(packets(&streams), WHAT)?,
            Err(fault) => break Some(fault.message),
        }
    };
    let declared = running.pipeline().query_duration::<gst::ClockTime>();
    drop(running);

    let streams = std::mem::take(&mut *streams.lock().expect("no holder panics"));
    let streams: Vec<_> = streams.into_iter().filter(|it| 0 < it.packets).collect();
    let first = |kind: &str| streams.iter().find(|it| it.codec.starts_with(kind)).cloned();
    // Motion JPEG is a picture too, of a codec that is not decoded.
    let (video, audio) = (first("video/").or_else(|| first("image/")), first("audio/"));
    let Some(end_ns) = streams.iter().map(|it| it.end_ns).max() else {
        let message = fault.unwrap_or_else(|| "it holds no packets".to_owned());
        return Err(unreadable(input, message));
    };
    if LONGEST.as_nanos() < u128::from(end_ns) {
        return Err(TranscodeError::TooLong { input: input.name.clone(), limit: LONGEST });
    }
    let complaint = complaint(input, declared, end_ns, fault);
    Ok(Probe { container, end_ns, video, audio, complaint })
}

/// Adds a file's source and demuxer to a pipeline.
pub(crate) fn demuxer(
    pipeline: &gst::Pipeline,
    input: &Input,
    container: Container,
) -> Result<gst::Element, TranscodeError> {
    let file = make("filesrc")?;
    file.set_property("location", &input.path);
    file.set_property("blocksize", 256 * 1024_u32);
    let demuxer = make(container.demuxer())?;
    pipeline
        .add_many([&file, &demuxer])
        .and_then(|()| file.link(&demuxer))
        .map_err(|source| TranscodeError::Build { what: WHAT, source: source.into() })?;
    Ok(demuxer)
}

fn unreadable(input: &Input, message: String) -> TranscodeError {
    TranscodeError::Unreadable { input: input.name.clone(), message }
}

fn packets(streams: &Mutex<Vec<Stream>>) -> u64 {
    streams.lock().expect("no holder panics").iter().map(|it| it.packets).sum()
}

fn complaint(
    input: &Input,
    declared: Option<gst::ClockTime>,
    end_ns: u64,
    fault: Option<String>,
) -> Option<String> {
    const SLACK_NS: u64 = 1_000_000_000;
    let end = gst::ClockTime::from_nseconds(end_ns);
    if let Some(fault) = fault {
        return Some(format!("`{}` is broken after {end:.3}: {fault}", input.name));
    }
    let declared = declared.filter(|it| end_ns + SLACK_NS < it.nseconds())?;
    Some(format!("`{}` ends after {end:.3}, its header says {declared:.3}", input.name))
}

/// Links a new stream to a sink that throws its packets away, and counts them.
fn count_packets(pipeline: &gst::Pipeline, pad: &gst::Pad, streams: &Arc<Mutex<Vec<Stream>>>) {
    let Ok(sink) = make("fakesink") else { return };
    sink.set_property("sync", false);
    // Without waiting for a first packet: a stream may have none.
    sink.set_property("async", false);
    let linked = pipeline.add(&sink).is_ok()
        && sink.sync_state_with_parent().is_ok()
        && sink.static_pad("sink").is_some_and(|it| pad.link(&it).is_ok());
    if !linked {
        tracing::warn!(stream = %pad.name(), "cannot read a stream");
        return;
    }
    let n = {
        let mut streams = streams.lock().expect("no holder panics");
        streams.push(Stream { first_ns: u64::MAX, ..Stream::default() });
        streams.len() - 1
    };
    let streams = Arc::clone(streams);
    pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
        if let Some(buffer) = info.buffer() {
            let mut streams = streams.lock().expect("no holder panics");
            streams[n].count(pad, buffer);
        }
        gst::PadProbeReturn::Ok
    });
}

impl Stream {
    fn count(&mut self, pad: &gst::Pad, buffer: &gst::BufferRef) {
        if self.packets == 0
            && let Some(caps) = pad.current_caps()
            && let Some(described) = caps.structure(0)
        {
            self.codec = described.name().to_string();
            self.declared_rate = described
                .get::<gst::Fraction>("framerate")
                .ok()
                .and_then(|it| Some((it.numer().try_into().ok()?, it.denom().try_into().ok()?)))
                .and_then(|(numerator, denominator)| FrameRate::new(numerator, denominator));
        }
        self.packets += 1;
        let at = pad
            .sticky_event::<gst::event::Segment>(0)
            .and_then(|it| stream_time(it.segment(), buffer.pts()));
        if let Some(at) = at {
            self.first_ns = self.first_ns.min(at);
            self.last_ns = self.last_ns.max(at);
            let length = buffer.duration().map_or(0, gst::ClockTime::nseconds);
            self.end_ns = self.end_ns.max(at.saturating_add(length));
        }
    }
}

/// The file's own time of a time stamp, which is the player's time too.
pub(crate) fn stream_time(segment: &gst::Segment, pts: Option<gst::ClockTime>) -> Option<u64> {
    let segment = segment.downcast_ref::<gst::ClockTime>()?;
    segment.to_stream_time(pts?).map(gst::ClockTime::nseconds)
}
