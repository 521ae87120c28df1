use crate::server::{Asked, SECRET, Server, redirect, status, xml};
use archive::testing::recording_id;
use axum::{body::Body, response::Response};
use ingest::bbb::{
    ApiError, ChecksumAlgorithm, HttpError, ListingProblem, MessageKey, RecordingQuery,
    RecordingState, Secret, States, Which, call_checksum,
};
use std::{
    error::Error,
    sync::atomic::{AtomicU32, Ordering},
};

fn elements(numbers: impl Iterator<Item = u32>) -> String {
    let element = |n| {
        format!(
            "<recording><recordID>{}</recordID><published>true</published><playback><format>\
             <type>presentation</type><url>https://a.example/x</url></format></playback>\
             </recording>",
            recording_id(n)
        )
    };
    numbers.map(element).collect()
}

fn success(inside: &str) -> Response {
    xml(format!("<response><returncode>SUCCESS</returncode>{inside}</response>"))
}

fn list(inside: &str) -> Response {
    success(&format!("<recordings>{inside}</recordings>"))
}

fn failed(key: &str) -> Response {
    xml(format!(
        "<response><returncode>FAILED</returncode><messageKey>{key}</messageKey>\
         <message>Some words</message></response>"
    ))
}

/// Whether the request is signed by this algorithm, over exactly what came.
fn is_signed(asked: &Asked, algorithm: ChecksumAlgorithm) -> bool {
    let (query, checksum) = asked.query.rsplit_once("&checksum=").unwrap();
    let secret = Secret::new(SECRET).unwrap();
    call_checksum(algorithm, "getRecordings", query, &secret) == checksum
}

fn offset(asked: &Asked) -> u32 {
    asked.parameter("offset").unwrap().parse().unwrap()
}

/// An error with all its causes.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(it) = cause {
        text = format!("{text}: {it}");
        cause = it.source();
    }
    text
}

#[tokio::test]
async fn lists_page_by_page_signed_over_what_is_sent() {
    let server = Server::start(|asked| {
        assert_eq!(asked.path, "/bigbluebutton/api/getRecordings");
        let from = offset(asked);
        let to = (from + 100).min(250);
        success(&format!(
            "<recordings>{}</recordings><totalElements>250</totalElements>",
            elements(from..to)
        ))
    })
    .await;
    let query = RecordingQuery {
        which: Which::Meetings(vec!["room 42/ä".into(), "it's+b".into()]),
        states: States::Only(vec![RecordingState::Published, RecordingState::Deleted]),
    };
    let algorithm = ChecksumAlgorithm::Sha512;
    let listing = server.client(Some(algorithm)).list(&query).await.unwrap();
    let ids: Vec<_> = listing.recordings.iter().map(|it| it.id.clone()).collect();
    assert_eq!(ids, (0..250).map(recording_id).collect::<Vec<_>>());
    let asked = server.asked();
    assert_eq!(asked.iter().map(offset).collect::<Vec<_>>(), [0, 100, 200]);
    for asked in asked {
        assert!(is_signed(&asked, algorithm), "{}", asked.query);
        assert_eq!(asked.parameter("meetingID").unwrap(), "room 42/ä,it's+b");
        assert_eq!(asked.parameter("state").unwrap(), "published,deleted");
        assert_eq!(asked.parameter("limit").unwrap(), "100");
    }
}

#[tokio::test]
async fn a_server_that_does_not_know_paging_is_asked_no_more_than_twice() {
    for (count, times) in [(0, 1), (99, 1), (100, 2), (101, 1), (350, 1)] {
        let server = Server::start(move |_| list(&elements(0..count))).await;
        let listing = server.client(None).list(&RecordingQuery::published()).await.unwrap();
        assert_eq!(listing.recordings.len(), usize::try_from(count).unwrap());
        assert_eq!(server.asked().len(), times, "{count} recordings");
    }
}

#[tokio::test]
async fn the_last_page_may_be_full_or_say_that_there_is_nothing() {
    let server = Server::start(|asked| match offset(asked) {
        0 => list(&elements(0..100)),
        _ => success("<recordings/><messageKey>noRecordings</messageKey><message>none</message>"),
    })
    .await;
    let listing = server.client(None).list(&RecordingQuery::published()).await.unwrap();
    assert_eq!((listing.recordings.len(), server.asked().len()), (100, 2));
}

#[tokio::test]
async fn what_cannot_be_used_is_reported_beside_the_rest() {
    let broken = "<recording><error><recordID>/x/metadata.xml</recordID></error></recording>";
    let server = Server::start(move |_| list(&(broken.to_owned() + &elements(0..2)))).await;
    let listing = server.client(None).list(&RecordingQuery::published()).await.unwrap();
    let what = "/x/metadata.xml".to_owned();
    assert_eq!(listing.problems, [ListingProblem::ServerCannotRead { what }]);
    assert_eq!(listing.recordings.len(), 2);
}

#[tokio::test]
async fn the_checksum_a_server_takes_is_found_and_remembered() {
    let tried = ["Sha256", "Sha1", "Sha512"];
    for (taken, tries) in [
        (ChecksumAlgorithm::Sha256, 1),
        (ChecksumAlgorithm::Sha1, 2),
        (ChecksumAlgorithm::Sha512, 3),
    ] {
        let server = Server::start(move |asked| {
            if is_signed(asked, taken) { list(&elements(0..1)) } else { failed("checksumError") }
        })
        .await;
        let client = server.client(None);
        assert_eq!(client.list(&RecordingQuery::published()).await.unwrap().recordings.len(), 1);
        assert_eq!(server.asked().len(), tries, "{tried:?}");
        client.list(&RecordingQuery::published()).await.unwrap();
        assert_eq!(server.asked().len(), 1, "{taken} is remembered");
    }
}

#[tokio::test]
async fn refusals_are_told_by_their_key() {
    let cases = [
        ("checksumError", MessageKey::ChecksumError, 3),
        ("missingParameters", MessageKey::MissingParameters, 1),
        ("invalidMeetingIdentifier", MessageKey::InvalidMeetingIdentifier, 1),
        ("demoError", MessageKey::Other("demoError".into()), 1),
        ("", MessageKey::Other(String::new()), 1),
    ];
    for (word, expected, times) in cases {
        let server = Server::start(move |_| failed(word)).await;
        let error = server.client(None).list(&RecordingQuery::published()).await.unwrap_err();
        let shown = chain(&error);
        assert!(shown.contains("Some words") && !shown.contains(SECRET), "{shown}");
        match error {
            ApiError::Refused { key, .. } => assert_eq!(key, expected),
            error => panic!("{error:?}"),
        }
        assert_eq!(server.asked().len(), times, "{word}");
    }
}

#[tokio::test]
async fn an_answer_that_is_none_is_an_error_that_shows_no_checksum() {
    type Answer = fn(&Asked) -> Response;
    let elsewhere = Server::start(|_| list("")).await;
    let elsewhere_address = elsewhere.address.clone();
    let cases: [(&str, Answer, &str); 7] = [
        ("a page", |_| xml("<!DOCTYPE html><html><body>hi</body></html>"), "a web page"),
        ("something else", |_| xml("{}"), "none of BigBlueButton's"),
        ("neither yes nor no", |_| xml("<response/>"), "neither SUCCESS nor FAILED"),
        ("not there", |_| status(404), "status 404"),
        ("always busy", |_| status(503), "status 503"),
        (
            "in circles",
            |asked| redirect(&format!("/x{}?{}", asked.path, asked.query)),
            "leads on and on",
        ),
        (
            "without end",
            |_| {
                let endless = futures_util::stream::repeat_with(|| {
                    Ok::<_, std::io::Error>("<a/>".repeat(100_000))
                });
                Response::new(Body::from_stream(endless))
            },
            "over 67108864 bytes",
        ),
    ];
    for (what, answer, expected) in cases {
        let server = Server::start(answer).await;
        let client = server.client(Some(ChecksumAlgorithm::Sha1));
        let error = client.list(&RecordingQuery::published()).await.unwrap_err();
        let shown = format!("{} {error:?}", chain(&error));
        assert!(shown.contains(expected), "{what}: {shown}");
        assert!(shown.contains("/bigbluebutton/api/getRecordings"), "{what}: {shown}");
        assert!(!shown.contains("checksum=") && !shown.contains(SECRET), "{what}: {shown}");
    }

    let server = Server::start(move |asked| {
        redirect(&format!("{elsewhere_address}{}?{}", asked.path, asked.query))
    })
    .await;
    let error = server.client(None).list(&RecordingQuery::published()).await.unwrap_err();
    assert!(
        matches!(&error, ApiError::Unanswered { source: HttpError::LeadsAway { .. }, .. }),
        "{error:?}"
    );
    let shown = format!("{} {error:?}", chain(&error));
    assert!(!shown.contains("checksum"), "{shown}");
    assert!(elsewhere.asked().is_empty(), "nobody else hears of it");
}

#[tokio::test]
async fn nobody_there_is_an_error_that_shows_no_checksum() {
    let server = Server::start(|_| status(200)).await;
    let client = server.client(None);
    drop(server);
    let error = client.list(&RecordingQuery::published()).await;
    // The port may have been closed a moment late, with a wrong answer on it.
    let shown = chain(&error.unwrap_err());
    assert!(!shown.contains("checksum="), "{shown}");
}

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again() {
    let times = AtomicU32::new(0);
    let server = Server::start(move |_| match times.fetch_add(1, Ordering::SeqCst) {
        0 => status(503),
        1 => status(429),
        _ => list(&elements(0..1)),
    })
    .await;
    let listing = server.client(None).list(&RecordingQuery::published()).await.unwrap();
    assert_eq!((listing.recordings.len(), server.asked().len()), (1, 3));
}

#[tokio::test]
async fn a_refusal_with_a_status_of_its_own_is_a_refusal() {
    let server = Server::start(|_| {
        let mut response = failed("unsupportedRequest");
        *response.status_mut() = axum::http::StatusCode::FORBIDDEN;
        response
    })
    .await;
    let error = server.client(None).list(&RecordingQuery::published()).await.unwrap_err();
    assert!(
        matches!(error, ApiError::Refused { key: MessageKey::UnsupportedRequest, .. }),
        "{error:?}"
    );
}
