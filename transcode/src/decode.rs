//! Decodes one stream of a file and hands out what comes of it, one buffer at a time.

use crate::{
    elements::make,
    error::TranscodeError,
    pipeline::{Fault, Running, STALL_LIMIT, StallWatch},
    probe::{self, Probe, Stream},
    task::Input,
};
use gstreamer::{self as gst, prelude::*};
use gstreamer_app::AppSink;
use std::sync::atomic::{AtomicU64, Ordering};

const WHAT: &str = "decodes the source";

/// Which packets are decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packets {
    All,
    /// Those that need no other, and of them not more than one in this many nanoseconds: for
    /// stills, which then cost a hundredth of a full decode.
    Keys {
        at_least_apart_ns: u64,
    },
}

/// One decoded buffer.
#[derive(Debug)]
pub(crate) struct Decoded {
    /// With the caps it came with.
    pub(crate) sample: gst::Sample,
    /// Where it stands in the file's own time, in nanoseconds.
    pub(crate) at_ns: u64,
}

/// A file being decoded.
pub(crate) struct Decoder {
    running: Running,
    sink: AppSink,
    decoder: gst::Element,
    watch: StallWatch,
    handed_out: u64,
    fault: Option<Fault>,
}

/// The elements that turn packets of a codec into raw pictures or sound; the last one decodes.
fn decoders(codec: &str) -> Option<&'static [&'static str]> {
    Some(match codec {
        "video/x-vp8" => &["vp8dec"],
        "video/x-vp9" => &["vp9parse", "vp9dec"],
        "video/x-av1" => &["av1dec"],
        "video/x-h264" => &["h264parse", "avdec_h264"],
        "audio/x-opus" => &["opusdec"],
        "audio/x-vorbis" => &["vorbisdec"],
        "audio/mpeg" => &["aacparse", "avdec_aac"],
        "audio/x-flac" => &["flacdec"],
        _ => return None,
    })
}

impl Decoder {
    /// Starts decoding one stream of `input` as `probe` found it.
    ///
    /// `converters` come between the decoder and the caller, and `format` is what comes out.
    pub(crate) fn start(
        input: &Input,
        probe: &Probe,
        stream: &Stream,
        packets: Packets,
        converters: &[&str],
        format: &gst::Caps,
    ) -> Result<Self, TranscodeError> {
        let names = decoders(&stream.codec).ok_or_else(|| TranscodeError::UnsupportedCodec {
            input: input.name.clone(),
            codec: stream.codec.clone(),
        })?;
        let build = |source: gst::glib::BoolError| TranscodeError::Build {
            what: WHAT,
            source: source.into(),
        };

        let pipeline = gst::Pipeline::new();
        let demuxer = probe::demuxer(&pipeline, input, probe.container)?;
        let mut chain = Vec::new();
        for name in names.iter().chain(converters) {
            chain.push(make(name)?);
        }
        let decoder = chain[names.len() - 1].clone();
        // Made by its type rather than by name, so that it can be asked for samples.
        let sink = AppSink::builder()
            .sync(false)
            .enable_last_sample(false)
            .max_buffers(4)
            .caps(format)
            .build();
        chain.push(sink.clone().upcast());
        pipeline.add_many(&chain).and_then(|()| gst::Element::link_many(&chain)).map_err(build)?;

        let entrance = chain[0].static_pad("sink").expect("decoders have one input");
        if let Packets::Keys { at_least_apart_ns } = packets {
            pass_only_keys(&entrance, at_least_apart_ns);
        }
        let codec = stream.codec.clone();
        demuxer.connect_pad_added(move |_, pad| {
            let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
            let fits = caps.structure(0).is_some_and(|it| *it.name() == *codec);
            // A failure to link shows as a stream that never begins.
            if fits
                && !entrance.is_linked()
                && let Err(error) = pad.link(&entrance)
            {
                tracing::warn!(?error, "cannot decode a stream");
            }
        });
        let running = Running::start(pipeline).map_err(|it| it.in_pipeline(WHAT))?;
        let watch = StallWatch::new(STALL_LIMIT);
        Ok(Self { running, sink, decoder, watch, handed_out: 0, fault: None })
    }

    /// Waits for the next buffer; `None` at the end of the stream, or where it is broken.
    pub(crate) fn next(&mut self) -> Result<Option<Decoded>, TranscodeError> {
        loop {
            if let Some(sample) = self.sink.try_pull_sample(gst::ClockTime::from_mseconds(100)) {
                self.handed_out += 1;
                let pts = sample.buffer().and_then(gst::BufferRef::pts);
                let at_ns = sample.segment().and_then(|it| probe::stream_time(it, pts));
                // A buffer without a time has no place.
                if let Some(at_ns) = at_ns {
                    return Ok(Some(Decoded { sample, at_ns }));
                }
                continue;
            }
            if let Some(fault) = self.running.fault() {
                self.fault.get_or_insert(fault);
            }
            if self.sink.is_eos() || self.fault.is_some() {
                return Ok(None);
            }
            self.watch.see(self.handed_out, WHAT)?;
        }
    }

    /// Why the stream broke off, where it did.
    pub(crate) fn fault(&self) -> Option<&str> {
        self.fault.as_ref().map(|it| it.message.as_str())
    }

    /// Whether the source says which colours its numbers mean, in the container or in the stream.
    ///
    /// Asked once there is a first picture. The decoder's own output cannot answer: where nothing
    /// is said it fills in a guess by the picture's height.
    pub(crate) fn says_its_colours(&self) -> bool {
        let caps = |name| self.decoder.static_pad(name).and_then(|it| it.current_caps());
        let said = caps("sink")
            .is_some_and(|it| it.structure(0).is_some_and(|it| it.has_field("colorimetry")));
        let rgb = caps("src")
            .and_then(|it| gstreamer_video::VideoInfo::from_caps(&it).ok())
            .is_some_and(|it| it.is_rgb());
        said || rgb
    }

    /// The error for a stream of which nothing came out.
    pub(crate) fn nothing(&self, input: &Input) -> TranscodeError {
        let message = self.fault().unwrap_or("the stream holds nothing that the decoder takes");
        TranscodeError::NothingDecodable { input: input.name.clone(), message: message.to_owned() }
    }
}

fn pass_only_keys(pad: &gst::Pad, at_least_apart_ns: u64) {
    let due = AtomicU64::new(0);
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        let Some(buffer) = info.buffer() else { return gst::PadProbeReturn::Ok };
        let at = buffer.pts().map_or(0, gst::ClockTime::nseconds);
        // Stream headers in the packets' way have neither.
        let header = buffer.flags().contains(gst::BufferFlags::HEADER);
        let delta = buffer.flags().contains(gst::BufferFlags::DELTA_UNIT);
        if header || (!delta && due.load(Ordering::Relaxed) <= at) {
            due.store(at.saturating_add(at_least_apart_ns), Ordering::Relaxed);
            return gst::PadProbeReturn::Ok;
        }
        // `PadProbeReturn::Drop` makes GStreamer 1.22 complain of every buffer.
        info.data = None;
        gst::PadProbeReturn::Handled
    });
}
