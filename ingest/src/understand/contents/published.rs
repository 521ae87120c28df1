//! What was published.

use super::reader::Reader;
use crate::{
    Warning,
    understand::{
        captions, chat, external_videos, notes, polls, shapes, shares,
        slides::{self, Page, Shown, Texts},
        tldraw,
        whiteboard::{self, Version, Written},
    },
};
use archive::{CaptionTrack, ExternalVideo, MediaTime, Poll, SourcePath, TimeRange};
use std::io::{BufReader, Read as _};

/// The text of one page.
const PAGE_BYTES: u64 = 256 << 10;
/// The pages whose text lies in files of their own.
const MOST_PAGES: usize = 20_000;

/// What the published formats say. `None`: nothing, so that the event log may.
#[derive(Default)]
pub(super) struct Published {
    pub(super) shown: Option<Vec<(TimeRange, Shown)>>,
    pub(super) texts: Texts,
    pub(super) whiteboard: Option<Vec<Written>>,
    pub(super) chat: Option<Vec<chat::Line>>,
    pub(super) shares: Option<Vec<TimeRange>>,
    pub(super) polls: Option<Vec<Poll>>,
    pub(super) external_videos: Option<Vec<ExternalVideo>>,
    pub(super) captions: Vec<CaptionTrack>,
    pub(super) notes: String,
}

impl Published {
    /// Nothing lies after `end`.
    pub(super) fn read(reader: &mut Reader<'_>, end: Option<MediaTime>) -> Self {
        let mut published = Self::default();
        if reader.files.below("presentation").next().is_some() {
            published.presentation(reader, end);
        }
        // `video` has the chat beside its picture, and it is the same.
        published.chat =
            published.chat.or_else(|| reader.xml("video/video.xml", "chat", chat::parse));
        published.captions = captions(reader);
        published.notes = notes(reader);
        published
    }

    fn presentation(&mut self, reader: &mut Reader<'_>, end: Option<MediaTime>) {
        reader.expects("presentation/shapes.svg", "slides");
        let shapes = reader.xml("presentation/shapes.svg", "slides", shapes::parse);
        let drawn = reader.stream("presentation/tldraw.json", "whiteboard texts", tldraw::parse);
        let (pictures, written) = shapes.map(|it| (it.pictures, it.texts)).unzip();
        self.shown = pictures.map(|it| slides::of_pictures(&it, end));
        let is_drawn = drawn.is_some();
        let versions: Vec<Version> = written.into_iter().chain(drawn).flatten().collect();
        if is_drawn || !versions.is_empty() {
            self.whiteboard = Some(whiteboard::latest(versions, end));
        }
        self.texts = reader
            .json("presentation/presentation_text.json", "slide texts", Texts::parse)
            .unwrap_or_default();
        reader.expects("presentation/slides_new.xml", "chat");
        self.chat = reader.xml("presentation/slides_new.xml", "chat", chat::parse);
        self.shares = reader
            .xml("presentation/deskshare.xml", "screen shares", |input| shares::parse(input, end));
        self.polls =
            reader.json("presentation/polls.json", "polls", |input| polls::parse(input, end));
        self.external_videos =
            reader.json("presentation/external_videos.json", "videos from elsewhere", |input| {
                external_videos::parse(input, end)
            });
    }
}

/// Reads the texts of pages that have files of their own, where they are not known yet.
pub(super) fn page_texts(reader: &Reader<'_>, shown: &[(TimeRange, Shown)], texts: &mut Texts) {
    let mut asked = std::collections::HashSet::new();
    for page in slides::pages(shown) {
        if asked.len() < MOST_PAGES
            && asked.insert(page)
            && !texts.has(page)
            && let Some(text) = page_text(reader, page)
        {
            texts.put(page.clone(), text);
        }
    }
}

fn page_text(reader: &Reader<'_>, page: &Page) -> Option<String> {
    let file = page.texts().find_map(|it| reader.open(it.as_str())?.ok())?;
    let mut text = Vec::new();
    file.take(PAGE_BYTES).read_to_end(&mut text).ok()?;
    Some(String::from_utf8_lossy(&text).into_owned())
}

/// The caption tracks of the first format that has some: the others repeat them.
fn captions(reader: &mut Reader<'_>) -> Vec<CaptionTrack> {
    for folder in ["presentation", "video", "screenshare"] {
        let listed = format!("{folder}/captions.json");
        let tracks = reader.json(&listed, "captions", |input| captions::parse(input, folder));
        let tracks = readable(reader, tracks.unwrap_or_default());
        if !tracks.is_empty() {
            return tracks;
        }
    }
    Vec::new()
}

fn readable(reader: &mut Reader<'_>, listed: Vec<CaptionTrack>) -> Vec<CaptionTrack> {
    let mut found: Vec<CaptionTrack> = Vec::new();
    for track in listed {
        let file = track.file.to_string();
        let has_cues = match reader.open(&file) {
            Some(file) => file.and_then(|it| captions::has_cues(BufReader::new(it))),
            // Handed over before, when it had.
            None if reader.has(&file) => Ok(true),
            None => {
                reader.warnings.push(Warning::Missing { file, what: "such captions" });
                continue;
            }
        };
        match has_cues {
            // Tracks are told apart by their language, and `pt-BR` and `pt-PT` are one.
            Ok(true) if found.iter().any(|it| it.language == track.language) => {
                let language = track.language;
                reader.warnings.push(Warning::SameLanguage { file, language });
            }
            Ok(true) => found.push(track),
            Ok(false) => reader.warnings.push(Warning::NoCues { file }),
            Err(error) => reader.unreadable(&file, "captions", &error),
        }
    }
    found
}

fn notes(reader: &mut Reader<'_>) -> String {
    for name in notes::FILES {
        match reader.open(name).map(|it| it.and_then(|it| notes::read(it, name))) {
            Some(Ok(notes)) if !notes.is_empty() => return notes,
            Some(Err(error)) => reader.unreadable(name, "notes", &error),
            Some(Ok(_)) | None => {}
        }
    }
    String::new()
}

/// Whether a file may be read for what it holds; see [`super::is_read`].
pub(super) fn is_read(path: &SourcePath) -> bool {
    let path = path.as_str();
    let (folder, name) = path.split_once('/').unwrap_or(("", path));
    let is_text = || name.ends_with(".txt") && name.contains("/textfiles/");
    match folder {
        _ if name == "metadata.xml" || notes::FILES.contains(&path) => true,
        "raw" => name == "events.xml" || is_text(),
        "presentation" => {
            is_text()
                || matches!(
                    name,
                    "events.xml"
                        | "shapes.svg"
                        | "tldraw.json"
                        | "slides_new.xml"
                        | "deskshare.xml"
                        | "presentation_text.json"
                        | "polls.json"
                        | "external_videos.json"
                        | "captions.json"
                )
        }
        "video" => matches!(name, "video.xml" | "captions.json"),
        "screenshare" => name == "captions.json",
        _ => false,
    }
}
