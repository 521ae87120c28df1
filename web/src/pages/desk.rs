use super::{Frame, VisibilityLabel};
use askama::Template;

/// `/desk`
#[derive(Template)]
#[template(path = "desk.html")]
pub(crate) struct DeskPage {
    pub(crate) frame: Frame,
    pub(crate) failed: Vec<FailedJob>,
    pub(crate) running: Vec<RunningJob>,
    /// How many jobs wait, in words.
    pub(crate) waiting: String,
    pub(crate) recordings: Vec<DeskRecording>,
    pub(crate) older: Option<String>,
    /// That something was done, if so.
    pub(crate) done: Option<String>,
}

pub(crate) struct FailedJob {
    pub(crate) kind: String,
    /// As the form sends it.
    pub(crate) kind_value: &'static str,
    pub(crate) recording: String,
    pub(crate) url: String,
    pub(crate) title: String,
    pub(crate) failed_at: String,
    pub(crate) cause: String,
}

pub(crate) struct RunningJob {
    pub(crate) kind: String,
    pub(crate) url: String,
    pub(crate) title: String,
    pub(crate) permille: u16,
    pub(crate) percent: String,
}

pub(crate) struct DeskRecording {
    pub(crate) url: String,
    pub(crate) edit_url: String,
    pub(crate) title: String,
    pub(crate) datetime: String,
    pub(crate) date: String,
    pub(crate) length: String,
    pub(crate) visibility: VisibilityLabel,
    pub(crate) arrived: String,
    /// What is still being done for it, in words.
    pub(crate) state: String,
}
