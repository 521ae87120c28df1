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
