//! Makes the media that the tests start from.

use gstreamer::{self as gst, prelude::*};
use gstreamer_app::AppSrc;
use std::path::Path;

/// Runs a pipeline that writes `file` (its sink is called `file`) to its end.
pub(crate) fn record(file: &Path, description: &str) {
    gst::init().unwrap();
    let pipeline = launch(description);
    run(&pipeline, file, || ());
}

#[expect(clippy::disallowed_methods, reason = "the descriptions are constants of the tests")]
pub(crate) fn launch(description: &str) -> gst::Pipeline {
    let pipeline = gst::parse::launch(description);
    pipeline.unwrap_or_else(|it| panic!("{it}: {description}")).downcast().unwrap()
}

fn run(pipeline: &gst::Pipeline, file: &Path, feed: impl FnOnce()) {
    pipeline.by_name("file").unwrap().set_property("location", file);
    pipeline.set_state(gst::State::Playing).unwrap();
    feed();
    let bus = pipeline.bus().unwrap();
    let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
    let message = bus.timed_pop_filtered(gst::ClockTime::from_seconds(120), &kinds).unwrap();
    pipeline.set_state(gst::State::Null).unwrap();
    assert_eq!(message.type_(), gst::MessageType::Eos, "{message:?}");
}

/// A picture of `codec` (an encoder with its properties).
pub(crate) fn picture(width: u32, height: u32, fps: u32, seconds: u32, codec: &str) -> String {
    let frames = fps * seconds;
    format!(
        "videotestsrc pattern=ball num-buffers={frames} \
         ! video/x-raw,format=I420,width={width},height={height},framerate={fps}/1 ! {codec} "
    )
}

pub(crate) const VP8: &str = "vp8enc deadline=1 cpu-used=16 keyframe-max-dist=30";
pub(crate) const VP9: &str = "vp9enc deadline=1 cpu-used=8 keyframe-max-dist=30";

/// A tone of `seconds`, `wave` as `audiotestsrc` names it.
pub(crate) fn tone(seconds: u32, wave: &str, codec: &str) -> String {
    let buffers = seconds * 10;
    format!(
        "audiotestsrc wave={wave} samplesperbuffer=4800 num-buffers={buffers} \
         ! audio/x-raw,rate=48000,channels=1 ! audioconvert ! {codec} "
    )
}

/// What BigBlueButton writes of the cameras: VP8 and Opus in `WebM`, 640x480, 15 frames a second.
pub(crate) fn webcams(file: &Path, seconds: u32) {
    let picture = picture(640, 480, 15, seconds, VP8);
    let sound = tone(seconds, "ticks", "opusenc");
    record(file, &format!("webmmux name=m ! filesink name=file {picture} ! m. {sound} ! m."));
}

/// A shared screen: VP9 without sound, 5 frames a second.
pub(crate) fn deskshare(file: &Path, seconds: u32) {
    let picture = picture(1_280, 720, 5, seconds, VP9);
    record(file, &format!("{picture} ! webmmux ! filesink name=file"));
}

/// Every two seconds, for a fifth of a second, the picture is white and a tone sounds; both begin at
/// the same instant.
pub(crate) fn flash_and_beep(file: &Path, seconds: u32, sound_codec: &str) {
    const FPS: u64 = 25;
    const RATE: u64 = 48_000;
    gst::init().unwrap();
    let pipeline = launch(&format!(
        "webmmux name=m ! filesink name=file \
         appsrc name=v format=time block=true \
           caps=video/x-raw,format=I420,width=160,height=120,framerate=25/1 ! queue ! {VP8} ! m. \
         appsrc name=a format=time block=true \
           caps=audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved \
           ! queue ! audioconvert ! {sound_codec} ! m."
    ));
    let source = |name| pipeline.by_name(name).unwrap().downcast::<AppSrc>().unwrap();
    let (video, audio) = (source("v"), source("a"));
    run(&pipeline, file, || {
        let feed_video = std::thread::spawn(move || {
            for n in 0..FPS * u64::from(seconds) {
                let white = n % (2 * FPS) < FPS / 5;
                let mut frame = vec![if white { 235 } else { 16 }; 160 * 120];
                frame.extend(vec![128; 160 * 120 / 2]);
                video.push_buffer(stamped(frame, n, FPS)).unwrap();
            }
            video.end_of_stream().unwrap();
        });
        for tenth in 0..10 * u64::from(seconds) {
            let samples = (0..RATE / 10).flat_map(|n| {
                let loud = tenth % 20 < 2 && n / 24 % 2 == 0;
                (if loud {
                    12_000_i16
                } else if tenth % 20 < 2 {
                    -12_000
                } else {
                    0
                })
                .to_le_bytes()
            });
            audio.push_buffer(stamped(samples.collect(), tenth, 10)).unwrap();
        }
        audio.end_of_stream().unwrap();
        feed_video.join().unwrap();
    });
}

fn stamped(bytes: Vec<u8>, n: u64, per_second: u64) -> gst::Buffer {
    let mut buffer = gst::Buffer::from_mut_slice(bytes);
    let at = |n| gst::ClockTime::from_nseconds(n * 1_000_000_000 / per_second);
    let stamped = buffer.get_mut().unwrap();
    stamped.set_pts(at(n));
    stamped.set_duration(at(n + 1) - at(n));
    buffer
}
