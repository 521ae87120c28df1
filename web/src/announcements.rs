//! What a BigBlueButton server tells the library, and who hears it.

use axum::body::Bytes;
use std::pin::Pin;

/// Hears what BigBlueButton servers announce. The pages only carry it: whether it is to be believed
/// and what follows of it is for whoever implements this to say.
pub trait Announcements: Send + Sync {
    /// A delivery of bbb-webhooks, as it came to `POST /ingest/bbb/webhook`.
    fn webhook(&self, delivery: Delivery) -> Hearing<'_>;

    /// What BigBlueButton sends to `meta_bbb-recording-ready-url`: the body as it came to
    /// `POST /ingest/bbb/recording-ready`, a form with one field `signed_parameters`.
    fn recording_ready(&self, body: Bytes) -> Hearing<'_>;
}

pub type Hearing<'a> = Pin<Box<dyn Future<Output = Heard> + Send + 'a>>;

/// A delivery as it was received.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The address that it was sent to, without its query: the configured public address where there
    /// is one, else the host that the request names. It is not the address that the server signed
    /// where a proxy changes either.
    pub url: String,
    /// The query string, without its question mark.
    pub query: Option<String>,
    /// The header `Authorization`.
    pub authorization: Option<String>,
    /// The body, not decoded in any way.
    pub body: Bytes,
}

/// What came of an announcement. Each is one HTTP status, chosen by what BigBlueButton does with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It is noted, or there is nothing to note in it: 204.
    Heard,
    /// It cannot be read: 400.
    Unreadable,
    /// It was not shown to come from the server: 401, which bbb-webhooks takes for delivered.
    Refused,
    /// It is believed and could not be noted: 503, so that it comes again.
    NotNoted,
}
