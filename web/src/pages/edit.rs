use super::{Choice, Frame};
use askama::Template;

/// `/recordings/{id}/edit`
#[derive(Template)]
#[template(path = "recording-edit.html")]
pub(crate) struct RecordingEditPage {
    pub(crate) frame: Frame,
    pub(crate) url: String,
    pub(crate) action: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) licences: Vec<Choice>,
    pub(crate) language: String,
    pub(crate) visibilities: Vec<Choice>,
    pub(crate) collections: Vec<Choice>,
    pub(crate) title_problem: Option<String>,
    pub(crate) language_problem: Option<String>,
    pub(crate) saved: bool,
}
