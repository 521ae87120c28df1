use super::*;
use proptest::prelude::*;

#[test]
fn reads_what_speakers_and_times_need() {
    let xml = r#"<recording meeting_id=" ab-1 " bbb_version="2.1.0">
      <meeting id="ab-1" externalId="room" name="Weekly  call"/>
      <metadata meetingName="Weekly call" plenary-language="de" gl-token="s3cret"/>
      <event timestamp="10" module="PARTICIPANT" eventname="ParticipantJoinEvent">
        <name>Ada</name><userId>w_1</userId><role>MODERATOR</role><externalUserId>e1</externalUserId></event>
      <event timestamp="20" module="VOICE" eventname="ParticipantJoinedEvent">
        <participant>w_1</participant><callername>Ada</callername><muted>true</muted></event>
      <event timestamp="30" module="PARTICIPANT" eventname="RecordStatusEvent"><status>true</status></event>
      <event timestamp="50" module="VOICE" eventname="ParticipantMutedEvent"><participant>w_1</participant><muted>true</muted></event>
      <event timestamp="40" module="VOICE" eventname="ParticipantTalkingEvent"><talking>true</talking><participant>w_1</participant></event>
      <event timestamp="55" module="VOICE" eventname="ParticipantMutedEvent"><participant>w_1</participant><muted>false</muted></event>
      <event timestamp="60" module="PARTICIPANT" eventname="ParticipantLeftEvent"><userId>w_1</userId></event>
      <event timestamp="70" module="NEW" eventname="NobodyKnowsEvent"><deep><deeper/></deep></event>
      <event module="VOICE" eventname="StopRecordingEvent"/>
    </recording>"#;
    let found = parse(xml.as_bytes()).unwrap();
    assert_eq!(meeting_id(xml.as_bytes()).as_deref(), Some("ab-1"));
    assert_eq!(found.meeting_name.as_deref(), Some("Weekly call"));
    assert_eq!(found.bounds, Some((EventTime(10), EventTime(70))));
    assert_eq!(found.presses, [EventTime(30)]);
    assert_eq!(found.joins.len(), 1);
    assert!(found.joins[0].moderator);
    let ada = Caller(0);
    let expected = [(EventTime(40), Voice::Talks(ada)), (EventTime(50), Voice::Stops(ada))];
    assert_eq!(found.voice, expected);
    assert!(!format!("{found:?}").contains("s3cret"));
}

#[test]
fn a_log_without_events_is_no_error_and_a_cut_one_is() {
    assert_eq!(parse(&b"<recording/>"[..]).unwrap(), Events::default());
    let cut = r#"<recording><event timestamp="1" module="VOICE""#;
    assert!(parse(cut.as_bytes()).is_err());
    assert_eq!(meeting_id(&b"<recording/>"[..]), None);
    assert!(matches!(parse(&b"<popcorn/>"[..]), Err(XmlError::OtherRoot { .. })));
}

proptest! {
    #[test]
    fn never_panics(inside in r#"(<event timestamp="[0-9]{0,22}" module="VOICE" eventname="(ParticipantTalkingEvent|StopRecordingEvent)">|<participant>|<talking>true|</talking>|</participant>|</event>|[<>/&;a ]){0,25}"#) {
        drop(parse(format!("<recording>{inside}</recording>").as_bytes()));
    }
}

/// A log that goes on for ever, one event after the other.
struct Endless {
    event: String,
    at: usize,
}

impl std::io::Read for Endless {
    fn read(&mut self, target: &mut [u8]) -> std::io::Result<usize> {
        let piece = &self.event.as_bytes()[self.at..];
        let amount = piece.len().min(target.len());
        target[..amount].copy_from_slice(&piece[..amount]);
        self.at = (self.at + amount) % self.event.len();
        Ok(amount)
    }
}

#[track_caller]
fn given_up(module: &str, name: &str, children: &str, what: &str) {
    use std::io::Read as _;
    let event =
        format!(r#"<event timestamp="1" module="{module}" eventname="{name}">{children}</event>"#);
    let log = b"<recording>".chain(Endless { event, at: 0 });
    match parse(std::io::BufReader::new(log)) {
        Err(XmlError::TooMuch { what: found, .. }) => assert_eq!(found, what, "{name}"),
        other => panic!("{name}: {:?}", other.map(|_| ())),
    }
}

#[test]
fn a_log_without_end_is_given_up_before_it_takes_too_much_memory() {
    let long = "x".repeat(100_000);
    let text = "bytes of text";
    given_up("PARTICIPANT", "RecordStatusEvent", "", "presses of the record button");
    given_up(
        "PRESENTATION",
        "SharePresentationEvent",
        &format!("<presentationName>{long}</presentationName>"),
        text,
    );
    given_up(
        "EXTERNAL-VIDEO",
        "StartExternalVideoRecordEvent",
        &format!("<externalVideoUrl>{long}</externalVideoUrl>"),
        text,
    );
    given_up("PARTICIPANT", "ParticipantJoinEvent", &format!("<userId>{long}</userId>"), text);
    given_up(
        "bbb-webrtc-sfu",
        "StartWebRTCDesktopShareEvent",
        &format!("<filename>{long}</filename>"),
        text,
    );
    given_up(
        "WHITEBOARD",
        "AddShapeEvent",
        &format!("<id>{long}</id><type>text</type><text>a</text>"),
        text,
    );
    let fields = format!("<message>{long}</message>").repeat(200);
    given_up("CHAT", "PublicChatEvent", &fields, "bytes in one event");
}

#[test]
fn an_event_of_many_attributes_and_children_is_one_event() {
    let attributes: String = (0..20_000).map(|it| format!(" a{it}=''")).collect();
    let children: String = (0..20_000).map(|it| format!("<c{it}><d/></c{it}>")).collect();
    let xml = format!(
        "<recording><event{attributes} timestamp='7' module='PARTICIPANT' eventname='ParticipantJoinEvent'>{children}<userId>a</userId></event></recording>"
    );
    let found = parse(xml.as_bytes()).unwrap();
    assert_eq!(found.joins[0].user, "a");
}

#[test]
fn the_time_on_the_wall_is_the_first_events() {
    let log = |first: u64, utc: &str| {
        format!(
            r#"<recording><event timestamp="{first}" module="X" eventname="Y"/>
            <event timestamp="{}" module="PARTICIPANT" eventname="ParticipantJoinEvent"><userId>a</userId>{utc}</event></recording>"#,
            first + 500
        )
    };
    let started =
        |log: String| parse(log.as_bytes()).unwrap().started_at.map(Timestamp::as_unix_ms);
    let utc = "<timestampUTC>1630430006898</timestampUTC>";
    assert_eq!(started(log(7, utc)), Some(1_630_430_006_398));
    // In 2011 the log's own clock was the wall's.
    assert_eq!(started(log(1_296_681_157_242, "")), Some(1_296_681_157_242));
    assert_eq!(started(log(7, "")), None);
    assert_eq!(started(log(u64::MAX - 500, "")), None);
    assert_eq!(started(log(7, "<timestampUTC>-5</timestampUTC>")), None);
}

#[test]
fn names_of_2011_are_told_by_who_presents() {
    let log = r#"<events>
      <event timestamp="1" module="PARTICIPANT" eventname="ParticipantJoinEvent"><status>{raiseHand=false}</status><userId>1</userId><role>MODERATOR</role></event>
      <event timestamp="2" module="PRESENTATION" eventname="AssignPresenterEvent"><name>FRED</name><userid>1</userid></event>
      <event timestamp="3" module="PRESENTATION" eventname="AssignPresenterEvent"><name>Not Fred</name><userid>1</userid></event>
      <event timestamp="4" module="PRESENTATION" eventname="AssignPresenterEvent"><name>Nobody</name><userid>9</userid></event>
    </events>"#;
    let found = parse(log.as_bytes()).unwrap();
    assert_eq!(found.joins.len(), 1);
    assert_eq!(found.joins[0].name, "FRED");
}
