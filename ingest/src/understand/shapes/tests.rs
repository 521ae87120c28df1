use super::*;
use crate::understand::{slides, whiteboard};
use std::io::{BufReader, Read};

/// A file that is made while it is read: 30 MB of strokes between 300 slides.
struct Drawn {
    left: u32,
    pending: Vec<u8>,
    longest: usize,
}

impl Read for Drawn {
    fn read(&mut self, target: &mut [u8]) -> std::io::Result<usize> {
        if self.pending.is_empty() && self.left > 0 {
            self.left -= 1;
            let n = self.left;
            let shape = match n {
                0 => "</svg>".to_owned(),
                n if n.is_multiple_of(100) => {
                    let at = 30_000 - n;
                    format!(
                        r#"<image in="{at}.0" out="{}.0" href="presentation/P/slide-{}.png"/>"#,
                        at + 100,
                        n / 100
                    )
                }
                n => format!(
                    r#"<g class="shape" id="s{n}"><path d="{}"/></g>"#,
                    "L1.5 2.5".repeat(120)
                ),
            };
            self.pending = shape.into_bytes();
        }
        let amount = self.pending.len().min(target.len()).min(self.longest);
        target[..amount].copy_from_slice(&self.pending[..amount]);
        self.pending.drain(..amount);
        Ok(amount)
    }
}

#[test]
fn a_whiteboard_full_of_strokes_is_read_as_a_stream() {
    let drawn = Drawn { left: 30_000, pending: b"<svg>".to_vec(), longest: 4_096 };
    let pictures = parse(BufReader::new(drawn)).unwrap().pictures;
    assert_eq!(pictures.len(), 299);
    assert_eq!(pictures[0].href, "presentation/P/slide-299.png");
}

#[test]
fn one_endless_stroke_is_given_up_instead_of_kept_in_memory() {
    struct Endless(bool);
    impl Read for Endless {
        fn read(&mut self, target: &mut [u8]) -> std::io::Result<usize> {
            let start: &[u8] = br#"<svg><path d=""#;
            if std::mem::take(&mut self.0) {
                target[..start.len()].copy_from_slice(start);
                return Ok(start.len());
            }
            target.fill(b'M');
            Ok(target.len())
        }
    }
    let error = parse(BufReader::new(Endless(true))).unwrap_err();
    assert!(matches!(error, XmlError::TooMuch { limit, .. } if limit == LIMITS.piece_bytes));
}

#[test]
fn genuine_excerpts() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/bbb/fixtures/_excerpts");
    for (name, expected) in [("shapes_2018-05_bbb2.0.svg", 4), ("shapes_2025-03_bbb3.svg", 3)] {
        let Ok(svg) = std::fs::read(format!("{folder}/{name}")) else {
            archive::testing::skipped(&format!("{name} is not at hand"));
            continue;
        };
        let pictures = parse(svg.as_slice()).unwrap().pictures;
        assert_eq!(pictures.len(), expected, "{name}");
        let shown = slides::of_pictures(&pictures, None);
        assert_eq!(slides::pages(&shown).count(), 3, "{name}");
    }
}

#[test]
fn texts_on_the_whiteboard_are_read_and_pictures_of_polls_are_none() {
    let shape = |from: &str, undo: &str, shape: &str, body: &str| {
        format!(
            r#"<g class="shape" id="x" timestamp="{from}" undo="{undo}" shape="{shape}">{body}</g>"#
        )
    };
    let text = |text: &str| {
        format!(
            r#"<switch><foreignObject width="9"><p xmlns="http://www.w3.org/1999/xhtml">{text}</p></foreignObject><text>or so</text></switch>"#
        )
    };
    let svg = [
        r#"<svg xmlns:xlink="l"><image in="0" out="9" xlink:href="presentation/P/slide-1.png"/>
        <g class="canvas" id="canvas1" image="image1">"#,
        &shape("1.0", "-1", "image1-text1", &text("")),
        &shape("1.5", "-1", "image1-text1", &text("heat<br/>")),
        &shape("2.0", "-1", "image1-text1", &text("heat &amp;<br/>pump<br/>")),
        &shape("3.0", "3.0", "image1-text2", &text("never<br/>")),
        &shape("4.0", "6.0", "image1-text3", &text("wiped")),
        &shape(
            "5.0",
            "-1",
            "image1-poll4",
            r#"<image xlink:href="presentation/P/poll_result1.svg"/>"#,
        ),
        &shape("5.0", "-1", "image1-pencil5", r#"<path d="M1 2"/>"#),
        "</g>",
        r#"<g class="canvas" id="canvas2" image="image2">"#,
        &shape("2.0", "-1", "image2-text1", &text("heat &amp;<br/>pump<br/>")),
        "</g></svg>",
    ];
    let found = parse(svg.concat().as_bytes()).unwrap();
    assert_eq!(found.pictures.len(), 1);
    let written: Vec<_> = whiteboard::latest(found.texts, None)
        .into_iter()
        .map(|it| (it.at.as_ms(), it.text))
        .collect();
    assert_eq!(written, [(1_500, "heat &\npump".to_owned()), (4_000, "wiped".to_owned())]);
}

/// 300 MB of long strokes, as a day with a pen leaves them behind.
struct Endless {
    left: u64,
    stroke: Vec<u8>,
    at: usize,
}

impl Read for Endless {
    fn read(&mut self, target: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        let piece = &self.stroke[self.at..];
        let amount = piece.len().min(target.len());
        target[..amount].copy_from_slice(&piece[..amount]);
        self.at += amount;
        if self.at == self.stroke.len() {
            self.at = 0;
            self.left -= 1;
            if self.left == 1 {
                self.stroke =
                    br#"<image in="1" out="2" href="presentation/P/slide-1.png"/></svg>"#.to_vec();
            }
        }
        Ok(amount)
    }
}

#[test]
fn a_file_of_300_megabytes_takes_no_more_memory_than_its_longest_stroke() {
    let path = format!(
        r#"<g class="shape" timestamp="1" shape="s"><path d="{}"/></g>"#,
        "L1.5 2.5".repeat(60_000)
    );
    let begun = BufReader::new(&b"<svg>"[..]);
    let strokes =
        Endless { left: 300_000_000 / path.len() as u64, stroke: path.into_bytes(), at: 0 };
    let found = parse(BufReader::with_capacity(64 << 10, std::io::Read::chain(begun, strokes)));
    // What is kept of it is one picture; the strokes were passed over one by one.
    assert_eq!(found.unwrap().pictures.len(), 1);
}
