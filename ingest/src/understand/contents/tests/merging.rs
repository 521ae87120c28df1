//! How what was published and what the log says come together.

use super::*;

const ID: &str = "183f-1531240585189";

/// A recording of these files, and what is understood of it.
struct Recording {
    folder: tempfile::TempDir,
    files: Files,
}

impl Recording {
    fn of(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let recording = Self { folder, files: Files::default() };
        files.iter().fold(recording, |it, (name, text)| it.with(name, text))
    }

    fn with(mut self, name: &str, text: &str) -> Self {
        let path = self.folder.path().join(name.replace('/', "_"));
        fs::write(&path, text).unwrap();
        self.files.put(name.parse().unwrap(), Some(Bytes::File(path)));
        self
    }

    fn understood(&self) -> (Understood, Vec<String>) {
        understood(&self.files, ID)
    }

    fn contents(&self) -> Contents {
        self.understood().0.contents
    }
}

const LOG: &str = r#"<recording meeting_id="183f-1531240585189"><meeting name="Logged"/>
  <metadata plenary-title="Of the log" plenary-space="Garden"/>
  <event timestamp="1000" module="PARTICIPANT" eventname="ParticipantJoinEvent"><userId>a</userId><externalUserId>e1</externalUserId><name>Ada</name><role>VIEWER</role></event>
  <event timestamp="1000" module="PARTICIPANT" eventname="ParticipantJoinEvent"><userId>a2</userId><externalUserId>e1</externalUserId><name>Ada</name><role>VIEWER</role></event>
  <event timestamp="1000" module="VOICE" eventname="ParticipantTalkingEvent"><participant>a</participant><talking>true</talking></event>
  <event timestamp="2000" module="PRESENTATION" eventname="SharePresentationEvent"><presentationName>P</presentationName></event>
  <event timestamp="2000" module="PARTICIPANT" eventname="ParticipantLeftEvent"><userId>a</userId></event>
  <event timestamp="3000" module="CHAT" eventname="PublicChatEvent"><senderId>a</senderId><message>one</message><id>1</id></event>
  <event timestamp="4000" module="CHAT" eventname="PublicChatEvent"><senderId>a2</senderId><message>two</message><id>2</id></event>
  <event timestamp="4500" module="VOICE" eventname="ParticipantMutedEvent"><participant>a</participant><muted>true</muted></event>
  <event timestamp="5000" module="CHAT" eventname="DeletePublicChatMessageRecordEvent"><messageId>1</messageId></event>
  <event timestamp="6000" module="EXTERNAL-VIDEO" eventname="StartExternalVideoRecordEvent"><externalVideoUrl>https://example.org/v</externalVideoUrl></event>
  <event timestamp="7000" module="bbb-webrtc-sfu" eventname="StartWebRTCDesktopShareEvent"><filename>s</filename></event>
  <event timestamp="7500" module="bbb-webrtc-sfu" eventname="AudioTrackPublishedEvent"><userId>a</userId><source>microphone</source><filename>/var/x/microphone-a-1.webm</filename></event>
  <event timestamp="7600" module="bbb-webrtc-sfu" eventname="AudioTrackPublishedEvent"><userId>b</userId><source>screen_share_audio</source><filename>screen.webm</filename></event>
  <event timestamp="8000" module="bbb-webrtc-sfu" eventname="StopWebRTCDesktopShareEvent"><filename>s</filename></event>
  <event timestamp="9000" module="bbb-webrtc-sfu" eventname="AudioTrackUnpublishedEvent"><userId>a</userId><filename>microphone-a-1.webm</filename></event>
  <event timestamp="11000" module="PARTICIPANT" eventname="EndAndKickAllEvent"/>
</recording>"#;

#[test]
fn the_log_fills_in_what_was_not_published() {
    let raw = Recording::of(&[
        ("raw/events.xml", LOG),
        ("raw/presentation/P/svgs/slide1.svg", "<svg/>"),
        ("raw/presentation/P/thumbnails/thumb-1.png", "x"),
        ("raw/presentation/P/textfiles/slide-1.txt", "Welcome\n"),
        ("raw/notes/notes.txt", "Notes"),
        ("raw/audio/microphone-a-1.webm", "x"),
        ("raw/audio/screen.webm", "x"),
    ]);
    let (Understood { contents, about }, warnings) = raw.understood();
    assert_eq!(warnings, [""; 0]);
    assert_eq!(about.title.as_deref(), Some("Of the log"));
    assert_eq!(about.space.as_deref(), Some("Garden"));
    assert_eq!((about.participants, about.duration.as_ms()), (Some(1), 10_000));
    assert_eq!(chat(&contents), [(3_000, "Ada", "two")]);
    assert_eq!(contents.slides[0].image.as_str(), "raw/presentation/P/svgs/slide1.svg");
    assert_eq!(contents.slides[0].text, "Welcome");
    assert!(contents.slides[0].thumbnail.is_some());
    let showings: Vec<_> = contents.showings.iter().map(|it| ms(it.range)).collect();
    assert_eq!(showings, [(1_000, 6_000), (7_000, 10_000)]);
    assert_eq!(contents.shares.iter().map(|it| ms(*it)).collect::<Vec<_>>(), [(6_000, 7_000)]);
    assert_eq!(contents.external_videos[0].url, "https://example.org/v");
    assert_eq!(contents.notes, "Notes");
    // The one who left the meeting still had their microphone until it was muted.
    assert_eq!(contents.turns.iter().map(|it| ms(it.range)).collect::<Vec<_>>(), [(0, 3_500)]);
    assert_eq!(contents.voice_tracks.len(), 1);
    assert_eq!(ms(contents.voice_tracks[0].range), (6_500, 8_000));
    assert_eq!(contents.voice_tracks[0].speaker, contents.turns[0].speaker);
}

const SHAPES: &str = r#"<svg><image in="0" out="9" href="presentation/Q/slide-1.png"/></svg>"#;
const CHAT: &str = r#"<popcorn>
  <chattimeline in="2.0" name="Viewer 1" message="one" id="1"/>
  <chattimeline in="3.0" name="Viewer 1" message="two" id="2"/>
  <chattimeline in="4.0" name="Somebody" message="edited in by hand"/></popcorn>"#;

#[test]
fn what_was_published_counts_before_the_log() {
    let published = Recording::of(&[
        ("raw/events.xml", LOG),
        (
            "presentation/metadata.xml",
            "<recording><meta><plenary-title>Published</plenary-title></meta><playback><duration>9900</duration></playback></recording>",
        ),
        ("presentation/shapes.svg", SHAPES),
        ("presentation/presentation/Q/slide-1.png", "x"),
        ("presentation/slides_new.xml", CHAT),
        ("presentation/deskshare.xml", "<recording/>"),
        ("presentation/external_videos.json", r#"[{"timestamp": 5, "external_video_url": null}]"#),
        ("presentation/polls.json", r#"[{"timestamp": 1, "question": "?"}]"#),
    ]);
    let (Understood { contents, about }, warnings) = published.understood();
    assert_eq!(warnings, [""; 0]);
    assert_eq!(about.title.as_deref(), Some("Published"));
    assert_eq!(about.space.as_deref(), Some("Garden"), "and the log's where it says nothing");
    assert_eq!(about.duration.as_ms(), 9_900);
    // What was deleted is not shown, although it was published.
    assert_eq!(
        chat(&contents),
        [(3_000, "Viewer 1", "two"), (4_000, "Somebody", "edited in by hand")]
    );
    assert_eq!(contents.slides[0].image.as_str(), "presentation/presentation/Q/slide-1.png");
    assert_eq!(contents.showings.len(), 1);
    assert_eq!(
        (contents.shares.len(), contents.external_videos.len(), contents.polls.len()),
        (0, 0, 1)
    );
    // The server's own settings made the chat anonymous, so the log gives nobody away.
    assert_eq!(contents.speaker_names[0].1, "Viewer 1");
}

#[test]
fn a_damaged_file_is_made_up_for_by_the_log() {
    let published = Recording::of(&[
        ("raw/events.xml", LOG),
        ("presentation/shapes.svg", "<svg><image in="),
        ("presentation/slides_new.xml", "<popcorn>"),
        ("presentation/tldraw.json", r#"{"image1": {"shapes": ["#),
        ("presentation/presentation/P/svgs/slide1.svg", "<svg/>"),
    ]);
    let (Understood { contents, .. }, warnings) = published.understood();
    assert_eq!(warnings.len(), 3, "{warnings:?}");
    assert_eq!(contents.slides[0].image.as_str(), "presentation/presentation/P/svgs/slide1.svg");
    assert_eq!(chat(&contents), [(3_000, "Ada", "two")]);
}

#[test]
fn other_formats_tell_what_they_can() {
    let metadata = |format: &str| {
        format!(
            "<recording><id>{ID}</id><participants>3</participants><meeting name='Room'/>
            <meta><plenary-subjects>soil; compost</plenary-subjects></meta>
            <playback><format>{format}</format><duration>60000</duration></playback></recording>"
        )
    };
    let vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\nhi\n";
    let video = Recording::of(&[
        ("video/metadata.xml", &metadata("video")),
        ("video/video.xml", CHAT),
        ("video/captions.json", r#"[{"localeName": "English", "locale": "en"}]"#),
        ("video/caption_en.vtt", vtt),
    ]);
    let (Understood { contents, about }, warnings) = video.understood();
    assert_eq!(warnings, [""; 0]);
    assert_eq!((about.duration.as_ms(), about.participants), (60_000, Some(3)));
    assert_eq!(about.subjects, ["soil", "compost"]);
    assert_eq!(contents.chat.len(), 3);
    assert_eq!(contents.captions[0].file.as_str(), "video/caption_en.vtt");

    let notes = Recording::of(&[
        ("notes/metadata.xml", &metadata("notes")),
        ("notes/notes.html", "<p>One</p><p>Two</p>"),
        ("notes/notes.pdf", "%PDF"),
    ]);
    assert_eq!(notes.contents().notes, "One\nTwo");
    assert_eq!(notes.understood().1, [""; 0]);
}

#[test]
fn metadata_of_another_recording_is_not_believed() {
    let other = "<recording><id>183f-1</id><participants>9</participants></recording>";
    let recording = Recording::of(&[
        ("podcast/metadata.xml", other),
        ("notes/metadata.xml", "<recording><participants>2</participants></recording>"),
    ]);
    let (Understood { about, .. }, warnings) = recording.understood();
    assert_eq!(about.participants, Some(2));
    assert!(warnings[0].contains("podcast/metadata.xml") && warnings[0].contains("183f-1"));
}

#[test]
fn texts_on_the_whiteboard_of_2_6_are_read() {
    let recording = Recording::of(&[
        (
            "presentation/metadata.xml",
            "<recording><playback><duration>60000</duration></playback></recording>",
        ),
        ("presentation/shapes.svg", SHAPES),
        ("presentation/slides_new.xml", "<popcorn/>"),
        ("presentation/presentation/Q/slide-1.png", "x"),
        (
            "presentation/tldraw.json",
            r#"{"bbb_version":"2.7.3","image1":{"shapes":[{"timestamp":2.5,"undo":-1,"shape_data":{"id":"a","text":"más"}},
              {"timestamp":3,"undo":-1,"shape_data":{"id":"b","name":"poll-result-1","label":"Yes: 1 ||| 100%"}},
              {"timestamp":99,"undo":-1,"shape_data":{"id":"c","text":"too late"}}]}}"#,
        ),
    ]);
    let board = |recording: &Recording| -> Vec<_> {
        recording.contents().whiteboard.into_iter().map(|it| (it.at.as_ms(), it.text)).collect()
    };
    let both = [(2_500, "más".to_owned()), (3_000, "Yes: 1".to_owned())];
    assert_eq!(board(&recording), both);
    let polls = r#"[{"timestamp": 3, "answers": [{"key": "Yes", "numVotes": 1}]}]"#;
    assert_eq!(board(&recording.with("presentation/polls.json", polls)), both[..1]);
}

#[test]
fn only_what_is_read_is_fetched() {
    let cases = [
        ("raw/events.xml", true),
        ("video/metadata.xml", true),
        ("presentation/tldraw.json", true),
        ("presentation/notes.html", true),
        ("raw/presentation/P/textfiles/slide-1.txt", true),
        ("video/video.xml", true),
        ("raw/presentation/P/P.pdf", false),
        ("raw/audio/a.webm", false),
        ("presentation/video/webcams.webm", false),
        ("presentation/presentation/P/svgs/slide1.svg", false),
        ("notes/notes.pdf", false),
        ("superseded/x/presentation/shapes.svg", false),
    ];
    for (path, expected) in cases {
        assert_eq!(is_read(&path.parse().unwrap()), expected, "{path}");
    }
}
