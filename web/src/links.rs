//! Every address that a page links to, in one place.

use crate::{
    answers::{FoundHit, Place},
    words::seconds,
};
use archive::{CollectionId, DerivedFile, MediaTime, RecordingId};

pub(crate) fn recording(id: &RecordingId) -> String {
    format!("/recordings/{id}")
}

pub(crate) fn edit_recording(id: &RecordingId) -> String {
    format!("/recordings/{id}/edit")
}

pub(crate) fn collection(id: &CollectionId) -> String {
    format!("/collections/{id}")
}

pub(crate) fn file(id: &RecordingId, file: &DerivedFile) -> String {
    format!("/recordings/{id}/files/{file}")
}

pub(crate) fn slide(id: &RecordingId, number: u32) -> String {
    format!("/recordings/{id}/slides/{number}")
}

pub(crate) fn thumbnail(id: &RecordingId, number: u32) -> String {
    format!("/recordings/{id}/slides/{number}/thumbnail")
}

pub(crate) fn captions(id: &RecordingId, language: archive::Language) -> String {
    format!("/recordings/{id}/captions/{language}")
}

/// A second of a recording, with the words that were searched.
pub(crate) fn moment(id: &RecordingId, at: MediaTime, words: &str) -> String {
    format!("{}{}", recording(id), query(&[("q", words), ("t", &seconds(at))]))
}

/// The same with the passage that begins at `start` to scroll to.
pub(crate) fn passage(id: &RecordingId, start: MediaTime, at: MediaTime, words: &str) -> String {
    format!("{}#{}", moment(id, at, words), passage_anchor(start))
}

/// What a search found: the second and the passage, or the part of the page that has no second.
pub(crate) fn hit(id: &RecordingId, hit: &FoundHit, words: &str) -> String {
    match hit.place {
        Place::Spoken => passage(id, hit.at, hit.play_from, words),
        Place::Slide { .. } | Place::Chat { .. } | Place::Poll | Place::Whiteboard => {
            moment(id, hit.play_from, words)
        }
        Place::Title => recording(id) + &query(&[("q", words)]),
        Place::Notes => recording(id) + &query(&[("q", words)]) + "#notes",
    }
}

/// A passage's place on its page: by its time, so that it is known without the transcript.
pub(crate) fn passage_anchor(start: MediaTime) -> String {
    format!("p-{}", start.as_ms())
}

/// The same on the recording's own page: `?t=12.34`.
pub(crate) fn moment_here(at: MediaTime, words: &str) -> String {
    query(&[("q", words), ("t", &seconds(at))])
}

/// A query with its question mark, empty values left out; nothing if all are empty.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { query } else { format!("?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_carries_any_words_and_nothing_empty() {
        assert_eq!(query(&[("q", "a&b=\"ñ\""), ("t", "")]), "?q=a%26b%3D%22%C3%B1%22");
        assert_eq!(query(&[("q", "")]), "");
        assert_eq!(moment_here(MediaTime::from_ms(12_340), ""), "?t=12.34");
    }
}
