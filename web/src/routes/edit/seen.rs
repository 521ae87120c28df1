//! What a form showed of a recording, so that saving it undoes nobody else's change unknowingly.
//!
//! The form carries a digest of each field as it was when it was opened. A form without digests, as a
//! program may send it, claims to have seen nothing and is taken as it is.

use super::{licence_link, subjects};
use crate::{pages::visibility_word, visit::Sent, words::Words};
use archive::Recording;
use sha2::{Digest as _, Sha256};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Description,
    Licence,
    Language,
    Visibility,
    Space,
    Subjects,
}

impl Field {
    const ALL: [Self; 7] = [
        Self::Title,
        Self::Description,
        Self::Licence,
        Self::Language,
        Self::Visibility,
        Self::Space,
        Self::Subjects,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Description => "description",
            Self::Licence => "licence",
            Self::Language => "language",
            Self::Visibility => "visibility",
            Self::Space => "space",
            Self::Subjects => "subjects",
        }
    }

    /// As the form sends it.
    fn value(self, recording: &Recording) -> String {
        match self {
            Self::Title => recording.title.clone(),
            Self::Description => recording.description.clone(),
            Self::Licence => recording.licence.map_or("", |it| it.as_str()).to_owned(),
            Self::Language => recording.language.map(|it| it.to_string()).unwrap_or_default(),
            Self::Visibility => recording.visibility.as_str().to_owned(),
            Self::Space => recording.space.clone().unwrap_or_default(),
            Self::Subjects => subjects::written(&recording.subjects),
        }
    }

    /// What the field is called and what it holds, in words.
    pub(super) fn said(self, words: Words, recording: &Recording) -> (String, String) {
        let label = match self {
            Self::Title => words.say("field-title"),
            Self::Description => words.say("field-description"),
            Self::Licence => words.say("field-licence"),
            Self::Language => words.say("field-language"),
            Self::Visibility => words.say("field-visibility"),
            Self::Space => words.say("field-space"),
            Self::Subjects => words.say("field-subjects"),
        };
        let value = match (self, recording.licence) {
            (Self::Visibility, _) => visibility_word(words, recording.visibility),
            (Self::Licence, Some(licence)) => licence_link(words, licence).label,
            (Self::Licence, None) => words.say("licence-none").into_owned(),
            (
                Self::Title | Self::Description | Self::Language | Self::Space | Self::Subjects,
                _,
            ) => self.value(recording),
        };
        (label.into_owned(), if value.is_empty() { "–".to_owned() } else { value })
    }
}

/// Names and values of the hidden fields that carry what the form shows.
pub(super) fn hidden(recording: &Recording) -> Vec<(String, String)> {
    Field::ALL.map(|it| (format!("seen_{}", it.name()), digest(&it.value(recording)))).into()
}

/// Fields that hold something else by now than what the form showed and than what it sends.
pub(super) fn changed(stored: &Recording, sent: &Sent) -> Vec<Field> {
    let is_changed = |field: &Field| {
        let seen = sent.one(&format!("seen_{}", field.name()));
        let now = digest(&field.value(stored));
        !seen.is_empty() && seen != now && digest(sent.one(field.name())) != now
    };
    Field::ALL.into_iter().filter(is_changed).collect()
}

/// Whether the form sends `field` as it showed it.
pub(super) fn is_untouched(field: Field, sent: &Sent) -> bool {
    sent.one(&format!("seen_{}", field.name())) == digest(sent.one(field.name()))
}

/// A browser writes its own ends of lines, and space around a text is none of it.
fn digest(text: &str) -> String {
    let text = text.trim().replace("\r\n", "\n");
    hex::encode(&Sha256::digest(text.as_bytes())[..12])
}
