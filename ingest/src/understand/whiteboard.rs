//! What was written on the whiteboard, wherever it was read.

use super::text;
use archive::{MediaTime, WhiteboardText};
use std::collections::HashMap;

const TEXT_LENGTH: usize = 5_000;
/// Texts of one recording.
pub(crate) const MOST_TEXTS: usize = 100_000;

/// A text on the whiteboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) at: MediaTime,
    pub(crate) text: String,
    /// The picture of a poll's result, which says what the poll says.
    pub(crate) is_poll: bool,
}

/// One form that a text had, of a published whiteboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    /// The same for all forms of one text.
    pub(crate) shape: String,
    pub(crate) from: MediaTime,
    /// When it was removed, if it was.
    pub(crate) until: Option<MediaTime>,
    pub(crate) text: String,
    pub(crate) is_poll: bool,
}

/// The texts of a published whiteboard, in order: each as it was in the end, from when it was begun.
/// What could not be read for any time before `end` is left out.
pub(crate) fn latest(mut versions: Vec<Version>, end: Option<MediaTime>) -> Vec<Written> {
    versions.sort_by_key(|it| it.from);
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut found: Vec<Written> = Vec::new();
    for version in versions {
        let seen = end.is_none_or(|end| version.from < end)
            && version.until.is_none_or(|until| version.from < until);
        if !seen {
            continue;
        }
        let Version { shape, from: at, text, is_poll, .. } = version;
        match places.get(&shape) {
            Some(&place) => found[place].text = text,
            // A text that is empty yet has not begun.
            None if text.trim().is_empty() => {}
            None => {
                places.insert(shape, found.len());
                found.push(Written { at, text, is_poll });
            }
        }
    }
    in_order(found)
}

/// The texts in order, clean; those without any are left out.
pub(crate) fn in_order(texts: Vec<Written>) -> Vec<Written> {
    let clean = texts.into_iter().map(|it| Written { text: cleaned(&it.text), ..it });
    let mut texts: Vec<_> = clean.filter(|it| !it.text.is_empty()).collect();
    texts.sort_by(|a, b| (a.at, &a.text).cmp(&(b.at, &b.text)));
    texts
}

fn cleaned(text: &str) -> String {
    text::short_clean(text, TEXT_LENGTH)
}

/// What is shown of the texts. Pictures of polls' results are left out where the polls are known.
pub(crate) fn shown(texts: Vec<Written>, has_polls: bool) -> Vec<WhiteboardText> {
    let texts = texts.into_iter().filter(|it| !(it.is_poll && has_polls));
    texts.map(|Written { at, text, .. }| WhiteboardText { at, text }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(shape: &str, from: u64, until: Option<u64>, text: &str) -> Version {
        Version {
            shape: shape.into(),
            from: MediaTime::from_ms(from),
            until: until.map(MediaTime::from_ms),
            text: text.into(),
            is_poll: false,
        }
    }

    #[test]
    fn a_text_is_its_last_form_from_its_first() {
        let versions = vec![
            version("a", 900, None, "late form"),
            version("a", 100, Some(900), ""),
            version("a", 200, Some(900), "early form"),
            version("b", 300, Some(300), "never seen"),
            version("c", 5_000, None, "after the end"),
            version("d", 50, Some(60), "x"),
            version("d", 60, None, " "),
        ];
        let found = latest(versions, Some(MediaTime::from_ms(5_000)));
        let found: Vec<_> = found.iter().map(|it| (it.at.as_ms(), it.text.as_str())).collect();
        assert_eq!(found, [(200, "late form")]);
    }

    #[test]
    fn a_polls_picture_is_left_out_where_the_poll_is_known() {
        let written = Written { at: MediaTime::ZERO, text: "Yes: 1".into(), is_poll: true };
        assert_eq!(shown(vec![written.clone()], true), []);
        assert_eq!(shown(vec![written], false).len(), 1);
    }
}
