//! What a BigBlueButton server announces, believed only where it is signed, and noted.

use crate::config::Config;
use archive::{Clock, RecordingId, ServerState};
use ingest::{
    Intake,
    bbb::{
        AnnouncedError, Secret, WEBHOOK_WINDOW, WebhookEvent, WebhookEventKind, WebhookRequest,
        recording_ready, webhook,
    },
};
use std::sync::Arc;
use web::{Announcements, Delivery, Heard, Hearing};

/// Which recording, what tells this announcement from another, and what became of it.
type Noted = (RecordingId, String, Option<ServerState>);

/// Hears the server that the configuration names.
pub(crate) struct FromServer {
    intake: Intake,
    secret: Secret,
    clock: Arc<dyn Clock>,
    /// The address that was registered with bbb-webhooks, where it is known better than by the
    /// request.
    webhook_url: Option<String>,
}

impl FromServer {
    pub(crate) fn new(
        config: &Config,
        intake: Intake,
        secret: Secret,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { intake, secret, clock, webhook_url: config.bbb.webhook_url.clone() }
    }

    async fn note(&self, announced: &[Noted]) -> Heard {
        for (id, what, state) in announced {
            if let Err(error) = self.intake.expect(id, what, *state).await {
                let cause = &error as &dyn std::error::Error;
                tracing::error!(cause, recording.id = %id, "cannot note an announcement");
                return Heard::NotNoted;
            }
        }
        Heard::Heard
    }
}

impl Announcements for FromServer {
    fn webhook(&self, delivery: Delivery) -> Hearing<'_> {
        Box::pin(async move {
            let request = WebhookRequest {
                callback_url: self.webhook_url.as_deref().unwrap_or(&delivery.url),
                query: delivery.query.as_deref(),
                authorization: delivery.authorization.as_deref(),
                body: &delivery.body,
            };
            match webhook(request, &self.secret, self.clock.now(), WEBHOOK_WINDOW) {
                Ok(events) => {
                    let events: Vec<_> = events.iter().filter_map(relevant).collect();
                    self.note(&events).await
                }
                Err(error) => not_believed(&error),
            }
        })
    }

    fn recording_ready(&self, body: bytes::Bytes) -> Hearing<'_> {
        Box::pin(async move {
            let now = self.clock.now();
            match recording_ready(&body, &self.secret, now) {
                // It says neither which format nor when: each time something may have come.
                Ok(announced) => {
                    let what = format!("recording-ready {}", now.as_unix_ms());
                    self.note(&[(announced.record_id, what, None)]).await
                }
                Err(error) => not_believed(&error),
            }
        })
    }
}

/// What is to be looked at because of an event; `None` if nothing is. The same delivery twice is the
/// same twice.
fn relevant(event: &WebhookEvent) -> Option<Noted> {
    let (what, format) = match &event.kind {
        WebhookEventKind::PublishEnded { format, success: true } => ("publish-ended", format),
        WebhookEventKind::PostPublishEnded { format, success: true } => {
            ("post-publish-ended", format)
        }
        WebhookEventKind::Published { format } => ("published", format),
        WebhookEventKind::Unpublished => ("unpublished", &None),
        WebhookEventKind::Deleted => ("deleted", &None),
        _ => return None,
    };
    let state = match event.kind {
        WebhookEventKind::Unpublished => Some(ServerState::Unpublished),
        WebhookEventKind::Deleted => Some(ServerState::Deleted),
        _ => None,
    };
    let at = event.at.map_or(0, archive::Timestamp::as_unix_ms);
    let what = format!("{what} {} {at}", format.as_deref().unwrap_or_default());
    Some((event.record_id.clone()?, what, state))
}

fn not_believed(error: &AnnouncedError) -> Heard {
    let cause = error as &dyn std::error::Error;
    tracing::warn!(cause, "an announcement is not taken");
    if error.is_unauthorized() { Heard::Refused } else { Heard::Unreadable }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archive::Timestamp;

    #[test]
    fn what_changes_a_recording_is_looked_at_and_nothing_else() {
        use WebhookEventKind::{
            Archived, Deleted, Other, PostPublishEnded, PublishEnded, Published, Unpublished,
        };
        let format = Some("presentation".to_owned());
        let cases = [
            (Archived { recorded: true }, None),
            (PublishEnded { format: format.clone(), success: false }, None),
            (
                PublishEnded { format: format.clone(), success: true },
                Some("publish-ended presentation 7"),
            ),
            (PostPublishEnded { format: None, success: true }, Some("post-publish-ended  7")),
            (Published { format }, Some("published presentation 7")),
            (Unpublished, Some("unpublished  7")),
            (Deleted, Some("deleted  7")),
            (Other("user-joined".to_owned()), None),
        ];
        let id: RecordingId =
            "183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1531240585189".parse().unwrap();
        for (kind, expected) in cases {
            let at = Some(Timestamp::from_unix_ms(7));
            let event = WebhookEvent { kind, record_id: Some(id.clone()), at };
            assert_eq!(relevant(&event).map(|it| it.1).as_deref(), expected);
            assert_eq!(relevant(&WebhookEvent { record_id: None, ..event }), None);
        }
    }
}
