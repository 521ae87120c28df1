//! A track's picture: one decode, sampled to a steady grid, scaled and encoded to every rung of the
//! ladder at once.

use crate::{
    audio::take_out,
    clock,
    cmaf::{Colour, Frame, TrackCodec, TrackFile, TrackTime, TrackWriter},
    decode::{Decoded, Decoder, Packets},
    elements::make,
    encode::{self, Feed, Outputs, Taker, chain, filter, queue},
    error::TranscodeError,
    grid::{FrameRate, FrameSampler},
    plan::{self, Rung},
    playlist, probe,
    report::Reporter,
    task::{Input, Made},
};
use archive::{DerivedFile, MediaTime, Rendition, RenditionKind, Track};
use gstreamer::{self as gst, prelude::*};
use gstreamer_video::{VideoCapsBuilder, VideoColorimetry, VideoFormat, VideoInfo};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

const WHAT: &str = "encodes the picture";

/// How long a segment is: as far as a player must read to begin somewhere, and one key frame.
pub(crate) const SEGMENT_SECONDS: u32 = 4;

/// Frames a second where neither the file nor its packets say: what BigBlueButton's `video.rb` and
/// `deskshare_output_framerate` fall back to.
const fn usual_rate(track: Track) -> u32 {
    match track {
        Track::Webcams => 15,
        Track::Deskshare | Track::Audio => 5,
    }
}

/// Makes the renditions of one track's picture, and their playlists.
///
/// `audio` is the rendition that is played with them, if they are to sound.
pub(crate) fn run(
    track: Track,
    input: &Input,
    audio: Option<&Rendition>,
    threads: u32,
    out: &Path,
    report: &Reporter,
) -> Result<Made, TranscodeError> {
    let probe = probe::probe(input)?;
    if let Some(complaint) = &probe.complaint {
        report.warn(complaint);
    }
    let no_picture = || TranscodeError::NoPicture { input: input.name.clone() };
    let stream = probe.video.as_ref().ok_or_else(no_picture)?;
    let rate = plan::frame_rate(
        stream.declared_rate,
        stream.packets,
        stream.last_ns - stream.first_ns,
        usual_rate(track),
    );
    // Any size, any layout of planes; 4:4:4 and RGB, which shared screens come in, become 4:2:0.
    let format = VideoCapsBuilder::new().format(VideoFormat::I420).build();
    let mut decoder =
        Decoder::start(input, &probe, stream, Packets::All, &["videoconvert"], &format)?;
    let Some(mut current) = decoder.next()? else { return Err(decoder.nothing(input)) };
    let mut info = picture_info(&current)?;
    let colours = colours(&info, decoder.says_its_colours());
    let (width, height) = display_size(&info);

    let mut encoders = Ladder::start(
        &Picture { info: &info, rate, colours: &colours },
        &plan::ladder(width, height),
        track,
        threads,
        out,
    )?;
    // The last frame lasts one frame, where the file does not say that something lasts longer.
    let frame_ns = rate.start_ns(1);
    let total = rate.frames_covering(probe.end_ns.max(stream.last_ns.saturating_add(frame_ns)));
    let mut sampler = FrameSampler::new(rate);
    loop {
        let following = decoder.next()?;
        let shown = match &following {
            Some(following) => sampler.until(following.at_ns),
            None => sampler.rest(total),
        };
        for n in shown.start..shown.end.min(total) {
            encoders.push(&current, n)?;
            report.progress(n + 1, total);
        }
        let Some(following) = following else { break };
        let next_info = picture_info(&following)?;
        if next_info != info {
            // A camera that turns: later frames are fitted into the size that the first ones had.
            info = next_info;
            encoders.set_source(&Picture { info: &info, rate, colours: &colours })?;
        }
        current = following;
    }
    if let Some(fault) = decoder.fault() {
        report.warn(&format!("the picture of `{}` breaks off: {fault}", input.name));
    }
    drop(decoder);
    publish(track, encoders.finish()?, rate, audio, out)
}

/// Writes the playlists and says what there is.
fn publish(
    track: Track,
    tracks: Vec<(Rung, TrackFile)>,
    rate: FrameRate,
    audio: Option<&Rendition>,
    out: &Path,
) -> Result<Made, TranscodeError> {
    let mut renditions = Vec::new();
    let mut files = Vec::new();
    let mut playlists = Vec::new();
    for (rung, file) in tracks {
        let media = name(track, rung, "mp4");
        let playlist = name(track, rung, "m3u8");
        playlists.push((playlist.clone(), playlist::media(&file, &media)));
        let kind = RenditionKind::Video { width: rung.width, height: rung.height };
        let duration = clock::media_time(file.length_ns());
        files.push(media.clone());
        renditions.push(describe(&file, track, kind, media, playlist, duration));
    }
    playlists.push((track.playlist(), playlist::multivariant(&renditions, Some(rate), audio)));
    for (name, bytes) in playlists {
        let path = out.join(name.as_str());
        std::fs::write(&path, bytes).map_err(|source| TranscodeError::Write { path, source })?;
        files.push(name);
    }
    Ok(Made::Video { renditions, files })
}

fn name(track: Track, rung: Rung, extension: &str) -> DerivedFile {
    let name = format!("{}-{}p.{extension}", track.as_str(), rung.lines);
    name.parse().expect("a track, a number and an extension are plain")
}

/// What the catalog is to know of a written file.
pub(crate) fn describe(
    file: &TrackFile,
    track: Track,
    kind: RenditionKind,
    media: DerivedFile,
    playlist: DerivedFile,
    duration: MediaTime,
) -> Rendition {
    Rendition {
        track,
        kind,
        codecs: file.codecs.clone(),
        peak_bitrate: file.peak_bitrate(),
        average_bitrate: file.average_bitrate(),
        media,
        playlist,
        size_bytes: file.size(),
        duration,
    }
}

fn picture_info(decoded: &Decoded) -> Result<VideoInfo, TranscodeError> {
    let info = decoded.sample.caps().map(VideoInfo::from_caps);
    info.and_then(Result::ok).ok_or_else(|| TranscodeError::Pipeline {
        what: WHAT,
        element: "decoder".to_owned(),
        message: "it does not say what its pictures are".to_owned(),
    })
}

/// The size in square pixels.
pub(crate) fn display_size(info: &VideoInfo) -> (u32, u32) {
    let par = info.par();
    let (numerator, denominator) =
        (u64::from(par.numer().unsigned_abs()), u64::from(par.denom().unsigned_abs().max(1)));
    let width = u64::from(info.width()) * numerator.max(1) / denominator;
    (u32::try_from(width).unwrap_or(info.width()).max(1), info.height())
}

/// Which colours the source's numbers mean.
///
/// VP8 and VP9 as BigBlueButton writes them say nothing and mean BT.601, whatever their size. They
/// are carried over as that and labelled so, since a player that is told nothing guesses BT.709 for
/// tall pictures.
pub(crate) fn colours(info: &VideoInfo, said: bool) -> VideoColorimetry {
    let bt601 = || "bt601".parse().expect("GStreamer knows BT.601");
    let known = info.colorimetry().matrix() != gstreamer_video::VideoColorMatrix::Unknown;
    if said && known { info.colorimetry() } else { bt601() }
}

fn colour_of(it: &VideoColorimetry) -> Option<Colour> {
    let number = |it: u32| u16::try_from(it).ok();
    Some(Colour {
        primaries: number(it.primaries().to_iso())?,
        transfer: number(it.transfer().to_iso())?,
        matrix: number(it.matrix().to_iso())?,
        full_range: it.range() == gstreamer_video::VideoColorRange::Range0_255,
    })
}

/// What goes into the encoders.
struct Picture<'a> {
    info: &'a VideoInfo,
    rate: FrameRate,
    colours: &'a VideoColorimetry,
}

impl Picture<'_> {
    fn caps(&self) -> Result<gst::Caps, TranscodeError> {
        let build = |source: gst::glib::BoolError| TranscodeError::Build {
            what: WHAT,
            source: source.into(),
        };
        VideoInfo::builder(VideoFormat::I420, self.info.width(), self.info.height())
            .par(self.info.par())
            .fps(fraction(self.rate))
            .colorimetry(self.colours)
            .build()
            .and_then(|it| it.to_caps())
            .map_err(build)
    }
}

fn fraction(rate: FrameRate) -> gst::Fraction {
    let number = |it: u32| i32::try_from(it).expect("a frame rate is small");
    gst::Fraction::new(number(rate.numerator()), number(rate.denominator()))
}

/// The encoders of all rungs, one scaled from the other.
struct Ladder {
    feed: Feed,
    rate: FrameRate,
    rungs: Vec<(Rung, Arc<Mutex<AvcTaker>>)>,
}

impl Ladder {
    fn start(
        picture: &Picture<'_>,
        rungs: &[Rung],
        track: Track,
        threads: u32,
        out: &Path,
    ) -> Result<Self, TranscodeError> {
        let pipeline = gst::Pipeline::new();
        let outputs = Arc::new(Outputs::default());
        let source = Feed::source(&picture.caps()?);
        let group = picture.rate.frames_in(SEGMENT_SECONDS);
        let mut above: gst::Element = source.clone().into();
        let mut takers = Vec::new();
        for &rung in rungs {
            let taker = Arc::new(Mutex::new(AvcTaker {
                path: out.join(name(track, rung, "mp4").as_str()),
                rung,
                rate: picture.rate,
                group,
                colour: colour_of(picture.colours),
                writer: None,
                lead: 0,
            }));
            let (scale, tee) = (make("videoscale")?, make("tee")?);
            // The usual two taps let fine lines shimmer, which then costs bits.
            scale.set_property_from_str("method", "catrom");
            // A width is rounded to an even number; keeping the exact shape would put a black line
            // under such a picture and shift every line of it.
            scale.set_property("add-borders", false);
            let size = filter(&size_caps(rung))?;
            chain(WHAT, &pipeline, &[above, queue()?, scale, size, tee.clone()])?;
            let profile = gst::Caps::builder("video/x-h264")
                .field("stream-format", "avc")
                .field("alignment", "au")
                .field("profile", "high")
                .build();
            let sink = encode::sink_into(&outputs, &taker);
            let encoder = encoder(rung, group, threads)?;
            let branch = [tee.clone(), queue()?, encoder, filter(&profile)?, sink.into()];
            chain(WHAT, &pipeline, &branch)?;
            takers.push((rung, taker));
            above = tee;
        }
        let feed = Feed::start(WHAT, pipeline, source, outputs)?;
        Ok(Self { feed, rate: picture.rate, rungs: takers })
    }

    fn set_source(&self, picture: &Picture<'_>) -> Result<(), TranscodeError> {
        self.feed.set_caps(&picture.caps()?);
        Ok(())
    }

    /// Shows a decoded picture as frame `n` of the grid.
    fn push(&mut self, decoded: &Decoded, n: u64) -> Result<(), TranscodeError> {
        let Some(buffer) = decoded.sample.buffer_owned() else { return Ok(()) };
        let (start, end) = (self.rate.start_ns(n), self.rate.start_ns(n + 1));
        // Shares the picture's memory; only the time stamps are its own.
        let mut frame = buffer.copy();
        let stamped = frame.make_mut();
        stamped.set_pts(gst::ClockTime::from_nseconds(start));
        stamped.set_dts(gst::ClockTime::NONE);
        stamped.set_duration(gst::ClockTime::from_nseconds(end - start));
        self.feed.push(frame)
    }

    fn finish(self) -> Result<Vec<(Rung, TrackFile)>, TranscodeError> {
        self.feed.finish()?;
        let finished = self.rungs.into_iter().map(|(rung, taker)| {
            let track = take_out(taker).finish()?;
            Ok((rung, track))
        });
        finished.collect()
    }
}

fn size_caps(rung: Rung) -> gst::Caps {
    let pixels = |it: u32| i32::try_from(it).expect("a rung is small");
    VideoCapsBuilder::new()
        .width(pixels(rung.width))
        .height(pixels(rung.height))
        .pixel_aspect_ratio(gst::Fraction::new(1, 1))
        .build()
}

/// Constant quality under a ceiling, with a key frame every `group` frames and nowhere else, so that
/// segments begin at the same times in every rung.
fn encoder(rung: Rung, group: u32, threads: u32) -> Result<gst::Element, TranscodeError> {
    let encoder = make("x264enc")?;
    encoder.set_property_from_str("speed-preset", "veryfast");
    encoder.set_property_from_str("pass", "qual");
    encoder.set_property("quantizer", 23_u32);
    encoder.set_property("bitrate", rung.most_kbps);
    encoder.set_property("vbv-buf-capacity", 2_000_u32);
    encoder.set_property("key-int-max", group);
    encoder.set_property("threads", threads);
    // Delimiters are for transport streams; in MP4 the sample table delimits, and they cost a
    // drawn picture some 7 % of its bytes.
    encoder.set_property("aud", false);
    // Not a matter of taste: a key frame at a scene's cut would break the alignment.
    let options = format!("scenecut=0:open-gop=0:min-keyint={group}");
    encoder.set_property("option-string", options);
    Ok(encoder)
}

/// Writes the frames of one rung to a file.
struct AvcTaker {
    path: PathBuf,
    rung: Rung,
    rate: FrameRate,
    group: u32,
    colour: Option<Colour>,
    writer: Option<TrackWriter>,
    /// Frames that the encoder decodes ahead of the one shown first.
    lead: u64,
}

impl AvcTaker {
    fn finish(self) -> Result<TrackFile, TranscodeError> {
        let nothing = || misbehaved("nothing came out".to_owned());
        self.writer.ok_or_else(nothing)?.finish()
    }

    fn create(
        &mut self,
        sample: &gst::Sample,
        buffer: &gst::BufferRef,
    ) -> Result<TrackWriter, TranscodeError> {
        let ahead = buffer.pts().zip(buffer.dts()).and_then(|(pts, dts)| pts.checked_sub(dts));
        self.lead = self.rate.nearest(ahead.map_or(0, gst::ClockTime::nseconds));
        let side = |it: u32| u16::try_from(it).expect("a rung is small");
        let codec = TrackCodec::Avc {
            config: encode::codec_data(WHAT, sample)?,
            width: side(self.rung.width),
            height: side(self.rung.height),
            colour: self.colour,
        };
        let (timescale, sample_ticks) = self.rate.time_base();
        let lead = u32::try_from(self.lead).unwrap_or(u32::MAX);
        let time =
            TrackTime { timescale, sample_ticks, lead_ticks: lead.saturating_mul(sample_ticks) };
        TrackWriter::create(&self.path, codec, time)
    }
}

impl Taker for AvcTaker {
    fn take(&mut self, sample: &gst::Sample) -> Result<(), TranscodeError> {
        let Some(buffer) = sample.buffer() else { return Ok(()) };
        // x264enc moves its time stamps up by a thousand hours so that none is negative; the segment
        // says so, and running time takes it off again.
        let shown = sample
            .segment()
            .and_then(|it| it.downcast_ref::<gst::ClockTime>())
            .and_then(|it| it.to_running_time(buffer.pts()?))
            .ok_or_else(|| misbehaved("a frame has no time".to_owned()))?;
        let shown = self.rate.nearest(shown.nseconds());
        let mut writer = match self.writer.take() {
            Some(writer) => writer,
            None => self.create(sample, buffer)?,
        };
        let decoded = writer.frames();
        let key = !buffer.flags().contains(gst::BufferFlags::DELTA_UNIT);
        if key && shown.is_multiple_of(self.group.into()) {
            writer.cut()?;
        }
        let shown_after = (shown + self.lead)
            .checked_sub(decoded)
            .and_then(|it| u32::try_from(it).ok())
            .ok_or_else(|| misbehaved(format!("frame {shown} comes too late at {decoded}")))?;
        writer.push(Frame { shown_after, key, data: encode::bytes(WHAT, buffer)? });
        self.writer = Some(writer);
        Ok(())
    }
}

fn misbehaved(message: String) -> TranscodeError {
    TranscodeError::Pipeline { what: WHAT, element: "x264enc".to_owned(), message }
}
