use super::{AnnouncedError, LEEWAY, bounded, field};
use crate::bbb::{Secret, checksum::signs};
use archive::{RecordingId, Timestamp};
use serde_json::Value;
use std::time::Duration;

/// How old a delivery may be. bbb-webhooks repeats one for minutes, to a permanent hook without
/// end, and always with the time of its first try; after an outage of ours the old ones must count.
pub const WEBHOOK_WINDOW: Duration = Duration::from_secs(24 * 60 * 60);

const MOST_EVENTS: usize = 1_000;
const NAME_LENGTH: usize = 100;

/// A delivery as it was received.
#[derive(Clone, Copy)]
pub struct WebhookRequest<'a> {
    /// The address that was registered at the server, byte for byte; which one a request came in
    /// by does not tell it, as proxies change it.
    pub callback_url: &'a str,
    /// The query string of the request, where `checksum` is.
    pub query: Option<&'a str>,
    /// The header `Authorization`.
    pub authorization: Option<&'a str>,
    /// The body, not decoded in any way.
    pub body: &'a [u8],
}

/// An event of a meeting or of the pipeline that makes recordings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEvent {
    pub kind: WebhookEventKind,
    /// Which recording. The meeting's internal id, where the event does not say.
    pub record_id: Option<RecordingId>,
    /// When it happened, by the server's clock.
    pub at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookEventKind {
    /// What was captured has been put together. If nothing was recorded, nothing will follow.
    Archived {
        recorded: bool,
    },
    /// A format lies in its place; the hooks for that are still to run.
    PublishEnded {
        format: Option<String>,
        success: bool,
    },
    /// And they have.
    PostPublishEnded {
        format: Option<String>,
        success: bool,
    },
    /// It was made to be seen, by a person or the pipeline.
    Published {
        format: Option<String>,
    },
    Unpublished,
    Deleted,
    /// Anything else by its name; what it says of people is not taken over.
    Other(String),
}

/// Verifies a delivery of bbb-webhooks and says what happened.
///
/// It must carry a `checksum` of address, body and secret (by any of the four hashes), or the
/// secret itself as a bearer token. Deliveries of bbb-webhooks before 3.0 sign the form as JSON,
/// which is recognised. Those of some 3.0 alphas sign address and secret alone and are refused, as
/// whoever saw one could send anything.
///
/// What was made longer than `window` ago ([`WEBHOOK_WINDOW`]), or more than a minute in the future,
/// is refused. Within it the same delivery may come again and again.
///
/// # Errors
///
/// [`AnnouncedError::is_unauthorized`] tells apart who is not believed and what is not understood.
pub fn webhook(
    request: WebhookRequest<'_>,
    secret: &Secret,
    now: Timestamp,
    window: Duration,
) -> Result<Vec<WebhookEvent>, AnnouncedError> {
    bounded(request.body)?;
    authorize(request, secret)?;
    let made_at = field(request.body, "timestamp")?;
    let made_at = made_at.parse().ok().and_then(moment);
    let made_at = made_at.ok_or(AnnouncedError::Field { name: "timestamp" })?;
    if made_at.plus(window) < now || now.plus(LEEWAY) < made_at {
        return Err(AnnouncedError::OutsideWindow { made_at, window });
    }
    let events = field(request.body, "event")?;
    let events =
        serde_json::from_str(&events).map_err(|source| AnnouncedError::Events { source })?;
    // A list by the code, a single one by the documentation and in old versions.
    let events = match events {
        Value::Array(events) => events,
        event => vec![event],
    };
    if events.len() > MOST_EVENTS {
        return Err(AnnouncedError::TooManyEvents { limit: MOST_EVENTS });
    }
    events.iter().map(|it| event(it).ok_or(AnnouncedError::Field { name: "event" })).collect()
}

fn authorize(request: WebhookRequest<'_>, secret: &Secret) -> Result<(), AnnouncedError> {
    let query = request.query.unwrap_or_default();
    // Ours is the last one: the address that was registered may have one of its own.
    let checksum =
        form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "checksum").last();
    if let Some((_, checksum)) = checksum {
        let url = request.callback_url.as_bytes();
        let signed = signs(&checksum, &[url, request.body], secret) == Some(true)
            || signs(&checksum, &[url, as_json(request.body).as_bytes()], secret) == Some(true);
        let callback_url = request.callback_url.to_owned();
        return if signed { Ok(()) } else { Err(AnnouncedError::Checksum { callback_url }) };
    }
    let (scheme, token) = request
        .authorization
        .and_then(|it| it.trim().split_once(' '))
        .ok_or(AnnouncedError::NotSigned)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(AnnouncedError::NotSigned);
    }
    if secret.is(token.trim()) { Ok(()) } else { Err(AnnouncedError::Bearer) }
}

/// The form as JavaScript's `JSON.stringify` writes the object that it was made from: fields in
/// their order, the timestamp a number.
fn as_json(body: &[u8]) -> String {
    let fields = form_urlencoded::parse(body).map(|(name, value)| {
        let number = name == "timestamp" && value.bytes().all(|it| it.is_ascii_digit());
        let name = Value::from(name.into_owned());
        let value =
            if number { value.into_owned() } else { Value::from(value.into_owned()).to_string() };
        format!("{name}:{value}")
    });
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}

/// `None` if it has no name.
fn event(event: &Value) -> Option<WebhookEvent> {
    use WebhookEventKind::{
        Archived, Deleted, Other, PostPublishEnded, PublishEnded, Published, Unpublished,
    };
    let data = event.get("data")?;
    let name = data.get("id")?.as_str()?;
    let attributes = data.get("attributes").unwrap_or(&Value::Null);
    let format = ["workflow", "format"].iter().find_map(|it| attributes.get(it)?.as_str());
    let format =
        format.filter(|it| !it.is_empty()).map(|it| it.chars().take(NAME_LENGTH).collect());
    // What is not said is not taken for a failure: asking the server finds out.
    let success = attributes.get("success").is_none_or(|it| !is_false(it));
    let kind = match name {
        "rap-archive-ended" => {
            Archived { recorded: attributes.get("recorded").is_none_or(|it| !is_false(it)) }
        }
        "rap-publish-ended" => PublishEnded { format, success },
        "rap-post-publish-ended" => PostPublishEnded { format, success },
        "rap-published" => Published { format },
        "rap-unpublished" => Unpublished,
        "rap-deleted" => Deleted,
        other => Other(other.chars().filter(|it| !it.is_control()).take(NAME_LENGTH).collect()),
    };
    // Events of `published` and its like come without a record id (`event.js` asks for their names
    // without `rap-`).
    let meeting = attributes.get("meeting").and_then(|it| it.get("internal-meeting-id"));
    let ids = [attributes.get("record-id"), meeting];
    let record_id = ids.into_iter().flatten().find_map(|it| it.as_str()?.parse().ok());
    let at = data.get("event").and_then(|it| it.get("ts")).and_then(Value::as_i64).and_then(moment);
    Some(WebhookEvent { kind, record_id, at })
}

fn is_false(value: &Value) -> bool {
    value == &Value::Bool(false) || value == "false"
}

/// Live events count milliseconds, the pipeline's seconds; between them lie three digits.
fn moment(count: i64) -> Option<Timestamp> {
    match count {
        ..=0 => None,
        1..100_000_000_000 => Some(Timestamp::from_unix_ms(count * 1_000)),
        _ => Some(Timestamp::from_unix_ms(count)),
    }
}

#[cfg(test)]
mod tests;
