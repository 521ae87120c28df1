use crate::{XmlError, bbb::HttpError};
use archive::LaneError;
use std::fmt;

/// Why a server's API did not give what it was asked for. Addresses are without their query, so
/// neither checksum nor secret shows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    #[error(
        "`{address}` is no address of a BigBlueButton server: expected \
         `https://HOST/bigbluebutton/`, without a password or a query"
    )]
    Address { address: String },

    #[error("cannot prepare for HTTPS")]
    Client { source: HttpError },

    #[error("`{id}` cannot be asked for: it is empty, too long, or holds a comma")]
    Id { id: String },

    #[error("no answer from `{url}`")]
    Unanswered { url: String, source: HttpError },

    #[error("the answer of `{url}` has the status {status}")]
    Status { url: String, status: u16 },

    #[error("the answer of `{url}` has over {limit} bytes")]
    TooLong { url: String, limit: usize },

    #[error("`{url}` answers with a web page: is it the address of a BigBlueButton server?")]
    WebPage { url: String },

    #[error("the answer of `{url}` is none of BigBlueButton's")]
    NoAnswer { url: String, source: XmlError },

    #[error("the answer of `{url}` says neither SUCCESS nor FAILED")]
    NoReturnCode { url: String },

    #[error("`{url}` refuses `{call}`: {key}{}", said(message))]
    Refused { url: String, call: &'static str, key: MessageKey, message: String },

    #[error("`{url}` lists more than {limit} recordings")]
    TooMany { url: String, limit: usize },

    #[error("reading the answer was broken off")]
    BrokenOff { source: LaneError },
}

impl ApiError {
    /// Whether the same question may be answered another time.
    pub const fn may_pass(&self) -> bool {
        match self {
            Self::Unanswered { source, .. } => source.may_pass(),
            Self::Status { status, .. } => crate::bbb::http::status_passes(*status),
            // A proxy says so in HTML where the server behind it is away.
            Self::WebPage { .. } | Self::BrokenOff { .. } => true,
            Self::Refused { key, .. } => matches!(key, MessageKey::InternalError),
            Self::Address { .. }
            | Self::Client { .. }
            | Self::Id { .. }
            | Self::TooLong { .. }
            | Self::NoAnswer { .. }
            | Self::NoReturnCode { .. }
            | Self::TooMany { .. } => false,
        }
    }
}

fn said(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(" (it says: {message})") }
}

/// Why a server refused a call: `messageKey` of its answer. Its `message` is worded differently by
/// every version and proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageKey {
    ChecksumError,
    MissingParamRecordId,
    MissingParamPublish,
    NotFound,
    ParamError,
    /// Scalelite's, also where it lists recordings only of meetings that are named.
    MissingParameters,
    UnsupportedRequest,
    InternalError,
    InvalidMeetingIdentifier,
    /// A key that is not known, or none.
    Other(String),
}

impl MessageKey {
    pub(super) fn new(key: String) -> Self {
        match key.as_str() {
            "checksumError" => Self::ChecksumError,
            "missingParamRecordID" => Self::MissingParamRecordId,
            "missingParamPublish" => Self::MissingParamPublish,
            "notFound" => Self::NotFound,
            "paramError" => Self::ParamError,
            "missingParameters" => Self::MissingParameters,
            "unsupportedRequest" => Self::UnsupportedRequest,
            "internalError" => Self::InternalError,
            "invalidMeetingIdentifier" => Self::InvalidMeetingIdentifier,
            _ => Self::Other(key),
        }
    }
}

impl fmt::Display for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ChecksumError => "the checksum is wrong: is the shared secret right?",
            Self::MissingParamRecordId => "no recording was named",
            Self::MissingParamPublish => "whether to publish was not said",
            Self::NotFound => "there is no such thing",
            Self::ParamError => "a parameter is wrong",
            Self::MissingParameters => "it answers only for named meetings or recordings",
            Self::UnsupportedRequest => "the request is not supported",
            Self::InternalError => "it failed internally",
            Self::InvalidMeetingIdentifier => "that is no meeting",
            Self::Other(key) if key.is_empty() => "it gives no reason",
            Self::Other(key) => return write!(f, "`{key}`"),
        })
    }
}
