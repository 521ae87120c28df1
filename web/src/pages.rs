//! The pages: one struct each with exactly what its template shows, and samples of every shape it
//! can take.
//!
//! Templates format nothing and decide nothing about rights: times, lengths and links arrive as
//! text, and what the viewer may not see does not arrive.

pub(crate) mod collections;
pub(crate) mod desk;
pub(crate) mod edit;
pub(crate) mod home;
pub(crate) mod ingest;
pub(crate) mod message;
pub(crate) mod recording;
pub(crate) mod search;
pub(crate) mod sign_in;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

use crate::{
    assets, links,
    ribbon::SmallRibbon,
    words::{Locale, Words},
};
use archive::{Collection, MediaTime, Recording, Visibility};
use jiff::tz::TimeZone;

/// What stands around every page.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) words: Words,
    pub(crate) library: String,
    /// The body's class: which page it is.
    pub(crate) class: &'static str,
    pub(crate) signed_in: Option<SignedIn>,
    /// What every form carries, empty without a session.
    pub(crate) form_token: String,
}

#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    pub(crate) name: String,
    pub(crate) archivist: bool,
}

impl Frame {
    fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    fn archivist(&self) -> bool {
        self.signed_in.as_ref().is_some_and(|it| it.archivist)
    }

    /// The script of this page, if it has one.
    fn script(&self) -> Option<&'static str> {
        match self.class {
            "page-recording" => Some("player.js"),
            "page-search" => Some("search.js"),
            "page-desk" | "page-edit" => Some("desk.js"),
            "page-ingest" => Some("ingest.js"),
            _ => None,
        }
    }

    fn locales(&self) -> [Locale; 3] {
        Locale::ALL
    }

    /// `page` in the navigation, for `aria-current`.
    fn is_current(&self, class: &str) -> bool {
        self.class == class
    }
}

/// One recording in a list.
pub(crate) struct Meeting {
    pub(crate) url: String,
    pub(crate) title: String,
    /// ISO 8601, for `datetime`.
    pub(crate) datetime: String,
    pub(crate) date: String,
    /// Empty where there is nothing to play.
    pub(crate) length: String,
    /// Who sees it, said only where not everybody does.
    pub(crate) visibility: Option<VisibilityLabel>,
    pub(crate) ribbon: Option<SmallRibbon>,
    /// Why it is in this collection; empty elsewhere.
    pub(crate) reason: String,
}

#[derive(Debug, Clone)]
pub(crate) struct VisibilityLabel {
    pub(crate) class: &'static str,
    pub(crate) label: String,
}

impl VisibilityLabel {
    /// `None` for what everybody sees.
    pub(crate) fn unless_public(words: Words, visibility: Visibility) -> Option<Self> {
        (visibility != Visibility::Public).then(|| Self::of(words, visibility))
    }

    pub(crate) fn of(words: Words, visibility: Visibility) -> Self {
        Self { class: visibility.as_str(), label: visibility_word(words, visibility) }
    }
}

pub(crate) fn visibility_word(words: Words, visibility: Visibility) -> String {
    match visibility {
        Visibility::Public => words.say("visibility-public"),
        Visibility::Members => words.say("visibility-members"),
        Visibility::Private => words.say("visibility-private"),
    }
    .into_owned()
}

impl Meeting {
    pub(crate) fn new(
        words: Words,
        zone: &TimeZone,
        recording: &Recording,
        ribbon: Option<SmallRibbon>,
    ) -> Self {
        Self {
            url: links::recording(&recording.id),
            title: titled(words, &recording.title),
            datetime: recording.started_at.to_string(),
            date: words.day(recording.started_at, zone),
            length: length(words, recording.duration),
            visibility: VisibilityLabel::unless_public(words, recording.visibility),
            ribbon,
            reason: String::new(),
        }
    }
}

/// A title, or a word that there is none: a link must have something to click.
pub(crate) fn titled(words: Words, title: &str) -> String {
    if title.trim().is_empty() { words.say("untitled").into_owned() } else { title.to_owned() }
}

/// How long there is something to play, empty for nothing.
pub(crate) fn length(words: Words, duration: MediaTime) -> String {
    if duration == MediaTime::ZERO { String::new() } else { words.length(duration) }
}

/// A collection in a list.
pub(crate) struct CollectionLine {
    pub(crate) url: String,
    pub(crate) title: String,
    /// The first paragraph of its note.
    pub(crate) note: String,
    /// How many of its meetings the viewer sees, in words.
    pub(crate) size: String,
    pub(crate) visibility: Option<VisibilityLabel>,
}

impl CollectionLine {
    pub(crate) fn new(words: Words, collection: &Collection, meetings: usize) -> Self {
        Self {
            url: links::collection(&collection.id),
            title: titled(words, &collection.title),
            size: words.tell("collection-size", &[("count", meetings.into())]),
            note: paragraphs(&collection.note).into_iter().next().unwrap_or_default(),
            visibility: VisibilityLabel::unless_public(words, collection.visibility),
        }
    }
}

/// Plain text in paragraphs, which empty lines part.
pub(crate) fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines().map(str::trim) {
        let last = paragraphs.last_mut().expect("there is always one");
        match (line.is_empty(), last.is_empty()) {
            (true, true) => (),
            (true, false) => paragraphs.push(String::new()),
            (false, true) => last.push_str(line),
            (false, false) => {
                last.push('\n');
                last.push_str(line);
            }
        }
    }
    paragraphs.retain(|it| !it.is_empty());
    paragraphs
}

/// One of several to choose from in a form.
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

/// Marked text in pieces: the words, and whether they are marked.
pub(crate) type Pieces = Vec<(String, bool)>;
