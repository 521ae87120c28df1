//! `shapes.svg`: which slides were shown when, and up to 2.5 what was drawn on them.

use super::{
    seconds,
    whiteboard::{MOST_TEXTS, Version},
    xml::{Element, Limits, Node, Xml, XmlError},
};
use archive::MediaTime;
use std::io::BufRead;

/// Whiteboards make the file hundreds of megabytes long; a stroke is one long attribute.
const LIMITS: Limits = Limits { bytes: 4 << 30, piece_bytes: 16 << 20, depth: 64 };
const MOST_SHOWINGS: usize = 200_000;
/// The texts on the whiteboard together, with every form that each had.
const TEXT_BYTES: usize = 32 << 20;

/// What a `shapes.svg` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Shapes {
    pub(crate) pictures: Vec<Picture>,
    /// Texts on the whiteboard; from 2.6 on they are in `tldraw.json`.
    pub(crate) texts: Vec<Version>,
}

/// A picture in `shapes.svg` with the times it was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    /// As it stands there, relative to the directory.
    pub(crate) href: String,
    /// From 2.0 on one each; before, a picture had lists. An end that is missing is the
    /// recording's.
    pub(crate) shown: Vec<(MediaTime, Option<MediaTime>)>,
}

/// Reads the pictures of `shapes.svg`, and the texts among the annotations; strokes are passed over.
pub(crate) fn parse(input: impl BufRead) -> Result<Shapes, XmlError> {
    let mut xml = Xml::new(input, LIMITS, &["svg"]);
    let mut found = Shapes::default();
    let (mut showings, mut text_bytes) = (0, 0);
    // The annotation that is open, and at which depth.
    let mut open: Option<(u64, Version)> = None;
    // How deep the text begins that is open.
    let mut text: Option<u64> = None;
    loop {
        let depth = xml.depth();
        let Some(node) = xml.next()? else { break };
        match node {
            Node::Start(element) => match element.name() {
                "g" if open.is_none() => open = annotation(&element)?.map(|it| (depth + 1, it)),
                "foreignObject" if text.is_none() => text = Some(depth + 1),
                // Also said for those that show no `foreignObject`, after it.
                "text"
                    if text.is_none() && open.as_ref().is_some_and(|it| it.1.text.is_empty()) =>
                {
                    text = Some(depth + 1);
                }
                // A poll's result on the whiteboard is an `image` too, without times.
                "image" => {
                    if let Some(picture) = picture(&element)? {
                        showings += picture.shown.len();
                        found.pictures.push(picture);
                    }
                }
                "br" | "p" | "div" | "tspan" if text.is_some() => {
                    if let Some((_, version)) = &mut open {
                        version.text.push('\n');
                    }
                }
                _ => {}
            },
            Node::Text(piece) if text.is_some() => {
                if let Some((_, version)) = &mut open {
                    version.text.push_str(&piece);
                    text_bytes += piece.len();
                }
            }
            Node::Text(_) => {}
            Node::End => {
                if text == Some(depth) {
                    text = None;
                }
                if open.as_ref().is_some_and(|it| it.0 == depth) {
                    let version = open.take().map(|it| it.1);
                    found.texts.extend(version.filter(is_text));
                }
            }
        }
        let limits = [
            (showings.max(found.pictures.len()), MOST_SHOWINGS, "slides"),
            (found.texts.len(), MOST_TEXTS, "texts"),
            (text_bytes, TEXT_BYTES, "bytes of text"),
        ];
        for (count, limit, what) in limits {
            if count > limit {
                return Err(XmlError::TooMuch { limit: limit as u64, what });
            }
        }
    }
    Ok(found)
}

/// A picture that is shown at times.
fn picture(element: &Element<'_>) -> Result<Option<Picture>, XmlError> {
    let from = element.attribute("in")?;
    let href = element.attribute("href")?.or(element.attribute("data-href")?);
    let Some((from, href)) = from.zip(href) else { return Ok(None) };
    let to = element.attribute("out")?.unwrap_or_default();
    let to = seconds::parse_list(&to).into_iter().chain(std::iter::repeat(None));
    let from = seconds::parse_list(&from).into_iter();
    let shown = from.zip(to).filter_map(|(from, to)| Some((from?, to))).collect();
    Ok(Some(Picture { href: href.trim().to_owned(), shown }))
}

/// The start of something drawn: `<g class="shape" timestamp="4.2" undo="-1" shape="image1-text3">`.
fn annotation(group: &Element<'_>) -> Result<Option<Version>, XmlError> {
    if group.attribute("class")?.is_none_or(|it| it.trim() != "shape") {
        return Ok(None);
    }
    let from = group.attribute("timestamp")?.as_deref().and_then(seconds::parse);
    let undo = group.attribute("undo")?.unwrap_or_default();
    let until = seconds::parse(&undo).filter(|_| !undo.trim_start().starts_with('-'));
    let shape = match group.attribute("shape")? {
        Some(shape) => shape,
        None => group.attribute("id")?.unwrap_or_default(),
    };
    // Where a slide was shown twice, its shapes are there twice: `image1-text3`, `image4-text3`.
    let shape = match shape.split_once('-') {
        Some((image, shape)) if image.starts_with("image") => shape.to_owned(),
        _ => shape,
    };
    let text = String::new();
    Ok(from.map(|from| Version { shape, from, until, text, is_poll: false }))
}

/// Whether something drawn is a text, be it an empty one.
fn is_text(version: &Version) -> bool {
    !version.text.is_empty() || version.shape.contains("text")
}

#[cfg(test)]
mod tests;
