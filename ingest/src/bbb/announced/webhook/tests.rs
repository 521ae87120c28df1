use super::*;
use archive::testing::{NOW, recording_id, skipped};
use proptest::prelude::*;
use serde_json::json;
use sha1::{Digest as _, Sha1};
use sha2::{Sha256, Sha512};

const URL: &str = "https://archive.example.org/hook";
const SECRET: &str = "mysharedsecret";

fn secret() -> Secret {
    Secret::new(SECRET).unwrap()
}

fn form(events: &Value, timestamp: i64) -> Vec<u8> {
    form_urlencoded::Serializer::new(String::new())
        .append_pair("domain", "bbb.example.org")
        .append_pair("event", &events.to_string())
        .append_pair("timestamp", &timestamp.to_string())
        .finish()
        .into_bytes()
}

/// What the web would be asked for if `body` were delivered with this checksum.
fn with_checksum(body: &[u8], checksum: &str) -> Result<Vec<WebhookEvent>, AnnouncedError> {
    let query = format!("checksum={checksum}");
    let request =
        WebhookRequest { callback_url: URL, query: Some(&query), authorization: None, body };
    webhook(request, &secret(), NOW, WEBHOOK_WINDOW)
}

fn with_bearer(body: &[u8], header: &str) -> Result<Vec<WebhookEvent>, AnnouncedError> {
    let request =
        WebhookRequest { callback_url: URL, query: None, authorization: Some(header), body };
    webhook(request, &secret(), NOW, WEBHOOK_WINDOW)
}

fn delivered(events: &Value) -> Vec<WebhookEvent> {
    with_bearer(&form(events, NOW.as_unix_ms()), "Bearer mysharedsecret").unwrap()
}

/// The body of the reference vector; its checksum was made by another program.
const BODY: &[u8] = b"domain=bbb.example.org&event=%5B%7B%22data%22%3A%7B%22type%22%3A%22event%22\
    %2C%22id%22%3A%22rap-publish-ended%22%7D%7D%5D&timestamp=1700000000000";
const CHECKSUM: &str = "4e6f77fc68b4ab3a18c575534af5329c89590dbe";

#[test]
fn a_signed_delivery_is_believed() {
    let expected = WebhookEvent {
        kind: WebhookEventKind::PublishEnded { format: None, success: true },
        record_id: None,
        at: None,
    };
    assert_eq!(with_checksum(BODY, CHECKSUM).unwrap(), [expected]);

    let signed = [URL.as_bytes(), BODY, SECRET.as_bytes()].concat();
    for checksum in [
        hex::encode(Sha1::digest(&signed)),
        hex::encode(Sha256::digest(&signed)),
        hex::encode(Sha512::digest(&signed)).to_uppercase(),
    ] {
        assert!(with_checksum(BODY, &checksum).is_ok(), "{checksum}");
    }
}

#[test]
fn an_address_may_have_a_query_of_its_own() {
    let url = "https://archive.example.org/hook?checksum=1&x=y";
    let signed = [url.as_bytes(), BODY, SECRET.as_bytes()].concat();
    let query = format!("checksum=1&x=y&checksum={}", hex::encode(Sha1::digest(signed)));
    let request =
        WebhookRequest { callback_url: url, query: Some(&query), authorization: None, body: BODY };
    assert!(webhook(request, &secret(), NOW, WEBHOOK_WINDOW).is_ok());
}

#[test]
fn whatever_else_was_sent_is_not_believed() {
    let changed = String::from_utf8(BODY.to_vec()).unwrap().replace("publish", "archive");
    let cases = [
        ("the body was changed", with_checksum(changed.as_bytes(), CHECKSUM)),
        ("the checksum was changed", with_checksum(BODY, &CHECKSUM.replace('4', "5"))),
        ("the checksum is none", with_checksum(BODY, "")),
        ("the checksum is too long", with_checksum(BODY, &CHECKSUM.repeat(4))),
        ("the bearer does not know it", with_bearer(BODY, "Bearer mysharedsecreT")),
        ("the bearer says nothing", with_bearer(BODY, "Bearer ")),
        ("it is no bearer", with_bearer(BODY, "Basic mysharedsecret")),
        // Some 3.0 alphas: `JSON.stringify` of what it cannot see into.
        (
            "the body is not signed",
            with_checksum(BODY, &hex::encode(Sha1::digest(format!("{URL}{{}}{SECRET}")))),
        ),
    ];
    for (what, result) in cases {
        let error = result.expect_err(what);
        assert!(error.is_unauthorized(), "{what}: {error:?}");
        assert!(!format!("{error:?}").contains(SECRET), "{what}");
    }
    let request =
        WebhookRequest { callback_url: URL, query: None, authorization: None, body: BODY };
    let error = webhook(request, &secret(), NOW, WEBHOOK_WINDOW).unwrap_err();
    assert!(matches!(error, AnnouncedError::NotSigned));
}

/// `callback_emitter.js` before 3.0: the checksum is of the form as JSON.
#[test]
fn deliveries_of_old_versions_are_believed() {
    let event =
        r#"[{"data":{"id":"rap-deleted","attributes":{"meeting":{"name":"a \"b\" é\\\n"}}}}]"#;
    let json = format!(
        r#"{{"event":{},"timestamp":1700000000000,"domain":"bbb.example.org"}}"#,
        Value::from(event)
    );
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("event", event)
        .append_pair("timestamp", "1700000000000")
        .append_pair("domain", "bbb.example.org")
        .finish();
    let checksum = hex::encode(Sha1::digest(format!("{URL}{json}{SECRET}")));
    let events = with_checksum(body.as_bytes(), &checksum).unwrap();
    assert_eq!(events[0].kind, WebhookEventKind::Deleted);
}

#[test]
fn a_delivery_counts_for_a_while() {
    let now = NOW.as_unix_ms();
    let window = i64::try_from(WEBHOOK_WINDOW.as_millis()).unwrap();
    let cases = [
        (now, true),
        (now - window, true),
        (now - window - 1, false),
        (now + 60_000, true),
        (now + 60_001, false),
        (now / 1_000, true),
        (now / 1_000 - window, false),
        (0, false),
        (-5, false),
        (i64::MAX, false),
    ];
    for (timestamp, expected) in cases {
        let result = with_bearer(&form(&json!([]), timestamp), "bearer mysharedsecret");
        assert_eq!(result.is_ok(), expected, "{timestamp}: {result:?}");
    }
}

#[test]
fn events_are_understood_whichever_version_wrote_them() {
    use WebhookEventKind::{
        Archived, Deleted, Other, PostPublishEnded, PublishEnded, Published, Unpublished,
    };
    let id = recording_id(1);
    let event = |name: &str, attributes: Value| {
        json!({"data": {"type": "event", "id": name, "attributes": attributes,
            "event": {"ts": 1_700_000_000}}})
    };
    let format = || Some("presentation".to_owned());
    let cases = [
        (
            event("rap-archive-ended", json!({"record-id": id.as_str(), "recorded": false})),
            Archived { recorded: false },
        ),
        (
            event("rap-archive-ended", json!({"record-id": id.as_str(), "recorded": true})),
            Archived { recorded: true },
        ),
        (
            event("rap-archive-ended", json!({"record-id": id.as_str()})),
            Archived { recorded: true },
        ),
        (
            event(
                "rap-publish-ended",
                json!({"record-id": id.as_str(), "success": true, "workflow": "presentation"}),
            ),
            PublishEnded { format: format(), success: true },
        ),
        (
            event(
                "rap-post-publish-ended",
                json!({"record-id": id.as_str(), "success": "false", "workflow": "presentation"}),
            ),
            PostPublishEnded { format: format(), success: false },
        ),
        (
            event(
                "rap-published",
                json!({"format": "presentation", "meeting": {"internal-meeting-id": id.as_str()}}),
            ),
            Published { format: format() },
        ),
        (
            event("rap-unpublished", json!({"meeting": {"internal-meeting-id": id.as_str()}})),
            Unpublished,
        ),
        (
            event(
                "rap-deleted",
                json!({"record-id": null, "meeting": {"internal-meeting-id": id.as_str()}}),
            ),
            Deleted,
        ),
        (
            event("rap-sanity-ended", json!({"record-id": id.as_str()})),
            Other("rap-sanity-ended".into()),
        ),
    ];
    for (event, kind) in cases {
        // A list by the code, a single one by the documentation.
        let expected = WebhookEvent { kind, record_id: Some(id.clone()), at: Some(NOW) };
        for events in [json!([event]), event] {
            assert_eq!(delivered(&events).as_slice(), std::slice::from_ref(&expected), "{events}");
        }
    }
    let odd = json!([{"data": {"id": "rap-deleted"}},
        {"data": {"id": "x\u{1b}", "attributes": {"record-id": "../x"}}}]);
    let found = delivered(&odd);
    assert!(found.iter().all(|it| it.record_id.is_none() && it.at.is_none()));
    assert_eq!(found[1].kind, Other("x".into()));
}

#[test]
fn what_is_no_event_is_refused() {
    let cases = [json!([{}]), json!("x"), json!([{"data": {}}]), json!([{"data": {"id": 7}}])];
    for events in cases {
        let body = form(&events, NOW.as_unix_ms());
        let error = with_bearer(&body, "Bearer mysharedsecret").unwrap_err();
        assert!(!error.is_unauthorized(), "{error:?}");
    }
    let many: Vec<Value> = vec![json!({"data": {"id": "x"}}); MOST_EVENTS + 1];
    let body = form(&json!(many), NOW.as_unix_ms());
    assert!(matches!(
        with_bearer(&body, "Bearer mysharedsecret"),
        Err(AnnouncedError::TooManyEvents { .. })
    ));
    for body in ["", "event=%5B%5D", "timestamp=1700000000000", "event=%5B&timestamp=1700000000000"]
    {
        assert!(with_bearer(body.as_bytes(), "Bearer mysharedsecret").is_err(), "{body}");
    }
}

#[test]
fn live_events_of_the_reference_are_named_and_their_people_left_out() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/bbb/fixtures/bigbluebutton+bbb-webhooks/example/events/mapped-events.json"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        return skipped("bbb-webhooks' examples in the reference: they are not there");
    };
    let mut events = 0;
    for line in text.lines().filter(|it| !it.trim().is_empty()) {
        for found in delivered(&serde_json::from_str(line).unwrap()) {
            assert!(matches!(found.kind, WebhookEventKind::Other(_)), "{found:?}");
            assert!(!format!("{found:?}").contains("John Doe"));
            let at = found.at.unwrap().to_string();
            assert!(at.starts_with("2024-02-19"), "{at}");
            assert!(found.record_id.is_some());
            events += 1;
        }
    }
    assert!(events > 10, "{events}");
}

proptest! {
    #[test]
    fn never_panics_and_never_believes_noise(body: Vec<u8>, checksum in "[0-9a-f]{40}|[0-9a-f]{64}|.{0,20}") {
        prop_assert!(with_checksum(&body, &checksum).is_err());
        drop(with_bearer(&body, "Bearer mysharedsecret"));
    }

    #[test]
    fn events_never_make_it_panic(
        name in "(rap-(archive-ended|publish-ended|deleted)|[a-z]{0,5})",
        key in "(record-id|meeting|workflow|recorded|success)",
        value in r#"(\{\}|\[\]|null|-?[0-9]{1,19}|"[a-z0-9-]{0,60}"|true)"#,
        ts in r"-?[0-9]{1,18}(\.5|e30)?",
    ) {
        let text = format!(
            r#"[{{"data":{{"id":"{name}","attributes":{{"{key}":{value}}},"event":{{"ts":{ts}}}}}}}]"#
        );
        if let Ok(events) = serde_json::from_str::<Value>(&text) {
            drop(with_bearer(&form(&events, NOW.as_unix_ms()), "Bearer mysharedsecret"));
        }
    }
}
