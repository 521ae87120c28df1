//! The logs and files of other projects' tests, where they are at hand.

use super::*;

const RAW: &str = "fixtures/bigbluebutton+bigbluebutton/record-and-playback/core/resources/raw";
const SMALL: &str = "fixtures/bigbluebutton+bbb-events/spec/fixtures/files";
const WEB: &str = "fixtures/bigbluebutton+bigbluebutton/bbb-common-web/src/test/resources";
const UUID: &str = "1b199e88-7df7-4842-a5f1-0e84b781c5c8";

/// A file or folder of the reference; `None` where it is not at hand.
fn reference(path: &str) -> Option<std::path::PathBuf> {
    let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/bbb"));
    let path = shared.join(path);
    if !path.exists() {
        archive::testing::skipped(&format!("{} is not at hand", path.display()));
        return None;
    }
    Some(path)
}

/// A raw directory, or an event log alone.
fn raw(path: &str) -> Option<Files> {
    let path = reference(path)?;
    let mut files = Files::default();
    if path.is_dir() {
        put_folder(&mut files, &path, "raw");
    } else {
        files.put("raw/events.xml".parse().unwrap(), Some(Bytes::File(path)));
    }
    Some(files)
}

#[test]
fn every_log_tells_what_happened() {
    struct Told {
        length: u64,
        participants: Option<u32>,
        /// Slides, showings, messages, polls, shares, texts on the whiteboard, turns, names.
        counts: [usize; 8],
    }
    let told = |length, participants, counts| Told { length, participants, counts };
    let cases = [
        (
            format!("{RAW}/183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1630430006889"),
            told(1_440_011, Some(15), [0, 0, 8, 0, 0, 0, 99, 14]),
        ),
        (
            format!("{RAW}/2a1de53edf0543d950056bf3c0d4d357eba3383f-1630607370684"),
            told(54_187, Some(2), [0, 0, 1, 0, 0, 0, 0, 0]),
        ),
        (format!("{RAW}/{UUID}"), told(159_939, Some(1), [11, 13, 3, 0, 0, 0, 10, 1])),
        (
            format!("{RAW}/2364d22e-b650-40b4-9c7c-e72f66b093ef"),
            told(193_249, Some(1), [1, 1, 0, 0, 1, 0, 15, 1]),
        ),
        (
            format!("{RAW}/5e772bb3-5a0b-4759-b21b-153c734b777b"),
            told(342_819, Some(2), [0, 0, 0, 0, 2, 0, 2, 1]),
        ),
        (
            format!("{RAW}/974a4b8c-5bf7-4382-b4cd-eb26af7dfcc2"),
            told(244_455, Some(1), [3, 3, 0, 0, 2, 0, 17, 1]),
        ),
        (
            format!("{RAW}/b443a8e1-1677-4fde-a56c-aab11447ea9a"),
            told(113_731, Some(1), [1, 2, 0, 0, 1, 0, 4, 1]),
        ),
        (format!("{RAW}/chat_0_9.xml"), told(7_687_859, Some(15), [0, 0, 9, 0, 0, 0, 0, 0])),
        (format!("{RAW}/good_audio_events.xml"), told(950, Some(1), [0; 8])),
        (format!("{RAW}/unmatched_audio_events.xml"), told(4_950, Some(1), [0; 8])),
        (format!("{RAW}/webcam-events.xml"), told(113_016, None, [0; 8])),
        (format!("{SMALL}/sample.xml"), told(66_271, Some(2), [0, 0, 2, 2, 0, 0, 1, 1])),
        (format!("{SMALL}/new-events-2_6.xml"), told(83_319, Some(2), [0, 0, 0, 4, 0, 0, 3, 2])),
        (format!("{SMALL}/sample_no_events.xml"), told(0, None, [0; 8])),
        (format!("{SMALL}/empty.xml"), told(0, None, [0; 8])),
        (
            "derived/sample-events.pseudonymised.xml".to_owned(),
            told(2_331_714, Some(11), [0, 0, 27, 5, 0, 14, 84, 6]),
        ),
    ];
    for (path, expected) in cases {
        let Some(files) = raw(&path) else { continue };
        let (Understood { contents: it, about }, warnings) = understood(&files, UUID);
        assert_eq!(warnings, [""; 0], "{path}");
        assert_eq!(about.duration.as_ms(), expected.length, "{path}");
        assert_eq!(about.participants, expected.participants, "{path}");
        let counts = [
            it.slides.len(),
            it.showings.len(),
            it.chat.len(),
            it.polls.len(),
            it.shares.len(),
            it.whiteboard.len(),
            it.turns.len(),
            it.speaker_names.len(),
        ];
        assert_eq!(counts, expected.counts, "{path}");
    }
}

#[test]
fn what_is_no_log_is_no_log() {
    let Some(files) = raw(&format!("{SMALL}/no_key.xml")) else { return };
    let (understood, warnings) = understood(&files, UUID);
    assert_eq!(understood.contents, Contents::default());
    assert!(warnings[0].contains("root element is `<error>`"), "{warnings:?}");
}

#[test]
fn chats_are_those_of_upstreams_own_tests() {
    let fred =
        [(34_876, "FRED", "hello"), (42_388, "FRED", "how are you?"), (90_561, "FRED", "hi fred")];
    let edt = [(11_635, "Viewer 1", "whoops, forgot to start recording…")];
    let old = [
        (749_025, "Xhesika De Lange", "Public chat 1"),
        (972_022, "Asa Darby", "Public chat 2"),
        (1_797_324, "Isaías Seelen", "Public chat 3"),
        (2_622_097, "Elias Stablum", "Public chat 6"),
        (2_625_924, "Arethusa Mann", "Public chat 7"),
        (2_635_327, "Ninel Mac Ruaidhrí", "Public chat 8"),
        (2_636_840, "Mireia Castell", "Public chat 9"),
        (2_645_408, "Ninel Mac Ruaidhrí", "Public chat 10"),
        (4_718_507, "Xhesika De Lange", "Public chat 11"),
        (4_743_769, "Arethusa Mann", "Public chat 12"),
        (4_932_177, "Xhesika De Lange", "Public chat 13"),
    ];
    let cases = [
        (format!("{RAW}/{UUID}"), &fred[..]),
        (format!("{RAW}/2a1de53edf0543d950056bf3c0d4d357eba3383f-1630607370684"), &edt),
        (format!("{RAW}/chat_0_9.xml"), &old),
    ];
    let config = IngestConfig { cleared_chat: true, ..IngestConfig::default() };
    for (path, expected) in cases {
        let Some(files) = raw(&path) else { continue };
        let understood = read(&files, &UUID.parse().unwrap(), &config, &mut Vec::new());
        assert_eq!(chat(&understood.contents), expected, "{path}");
        // The first two of the old one were cleared.
        let (uncleared, _) = super::understood(&files, UUID);
        let kept = if path.ends_with(".xml") { &expected[2..] } else { expected };
        assert_eq!(chat(&uncleared.contents), kept, "{path}");
    }

    let path = format!("{RAW}/183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1630430006889");
    let Some(files) = raw(&path) else { return };
    let understood = read(&files, &UUID.parse().unwrap(), &config, &mut Vec::new());
    let at: Vec<_> = understood.contents.chat.iter().map(|it| it.at.as_ms()).collect();
    let expected = [
        17_013, 27_660, 81_877, 279_898, 374_830, 810_398, 904_944, 1_241_014, 1_285_938,
        1_352_013, 1_438_454,
    ];
    assert_eq!(at, expected);
    let first = &understood.contents.chat[0];
    assert_eq!(first.sender, "Mario");
    assert!(
        first.text.starts_with("i get  logs of these: \n\n ERROR")
            || first.text.contains("\n\n ERROR")
    );
    assert!(
        first.text.ends_with("?meteor_js_resource=true:348:579447"),
        "a link once: {}",
        first.text
    );
}

#[test]
fn anonymous_names_are_those_of_upstreams_own_tests() {
    let Some(path) = reference(&format!("{RAW}/chat_0_9.xml")) else { return };
    let log = fs::read(path).unwrap();
    let events = crate::understand::events::parse(log.as_slice()).unwrap();
    let people = People::new(&events.joins, &events.callers);
    let mut metas = Metas::default();
    metas.put("bbb-anonymize-chat", "true");
    let viewers = [
        ("vvyha6umxoyt_1", 1),
        ("hs7iskkr7xrt_1", 2),
        ("7m940cic73r3_1", 3),
        ("tgfbj6f828sp_1", 4),
        ("bepguk6d7dza_1", 5),
        ("66ntqzexswc2_1", 6),
        ("0q1hkmla9asu_1", 7),
        ("yyynfpyca09g_1", 8),
        ("dmsj3897dwss_1", 9),
        ("42dnty7rovjt_1", 10),
        ("7ur69btts657_1", 11),
        ("23uydbo9nauq_1", 12),
        ("12ipastd9pw1_1", 6),
        ("ainnu65fiycz_1", 9),
        ("j73nq5k8xcaa_1", 13),
        ("nfuklna24flg_1", 14),
        ("2dc8jctma0nj_1", 9),
        ("fzlsahcijxo4_1", 13),
        ("y096bmb53yu5_1", 2),
        ("y096bmb53yu5_2", 2),
    ];
    assert_eq!(people.sender("9izxq660i7vr_1", "", &metas), "Marinda Collins");
    metas.put("bbb-anonymize-chat-moderators", "true");
    assert_eq!(people.sender("9izxq660i7vr_1", "", &metas), "Moderator 1");
    for (user, nth) in viewers {
        assert_eq!(people.sender(user, "", &metas), format!("Viewer {nth}"), "{user}");
    }
}

#[test]
fn polls_and_who_spoke_are_read_out_of_a_small_log_of_2_6() {
    let Some(files) = raw(&format!("{SMALL}/new-events-2_6.xml")) else { return };
    let (Understood { contents, about }, _) = understood(&files, UUID);
    let polls: Vec<_> = contents
        .polls
        .iter()
        .map(|it| {
            let answers = it.answers.iter().map(|it| format!("{} {}", it.text, it.votes));
            (it.at.as_ms(), it.question.as_str(), answers.collect::<Vec<_>>().join(", "))
        })
        .collect();
    let expected = [
        (31_755, "", "True 1, False 0"),
        (45_827, "", "A 0, B 0, C 1, D 0"),
        (59_413, "", "Yes 0, No 0, Abstention 1"),
        (78_416, "what is your name?", "richard 1"),
    ];
    assert_eq!(polls, expected.map(|(at, question, answers)| (at, question, answers.to_owned())));
    // The whiteboard shows the same results once more.
    assert_eq!(contents.whiteboard, []);
    assert_eq!(about.title.as_deref(), Some("test-polling"));
    assert_eq!(about.started_at.unwrap().as_unix_ms(), 1_684_349_961_778);
}

#[test]
fn texts_on_the_whiteboard_are_read_out_of_a_log_of_2019() {
    let Some(files) = raw("derived/sample-events.pseudonymised.xml") else { return };
    let (Understood { contents, .. }, _) = understood(&files, UUID);
    let texts: Vec<_> =
        contents.whiteboard.iter().map(|it| (it.at.as_ms(), it.text.as_str())).collect();
    for expected in [(0, "Temas a tratar"), (866_942, "inecuaciones lineales"), (1_311_652, "A 1")]
    {
        assert!(texts.contains(&expected), "{texts:?}");
    }
    assert_eq!(contents.polls[3].answers[0].votes, 8);
}

#[test]
fn every_metadata_is_read() {
    let cases = [
        (
            format!("{WEB}/breakout-room-metadata.xml"),
            "grailserror",
            Some(1),
            Some(1_490_721_543_626),
        ),
        (
            format!("{WEB}/meeting-has-breakout-metadata.xml"),
            "random-2810069",
            None,
            Some(1_489_172_964_374),
        ),
        (
            format!("{WEB}/meeting-no-breakout-metadata.xml"),
            "random-2810069",
            None,
            Some(1_489_095_153_417),
        ),
        (format!("{WEB}/sample-metadata.xml"), "Prueba 2", Some(4), Some(1_504_122_319_984)),
        (
            format!("{WEB}/sample-recording/foo/metadata.xml"),
            "random-2810069",
            None,
            Some(1_489_435_015_784),
        ),
        (format!("{RAW}/metadata.xml"), "", None, None),
    ];
    for (path, title, participants, started_at) in cases {
        let Some(path) = reference(&path) else { continue };
        let metadata = metadata::parse(fs::read(&path).unwrap().as_slice()).unwrap();
        let id = metadata.id.as_deref().unwrap_or(UUID);
        let mut files = Files::default();
        files.put("podcast/metadata.xml".parse().unwrap(), Some(Bytes::File(path.clone())));
        let (Understood { about, .. }, warnings) = understood(&files, id);
        assert_eq!(warnings, [""; 0]);
        assert_eq!(about.title.as_deref().unwrap_or_default(), title, "{}", path.display());
        assert_eq!(about.participants, participants, "{}", path.display());
        assert_eq!(
            about.started_at.map(archive::Timestamp::as_unix_ms),
            started_at,
            "{}",
            path.display()
        );
        assert!(!format!("{metadata:?}{about:?}").contains("gl-"), "{}", path.display());
    }
    // This one is a piece of one.
    let Some(path) = reference(&format!("{WEB}/playback-metadata.xml")) else { return };
    assert!(metadata::parse(fs::read(path).unwrap().as_slice()).is_err());
}

#[test]
fn a_published_directory_with_nothing_in_it() {
    let Some(folder) = reference(&format!("{WEB}/sample-recording/foo")) else { return };
    let mut files = Files::default();
    put_folder(&mut files, &folder, "presentation");
    let id = "f3ffe06acedf425565cc024c8ebe89a6552e8782-1489435015784";
    let (Understood { contents, about }, warnings) = understood(&files, id);
    assert_eq!(contents, Contents::default());
    assert_eq!(about.duration.as_ms(), 32_213);
    assert_eq!(warnings, ["`presentation/shapes.svg` is missing: there will be no slides"]);
}

#[test]
fn metadata_inside_the_tar_of_a_front_end() {
    let path = "fixtures/THM-Health+PILOS/tests/Backend/Fixtures/Recordings/notes.tar";
    let Some(path) = reference(path) else { return };
    let tar = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
    let (from, to) = (tar.find("<?xml").unwrap(), tar.find("</recording>").unwrap());
    let metadata = metadata::parse(&tar.as_bytes()[from..to + "</recording>".len()]).unwrap();
    assert_eq!(
        metadata.id.as_deref(),
        Some("495513f19d7da5edb02237f3bca1ee0634f1e235-1712758751753")
    );
    assert_eq!(metadata.format.as_deref(), Some("notes"));
    assert_eq!(metadata.duration, Some(MediaTime::from_ms(98_401)));
    assert_eq!(metadata.participants, Some(1));
    // Its metas hold a callback's address with the salt.
    assert!(!format!("{metadata:?}").contains("salt"));
}
