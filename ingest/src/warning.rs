use archive::{Language, MediaTime};

/// Something about a recording that is not as it should be, and that did not keep it out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Warning {
    #[error("meta `{field}` is `{value}`, which is not understood: it counts as not given")]
    Meta { field: &'static str, value: String },
    #[error("meta `{field}` is cut to its first {most} characters")]
    MetaTooLong { field: &'static str, most: usize },
    #[error("more than {most} subjects are named: those after them are left out")]
    TooManySubjects { most: usize },
    #[error("`{file}` is missing: there will be no {what}")]
    Missing { file: String, what: &'static str },
    #[error("`{file}` cannot be read ({cause}): it is kept, and there will be no {what}")]
    Unreadable { file: String, what: &'static str, cause: String },
    #[error("`{file}` is no WebVTT with cues: it is kept, and is no caption track")]
    NoCues { file: String },
    #[error("`{file}` is one more caption track in `{language}`: it is kept, and is not offered")]
    SameLanguage { file: String, language: Language },
    #[error("slides that are no page among the files are left out: {count}, the first `{first}`")]
    NoSuchSlides { count: usize, first: String },
    #[error("there is no metadata.xml: title and length are what the event log says, if it does")]
    NoMetadata,
    #[error("`{path}` belongs to `{meeting}`: it is not taken")]
    OtherMeeting { path: String, meeting: String },
    #[error(
        "metadata.xml says the recording is `{metadata}`, its folder `{folder}`: the former counts"
    )]
    OtherFolder { metadata: String, folder: String },
    #[error(
        "events.xml makes the recording {events} long, metadata.xml {metadata}: speakers may be off"
    )]
    OtherLength { events: MediaTime, metadata: MediaTime },
    #[error("the store has lost `{path}`, which was handed over before: hand it over again")]
    Lost { path: String },
    #[error("there is no sound and no video in it")]
    NoMedia,
}
