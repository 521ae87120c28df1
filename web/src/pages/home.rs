use super::{CollectionLine, Frame, Meeting};
use askama::Template;

/// `/`
#[derive(Template)]
#[template(path = "home.html")]
pub(crate) struct HomePage {
    pub(crate) frame: Frame,
    pub(crate) newest: Vec<Meeting>,
    /// The next page of the list, if there is one.
    pub(crate) older: Option<String>,
    /// Whether this is the first page, which also shows search and collections.
    pub(crate) first: bool,
    pub(crate) collections: Vec<CollectionLine>,
}
