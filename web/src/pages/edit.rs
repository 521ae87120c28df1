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
    pub(crate) space: String,
    /// In one line, with commas between.
    pub(crate) subjects: String,
    pub(crate) collections: Vec<Choice>,
    pub(crate) title_problem: Option<String>,
    pub(crate) language_problem: Option<String>,
    pub(crate) saved: bool,
    /// Hidden fields that carry what this form shows.
    pub(crate) seen: Vec<(String, String)>,
    /// What somebody else has changed since the form was opened: a field's name and what it holds now.
    pub(crate) changed: Vec<(String, String)>,
    /// Collections that the recording is in.
    pub(crate) was_in: Vec<String>,
}
