use super::{Choice, Frame};
use askama::Template;

/// `/ingest`
#[derive(Template)]
#[template(path = "ingest.html")]
pub(crate) struct IngestPage {
    pub(crate) frame: Frame,
    pub(crate) failed: Vec<ArrivalLine>,
    pub(crate) running: Vec<ArrivalLine>,
    pub(crate) waiting: Vec<ArrivalLine>,
    pub(crate) done: Vec<ArrivalLine>,
    pub(crate) unfinished: Vec<Unfinished>,
    /// The largest file, in bytes and in words.
    pub(crate) limit: u64,
    pub(crate) limit_said: String,
    pub(crate) visibilities: Vec<Choice>,
    /// The time zone that dates are typed in.
    pub(crate) zone: String,
    /// That something was done, if so.
    pub(crate) news: Option<String>,
}

/// One thing that was handed over.
pub(crate) struct ArrivalLine {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The recording's page, once there is one.
    pub(crate) url: Option<String>,
    pub(crate) place: String,
    pub(crate) way: String,
    /// When it came to where it stands.
    pub(crate) since: String,
    /// When it is tried again, where it waits for that.
    pub(crate) next: Option<String>,
    /// What came of it, or why it failed, as the program says it; may be empty.
    pub(crate) message: String,
}

/// An upload that has not wholly arrived.
pub(crate) struct Unfinished {
    pub(crate) discard_url: String,
    pub(crate) file: String,
    pub(crate) member: String,
    pub(crate) permille: u64,
    pub(crate) percent: String,
    pub(crate) size: String,
    pub(crate) until: String,
}
