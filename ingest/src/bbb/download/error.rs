use crate::{XmlError, bbb::HttpError};
use archive::{InvalidSourcePath, LaneError};
use std::{io, path::PathBuf};

/// Why a format was not downloaded. What has arrived stays, and the next try goes on from there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    #[error("`{kind}` is no format that can be downloaded")]
    OtherFormat { kind: String },

    #[error("cannot tell from `{url}` where the files of `{kind}` are")]
    PlaybackUrl { kind: String, url: String },

    #[error(
        "`{kind}` is played from {host}, which is not the server that was named: allow it as a \
         playback host if that is right"
    )]
    OtherHost { kind: String, host: String },

    #[error("the recording `{recording}` is protected: the server gives it only to its own player")]
    Protected { recording: String },

    #[error("`{url}` may not be read (status {status}): is the recording protected?")]
    Forbidden { url: String, status: u16 },

    #[error("`{url}` is a web page and not the file: is the recording protected?")]
    WebPage { url: String },

    #[error("no answer for `{url}`")]
    Unanswered { url: String, source: HttpError },

    #[error("the answer for `{url}` has the status {status}")]
    Status { url: String, status: u16 },

    #[error("`{url}` broke off after {done} of {whole} bytes")]
    BrokeOff { url: String, done: u64, whole: u64 },

    #[error("the server answers for `{url}` with another part than was asked for")]
    OtherPart { url: String },

    #[error("`{url}` comes encoded as `{encoding}`, though the very bytes were asked for")]
    Encoded { url: String, encoding: String },

    #[error("`{url}` is not there, and without it the recording is not whole")]
    Missing { url: String },

    #[error("there is no media below `{url}`: looked for {}", names.join(", "))]
    NoMedia { url: String, names: Vec<String> },

    #[error("the name in `{file}` is refused")]
    NameRefused { file: String, source: InvalidSourcePath },

    #[error("`{file}` cannot be understood")]
    Names { file: String, source: XmlError },

    #[error("`{url}` has more than {limit} {what}")]
    TooMuch { url: String, limit: u64, what: &'static str },

    #[error("cannot write `{}`", path.display())]
    Write { path: PathBuf, source: io::Error },

    #[error("cannot read `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },

    #[error("the download was cancelled")]
    Cancelled,

    #[error("reading the names of files was broken off")]
    BrokenOff { source: LaneError },
}

impl DownloadError {
    /// Whether the same download may come to an end another time.
    pub const fn may_pass(&self) -> bool {
        match self {
            Self::Unanswered { source, .. } => source.may_pass(),
            Self::Status { status, .. } => crate::bbb::http::status_passes(*status),
            Self::BrokeOff { .. }
            | Self::OtherPart { .. }
            | Self::Write { .. }
            | Self::Read { .. }
            | Self::Cancelled
            | Self::BrokenOff { .. } => true,
            Self::OtherFormat { .. }
            | Self::PlaybackUrl { .. }
            | Self::OtherHost { .. }
            | Self::Protected { .. }
            | Self::Forbidden { .. }
            | Self::WebPage { .. }
            | Self::Encoded { .. }
            | Self::Missing { .. }
            | Self::NoMedia { .. }
            | Self::NameRefused { .. }
            | Self::Names { .. }
            | Self::TooMuch { .. } => false,
        }
    }
}
