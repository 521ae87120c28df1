use crate::{
    audio::WEBCAMS,
    studio,
    video::DESKSHARE,
    workshop::{Workshop, told},
};
use archive::{
    Contents, Disposition, JobKind, ObjectKey, Outcome, Pictures, Slide, SlideShowing, SourceRole,
    Visibility,
    testing::{admission, range, source_file},
};
use gstreamer::{self as gst, prelude::*};
use gstreamer_app::AppSink;
use std::path::Path;

impl Workshop {
    /// Takes the recording in again with these contents.
    async fn holds(&self, contents: Contents, files: &[(&str, SourceRole)]) {
        let mut admission = admission(1, "Assembly", Visibility::Public);
        admission.contents = contents;
        admission.manifest.files = files.iter().map(|it| source_file(it.0, it.1)).collect();
        for slide in &admission.contents.slides {
            if !admission.manifest.files.iter().any(|it| it.path == slide.image) {
                let image = source_file(slide.image.as_str(), SourceRole::Other);
                admission.manifest.files.push(image);
            }
        }
        let viewer = archive::Viewer::program();
        let former = self.archive.catalog.sources(&viewer, &self.recording).await;
        admission.former = former.unwrap();
        self.archive.catalog.admit(&admission).await.unwrap();
    }

    async fn pictures(&self) -> Pictures {
        match self.run(JobKind::Pictures).await.unwrap() {
            Outcome::Pictures(pictures) => pictures,
            other => panic!("{other:?}"),
        }
    }
}

/// A JPEG's width, height and RGB pixels.
fn jpeg(bytes: Vec<u8>) -> (usize, usize, Vec<u8>) {
    gst::init().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("picture.jpg");
    std::fs::write(&file, bytes).unwrap();
    let pipeline = studio::launch(
        "filesrc name=file ! jpegdec ! videoconvert ! video/x-raw,format=RGBx ! appsink name=out",
    );
    pipeline.by_name("file").unwrap().set_property("location", &file);
    let sink = pipeline.by_name("out").unwrap().downcast::<AppSink>().unwrap();
    pipeline.set_state(gst::State::Playing).unwrap();
    let sample = sink.pull_sample().unwrap();
    let caps = sample.caps().unwrap().structure(0).unwrap().to_owned();
    let side = |name| usize::try_from(caps.get::<i32>(name).unwrap()).unwrap();
    let pixels = sample.buffer().unwrap().map_readable().unwrap().to_vec();
    pipeline.set_state(gst::State::Null).unwrap();
    (side("width"), side("height"), pixels)
}

fn slide(image: &str) -> Contents {
    Contents {
        slides: vec![Slide {
            number: 1,
            image: image.parse().unwrap(),
            thumbnail: None,
            text: String::new(),
        }],
        showings: vec![SlideShowing { slide: 1, range: range(0, 60_000) }],
        ..Contents::default()
    }
}

#[tokio::test]
async fn the_poster_is_a_slide_and_the_storyboard_is_of_the_cameras() {
    let folder = tempfile::tempdir().unwrap();
    let (webm, svg) = (folder.path().join("w.webm"), folder.path().join("slide.svg"));
    studio::webcams(&webm, 25);
    let drawing = r##"<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1200">
        <rect width="800" height="1200" fill="#0000ff"/></svg>"##;
    std::fs::write(&svg, drawing).unwrap();
    let image = "presentation/p/svgs/slide1.svg";
    let files: [(&str, SourceRole, &Path); 2] =
        [(WEBCAMS, SourceRole::Webcams, &webm), (image, SourceRole::Other, &svg)];
    let workshop = Workshop::with(&files).await;
    workshop
        .holds(slide(image), &[(WEBCAMS, SourceRole::Webcams), (image, SourceRole::Other)])
        .await;
    assert_eq!(workshop.pictures().await, Pictures { poster: true, storyboard: true });

    let (width, height, pixels) = jpeg(workshop.file("poster.jpg").await);
    assert_eq!((width, height), (960, 720));
    let at = |x: usize| &pixels[(360 * 960 + x) * 4..][..3];
    assert!(at(100)[0] < 30 && 225 < at(100)[2], "blue on the left: {:?}", at(100));
    assert!(at(900).iter().all(|&it| 245 < it), "paper on the right: {:?}", at(900));

    let (width, height, _) = jpeg(workshop.file("storyboard.jpg").await);
    assert_eq!((width, height), (480, 90));
    let index = String::from_utf8(workshop.file("storyboard.vtt").await).unwrap();
    assert!(
        index.starts_with(
            "WEBVTT\n\n00:00:00.000 --> 00:00:10.000\nstoryboard.jpg#xywh=0,0,160,90\n"
        ),
        "{index}"
    );
    assert_eq!(index.matches(" --> ").count(), 3);
}

#[tokio::test]
async fn without_slides_the_shared_screen_is_the_poster_and_fills_its_tiles() {
    let folder = tempfile::tempdir().unwrap();
    let (cameras, screen) = (folder.path().join("w.webm"), folder.path().join("d.webm"));
    // Grey cameras, a red screen.
    let plain = |colour: &str, fps: u32, seconds: u32, codec: &str| {
        let frames = fps * seconds;
        format!(
            "videotestsrc pattern=solid-color foreground-color={colour} num-buffers={frames} \
             ! video/x-raw,format=I420,width=320,height=180,framerate={fps}/1 ! {codec} \
             ! webmmux ! filesink name=file"
        )
    };
    studio::record(&cameras, &plain("0xff808080", 15, 30, studio::VP8));
    studio::record(&screen, &plain("0xffff0000", 5, 30, studio::VP9));
    let files: [(&str, SourceRole, &Path); 2] =
        [(WEBCAMS, SourceRole::Webcams, &cameras), (DESKSHARE, SourceRole::Deskshare, &screen)];
    let workshop = Workshop::with(&files).await;
    let contents = Contents { shares: vec![range(10_000, 20_000)], ..Contents::default() };
    let roles = [(WEBCAMS, SourceRole::Webcams), (DESKSHARE, SourceRole::Deskshare)];
    workshop.holds(contents, &roles).await;
    assert_eq!(workshop.pictures().await, Pictures { poster: true, storyboard: true });

    let red = |pixel: &[u8]| 180 < pixel[0] && pixel[1] < 80;
    let (width, _, pixels) = jpeg(workshop.file("poster.jpg").await);
    assert_eq!(width, 320, "never enlarged");
    assert!(red(&pixels[..3]), "{:?}", &pixels[..3]);
    let (width, _, pixels) = jpeg(workshop.file("storyboard.jpg").await);
    let tile = |n: usize| red(&pixels[(45 * width + n * 160 + 80) * 4..][..3]);
    assert_eq!([tile(0), tile(1), tile(2)], [false, true, false]);
}

#[tokio::test]
async fn cameras_alone_give_no_poster() {
    let folder = tempfile::tempdir().unwrap();
    let webm = folder.path().join("w.webm");
    studio::webcams(&webm, 3);
    let workshop = Workshop::with(&[(WEBCAMS, SourceRole::Webcams, &webm)]).await;
    assert_eq!(workshop.pictures().await, Pictures { poster: false, storyboard: true });
    assert_eq!(workshop.derived(&"poster.jpg".parse().unwrap()).await, None);
}

#[tokio::test]
async fn a_bad_slide_costs_the_poster_only() {
    let folder = tempfile::tempdir().unwrap();
    let (webm, png) = (folder.path().join("w.webm"), folder.path().join("slide.png"));
    studio::webcams(&webm, 3);
    std::fs::write(&png, b"no picture").unwrap();
    let image = "presentation/p/slide-1.png";
    let files: [(&str, SourceRole, &Path); 2] =
        [(WEBCAMS, SourceRole::Webcams, &webm), (image, SourceRole::Other, &png)];
    let workshop = Workshop::with(&files).await;
    workshop
        .holds(slide(image), &[(WEBCAMS, SourceRole::Webcams), (image, SourceRole::Other)])
        .await;
    assert_eq!(workshop.pictures().await, Pictures { poster: false, storyboard: true });
}

#[tokio::test]
async fn nothing_but_a_bad_file_fails_and_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let webm = folder.path().join("w.webm");
    std::fs::write(&webm, b"PK\x03\x04").unwrap();
    let workshop = Workshop::with(&[(WEBCAMS, SourceRole::Webcams, &webm)]).await;
    let error = workshop.run(JobKind::Pictures).await.unwrap_err();
    assert_eq!(error.disposition, Disposition::Fail);
    assert!(told(&error).contains(WEBCAMS), "{}", told(&error));
    let key = ObjectKey::Derived {
        recording: &workshop.recording,
        file: &"storyboard.jpg".parse().unwrap(),
    };
    assert_eq!(workshop.archive.store.get(&key).await.unwrap(), None);
}

#[tokio::test]
async fn a_recording_without_pictures_is_done_without_any() {
    let workshop = Workshop::with(&[]).await;
    assert_eq!(workshop.pictures().await, Pictures::default());
}
