use super::{Choice, Frame, Pieces, VisibilityLabel};
use crate::ribbon::SmallRibbon;
use askama::Template;

/// `/search`
#[derive(Template)]
#[template(path = "search.html")]
pub(crate) struct SearchPage {
    pub(crate) frame: Frame,
    pub(crate) query: String,
    pub(crate) state: SearchState,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

pub(crate) enum SearchState {
    /// Nothing was asked.
    Unasked,
    /// What was asked holds no word, such as `"` alone.
    NoWords,
    Nothing,
    Found(Found),
}

pub(crate) struct Found {
    /// How much was found.
    pub(crate) count: String,
    /// That not all the words were found together, if so.
    pub(crate) loosened: Option<String>,
    pub(crate) orders: Vec<Choice>,
    pub(crate) results: Vec<ResultItem>,
}

/// A recording with its hits.
pub(crate) struct ResultItem {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) title: Pieces,
    pub(crate) datetime: String,
    pub(crate) date: String,
    pub(crate) length: String,
    pub(crate) visibility: Option<VisibilityLabel>,
    pub(crate) ribbon: Option<SmallRibbon>,
    pub(crate) hits: Vec<HitLine>,
    /// That there is more in this recording, if so.
    pub(crate) more: Option<String>,
}

pub(crate) struct HitLine {
    /// `hit-spoken` and so on.
    pub(crate) class: &'static str,
    pub(crate) url: String,
    /// Seconds.
    pub(crate) at: String,
    /// As a margin has it.
    pub(crate) position: String,
    /// `speaker speaker-2`, or empty.
    pub(crate) source_class: String,
    /// Who said it, or where it stands.
    pub(crate) source: String,
    pub(crate) text: Pieces,
}
