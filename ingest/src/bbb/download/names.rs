//! Names of files that other files name. They come from the server and are not trusted.

use super::{DownloadError, layout::Need};
use crate::{
    XmlError,
    understand::xml::{Limits, Node, Xml},
};
use archive::SourcePath;
use serde::{Deserialize, de::IgnoredAny};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::{BufRead, Read},
};

/// Whiteboards make `shapes.svg` hundreds of megabytes long.
const LIMITS: Limits = Limits { bytes: 4 << 30, piece_bytes: 16 << 20, depth: 64 };
const MOST_JSON_BYTES: u64 = 256 << 20;
const MOST_CAPTIONS: usize = 200;

/// What is in a presentation's folder by the format's own conventions.
const KINDS: [&str; 7] = ["png", "jpg", "jpeg", "svg", "gif", "webp", "txt"];

/// Files by their names relative to the format's folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    files: BTreeMap<SourcePath, Need>,
    /// Pages of presentations, from 1 on.
    pages: BTreeSet<(String, u32)>,
    /// Whether slides are `svgs/slideN.svg` (2.6 and later) or `slide-N.png`.
    svg: bool,
    limit: usize,
}

/// Why names were not taken.
#[derive(Debug)]
pub(super) enum NamesError {
    Xml(XmlError),
    Json(serde_json::Error),
    Name(archive::InvalidSourcePath),
    TooMany,
}

impl Named {
    pub(super) fn at_most(limit: usize) -> Self {
        Self { files: BTreeMap::new(), pages: BTreeSet::new(), svg: false, limit }
    }

    /// Takes the pictures of `shapes.svg` and the texts that belong to them.
    ///
    /// A name that leads outside is an error. An address of the web or data in the place of a name
    /// is passed over, as is what is neither a picture nor a text.
    pub(super) fn add_shapes(&mut self, input: impl BufRead) -> Result<(), NamesError> {
        let mut xml = Xml::new(input, LIMITS, &["svg"]);
        while let Some(node) = xml.next().map_err(NamesError::Xml)? {
            let Node::Start(element) = node else { continue };
            if element.name() != "image" {
                continue;
            }
            let attribute = |name| element.attribute(name).map_err(NamesError::Xml);
            let picture = attribute("href")?.or(attribute("data-href")?);
            let slide = attribute("in")?.is_some();
            let text = attribute("text")?;
            if let Some(picture) = picture {
                let picture = picture.trim();
                let page = page(picture);
                self.svg |= page.is_some() && picture.ends_with(".svg");
                self.pages.extend(page);
                let need =
                    if slide && !is_placeholder(picture) { Need::Expected } else { Need::Optional };
                self.add(picture, need)?;
            }
            if let Some(text) = text {
                self.add(text.trim(), Need::Optional)?;
            }
        }
        Ok(())
    }

    /// Takes the pages of `presentation_text.json`, `{"PRESENTATION": {"slide-1": "text", …}, …}`:
    /// also those that were never shown.
    pub(super) fn add_texts(&mut self, input: impl Read) -> Result<(), NamesError> {
        let found: HashMap<String, HashMap<String, IgnoredAny>> =
            serde_json::from_reader(input.take(MOST_JSON_BYTES)).map_err(NamesError::Json)?;
        for (presentation, pages) in found {
            for key in pages.keys() {
                let number = key.strip_prefix("slide").map(|it| it.trim_start_matches('-'));
                if let Some(number) = number.and_then(number_of) {
                    self.pages.insert((presentation.clone(), number));
                }
            }
            if self.pages.len() > self.limit {
                return Err(NamesError::TooMany);
            }
        }
        Ok(())
    }

    /// Takes the tracks of `captions.json`, `[{"locale": "en"}]`, each a `caption_en.vtt`.
    pub(super) fn add_captions(&mut self, input: impl Read) -> Result<(), NamesError> {
        #[derive(Deserialize)]
        struct Track {
            locale: String,
        }
        let found: Vec<Track> =
            serde_json::from_reader(input.take(MOST_JSON_BYTES)).map_err(NamesError::Json)?;
        for Track { locale } in found.into_iter().take(MOST_CAPTIONS) {
            let name = format!("caption_{}.vtt", locale.trim());
            let path: SourcePath = name.parse().map_err(NamesError::Name)?;
            // A locale is a tag and no way into another folder.
            if path.parts().count() == 1 {
                self.put(path, Need::Expected)?;
            }
        }
        Ok(())
    }

    /// All files, with the picture, thumbnail and text of every page.
    pub(super) fn finish(mut self) -> Result<BTreeMap<SourcePath, Need>, NamesError> {
        for (presentation, number) in std::mem::take(&mut self.pages) {
            let slide = match self.svg {
                true => format!("svgs/slide{number}.svg"),
                false => format!("slide-{number}.png"),
            };
            for file in [
                slide,
                format!("thumbnails/thumb-{number}.png"),
                format!("textfiles/slide-{number}.txt"),
            ] {
                self.add(&format!("presentation/{presentation}/{file}"), Need::Optional)?;
            }
        }
        Ok(self.files)
    }

    fn add(&mut self, name: &str, need: Need) -> Result<(), NamesError> {
        if name.is_empty() || is_address(name) {
            return Ok(());
        }
        let path: SourcePath = name.parse().map_err(NamesError::Name)?;
        let kind = name.rsplit_once('.').map(|(_, kind)| kind.to_ascii_lowercase());
        match kind {
            Some(kind) if KINDS.contains(&kind.as_str()) => self.put(path, need),
            Some(_) | None => Ok(()),
        }
    }

    fn put(&mut self, path: SourcePath, need: Need) -> Result<(), NamesError> {
        let entry = self.files.entry(path).or_insert(need);
        *entry = need.max(*entry);
        if self.files.len() > self.limit { Err(NamesError::TooMany) } else { Ok(()) }
    }
}

impl NamesError {
    /// As an error about the file of `url`.
    pub(super) fn about(
        self,
        file: &str,
        limit: usize,
    ) -> Result<DownloadError, serde_json::Error> {
        let file = file.to_owned();
        Ok(match self {
            Self::Xml(source) => DownloadError::Names { file, source },
            Self::Name(source) => DownloadError::NameRefused { file, source },
            Self::TooMany => {
                let limit = u64::try_from(limit).unwrap_or(u64::MAX);
                DownloadError::TooMuch { url: file, limit, what: "names of files" }
            }
            Self::Json(error) => return Err(error),
        })
    }
}

/// `data:…`, `https://…`, `//host/…`: something that is not in the folder.
fn is_address(name: &str) -> bool {
    let scheme = name.split_once(':').map(|(scheme, _)| scheme);
    name.starts_with("//")
        || scheme.is_some_and(|it| {
            it.starts_with(|first: char| first.is_ascii_alphabetic())
                && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"+-.".contains(&it))
        })
}

/// What is shown before the first slide and during a screen share.
fn is_placeholder(name: &str) -> bool {
    matches!(name.rsplit('/').next(), Some("logo.png" | "deskshare.png"))
}

/// Which page `presentation/ID/slide-N.png` or `presentation/ID/svgs/slideN.svg` shows.
fn page(name: &str) -> Option<(String, u32)> {
    let parts: Vec<&str> = name.split('/').collect();
    let (["presentation", presentation, file] | ["presentation", presentation, "svgs", file]) =
        parts[..]
    else {
        return None;
    };
    let (file, _) = file.rsplit_once('.')?;
    let number = file.strip_prefix("slide")?;
    Some((presentation.to_owned(), number_of(number.strip_prefix('-').unwrap_or(number))?))
}

fn number_of(text: &str) -> Option<u32> {
    // `parse` would take a sign.
    text.bytes().all(|it| it.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use archive::testing::skipped;
    use proptest::prelude::*;

    fn shapes(inside: &str) -> Result<Named, NamesError> {
        let mut named = Named::at_most(100);
        let svg = format!(
            r#"<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://localhost/x.dtd">
               <svg xmlns:xlink="http://www.w3.org/1999/xlink">{inside}</svg>"#
        );
        named.add_shapes(svg.as_bytes())?;
        Ok(named)
    }

    fn names(named: Named) -> Vec<(String, Need)> {
        named.finish().unwrap().into_iter().map(|(path, need)| (path.to_string(), need)).collect()
    }

    #[test]
    fn finds_pictures_texts_and_thumbnails_of_old_versions() {
        let mut named = shapes(
            r#"<image in="0.0" out="1" xlink:href="presentation/logo.png"/>
               <image in="1.0" out="2 5" xlink:href="presentation/P/slide-2.png" text="presentation/P/textfiles/slide-2.txt"/>
               <g><g><image xlink:href="presentation/P/poll_result1.svg"/></g></g>
               <image in="2" xlink:href="https://elsewhere.example/x.png"/><image in="2" xlink:href="data:image/png;base64,AA"/>
               <image in="2" xlink:href="//elsewhere.example/x.png"/><image in="2" xlink:href="metadata.xml"/><image/>"#,
        )
        .unwrap();
        named
            .add_texts(&br#"{"P":{"slide-1":"one","slide-2":"two","x":"","slide-+3":""}}"#[..])
            .unwrap();
        named.add_captions(&br#"[{"locale":"en","localeName":"E"},{"locale":"a/b"}]"#[..]).unwrap();
        let expected = [
            ("caption_en.vtt", Need::Expected),
            ("presentation/P/poll_result1.svg", Need::Optional),
            ("presentation/P/slide-1.png", Need::Optional),
            ("presentation/P/slide-2.png", Need::Expected),
            ("presentation/P/textfiles/slide-1.txt", Need::Optional),
            ("presentation/P/textfiles/slide-2.txt", Need::Optional),
            ("presentation/P/thumbnails/thumb-1.png", Need::Optional),
            ("presentation/P/thumbnails/thumb-2.png", Need::Optional),
            ("presentation/logo.png", Need::Optional),
        ];
        assert_eq!(names(named), expected.map(|(name, need)| (name.to_owned(), need)));
    }

    #[test]
    fn finds_the_slides_of_new_versions() {
        let mut named =
            shapes(r#"<image in="0" xlink:href="presentation/P/svgs/slide2.svg"/>"#).unwrap();
        named.add_texts(&br#"{"P":{"slide-1":"one"}}"#[..]).unwrap();
        let slides: Vec<_> =
            names(named).into_iter().filter(|(name, _)| name.contains("svgs")).collect();
        let expected = [
            ("presentation/P/svgs/slide1.svg".to_owned(), Need::Optional),
            ("presentation/P/svgs/slide2.svg".to_owned(), Need::Expected),
        ];
        assert_eq!(slides, expected);
    }

    #[test]
    fn a_name_that_leads_outside_is_refused() {
        for name in [
            "../../../etc/passwd.png",
            "presentation/../../x.png",
            "/etc/x.png",
            "presentation//x.png",
            r"presentation\..\x.png",
            "presentation/x&#10;.png",
        ] {
            for attribute in ["xlink:href", "text", "data-href"] {
                let result = shapes(&format!(r#"<image in="0" {attribute}="{name}"/>"#));
                assert!(matches!(result, Err(NamesError::Name(_))), "{attribute} {name}");
            }
        }
        let mut named = Named::at_most(100);
        named.add_texts(&br#"{"../../x":{"slide-1":""}}"#[..]).unwrap();
        assert!(matches!(named.finish(), Err(NamesError::Name(_))));
        let mut named = Named::at_most(100);
        let result = named.add_captions(&br#"[{"locale":"/../../x"}]"#[..]);
        assert!(matches!(result, Err(NamesError::Name(_))));
    }

    #[test]
    fn names_are_counted() {
        let many: String =
            (0..101).map(|it| format!(r#"<image in="0" href="{it}.png"/>"#)).collect();
        assert!(matches!(shapes(&many), Err(NamesError::TooMany)));
        let mut named = Named::at_most(100);
        let pages: Vec<String> = (0..101).map(|it| format!(r#""slide-{it}":"""#)).collect();
        let json = format!(r#"{{"P":{{{}}}}}"#, pages.join(","));
        assert!(matches!(named.add_texts(json.as_bytes()), Err(NamesError::TooMany)));
    }

    #[test]
    fn reads_the_references_shapes() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/bbb/fixtures/_excerpts");
        let cases = [
            ("shapes_2018-05_bbb2.0.svg", "slide-1.png", 10),
            ("shapes_2025-03_bbb3.svg", "svgs/slide2.svg", 9),
        ];
        for (file, slide, count) in cases {
            let Ok(file) = std::fs::File::open(format!("{folder}/{file}")) else {
                return skipped("excerpts of shapes.svg in the reference: they are not there");
            };
            let mut named = Named::at_most(100);
            named.add_shapes(std::io::BufReader::new(file)).unwrap();
            let names = names(named);
            assert_eq!(names.len(), count, "{names:?}");
            assert!(names.iter().any(|(it, need)| it.ends_with(slide) && *need == Need::Expected));
        }
    }

    proptest! {
        #[test]
        fn every_name_stays_inside(name in r"[./\\a%:-]{0,12}(\.png)?", locale in r"[./a]{0,8}") {
            let mut named = Named::at_most(100);
            let svg = format!(r#"<svg><image in="0" href="{name}"/></svg>"#);
            drop(named.add_shapes(svg.as_bytes()));
            let json = serde_json::json!([{"locale": locale}]).to_string();
            drop(named.add_captions(json.as_bytes()));
            for path in named.finish().unwrap().keys() {
                prop_assert!(!path.as_str().starts_with('/'));
                prop_assert!(path.parts().all(|it| it != ".." && it != "." && !it.is_empty()));
            }
        }

        #[test]
        fn never_panics(bytes: Vec<u8>, svg in "(<image |href='|in='0'|/>|[<>/& ='a]){0,20}") {
            let mut named = Named::at_most(10);
            drop(named.add_shapes(bytes.as_slice()));
            drop(named.add_shapes(format!("<svg>{svg}").as_bytes()));
            drop(named.add_texts(bytes.as_slice()));
            drop(named.add_captions(bytes.as_slice()));
        }
    }
}
