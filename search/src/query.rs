//! What somebody asks.

mod grammar;

use archive::RecordingId;

pub(crate) use grammar::{Term, Word};

/// What somebody asks, and which page of the answer they want.
///
/// Every text is a query; none is an error. It may hold words, `"phrases"`, `-words` and
/// `-"phrases"` that must not be in the passage, and beginnings of words with a star (`coop*`).
/// Anything else is taken as text. Only the first 256 characters and the first 32 words count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
    sort: Sort,
    offset: usize,
    limit: usize,
    hits: usize,
    within: Option<RecordingId>,
}

/// The order of the recordings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Best first; the newer of two that are equally good.
    #[default]
    Relevance,
    /// The latest meeting first.
    Newest,
}

impl Query {
    /// Characters of a query that are read; what follows is not.
    pub const MAX_CHARS: usize = grammar::MAX_CHARS;
    /// Recordings on a page, at most.
    pub const MAX_LIMIT: usize = 100;
    /// Recordings before a page, at most. Nobody reads further, and each costs memory.
    pub const MAX_OFFSET: usize = 10_000;
    /// Hits of a recording, at most.
    pub const MAX_HITS: usize = 100;

    /// The first ten recordings by relevance, with three hits each.
    pub fn new(text: &str) -> Self {
        let terms = grammar::parse(text);
        Self { terms, sort: Sort::default(), offset: 0, limit: 10, hits: 3, within: None }
    }

    #[must_use]
    pub fn sorted(self, sort: Sort) -> Self {
        Self { sort, ..self }
    }

    /// Asks for `limit` recordings after the first `offset`; what is out of bounds is moved to the
    /// nearest bound.
    #[must_use]
    pub fn page(self, offset: usize, limit: usize) -> Self {
        let (offset, limit) = (offset.min(Self::MAX_OFFSET), limit.clamp(1, Self::MAX_LIMIT));
        Self { offset, limit, ..self }
    }

    /// Asks for `hits` passages of each recording, at least one.
    #[must_use]
    pub fn hits_per_recording(self, hits: usize) -> Self {
        Self { hits: hits.clamp(1, Self::MAX_HITS), ..self }
    }

    /// Asks in one recording only.
    #[must_use]
    pub fn within(self, recording: RecordingId) -> Self {
        Self { within: Some(recording), ..self }
    }

    /// Whether there is nothing to look for: no word, or only words that must not occur.
    pub fn is_empty(&self) -> bool {
        self.terms.iter().all(Term::is_excluded)
    }

    /// The query with its phrases taken for words, if it has both. One of phrases alone is meant
    /// literally.
    pub(crate) fn unquoted(&self) -> Option<Self> {
        let has = |wanted: fn(&Term) -> bool| self.terms.iter().any(wanted);
        if !has(|it| matches!(it, Term::Phrase(_)))
            || !has(|it| matches!(it, Term::Word(_) | Term::Prefix(_)))
        {
            return None;
        }
        let terms = self.terms.iter().flat_map(|it| match it {
            Term::Phrase(words) => words.iter().cloned().map(Term::Word).collect(),
            other => vec![other.clone()],
        });
        Some(Self { terms: terms.collect(), ..self.clone() })
    }

    pub(crate) fn terms(&self) -> &[Term] {
        &self.terms
    }

    pub(crate) const fn only_within(&self) -> Option<&RecordingId> {
        self.within.as_ref()
    }

    pub(crate) const fn sort(&self) -> Sort {
        self.sort
    }

    pub(crate) const fn offset(&self) -> usize {
        self.offset
    }

    pub(crate) const fn limit(&self) -> usize {
        self.limit
    }

    pub(crate) const fn hits(&self) -> usize {
        self.hits
    }
}
