use crate::{
    decode::Decoded,
    elements::make,
    encode::chain,
    error::TranscodeError,
    pipeline::Running,
    task::Input,
    video::{colours, display_size},
};
use gstreamer::{self as gst, prelude::*};
use gstreamer_app::{AppSink, AppSrc};
use gstreamer_video::{
    VideoCapsBuilder, VideoConverter, VideoFormat, VideoFrame, VideoFrameExt as _, VideoFrameRef,
    VideoInfo,
};
use std::{fs::File, io::Read as _};

const WHAT: &str = "makes a picture";

/// A picture in memory: rows of red, green, blue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

/// How long a single picture may take to decode.
const PATIENCE: gst::ClockTime = gst::ClockTime::from_seconds(60);

impl Picture {
    pub(super) fn black(width: u32, height: u32) -> Self {
        let (width, height) = (width as usize, height as usize);
        Self { width, height, rgb: vec![0; width * height * 3] }
    }

    pub(super) fn size(&self) -> (u32, u32) {
        let side = |it: usize| u32::try_from(it).expect("pictures are small");
        (side(self.width), side(self.height))
    }

    /// Draws another picture with its corner at `x`, `y`; what does not fit is cut off.
    pub(super) fn draw(&mut self, other: &Self, x: u32, y: u32) {
        let (x, y) = (x as usize, y as usize);
        let width = other.width.min(self.width.saturating_sub(x)) * 3;
        let rows = other.rgb.chunks_exact(other.width.max(1) * 3);
        for (row, from) in rows.take(self.height.saturating_sub(y)).enumerate() {
            let start = ((y + row) * self.width + x) * 3;
            self.rgb[start..start + width].copy_from_slice(&from[..width]);
        }
    }

    /// Encodes as JPEG; `quality` is libjpeg's, 0 to 100.
    ///
    /// From RGB, since `jpegenc` takes the numbers of YUV as they are and JPEG's range is the full
    /// one.
    pub(super) fn to_jpeg(&self, quality: i32) -> Result<Vec<u8>, TranscodeError> {
        let (width, height) = self.size();
        let info = VideoInfo::builder(VideoFormat::Rgb, width, height)
            .fps(gst::Fraction::new(1, 1))
            .build()
            .map_err(build)?;
        let mut buffer = gst::Buffer::with_size(info.size()).map_err(build)?;
        let stride = usize::try_from(info.stride()[0]).expect("RGB goes forwards");
        {
            let mut bytes = buffer.make_mut().map_writable().map_err(build)?;
            let rows = self.rgb.chunks_exact(self.width * 3).enumerate();
            for (n, row) in rows {
                bytes[n * stride..n * stride + row.len()].copy_from_slice(row);
            }
        }
        buffer.make_mut().set_pts(gst::ClockTime::ZERO);

        let pipeline = gst::Pipeline::new();
        let source = AppSrc::builder()
            .caps(&info.to_caps().map_err(build)?)
            .format(gst::Format::Time)
            .max_bytes(0)
            .build();
        let encoder = make("jpegenc")?;
        encoder.set_property("quality", quality);
        let sink = AppSink::builder().sync(false).build();
        chain(WHAT, &pipeline, &[source.clone().into(), encoder, sink.clone().into()])?;
        let running = Running::start(pipeline).map_err(|it| it.in_pipeline(WHAT))?;
        let pushed = source.push_buffer(buffer).and_then(|_| source.end_of_stream());
        let sample = pushed.ok().and_then(|_| sink.try_pull_sample(PATIENCE));
        let jpeg = sample
            .as_ref()
            .and_then(|it| it.buffer())
            .and_then(|it| it.map_readable().ok())
            .map(|it| it.to_vec());
        jpeg.ok_or_else(|| {
            let fault =
                running.fault().map_or_else(|| "nothing came out".to_owned(), |it| it.message);
            let element = "jpegenc".to_owned();
            TranscodeError::Pipeline { what: WHAT, element, message: fault }
        })
    }
}

/// The element that decodes a still picture, by its first bytes.
fn decoder_of(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some("pngdec");
    }
    if head.starts_with(&[0xff, 0xd8, 0xff]) {
        return Some("jpegdec");
    }
    head.windows(4).any(|it| it == b"<svg").then_some("rsvgdec")
}

/// Decodes a PNG, JPEG or SVG file, fitted into `most` and on white where it is transparent.
pub(super) fn of_image(input: &Input, most: (u32, u32)) -> Result<Picture, TranscodeError> {
    const HEAD: u64 = 4_096;
    let open = |source| TranscodeError::Open { input: input.name.clone(), source };
    let mut head = Vec::new();
    let file = File::open(&input.path).map_err(open)?;
    file.take(HEAD).read_to_end(&mut head).map_err(open)?;
    let unreadable =
        |message: String| TranscodeError::Unreadable { input: input.name.clone(), message };
    let name = decoder_of(&head)
        .ok_or_else(|| unreadable("it is neither PNG nor JPEG nor SVG".to_owned()))?;

    let pipeline = gst::Pipeline::new();
    let (file, decoder) = (make("filesrc")?, make(name)?);
    file.set_property("location", &input.path);
    let any = VideoCapsBuilder::new().build();
    let sink = AppSink::builder().sync(false).caps(&any).build();
    chain(WHAT, &pipeline, &[file, decoder, sink.clone().into()])?;
    let running = Running::start(pipeline).map_err(|it| it.in_pipeline(WHAT))?;
    let Some(sample) = sink.try_pull_sample(PATIENCE) else {
        let fault = running.fault().map(|it| it.message);
        return Err(unreadable(fault.unwrap_or_else(|| "nothing came out".to_owned())));
    };
    let info = info_of(&sample)?;
    fitted(&sample, &info, most)
}

/// A decoded frame of a video, fitted into `most`.
pub(super) fn of_video(
    decoded: &Decoded,
    says_its_colours: bool,
    most: (u32, u32),
) -> Result<Picture, TranscodeError> {
    let info = info_of(&decoded.sample)?;
    let colours = colours(&info, says_its_colours);
    let info = VideoInfo::builder(info.format(), info.width(), info.height())
        .par(info.par())
        .colorimetry(&colours)
        .build()
        .map_err(build)?;
    fitted(&decoded.sample, &info, most)
}

fn info_of(sample: &gst::Sample) -> Result<VideoInfo, TranscodeError> {
    let info = sample.caps().map(VideoInfo::from_caps);
    info.and_then(Result::ok).ok_or_else(|| TranscodeError::Pipeline {
        what: WHAT,
        element: "decoder".to_owned(),
        message: "it does not say what its pictures are".to_owned(),
    })
}

/// The size of a picture that is made to fit into another, keeping its shape and never enlarged.
fn fit((width, height): (u32, u32), (most_width, most_height): (u32, u32)) -> (u32, u32) {
    if width <= most_width && height <= most_height {
        return (width.max(1), height.max(1));
    }
    let (w, h) = (u64::from(width), u64::from(height));
    let (mw, mh) = (u64::from(most_width), u64::from(most_height));
    let (w, h) = if w * mh <= h * mw { (w * mh / h, mh) } else { (mw, h * mw / w) };
    let side = |it: u64| u32::try_from(it.max(1)).unwrap_or(u32::MAX);
    (side(w), side(h))
}

fn fitted(
    sample: &gst::Sample,
    info: &VideoInfo,
    most: (u32, u32),
) -> Result<Picture, TranscodeError> {
    let buffer = sample.buffer().ok_or_else(|| build(gst::glib::bool_error!("no picture")))?;
    let (width, height) = fit(display_size(info), most);
    // Same rate on both sides: a converter refuses to change it.
    let rgba = VideoInfo::builder(VideoFormat::Rgba, width, height)
        .fps(info.fps())
        .build()
        .map_err(build)?;
    let converter = VideoConverter::new(info, &rgba, None).map_err(build)?;
    let from = VideoFrameRef::from_buffer_ref_readable(buffer, info).map_err(build)?;
    let room = gst::Buffer::with_size(rgba.size()).map_err(build)?;
    let mut to = VideoFrame::from_buffer_writable(room, &rgba)
        .map_err(|_| build(gst::glib::bool_error!("no room for a picture")))?;
    {
        let mut to = to.as_mut_video_frame_ref();
        converter.frame_ref(&from, &mut to);
    }
    let stride = usize::try_from(to.plane_stride()[0]).expect("RGBA goes forwards");
    let plane = to.plane_data(0).map_err(|_| build(gst::glib::bool_error!("no pixels")))?;
    let (width, height) = (width as usize, height as usize);
    let rows = plane.chunks(stride).take(height);
    let pixels = rows.flat_map(|row| row[..width * 4].chunks_exact(4));
    let rgb = pixels.flat_map(|it| on_white([it[0], it[1], it[2]], it[3])).collect();
    Ok(Picture { width, height, rgb })
}

/// What a translucent colour is on white paper.
fn on_white(colour: [u8; 3], alpha: u8) -> [u8; 3] {
    colour.map(|it| {
        let (it, alpha) = (u32::from(it), u32::from(alpha));
        u8::try_from((it * alpha + 255 * (255 - alpha)) / 255).expect("a mean of two bytes")
    })
}

fn build(source: gst::glib::BoolError) -> TranscodeError {
    TranscodeError::Build { what: WHAT, source: source.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(bytes: &[u8]) -> Result<Picture, TranscodeError> {
        gst::init().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("slide");
        std::fs::write(&path, bytes).unwrap();
        of_image(&Input { path, name: "presentation/slide".to_owned() }, (64, 64))
    }

    #[test]
    fn a_picture_is_fitted_and_never_enlarged() {
        let cases = [
            ((1_600, 1_200), (1_280, 720), (960, 720)),
            ((800, 600), (1_280, 720), (800, 600)),
            ((3_000, 100), (1_280, 720), (1_280, 42)),
            ((1, 4_000), (160, 90), (1, 90)),
        ];
        for (size, most, expected) in cases {
            assert_eq!(fit(size, most), expected, "{size:?}");
        }
    }

    #[test]
    fn an_svg_stands_on_white_paper() {
        let svg = br##"<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">
            <rect width="20" height="20" fill="#ff0000" fill-opacity="0.5"/></svg>"##;
        let picture = image(svg).unwrap();
        assert_eq!(picture.size(), (40, 20));
        let at = |x: usize| &picture.rgb[(10 * 40 + x) * 3..][..3];
        assert_eq!(at(30), [255, 255, 255]);
        let [red, green, blue] = at(10) else { unreachable!() };
        assert!(
            *red > 250 && (120..=136).contains(green) && (120..=136).contains(blue),
            "{:?}",
            at(10)
        );
    }

    #[test]
    fn what_is_no_picture_says_so() {
        for bytes in [b"PK\x03\x04".as_slice(), b"", b"\x89PNG\r\n\x1a\ncut off", b"<svg"] {
            let error = image(bytes).unwrap_err();
            assert!(error.to_string().contains("`presentation/slide`"), "{error}");
            assert_eq!(error.disposition(), archive::Disposition::Fail, "{error}");
        }
    }

    #[test]
    fn a_jpeg_keeps_size_and_colour() {
        gst::init().unwrap();
        let mut picture = Picture::black(33, 17);
        picture.draw(&Picture { width: 40, height: 40, rgb: vec![255; 4_800] }, 11, 0);
        let jpeg = picture.to_jpeg(90).unwrap();
        let back = image(&jpeg).unwrap();
        assert_eq!(back.size(), (33, 17));
        assert!(back.rgb[0] < 8 && 247 < back.rgb[32 * 3], "{:?}", &back.rgb[..99]);
    }
}
