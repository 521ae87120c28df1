//! Slides: which were shown when (`shapes.svg`) and what is written on them.

use super::{
    seconds, text,
    xml::{Limits, Node, Xml, XmlError},
};
use crate::Warning;
use archive::{MediaTime, Slide, SlideShowing, SourcePath, TimeRange};
use std::{
    collections::HashMap,
    io::{BufRead, Read},
};

/// Whiteboards make `shapes.svg` hundreds of megabytes long; a stroke is one long attribute.
const LIMITS: Limits = Limits { bytes: 4 << 30, piece_bytes: 16 << 20, depth: 64 };
const MOST_SHOWINGS: usize = 200_000;
const TEXT_LENGTH: usize = 50_000;

/// A picture in `shapes.svg` with the times it was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    /// As it stands there, relative to the directory.
    href: String,
    /// From 2.0 on one each; before, a picture had lists. An end that is missing is the
    /// recording's.
    shown: Vec<(MediaTime, Option<MediaTime>)>,
}

/// Reads the pictures of `shapes.svg`; annotations are passed over.
pub(crate) fn parse(input: impl BufRead) -> Result<Vec<Picture>, XmlError> {
    let mut xml = Xml::new(input, LIMITS, &["svg"]);
    let mut pictures = Vec::new();
    let mut showings = 0;
    while let Some(node) = xml.next()? {
        let Node::Start(element) = node else { continue };
        match element.name() {
            "svg" => continue,
            // A poll's result on the whiteboard is an `image` too, without times.
            "image" => {
                let from = element.attribute("in")?;
                let href = element.attribute("href")?.or(element.attribute("data-href")?);
                if let (Some(from), Some(href)) = (from, href) {
                    let to = element.attribute("out")?.unwrap_or_default();
                    let to = seconds::parse_list(&to).into_iter().chain(std::iter::repeat(None));
                    let from = seconds::parse_list(&from).into_iter();
                    let shown: Vec<_> =
                        from.zip(to).filter_map(|(from, to)| Some((from?, to))).collect();
                    showings += shown.len();
                    pictures.push(Picture { href: href.trim().to_owned(), shown });
                }
            }
            _ => {}
        }
        if showings.max(pictures.len()) > MOST_SHOWINGS {
            return Err(XmlError::TooMuch { limit: MOST_SHOWINGS as u64, what: "slides" });
        }
        xml.skip()?;
    }
    Ok(pictures)
}

/// What is written on the pages of the presentations.
#[derive(Debug, Default)]
pub(crate) struct Texts(HashMap<Page, String>);

/// A page of a presentation; counts from 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Page {
    pub(crate) presentation: String,
    pub(crate) number: u32,
}

impl Texts {
    /// Reads `presentation_text.json`: `{"PRESENTATION": {"slide-1": "text", …}, …}`. The keys have
    /// a hyphen also where the pictures are named without one (2.6 and later).
    pub(crate) fn parse(input: impl Read) -> Result<Self, serde_json::Error> {
        let presentations: HashMap<String, serde_json::Value> = serde_json::from_reader(input)?;
        let mut texts = HashMap::new();
        for (presentation, pages) in presentations {
            let serde_json::Value::Object(pages) = pages else { continue };
            for (key, page) in pages {
                let number = key.strip_prefix("slide").map(|it| it.trim_start_matches('-'));
                let number = number.and_then(|it| it.parse().ok());
                if let (Some(number), serde_json::Value::String(page)) = (number, page) {
                    let presentation = presentation.clone();
                    texts.insert(Page { presentation, number }, page);
                }
            }
        }
        Ok(Self(texts))
    }

    /// Takes a page's text from its own file, where the JSON had none.
    pub(crate) fn put(&mut self, page: Page, text: String) {
        self.0.entry(page).or_insert(text);
    }

    pub(crate) fn has(&self, page: &Page) -> bool {
        self.0.contains_key(page)
    }

    fn of(&self, page: &Page) -> String {
        let text = self.0.get(page).map(|it| text::clean(it)).unwrap_or_default();
        text::cut(&text, TEXT_LENGTH).map(ToOwned::to_owned).unwrap_or(text)
    }
}

/// The pages that the pictures show.
pub(crate) fn pages(pictures: &[Picture]) -> impl Iterator<Item = Page> {
    pictures.iter().filter_map(|it| page(&it.href))
}

/// Numbers the slides and puts the showings in order.
///
/// Times past `end` (BigBlueButton's last ones may lie there) are cut off, and what is left of no
/// length is left out. `has` says whether an original file exists.
pub(crate) fn assemble(
    pictures: &[Picture],
    texts: &Texts,
    end: Option<MediaTime>,
    has: impl Fn(&SourcePath) -> bool,
    warnings: &mut Vec<Warning>,
) -> (Vec<Slide>, Vec<SlideShowing>) {
    let mut shown: Vec<(TimeRange, &str)> = Vec::new();
    for picture in pictures.iter().filter(|it| !is_placeholder(&it.href)) {
        for &(from, to) in &picture.shown {
            let to = to.or(end).unwrap_or(from);
            let to = end.map_or(to, |end| to.min(end));
            if from < to {
                shown.push((TimeRange::from_or_at(from, to), &picture.href));
            }
        }
    }
    shown.sort_by_key(|&(range, _)| range.start());

    let (mut slides, mut showings) = (Vec::new(), Vec::new());
    let (mut missing, mut first_missing) = (0, None);
    let mut numbers: HashMap<&str, Option<u32>> = HashMap::new();
    for (range, href) in shown {
        let number = *numbers.entry(href).or_insert_with(|| {
            // Only a page's picture is shown to people: an address can name any file that was
            // handed over, such as `metadata.xml` with its secrets.
            let page = page(href);
            let image = page.as_ref().and_then(|_| in_directory(href)).filter(&has);
            let Some((page, image)) = page.zip(image) else {
                missing += 1;
                first_missing.get_or_insert_with(|| text::line(href));
                return None;
            };
            let Page { presentation, number } = &page;
            let thumbnail = format!("presentation/{presentation}/thumbnails/thumb-{number}.png");
            let thumbnail = in_directory(&thumbnail).filter(&has);
            let text = texts.of(&page);
            let number = u32::try_from(slides.len() + 1).ok()?;
            slides.push(Slide { number, image, thumbnail, text });
            Some(number)
        });
        showings.extend(number.map(|slide| SlideShowing { slide, range }));
    }
    if let Some(first) = first_missing {
        warnings.push(Warning::NoSuchSlides { count: missing, first });
    }
    (slides, showings)
}

/// A file of the published directory, as an original.
fn in_directory(name: &str) -> Option<SourcePath> {
    format!("presentation/{name}").parse().ok()
}

/// Before the first slide BigBlueButton shows its logo, during a screen share a picture that says
/// so. Neither is a slide.
fn is_placeholder(href: &str) -> bool {
    matches!(href.rsplit('/').next(), Some("logo.png" | "deskshare.png"))
}

/// Which page `presentation/ID/slide-N.png` (up to 2.5) or `presentation/ID/svgs/slideN.svg` shows.
fn page(href: &str) -> Option<Page> {
    let parts: Vec<&str> = href.split('/').collect();
    let (["presentation", presentation, file] | ["presentation", presentation, "svgs", file]) =
        parts[..]
    else {
        return None;
    };
    let (name, kind) = file.rsplit_once('.')?;
    let number = name.strip_prefix("slide")?;
    let number = number.strip_prefix('-').unwrap_or(number);
    let known = matches!(kind, "png" | "jpg" | "jpeg" | "svg")
        && number.bytes().all(|it| it.is_ascii_digit());
    let number = known.then(|| number.parse().ok())??;
    Some(Page { presentation: presentation.to_owned(), number })
}

#[cfg(test)]
mod tests;
