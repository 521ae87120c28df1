//! What a server announces by itself: verified, understood, and nothing done about it.
//!
//! Both ways may deliver a thing several times, late, or not at all: BigBlueButton calls back once
//! per format and does not try again, and bbb-webhooks delivers at least once. Whoever acts on an
//! announcement does so idempotently, and asks the server from time to time as well.

mod callback;
mod webhook;

pub use callback::{Announced, recording_ready};
pub use webhook::{WEBHOOK_WINDOW, WebhookEvent, WebhookEventKind, WebhookRequest, webhook};

use archive::{InvalidRecordingId, Timestamp};
use std::{borrow::Cow, error::Error, time::Duration};

/// How long a body may be. Metadata of a meeting comes along, files do not.
pub const MOST_ANNOUNCED_BYTES: usize = 1 << 20;

/// How far a server's clock may be off.
const LEEWAY: Duration = Duration::from_secs(60);

/// Why an announcement is not believed, or not understood. Nothing of it shows what was sent as a
/// checksum, token or secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnnouncedError {
    #[error("the announcement has over {limit} bytes")]
    TooLong { limit: usize },

    #[error("the announcement is not signed: it has neither a checksum nor a bearer token")]
    NotSigned,

    #[error(
        "the announcement's checksum is wrong: the shared secret differs, or the address that the \
         server was given is not `{callback_url}`"
    )]
    Checksum { callback_url: String },

    #[error("the announcement's bearer token is not the shared secret")]
    Bearer,

    #[error("the announcement's token is not signed with the shared secret by HS256")]
    Token { source: Box<dyn Error + Send + Sync> },

    #[error("the announcement's token counts from {from} on, which is not yet")]
    NotYet { from: Timestamp },

    #[error("the announcement's token expired at {at}")]
    Expired { at: Timestamp },

    #[error("the announcement was made at {made_at}: only what was made within {window:?} counts")]
    OutsideWindow { made_at: Timestamp, window: Duration },

    #[error("the announcement has no usable `{name}`, or several")]
    Field { name: &'static str },

    #[error("the announcement's `event` cannot be read")]
    Events { source: serde_json::Error },

    #[error("the announcement holds more than {limit} events")]
    TooManyEvents { limit: usize },

    #[error("what the announcement names is no recording")]
    Record { source: InvalidRecordingId },
}

impl AnnouncedError {
    /// Whether it was not shown to come from the server, or not now. HTTP's answer to that is 401,
    /// which bbb-webhooks takes for delivered, so that it does not try again.
    pub fn is_unauthorized(&self) -> bool {
        match self {
            Self::NotSigned
            | Self::Checksum { .. }
            | Self::Bearer
            | Self::Token { .. }
            | Self::NotYet { .. }
            | Self::Expired { .. }
            | Self::OutsideWindow { .. } => true,
            Self::TooLong { .. }
            | Self::Field { .. }
            | Self::Events { .. }
            | Self::TooManyEvents { .. }
            | Self::Record { .. } => false,
        }
    }
}

/// The value of a form's field that must be there once.
fn field<'a>(body: &'a [u8], name: &'static str) -> Result<Cow<'a, str>, AnnouncedError> {
    let mut values = form_urlencoded::parse(body).filter(|(it, _)| it == name);
    match (values.next(), values.next()) {
        (Some((_, value)), None) => Ok(value),
        (None | Some(_), _) => Err(AnnouncedError::Field { name }),
    }
}

fn bounded(body: &[u8]) -> Result<(), AnnouncedError> {
    let limit = MOST_ANNOUNCED_BYTES;
    if body.len() > limit { Err(AnnouncedError::TooLong { limit }) } else { Ok(()) }
}
