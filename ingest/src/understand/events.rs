//! `events.xml`: what happened in the meeting.
//!
//! The raw archive's log is the only source of who spoke when, and of everything else where nothing
//! was published. It is read in one pass; most of it is cursor moves and whiteboard strokes, which
//! are passed over. What is kept is what happened, on the meeting's clock; the modules below make of
//! it what a recording holds.

mod board;
mod chat;
mod event;
mod polls;
mod screen;
mod slides;
mod videos;

pub(crate) use board::whiteboard;
pub(crate) use chat::chat;
pub(crate) use polls::polls;
pub(crate) use screen::shares;
pub(crate) use slides::showings;
pub(crate) use videos::external_videos;

use super::{
    metas::Metas,
    text,
    timeline::EventTime,
    xml::{Limits, Node, Xml, XmlError},
};
use archive::Timestamp;
use board::Board;
use event::{Fields, Heading, Kind, is_true};
use std::{collections::HashMap, io::BufRead};

const LIMITS: Limits = Limits { bytes: 2 << 30, piece_bytes: 8 << 20, depth: 32 };

/// Kept events in all. A day of ten people talking makes some 10 000.
const MOST_EVENTS: usize = 1_000_000;
/// Presses of the record button, and people in the sound (new ones at every join). Every talker may
/// have a piece in every span, so these two together bound the pieces.
const MOST_PRESSES: usize = 400;
const MOST_CALLERS: usize = 20_000;
const NAME_LENGTH: usize = 200;
/// The texts that are kept of all events together.
const TEXT_BYTES: usize = 64 << 20;

/// What was read of `events.xml`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Events {
    pub(crate) meeting_name: Option<String>,
    pub(crate) metas: Metas,
    /// The first and the last event of any kind; `None` if there is none.
    pub(crate) bounds: Option<(EventTime, EventTime)>,
    /// When the meeting began, by the clock on the wall.
    pub(crate) started_at: Option<Timestamp>,
    /// When the record button was pressed.
    pub(crate) presses: Vec<EventTime>,
    /// In their order; somebody who comes back joins again.
    pub(crate) joins: Vec<Join>,
    /// In the order of time.
    pub(crate) voice: Vec<(EventTime, Voice)>,
    /// Who takes part in the sound, by [`Caller`].
    pub(crate) callers: Vec<CallerInfo>,
    /// Recordings of single microphones, in the order of time.
    pub(crate) tracks: Vec<(EventTime, Track)>,
    chat: Vec<(EventTime, chat::Event)>,
    slides: Vec<(EventTime, slides::Event)>,
    screen: Vec<(EventTime, screen::Event)>,
    /// An address begins a video, `None` ends it.
    videos: Vec<(EventTime, Option<String>)>,
    polls: Vec<(EventTime, polls::Event)>,
    board: Board,
    text_bytes: usize,
}

/// Somebody joined the meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Join {
    /// New at every join.
    pub(crate) user: String,
    /// The same whenever the same person joins; empty where the front end gives none.
    pub(crate) external: String,
    pub(crate) name: String,
    pub(crate) moderator: bool,
}

/// Somebody who takes part in the sound: index of [`Events::callers`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Caller(pub(crate) usize);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CallerInfo {
    /// Equal to the user's ID from 2.0 on.
    pub(crate) id: String,
    /// What the voice server calls them; a telephone number for who dials in.
    pub(crate) name: String,
}

/// What a voice did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voice {
    Talks(Caller),
    /// Fell silent, was muted or left: whoever is muted while talking never gets a "fell silent".
    Stops(Caller),
    /// The sound's recording stopped or the meeting ended.
    AllStop,
}

/// The recording of one microphone began or ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Track {
    pub(crate) caller: Caller,
    /// The name of its file, without a folder.
    pub(crate) file: String,
    pub(crate) starts: bool,
}

/// Reads `events.xml`. Unknown events are passed over; new ones arrive with every release.
pub(crate) fn parse(input: impl BufRead) -> Result<Events, XmlError> {
    let mut xml = Xml::new(input, LIMITS, &["recording", "events"]);
    let mut found = Events::default();
    let mut known = Known::default();
    while let Some(node) = xml.next()? {
        let Node::Start(element) = node else { continue };
        let heading = match element.name() {
            "recording" | "events" => continue,
            "event" => Some(Heading::of(&element)?),
            "meeting" => {
                found.meeting_name = element.attribute("name")?.map(|it| text::line(&it));
                None
            }
            "metadata" => {
                for attribute in element.attributes() {
                    let (name, value) = attribute?;
                    found.metas.put(name, &value);
                }
                None
            }
            _ => None,
        };
        let Some(Heading { at: Some(at), kind }) = heading else {
            xml.skip()?;
            continue;
        };
        let (first, last) = found.bounds.unwrap_or((at, at));
        found.bounds = Some((first.min(at), last.max(at)));
        let Some(kind) = kind else {
            xml.skip()?;
            continue;
        };
        let fields = Fields::read(&mut xml)?;
        found.take(at, kind, fields, &mut known);
        found.check()?;
    }
    found.sort();
    Ok(found)
}

/// Which recording a log says it is of; `None` if it does not say or cannot be read.
pub(crate) fn meeting_id(input: impl BufRead) -> Option<String> {
    let mut xml = Xml::new(input, LIMITS, &["recording", "events"]);
    loop {
        if let Node::Start(root) = xml.next().ok()?? {
            let id = root.attribute("meeting_id").ok()??;
            return Some(id.trim().to_owned());
        }
    }
}

/// Who is known while a log is read, by their IDs.
#[derive(Default)]
struct Known {
    callers: HashMap<String, Caller>,
    /// Indices of [`Events::joins`] that have no name yet.
    nameless: HashMap<String, usize>,
}

impl Events {
    /// Takes one event in.
    fn take(&mut self, at: EventTime, kind: Kind, fields: Fields, known: &mut Known) {
        if self.started_at.is_none() {
            self.started_at = self.wall_clock(at, &fields);
        }
        match kind {
            Kind::Join | Kind::Presenter => self.take_person(kind, fields, known),
            Kind::RecordButton => {
                self.presses.push(at);
                self.chat.push((at, chat::Event::Button(is_true(fields.status.as_ref()))));
            }
            Kind::SoundStops => self.voice.push((at, Voice::AllStop)),
            Kind::VoiceJoin | Kind::VoiceLeave | Kind::Talking | Kind::Muted => {
                self.take_voice(at, kind, fields, known);
            }
            Kind::TrackStarts | Kind::TrackStops => self.take_track(at, kind, fields, known),
            Kind::Chat | Kind::ChatCleared | Kind::ChatEdited | Kind::ChatDeleted => {
                if let Some(event) = chat::Event::of(kind, fields) {
                    self.text_bytes += event.text_bytes();
                    self.chat.push((at, event));
                }
            }
            Kind::PresentationShared | Kind::SlideShown => {
                if let Some(event) = slides::Event::of(kind, fields) {
                    self.text_bytes += event.text_bytes();
                    self.slides.push((at, event));
                }
            }
            Kind::ScreenStarts | Kind::ScreenStops => {
                let starts = kind == Kind::ScreenStarts;
                let stream = fields.file.unwrap_or_default();
                self.text_bytes += stream.len();
                // While a screen is shared there is no slide to be seen.
                self.slides.push((at, slides::Event::Screen(starts)));
                self.screen.push((at, screen::Event { stream, starts }));
            }
            Kind::VideoStarts => {
                let url = fields.url.unwrap_or_default();
                self.text_bytes += url.len();
                self.videos.push((at, Some(url)));
            }
            Kind::VideoStops => self.videos.push((at, None)),
            Kind::PollPublished => self.take_poll(at, polls::Event::published(fields)),
            Kind::Drawn if fields.kind.as_deref() == Some("poll_result") => {
                self.take_poll(at, polls::Event::drawn(fields));
            }
            Kind::Drawn
            | Kind::Undone
            | Kind::BoardCleared
            | Kind::TldrawDrawn
            | Kind::TldrawDeleted => self.text_bytes += self.board.take(at, kind, fields),
        }
    }

    /// When the meeting began: from the first event that tells both clocks.
    fn wall_clock(&self, at: EventTime, fields: &Fields) -> Option<Timestamp> {
        /// 2001: what is less is no Unix time in milliseconds.
        const LEAST: i64 = 1_000_000_000_000;
        let utc = match &fields.utc {
            Some(utc) => utc.parse::<i64>().ok()?,
            None => i64::try_from(at.0).ok()?,
        };
        let since_first = at.0 - self.bounds.map_or(at.0, |(first, _)| first.0);
        let started = utc.checked_sub(i64::try_from(since_first).ok()?)?;
        (LEAST..100 * LEAST).contains(&started).then(|| Timestamp::from_unix_ms(started))
    }

    fn take_person(&mut self, kind: Kind, fields: Fields, known: &mut Known) {
        let Some(user) = fields.user.filter(|it| !it.is_empty()) else { return };
        let name = text::short_line(&fields.name.unwrap_or_default(), NAME_LENGTH);
        if kind == Kind::Presenter {
            // In 2011 people's names were said here and nowhere else.
            if let Some(join) = known.nameless.remove(&user) {
                self.joins[join].name = name;
            }
            return;
        }
        let external = fields.external.unwrap_or_default();
        self.text_bytes += user.len() + external.len() + name.len();
        if name.is_empty() {
            known.nameless.insert(user.clone(), self.joins.len());
        }
        let moderator = fields.role.as_deref() == Some("MODERATOR");
        self.joins.push(Join { user, external, name, moderator });
    }

    fn take_voice(&mut self, at: EventTime, kind: Kind, fields: Fields, known: &mut Known) {
        let Some(caller) = self.caller(fields.participant, known) else { return };
        match kind {
            Kind::VoiceJoin => {
                let name = fields.caller_name.unwrap_or_default();
                self.callers[caller.0].name = text::short_line(&name, NAME_LENGTH);
            }
            Kind::Talking if is_true(fields.talking.as_ref()) => {
                self.voice.push((at, Voice::Talks(caller)));
            }
            Kind::Muted if !is_true(fields.muted.as_ref()) => {}
            _ => self.voice.push((at, Voice::Stops(caller))),
        }
    }

    fn take_track(&mut self, at: EventTime, kind: Kind, fields: Fields, known: &mut Known) {
        // The other source is the sound of a shared screen.
        if fields.source.is_some_and(|it| !it.eq_ignore_ascii_case("microphone")) {
            return;
        }
        let file = fields.file.unwrap_or_default();
        let file = file.rsplit('/').next().unwrap_or_default().to_owned();
        let Some(caller) = self.caller(fields.user, known) else { return };
        self.text_bytes += file.len();
        self.tracks.push((at, Track { caller, file, starts: kind == Kind::TrackStarts }));
    }

    fn caller(&mut self, id: Option<String>, known: &mut Known) -> Option<Caller> {
        let id = id.filter(|it| !it.is_empty())?;
        if let Some(caller) = known.callers.get(&id) {
            return Some(*caller);
        }
        let caller = Caller(self.callers.len());
        self.text_bytes += 2 * id.len();
        self.callers.push(CallerInfo { id: id.clone(), name: String::new() });
        known.callers.insert(id, caller);
        Some(caller)
    }

    fn take_poll(&mut self, at: EventTime, event: polls::Event) {
        self.text_bytes += event.text_bytes();
        self.polls.push((at, event));
    }

    /// Refuses a log that would take too much memory.
    fn check(&self) -> Result<(), XmlError> {
        let kept = self.voice.len()
            + self.joins.len()
            + self.chat.len()
            + self.slides.len()
            + self.screen.len()
            + self.videos.len()
            + self.polls.len()
            + self.tracks.len()
            + self.board.len();
        let limits = [
            (kept, MOST_EVENTS, "events"),
            (self.presses.len(), MOST_PRESSES, "presses of the record button"),
            (self.callers.len(), MOST_CALLERS, "people in the sound"),
            (self.text_bytes, TEXT_BYTES, "bytes of text"),
        ];
        for (count, limit, what) in limits {
            if count > limit {
                return Err(XmlError::TooMuch { limit: limit as u64, what });
            }
        }
        Ok(())
    }

    /// In time order in every real file; those of the same millisecond keep the file's order.
    fn sort(&mut self) {
        self.voice.sort_by_key(|&(at, _)| at);
        self.tracks.sort_by_key(|&(at, _)| at);
        self.chat.sort_by_key(|&(at, _)| at);
        self.slides.sort_by_key(|&(at, _)| at);
        self.screen.sort_by_key(|&(at, _)| at);
        self.videos.sort_by_key(|&(at, _)| at);
        self.polls.sort_by_key(|&(at, ..)| at);
    }
}

#[cfg(test)]
mod tests;
