use super::*;
use crate::understand::shapes;
use proptest::prelude::*;

const V24: &str = r##"<?xml version="1.0"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg id="svgfile" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
  <image id="image1" class="slide" in="0.0" out="1.5" xlink:href="presentation/logo.png" width="1"/>
  <image id="image2" class="slide" in="1.5" out="20.0" xlink:href="presentation/P/slide-1.png" text="presentation/P/textfiles/slide-1.txt"/>
  <g class="canvas" id="canvas2" image="image2" display="none"><g class="shape" timestamp="4.2">
    <path d="M1 2L3 4"/><image xlink:href="presentation/P/poll_result1.svg" width="5"/></g></g>
  <image id="image3" class="slide" in="20.0" out="31.0" xlink:href="presentation/deskshare.png"/>
  <image id="image4" class="slide" in="31.0" out="31.0" xlink:href="presentation/P/slide-3.png"/>
  <image id="image5" class="slide" in="31.0" out="40.0" xlink:href="presentation/P/slide-2.png"/>
  <image id="image6" class="slide" in="40.0" out="9999.0" xlink:href="presentation/P/slide-1.png"/>
  <image id="image7" class="slide" in="9990.0" out="9999.0" xlink:href="presentation/P/slide-4.png"/>
</svg>"##;

const TEXT: &[u8] =
    br#"{"P": {"slide-1": "Welcome\u0000\n", "slide-2": 7, "other": "x"}, "Q": null}"#;

type Row = (u32, u64, u64);

/// What is made of a `shapes.svg` of a recording of 60 s: the pictures, and the showings.
fn assembled(svg: &str) -> (Vec<String>, Vec<Row>, Vec<Slide>, Vec<Warning>) {
    let pictures = shapes::parse(svg.as_bytes()).unwrap().pictures;
    let texts = Texts::parse(TEXT).unwrap();
    let mut warnings = Vec::new();
    let end = Some(MediaTime::from_ms(60_000));
    let has = |path: &SourcePath| !path.as_str().ends_with("thumb-2.png");
    let (slides, showings) = assemble(of_pictures(&pictures, end), &texts, has, &mut warnings);
    let rows = showings
        .iter()
        .map(|it| (it.slide, it.range.start().as_ms(), it.range.end().as_ms()))
        .collect();
    let images = slides.iter().map(|it| it.image.to_string()).collect();
    (images, rows, slides, warnings)
}

#[test]
fn a_recording_of_2_4() {
    let (images, rows, slides, warnings) = assembled(V24);
    let p = "presentation/presentation/P";
    assert_eq!(images, [format!("{p}/slide-1.png"), format!("{p}/slide-2.png")]);
    assert_eq!(rows, [(1, 1_500, 20_000), (2, 31_000, 40_000), (1, 40_000, 60_000)]);
    assert_eq!(slides[0].text, "Welcome");
    assert_eq!(
        slides[0].thumbnail.as_ref().unwrap().as_str(),
        format!("{p}/thumbnails/thumb-1.png")
    );
    assert_eq!((slides[1].text.as_str(), &slides[1].thumbnail), ("", &None));
    assert_eq!(warnings, []);
}

#[test]
fn a_recording_of_2_6_names_its_files_without_a_hyphen() {
    let svg = r#"<svg><image class="slide" in="0.0" out="86.9" href="presentation/P/svgs/slide1.svg"/></svg>"#;
    let (images, rows, slides, _) = assembled(svg);
    assert_eq!(images, ["presentation/presentation/P/svgs/slide1.svg"]);
    assert_eq!(rows, [(1, 0, 60_000)]);
    assert_eq!(slides[0].text, "Welcome");
}

#[test]
fn a_recording_before_2_0_lists_its_times() {
    let svg = r#"<svg><image in="0 20.5 50" out="10.5 30" href="presentation/P/slide-1.png"/>
        <image in="10.5 30 x" out="20.5 50 60" href="presentation/P/slide-2.png"/></svg>"#;
    let (_, rows, ..) = assembled(svg);
    let expected = [
        (1, 0, 10_500),
        (2, 10_500, 20_500),
        (1, 20_500, 30_000),
        (2, 30_000, 50_000),
        (1, 50_000, 60_000),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn an_image_that_leads_outside_is_no_slide() {
    let svg = r#"<svg><image in="0" out="1" href="presentation/../../../etc/passwd"/>
        <image in="1" out="2" href="https://localhost/presentation/P/slide-1.png"/>
        <image in="2" out="3" href="/etc/slide-1.png"/><image in="3" out="4" href=""/></svg>"#;
    let (images, rows, _, warnings) = assembled(svg);
    assert_eq!((images.len(), rows.len()), (0, 0));
    let first = "presentation/../../../etc/passwd".to_owned();
    assert_eq!(warnings, [Warning::NoSuchSlides { count: 4, first }]);
}

#[test]
fn a_page_is_known_by_either_form_of_name() {
    let cases = [
        ("presentation/P/slide-12.png", Some(("P", 12))),
        ("presentation/P/svgs/slide7.svg", Some(("P", 7))),
        ("presentation/P/poster.png", None),
        ("logo.png", None),
        ("presentation/slide-1.png", None),
        ("presentation/P/slide-3.jpeg", Some(("P", 3))),
        ("presentation/P/slide-1.xml", None),
        ("presentation/P/slide-.png", None),
        ("presentation/P/slide-+1.png", None),
        ("presentation/P/slide--1.png", None),
        ("presentation/P/textfiles/slide-1.png", None),
        ("presentation/P/svgs/x/slide1.svg", None),
        ("x/presentation/P/slide-1.png", None),
        ("/presentation/P/slide-1.png", None),
    ];
    for (href, expected) in cases {
        let found = page(href).map(|it| (it.presentation, it.number));
        assert_eq!(found, expected.map(|(it, n)| (it.to_owned(), n)), "{href}");
    }
}

#[test]
fn an_image_that_is_no_page_is_no_slide_even_if_it_is_there() {
    let hrefs = [
        "metadata.xml",
        "presentation/P/metadata.xml",
        "caption_en.vtt",
        "presentation/P/textfiles/slide-1.txt",
        "presentation/P/thumbnails/thumb-1.png",
        "presentation/P/slide-1.png.xml",
        "video/webcams.webm",
        "slide-1.png",
    ];
    for href in hrefs {
        let svg =
            format!(r#"<svg xmlns:xlink="l"><image in="0" out="9" xlink:href="{href}"/></svg>"#);
        let (images, rows, _, warnings) = assembled(&svg);
        assert_eq!((images.len(), rows.len()), (0, 0), "{href}");
        let first = href.to_owned();
        assert_eq!(warnings, [Warning::NoSuchSlides { count: 1, first }]);
    }
}

proptest! {
    #[test]
    fn never_panics(inside in r#"(<image in="[0-9. -]{0,9}" out="[0-9. -]{0,9}" href="(presentation/P/slide-[0-9]{1,12}.png|[a-z/.]{0,9})"/>|<g>|</g>|[<>/&;a ]){0,20}"#) {
        if let Ok(shapes::Shapes { pictures, .. }) = shapes::parse(format!("<svg>{inside}</svg>").as_bytes()) {
            let (slides, showings) =
                assemble(of_pictures(&pictures, None), &Texts::default(), |_| true, &mut Vec::new());
            prop_assert!(showings.iter().all(|it| (1..=slides.len()).contains(&(it.slide as usize))));
            prop_assert!(showings.is_sorted_by_key(|it| it.range.start()));
        }
    }
}
