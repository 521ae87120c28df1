use super::{Choice, CollectionLine, Frame, Meeting, VisibilityLabel};
use askama::Template;

/// `/collections`
#[derive(Template)]
#[template(path = "collections.html")]
pub(crate) struct CollectionsPage {
    pub(crate) frame: Frame,
    pub(crate) collections: Vec<CollectionLine>,
}

/// `/collections/{id}`
#[derive(Template)]
#[template(path = "collection.html")]
pub(crate) struct CollectionPage {
    pub(crate) frame: Frame,
    pub(crate) title: String,
    pub(crate) note: Vec<String>,
    pub(crate) visibility: Option<VisibilityLabel>,
    pub(crate) items: Vec<Meeting>,
    /// Only for who may edit.
    pub(crate) edit_url: Option<String>,
}

/// `/collections/new` and `/collections/{id}/edit`
#[derive(Template)]
#[template(path = "collection-edit.html")]
pub(crate) struct CollectionEditPage {
    pub(crate) frame: Frame,
    /// Where the form goes.
    pub(crate) action: String,
    /// `None` for a new one.
    pub(crate) existing: Option<ExistingCollection>,
    pub(crate) title: String,
    pub(crate) note: String,
    pub(crate) visibilities: Vec<Choice>,
    pub(crate) title_problem: Option<String>,
    pub(crate) saved: bool,
}

pub(crate) struct ExistingCollection {
    pub(crate) url: String,
    pub(crate) items_url: String,
    pub(crate) delete_url: String,
    pub(crate) items: Vec<OrderedItem>,
}

pub(crate) struct OrderedItem {
    pub(crate) recording: String,
    pub(crate) url: String,
    pub(crate) title: String,
    pub(crate) date: String,
    pub(crate) reason: String,
    pub(crate) first: bool,
    pub(crate) last: bool,
}

/// `/collections/{id}/delete`
#[derive(Template)]
#[template(path = "collection-delete.html")]
pub(crate) struct CollectionDeletePage {
    pub(crate) frame: Frame,
    pub(crate) action: String,
    pub(crate) back: String,
    pub(crate) title: String,
    pub(crate) items: usize,
    /// Whether something else than the title was typed.
    pub(crate) mistyped: bool,
}
