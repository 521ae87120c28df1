//! What a meeting held besides its media, read from its files.
//!
//! Every file but `metadata.xml` may be missing or damaged: that costs what it would have told, with
//! a warning, and not the recording.

use super::{
    about::About,
    captions, chat, events,
    metadata::{self, Metadata},
    polls, shares,
    slides::{self, Page, Texts},
    timeline::Timeline,
    turns,
};
use crate::{IngestConfig, Warning, XmlError, files::Files, hand_over::folder};
use archive::{Contents, MediaTime, RecordingId, SourcePath, TimeRange};
use std::{
    collections::BTreeSet,
    error::Error,
    io::{self, BufReader, Read},
};

/// Which reading of the files this is: raised whenever contents would come out differently, so that
/// recordings that were taken in before are understood again.
pub(crate) const UNDERSTANDING: u32 = 2;

/// Whether a file may be read for what it holds. Those that were handed over before and are not at
/// hand now are fetched from the store: a raw log outlives its server's two weeks that way.
pub(crate) fn is_read(path: &SourcePath) -> bool {
    let path = path.as_str();
    let (folder, name) = path.split_once('/').unwrap_or(("", path));
    match (folder, name) {
        (_, "metadata.xml") => true,
        ("raw", name) => name == "events.xml",
        ("presentation", name) => matches!(
            name,
            "events.xml"
                | "shapes.svg"
                | "slides_new.xml"
                | "deskshare.xml"
                | "presentation_text.json"
                | "polls.json"
                | "captions.json"
        ),
        _ => false,
    }
}

/// A JSON file in memory.
const JSON_BYTES: u64 = 16 << 20;
/// The text of one page.
const PAGE_BYTES: u64 = 256 << 10;

/// What was understood.
#[derive(Debug, Default)]
pub(crate) struct Understood {
    pub(crate) contents: Contents,
    pub(crate) about: About,
}

/// Reads everything that a recording's files say. Blocks.
///
/// Nothing in it is an error: what is missing or damaged costs what it would have told, with a
/// warning.
pub(crate) fn read(
    files: &Files,
    id: &RecordingId,
    config: &IngestConfig,
    warnings: &mut Vec<Warning>,
) -> Understood {
    let mut reader = Reader { files, warnings };
    let metadata = reader.metadata(id);
    let duration = metadata.duration;
    let events = reader
        .xml(folder::EVENTS, "speaker turns", events::parse)
        .or_else(|| reader.xml("presentation/events.xml", "speaker turns", events::parse));
    let mut understood = Understood::default();
    let mut metas = metadata.metas.clone();
    let mut meeting_name = None;
    let mut timeline = None;
    if let Some(events) = &events {
        metas = metas.or(events.metas.clone());
        meeting_name = events.meeting_name.clone();
        timeline = events.bounds.map(|(first, last)| Timeline::new(&events.presses, first, last));
    }
    let recorded = timeline.as_ref().map(Timeline::length);
    if let (Some(recorded), Some(published)) = (recorded, duration)
        && recorded.as_ms().abs_diff(published.as_ms()) > 1_000
    {
        let (events, metadata) = (recorded, published);
        reader.warnings.push(Warning::OtherLength { events, metadata });
    }
    let end = duration.or(recorded);

    let contents = &mut understood.contents;
    if let (Some(events), Some(timeline)) = (&events, &timeline) {
        (contents.turns, contents.speaker_names) = turns::of(events, timeline, &metas);
        if let Some(end) = end {
            clip_turns(contents, end);
        }
    }
    reader.slides(contents, end);
    reader.expects("presentation/slides_new.xml", "chat");
    let chat = reader.xml("presentation/slides_new.xml", "chat", chat::parse).unwrap_or_default();
    let chat = chat.into_iter().filter(|it| it.cleared.is_none() || config.cleared_chat);
    contents.chat = chat
        .map(|it| it.message)
        .map(|it| archive::ChatMessage { at: end.map_or(it.at, |end| it.at.min(end)), ..it })
        .collect();
    let shares = reader
        .xml("presentation/deskshare.xml", "screen shares", |input| shares::parse(input, end));
    contents.shares = shares.unwrap_or_default();
    let polls = reader.json("presentation/polls.json", "polls", |input| polls::parse(input, end));
    contents.polls = polls.unwrap_or_default();
    reader.captions(contents);

    let shown = contents.showings.iter().map(|it| it.range.end()).max();
    let duration = end.or(shown).unwrap_or_default();
    understood.about = About::new(&metadata, &metas, meeting_name, duration, warnings);
    understood
}

/// Leaves out what lies past the recording's end, and the names of who speaks only there.
fn clip_turns(contents: &mut Contents, end: MediaTime) {
    contents.turns.retain(|it| it.range.start() < end);
    for turn in &mut contents.turns {
        let range = turn.range;
        turn.range = TimeRange::from_or_at(range.start(), range.end().min(end));
    }
    let speaking: BTreeSet<u32> = contents.turns.iter().map(|it| it.speaker.0).collect();
    contents.speaker_names.retain(|(speaker, _)| speaking.contains(&speaker.0));
}

struct Reader<'a> {
    files: &'a Files,
    warnings: &'a mut Vec<Warning>,
}

impl Reader<'_> {
    fn open(&self, name: &str) -> Option<io::Result<Box<dyn Read + Send>>> {
        self.files.open(name)
    }

    /// What the formats' `metadata.xml` say, the best-known format first.
    fn metadata(&mut self, _id: &RecordingId) -> Metadata {
        self.xml("presentation/metadata.xml", "title and length", metadata::parse)
            .unwrap_or_default()
    }

    /// Warns if a file is missing that BigBlueButton always writes.
    fn expects(&mut self, file: &'static str, what: &'static str) {
        if self.open(file).is_none() {
            self.warnings.push(Warning::Missing { file: file.to_owned(), what });
        }
    }

    fn unreadable(&mut self, file: &str, what: &'static str, error: &(dyn Error + 'static)) {
        let causes = std::iter::successors(Some(error), |&it| it.source());
        let cause = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
        self.warnings.push(Warning::Unreadable { file: file.to_owned(), what, cause });
    }

    fn xml<T>(
        &mut self,
        name: &'static str,
        what: &'static str,
        parse: impl FnOnce(BufReader<Box<dyn Read + Send>>) -> Result<T, XmlError>,
    ) -> Option<T> {
        let opened = self.open(name)?.map_err(|source| XmlError::Read { at: 0, source });
        match opened.and_then(|it| parse(BufReader::with_capacity(64 << 10, it))) {
            Ok(parsed) => Some(parsed),
            // BigBlueButton leaves empty files behind where there was nothing to say.
            Err(XmlError::Empty) => None,
            Err(error) => {
                self.unreadable(name, what, &error);
                None
            }
        }
    }

    fn json<T>(
        &mut self,
        name: &'static str,
        what: &'static str,
        parse: impl FnOnce(BufReader<io::Take<Box<dyn Read + Send>>>) -> Result<T, serde_json::Error>,
    ) -> Option<T> {
        let opened = self.open(name)?.map_err(serde_json::Error::io);
        match opened.and_then(|it| parse(BufReader::new(it.take(JSON_BYTES)))) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.unreadable(name, what, &error);
                None
            }
        }
    }

    fn slides(&mut self, contents: &mut Contents, end: Option<MediaTime>) {
        self.expects("presentation/shapes.svg", "slides");
        let Some(pictures) = self.xml("presentation/shapes.svg", "slides", slides::parse) else {
            return;
        };
        let mut texts = self
            .json("presentation/presentation_text.json", "slide texts", Texts::parse)
            .unwrap_or_default();
        for page in slides::pages(&pictures) {
            if !texts.has(&page)
                && let Some(text) = self.page_text(&page)
            {
                texts.put(page, text);
            }
        }
        let has = |path: &SourcePath| self.files.has(path);
        (contents.slides, contents.showings) =
            slides::assemble(&pictures, &texts, end, has, self.warnings);
    }

    fn page_text(&self, page: &Page) -> Option<String> {
        let Page { presentation, number } = page;
        let folder = format!("presentation/presentation/{presentation}/textfiles");
        let file = self.open(&format!("{folder}/slide-{number}.txt"))?.ok()?;
        let mut text = Vec::new();
        file.take(PAGE_BYTES).read_to_end(&mut text).ok()?;
        Some(String::from_utf8_lossy(&text).into_owned())
    }

    fn captions(&mut self, contents: &mut Contents) {
        let tracks = self.json("presentation/captions.json", "captions", captions::parse);
        for track in tracks.unwrap_or_default() {
            let file = track.file.to_string();
            let has_cues = match self.open(&file) {
                Some(file) => file.and_then(|it| captions::has_cues(BufReader::new(it))),
                // Handed over before, when it had.
                None if self.files.has(&track.file) => Ok(true),
                None => {
                    self.warnings.push(Warning::Missing { file, what: "such captions" });
                    continue;
                }
            };
            match has_cues {
                // Tracks are told apart by their language, and `pt-BR` and `pt-PT` are one.
                Ok(true) if contents.captions.iter().any(|it| it.language == track.language) => {
                    let language = track.language;
                    self.warnings.push(Warning::SameLanguage { file, language });
                }
                Ok(true) => contents.captions.push(track),
                Ok(false) => self.warnings.push(Warning::NoCues { file }),
                Err(error) => self.unreadable(track.file.as_str(), "captions", &error),
            }
        }
    }
}
