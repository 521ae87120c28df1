//! What a search answers. Plain values: `web` gives them a form, nothing here is escaped.

use archive::{MediaTime, RecordingId};
use std::ops::Range;

/// One page of what was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Results {
    /// How many recordings match, on all pages together.
    pub total_recordings: u64,
    /// How many passages match in them.
    pub total_hits: u64,
    /// How strictly the words were taken.
    pub matching: Matching,
    pub recordings: Vec<RecordingHits>,
}

/// How many of the words a passage holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Matching {
    /// All of them, and the phrases.
    #[default]
    All,
    /// Too little was found with all of them, so a passage holds the phrases, or words that tell as
    /// much as the query's average word: a rare word tells more than a common one.
    ///
    /// Where a phrase beside words is found nowhere it counts as its words. A query of phrases alone
    /// is meant literally.
    Some,
}

/// A recording that matches, and its best passages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingHits {
    pub recording: RecordingId,
    /// Best first; never empty.
    pub hits: Vec<Hit>,
    /// How many passages match besides `hits`.
    pub more: u64,
}

/// A passage that matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub source: Source,
    /// Where the passage begins.
    pub start: MediaTime,
    /// When the first marked word was said, where the transcript knows.
    pub said: Option<MediaTime>,
    /// Where a spoken passage or the slide's first showing ends.
    pub end: Option<MediaTime>,
    pub text: Marked,
}

/// Where a passage stands in a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The recording's title, and its description from the second line on.
    Title,
    Spoken,
    Slide {
        /// [`archive::Slide::number`].
        number: u32,
    },
    Chat {
        sender: String,
    },
    /// A poll's question and its answers, a line each.
    Poll,
    /// What somebody wrote on the whiteboard.
    Whiteboard,
    /// A part of the shared notes, which belong to no moment: it starts at zero.
    Notes,
}

impl Source {
    pub const fn kind(&self) -> SourceKind {
        match self {
            Self::Title => SourceKind::Title,
            Self::Spoken => SourceKind::Spoken,
            Self::Slide { .. } => SourceKind::Slide,
            Self::Chat { .. } => SourceKind::Chat,
            Self::Poll => SourceKind::Poll,
            Self::Whiteboard => SourceKind::Whiteboard,
            Self::Notes => SourceKind::Notes,
        }
    }
}

/// The kinds of passages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    Title,
    Spoken,
    Slide,
    Chat,
    Poll,
    Whiteboard,
    Notes,
}

impl SourceKind {
    pub const ALL: [Self; 7] = [
        Self::Title,
        Self::Spoken,
        Self::Slide,
        Self::Chat,
        Self::Poll,
        Self::Whiteboard,
        Self::Notes,
    ];

    /// The word for it in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Spoken => "spoken",
            Self::Slide => "slide",
            Self::Chat => "chat",
            Self::Poll => "poll",
            Self::Whiteboard => "whiteboard",
            Self::Notes => "notes",
        }
    }
}

/// Plain text with what matched in it. Whoever shows it must escape it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marked {
    /// The passage, or the part of a long one around its matches, with `…` where it was cut.
    pub text: String,
    /// Byte ranges of `text`, in order, apart from each other, on the borders of characters.
    pub marks: Vec<Range<usize>>,
}

impl Marked {
    /// The text in pieces, each with whether it is marked. They join to the whole text.
    pub fn pieces(&self) -> impl Iterator<Item = (&str, bool)> {
        let mut pieces = Vec::with_capacity(2 * self.marks.len() + 1);
        let mut at = 0;
        for mark in &self.marks {
            pieces.push((&self.text[at..mark.start], false));
            pieces.push((&self.text[mark.clone()], true));
            at = mark.end;
        }
        pieces.push((&self.text[at..], false));
        pieces.into_iter().filter(|(piece, _)| !piece.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_join_to_the_text() {
        let marked = Marked { text: "a bc d".to_owned(), marks: vec![0..1, 2..4] };
        let pieces: Vec<_> = marked.pieces().collect();
        assert_eq!(pieces, [("a", true), (" ", false), ("bc", true), (" d", false)]);
    }
}
