use super::{answer::parse, listing::Collected, *};
use archive::{
    Timestamp,
    testing::{recording_id, skipped},
};
use proptest::prelude::*;
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

fn page(xml: impl AsRef<[u8]>) -> Page {
    match parse(xml.as_ref()).unwrap() {
        Some(Answer::Recordings(page)) => page,
        other => panic!("{other:?}"),
    }
}

fn element(n: u32, kind: &str) -> String {
    format!(
        "<recording><recordID>{}</recordID><published>true</published><playback><format>\
         <type>{kind}</type><url>https://a.example/{kind}</url></format></playback></recording>",
        recording_id(n)
    )
}

fn listing(inside: &str) -> String {
    format!(
        "<response><returncode>SUCCESS</returncode><recordings>{inside}</recordings></response>"
    )
}

#[test]
fn reads_a_recording_in_any_order_of_its_elements() {
    let id = recording_id(7);
    let xml = format!(
        "<response><totalElements>12</totalElements><recordings><recording>
          <playback><x/><format><url>
              https://a.example/playback/presentation/2.3/{id} </url><type>presentation</type>
            <preview><images><image width='1'>https://a.example/thumb-1.png</image></images></preview>
            <length>53</length><size>1104836</size></format>
           <format><type>podcast</type><url>u</url><length>0</length></format>
           <format><type>podcast</type><url>again</url></format></playback>
          <metadata><name>no</name><state>deleted</state><gl-token>s3cret</gl-token></metadata>
          <name><![CDATA[Heating & garden]]></name><state>available</state><protected>false</protected>
          <startTime>1530718721124</startTime><endTime>1530718810456</endTime>
          <participants>3</participants><published>true</published><recordID> {id} </recordID>
        </recording></recordings><returncode>SUCCESS</returncode></response>"
    );
    let format = |kind: &str, url: String, length, size_bytes| PlaybackFormat {
        kind: kind.into(),
        url,
        length: Some(Duration::from_secs(length)),
        size_bytes,
    };
    let expected = ServerRecording {
        playback: vec![
            format(
                "presentation",
                format!("https://a.example/playback/presentation/2.3/{id}"),
                3_180,
                Some(1_104_836),
            ),
            format("podcast", "u".into(), 0, None),
        ],
        id,
        name: Some("Heating & garden".into()),
        state: Some(RecordingState::Published),
        published: true,
        protected: false,
        started_at: Some(Timestamp::from_unix_ms(1_530_718_721_124)),
        ended_at: Some(Timestamp::from_unix_ms(1_530_718_810_456)),
        participants: Some(3),
    };
    let found = page(&xml);
    assert_eq!(found.recordings, [expected]);
    assert_eq!((found.elements, found.total), (1, Some(12)));
    assert!(!format!("{found:?}").contains("s3cret"));
}

#[test]
fn what_is_no_recording_is_reported_and_not_fatal() {
    let xml = listing(&format!(
        "<recording><error><recordID>/var/bigbluebutton/published/presentation/x/metadata.xml\
         </recordID></error></recording>
         <recording><recordID>../../x-1</recordID></recording>
         <recording/>{}<other/>",
        element(1, "video")
    ));
    let found = page(xml);
    let expected = [
        ListingProblem::ServerCannotRead {
            what: "/var/bigbluebutton/published/presentation/x/metadata.xml".into(),
        },
        ListingProblem::OtherId { id: "../../x-1".into() },
        ListingProblem::NoId,
    ];
    assert_eq!(found.problems, expected);
    assert_eq!((found.elements, found.recordings.len()), (4, 1));
}

#[test]
fn formats_that_are_listed_apart_come_together() {
    let mut collected = Collected::default();
    let first =
        listing(&(element(1, "presentation") + &element(2, "video") + &element(1, "notes")));
    assert!(collected.add(page(&first)));
    assert!(!collected.add(page(&first)), "the same page again has nothing new");
    assert!(collected.add(page(listing(&element(2, "podcast")))));
    let kinds: Vec<Vec<String>> = collected
        .finish()
        .recordings
        .into_iter()
        .map(|it| it.playback.into_iter().map(|it| it.kind).collect())
        .collect();
    assert_eq!(kinds, [["presentation", "notes"], ["video", "podcast"]]);
}

#[test]
fn a_recording_is_published_if_one_of_its_formats_is() {
    let id = recording_id(1);
    let of = |state: &str, published: &str| {
        format!("<recording><recordID>{id}</recordID><state>{state}</state>{published}</recording>")
    };
    let cases = [
        (of("published", ""), true, Some(RecordingState::Published)),
        (
            of("unpublished", "<published>false</published>"),
            false,
            Some(RecordingState::Unpublished),
        ),
        (of("odd", "<published>true</published>"), true, None),
        (of("unpublished", "") + &of("available", ""), true, Some(RecordingState::Published)),
    ];
    for (xml, published, state) in cases {
        let mut collected = Collected::default();
        collected.add(page(listing(&xml)));
        let found = &collected.finish().recordings[0];
        assert_eq!((found.published, found.state), (published, state), "{xml}");
    }
}

#[test]
fn pages_end_however_the_server_pages() {
    let cases = [
        ("nothing there", (0, 0, None, false), None),
        ("less than a page", (0, 99, None, true), None),
        ("a page may have another behind it", (0, 100, None, true), Some(100)),
        ("an old server repeats itself", (100, 100, None, false), None),
        ("an old server answers all at once", (0, 101, None, true), None),
        ("the server says that there is more", (0, 20, Some(45), true), Some(20)),
        ("the server says that there is no more", (100, 100, Some(200), true), None),
        ("what it says is wrong", (60, 0, Some(1_000), false), None),
    ];
    for (what, (offset, elements, total, new), expected) in cases {
        assert_eq!(next_offset(offset, elements, total, new), expected, "{what}");
    }
}

#[test]
fn answers_that_are_none_say_what_they_are() {
    let read = |body: &str| answer::read(body.as_bytes(), "https://a.example/api".into());
    assert!(matches!(read("<!DOCTYPE html><html>hi</html>"), Err(ApiError::WebPage { .. })));
    assert!(matches!(read("<?xml version='1.0'?><html/>"), Err(ApiError::WebPage { .. })));
    assert!(matches!(read("<response/>"), Err(ApiError::NoReturnCode { .. })));
    for body in ["", "404 page not found", "{}", "<responses/>", "<response><returncode>"] {
        assert!(matches!(read(body), Err(ApiError::NoAnswer { .. })), "{body}");
    }
    let bomb =
        "<!DOCTYPE response [<!ENTITY a 'x'>]><response><returncode>&a;</returncode></response>";
    assert!(matches!(
        read(bomb),
        Err(ApiError::NoAnswer { source: crate::XmlError::Declarations { .. }, .. })
    ));
}

#[test]
fn addresses_as_operators_write_them() {
    let cases = [
        ("https://a.example", Some("https://a.example/bigbluebutton/api/")),
        ("https://a.example/", Some("https://a.example/bigbluebutton/api/")),
        (" https://a.example/bigbluebutton/\n", Some("https://a.example/bigbluebutton/api/")),
        ("https://a.example/bigbluebutton/api", Some("https://a.example/bigbluebutton/api/")),
        ("http://127.0.0.1:8080/b/api/", Some("http://127.0.0.1:8080/b/api/")),
        ("a.example", None),
        ("ftp://a.example", None),
        ("https://a.example/?checksum=1", None),
        ("https://user:pass@a.example/", None),
    ];
    for (address, expected) in cases {
        let server = BbbServer::new(address, Secret::new("x").unwrap(), None);
        assert_eq!(server.as_ref().ok().map(BbbServer::address), expected, "{address}");
        if let Err(error) = server {
            assert!(!error.to_string().contains("pass@"), "{error}");
        }
    }
}

/// Every file with this ending below a folder of the reference, or none.
fn fixtures(folder: &str, ending: &str) -> Vec<(String, Vec<u8>)> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/bbb/fixtures");
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(root).join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            skipped("the server's answers in the reference: it is not there");
            return Vec::new();
        };
        for path in entries.map(|it| it.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.to_str().unwrap().ends_with(ending) {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                found.push((name, fs::read(Path::new(&path)).unwrap()));
            }
        }
    }
    found
}

#[test]
fn reads_the_answers_of_the_php_client() {
    for (name, body) in fixtures("bigbluebutton+bigbluebutton-api-php", ".xml") {
        let answer = parse(body.as_slice()).unwrap().unwrap();
        match (name.as_str(), answer) {
            ("get_recordings.xml", Answer::Recordings(page)) => {
                assert_eq!((page.recordings.len(), page.problems.len()), (6, 0));
                let first = &page.recordings[0];
                let expected = "f71d810b6e90a4a34ae02b8c7143e8733178578e-1462807897120";
                assert_eq!(first.id.as_str(), expected);
                let name = "SAT- Writing-Humanities (All participants)";
                assert_eq!(first.name.as_deref(), Some(name));
                assert!(first.published && !first.protected);
                let found: Vec<_> = first
                    .playback
                    .iter()
                    .map(|it| (it.kind.as_str(), it.length.unwrap().as_secs() / 60, it.size_bytes))
                    .collect();
                let expected =
                    [("podcast", 632, Some(10_500)), ("presentation", 532, Some(168_019))];
                assert_eq!(found, expected);
                assert_eq!(page.recordings[4].participants, Some(6));
            }
            ("get_recordings.xml", answer) => panic!("{answer:?}"),
            (_, Answer::Failed { key, message }) => {
                assert!(name.contains("_not_found") || name.contains("_failed"), "{name}");
                assert!(!message.is_empty());
                let known = name.ends_with("recordings_not_found.xml");
                assert_eq!(key == MessageKey::NotFound, known, "{name}: {key:?}");
            }
            (_, Answer::Recordings(page)) => {
                assert!(!name.contains("_failed") && page.elements == 0, "{name}: {page:?}");
            }
        }
    }
}

#[test]
fn reads_the_answers_of_pilos() {
    for (name, body) in fixtures("THM-Health+PILOS", ".xml") {
        let answer = parse(body.as_slice()).unwrap().unwrap();
        let expected = match name.as_str() {
            "ChecksumError.xml" => Some(MessageKey::ChecksumError),
            "MeetingNotFound.xml" => Some(MessageKey::NotFound),
            "Failed.xml" => Some(MessageKey::Other("demoError".into())),
            _ => None,
        };
        let found = match answer {
            Answer::Failed { key, .. } => Some(key),
            Answer::Recordings(_) => None,
        };
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn reads_the_answers_of_bigbluebutton_itself() {
    let folder = "bigbluebutton+bigbluebutton/bbb-common-web";
    for (name, body) in fixtures(folder, ".xml").into_iter().chain(fixtures(folder, ".ftlx")) {
        let answer = parse(body.as_slice());
        if name != "sample-get-recordings-response.xml" {
            // Files of recordings and templates: neither is an answer.
            assert!(matches!(answer, Err(_) | Ok(None)), "{name}: {answer:?}");
            continue;
        }
        let Some(Answer::Recordings(page)) = answer.unwrap() else { panic!("{name}") };
        assert_eq!((page.elements, page.recordings.len(), page.total), (8, 8, None));
        assert_eq!(page.recordings[0].name.as_deref(), Some("тест"));
        assert!(page.recordings.iter().all(|it| it.playback.len() == 1));
    }
}

proptest! {
    #[test]
    fn reading_an_answer_never_panics(
        inside in "(<recording>|</recording>|<recordID>|</recordID>|<playback>|<format>|<type>x</type>|</format>|</playback>|<error>|</error>|<length>|9{0,25}|</length>|<recordings>|</recordings>|<a/>|[<>/&;0-9a ]){0,30}",
        bytes: Vec<u8>,
    ) {
        drop(parse(listing(&inside).as_bytes()));
        drop(parse(format!("<response>{inside}").as_bytes()));
        drop(parse(bytes.as_slice()));
    }
}
