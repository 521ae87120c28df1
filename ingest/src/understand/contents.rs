//! What a recording holds, read from its files.
//!
//! A recording has any subset of its formats and of its raw archive. Where a presentation was
//! published its files count: BigBlueButton may have made names anonymous in them, and people may have
//! edited them. What they do not say the event log says, and who spoke it says alone. Every file may
//! be missing or damaged: that costs what it would have told, with a warning, and not the recording.

mod published;
mod reader;

use super::{
    about::About,
    chat,
    events::{self, Events},
    metadata::{self, Metadata},
    metas::Metas,
    people::People,
    slides::{self, Shown},
    timeline::Timeline,
    turns, whiteboard,
};
use crate::{IngestConfig, Warning, files::Files};
use archive::{ChatMessage, Contents, MediaTime, RecordingId, SourcePath, TimeRange};
use published::Published;
use reader::Reader;

/// Which reading of the files this is: raised whenever contents would come out differently, so that
/// recordings that were taken in before are understood again.
pub(crate) const UNDERSTANDING: u32 = 2;

/// Whether a file may be read for what it holds. Those that were handed over before and are not at
/// hand now are fetched from the store: a raw log outlives its server's two weeks that way.
pub(crate) fn is_read(path: &SourcePath) -> bool {
    published::is_read(path)
}

/// The formats that say something in their `metadata.xml`, the one to believe first.
const FORMATS: [&str; 8] =
    ["presentation", "video", "screenshare", "podcast", "notes", "ai-summary", "statistics", "raw"];

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
    let metadata = read_metadata(&mut reader, id);
    let what = "speaker turns";
    let events = reader
        .xml("raw/events.xml", what, events::parse)
        .or_else(|| reader.xml("presentation/events.xml", what, events::parse));
    let log = events.as_ref().and_then(Log::new);

    let mut metas = metadata.metas.clone();
    if let Some(events) = &events {
        metas = metas.or(events.metas.clone());
    }
    let recorded = log.as_ref().map(|it| it.timeline.length());
    if let (Some(events), Some(metadata)) = (recorded, metadata.duration)
        && events.as_ms().abs_diff(metadata.as_ms()) > 1_000
    {
        reader.warnings.push(Warning::OtherLength { events, metadata });
    }
    let end = metadata.duration.or(recorded);

    let published = Published::read(&mut reader, end);
    if let (Some(log), Some(chat)) = (&log, &published.chat) {
        log.hide_who_was_hidden(chat, &mut metas);
    }
    let contents = put_together(&mut reader, published, log.as_ref(), &metas, config, end);
    let shown = contents.showings.iter().map(|it| it.range.end()).max();
    let duration = end.or(shown).unwrap_or_default();
    let about = About::new(&metadata, &metas, events.as_ref(), duration, warnings);
    Understood { contents, about }
}

/// What an event log says that is all there is.
#[cfg(feature = "fuzzing")]
pub(crate) fn of_log(log: &[u8], config: &IngestConfig) -> Option<Contents> {
    let events = events::parse(log).ok()?;
    let log = Log::new(&events)?;
    let end = Some(log.timeline.length());
    let mut files = Files::default();
    for name in ["raw/presentation/P/svgs/slide1.svg", "raw/audio/microphone-a-1.webm"] {
        files.put(name.parse().ok()?, None);
    }
    let mut reader = Reader { files: &files, warnings: &mut Vec::new() };
    let published = Published::default();
    Some(put_together(&mut reader, published, Some(&log), &events.metas, config, end))
}

/// What the formats' `metadata.xml` say together. One of another recording is not believed.
fn read_metadata(reader: &mut Reader<'_>, id: &RecordingId) -> Metadata {
    let mut found = Metadata::default();
    for format in FORMATS {
        let name = format!("{format}/metadata.xml");
        let Some(one) = reader.xml(&name, "title and length of its own", metadata::parse) else {
            continue;
        };
        match &one.id {
            Some(other) if other.as_str() != id.as_str() => {
                let meeting = super::text::short_line(other, 80);
                reader.warnings.push(Warning::OtherMeeting { path: name, meeting });
            }
            _ => found = found.or(one),
        }
    }
    found
}

/// The event log with its clock.
struct Log<'a> {
    events: &'a Events,
    timeline: Timeline,
    people: People<'a>,
}

impl<'a> Log<'a> {
    /// `None`: it has no events.
    fn new(events: &'a Events) -> Option<Self> {
        let (first, last) = events.bounds?;
        let timeline = Timeline::new(&events.presses, first, last);
        let people = People::new(&events.joins, &events.callers);
        Some(Self { events, timeline, people })
    }

    /// A server may make all its chats anonymous by its own settings, which no file says but the
    /// chat: then nobody's name is told by the log either.
    fn hide_who_was_hidden(&self, published: &[chat::Line], metas: &mut Metas) {
        let hidden = |role: &str| {
            published.iter().any(|line| {
                let alias = line.sender.strip_prefix(role);
                alias.is_some_and(|nth| nth.parse::<u32>().is_ok())
                    && !self.events.joins.iter().any(|it| it.name == line.sender)
            })
        };
        let (viewers, moderators) = (hidden("Viewer "), hidden("Moderator "));
        metas.anonymise(viewers, moderators);
    }
}

fn put_together(
    reader: &mut Reader<'_>,
    published: Published,
    log: Option<&Log<'_>>,
    metas: &Metas,
    config: &IngestConfig,
    end: Option<MediaTime>,
) -> Contents {
    let Published { shown, mut texts, whiteboard, chat, .. } = published;
    let mut contents =
        Contents { captions: published.captions, notes: published.notes, ..Contents::default() };
    if let Some(log) = log {
        let has = |path: &SourcePath| reader.files.has(path);
        let Log { events, timeline, people } = log;
        let spoken = turns::of(events, timeline, people, metas, end, has);
        contents.turns = spoken.turns;
        contents.voice_tracks = spoken.tracks;
        contents.speaker_names = spoken.names;
    }

    // A log that came alone tells of slides that may come yet.
    let has_slides = ["presentation/presentation", "raw/presentation", "raw/presentations"]
        .iter()
        .any(|it| reader.files.below(it).next().is_some());
    let shown = shown.or_else(|| {
        let log = log.filter(|_| has_slides)?;
        Some(slides::of_pages(events::showings(log.events, &log.timeline), end))
    });
    let shown: Vec<(TimeRange, Shown)> = shown.unwrap_or_default();
    published::page_texts(reader, &shown, &mut texts);
    let files = reader.files;
    (contents.slides, contents.showings) =
        slides::assemble(shown, &texts, |path| files.has(path), reader.warnings);

    contents.chat = messages(chat, log, metas, config, end);
    contents.shares = published.shares.unwrap_or_else(|| {
        log.map(|it| events::shares(it.events, &it.timeline)).unwrap_or_default()
    });
    contents.polls = published.polls.unwrap_or_else(|| {
        log.map(|it| events::polls(it.events, &it.timeline)).unwrap_or_default()
    });
    contents.external_videos = published.external_videos.unwrap_or_else(|| {
        log.map(|it| events::external_videos(it.events, &it.timeline)).unwrap_or_default()
    });
    let written = whiteboard.unwrap_or_else(|| {
        log.map(|it| events::whiteboard(it.events, &it.timeline)).unwrap_or_default()
    });
    contents.whiteboard = whiteboard::shown(written, !contents.polls.is_empty());
    cut_off(&mut contents, end);
    contents
}

/// The chat: what was published, and what the log knows of it.
fn messages(
    published: Option<Vec<chat::Line>>,
    log: Option<&Log<'_>>,
    metas: &Metas,
    config: &IngestConfig,
    end: Option<MediaTime>,
) -> Vec<ChatMessage> {
    let logged = log.map(|it| events::chat(it.events, &it.timeline, &it.people, metas));
    let lines = match (published, logged) {
        (Some(mut published), Some(logged)) => {
            chat::correct(&mut published, &logged);
            published
        }
        (published, logged) => published.or(logged).unwrap_or_default(),
    };
    chat::shown(lines, config.cleared_chat, end)
}

/// Leaves out what the log says to lie past the end of the published media.
fn cut_off(contents: &mut Contents, end: Option<MediaTime>) {
    let Some(end) = end else { return };
    contents.shares.retain(|it| it.start() < end);
    for share in &mut contents.shares {
        *share = TimeRange::from_or_at(share.start(), share.end().min(end));
    }
    contents.polls.iter_mut().for_each(|it| it.at = it.at.min(end));
    contents.external_videos.iter_mut().for_each(|it| it.at = it.at.min(end));
    contents.whiteboard.retain(|it| it.at < end);
}

#[cfg(test)]
mod tests;
