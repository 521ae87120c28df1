//! `events.xml`: what happened in the meeting, as far as speakers and times need it.
//!
//! The raw archive's log is the only source of who spoke when. Most of it is cursor moves and
//! whiteboard strokes, which are passed over.

use super::{
    metas::Metas,
    text,
    timeline::EventTime,
    xml::{Element, Limits, Node, Xml, XmlError},
};
use std::{collections::HashMap, io::BufRead};

const LIMITS: Limits = Limits { bytes: 2 << 30, piece_bytes: 8 << 20, depth: 32 };

/// Kept events in all. A day of ten people talking makes some 10 000.
const MOST_EVENTS: usize = 1_000_000;
/// Presses of the record button, and people in the sound (new ones at every join). Every talker may
/// have a piece in every span, so these two together bound the pieces.
const MOST_PRESSES: usize = 400;
const MOST_CALLERS: usize = 20_000;

/// The part of `events.xml` that is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Events {
    pub(crate) meeting_name: Option<String>,
    pub(crate) metas: Metas,
    /// The first and the last event of any kind; `None` if there is none.
    pub(crate) bounds: Option<(EventTime, EventTime)>,
    /// When the record button was pressed.
    pub(crate) presses: Vec<EventTime>,
    /// In their order; somebody who comes back joins again.
    pub(crate) joins: Vec<Join>,
    /// In the order of time.
    pub(crate) voice: Vec<(EventTime, Voice)>,
    /// Who takes part in the sound, by [`Caller`].
    pub(crate) callers: Vec<CallerInfo>,
}

/// Somebody joined the meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Join {
    /// New at every join.
    pub(crate) user: String,
    /// The same whenever the same person joins; empty where the front end gives none.
    pub(crate) external: String,
    pub(crate) name: String,
    pub(crate) moderator: bool,
}

/// Somebody who takes part in the sound: index of [`Events::callers`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Caller(pub(crate) usize);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CallerInfo {
    /// Equal to the user's ID from 2.0 on.
    pub(crate) id: String,
    /// What the voice server calls them; a telephone number for who dials in.
    pub(crate) name: String,
}

/// What a voice did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voice {
    Talks(Caller),
    /// Fell silent, was muted or left: whoever is muted while talking never gets a "fell silent".
    Stops(Caller),
    /// The sound's recording stopped or the meeting ended.
    AllStop,
}

/// Reads `events.xml`. Unknown events are passed over; new ones arrive with every release.
pub(crate) fn parse(input: impl BufRead) -> Result<Events, XmlError> {
    let mut xml = Xml::new(input, LIMITS, &["recording", "events"]);
    let mut found = Events::default();
    let mut callers = HashMap::new();
    while let Some(node) = xml.next()? {
        let Node::Start(element) = node else { continue };
        let kept = match element.name() {
            "recording" | "events" => continue,
            "meeting" => {
                found.meeting_name = element.attribute("name")?.map(|it| text::line(&it));
                None
            }
            "metadata" => {
                for attribute in element.attributes() {
                    let (name, value) = attribute?;
                    found.metas.put(name, &value);
                }
                None
            }
            "event" => Heading::of(&element)?,
            _ => None,
        };
        let Some(Heading { at, kind }) = kept else {
            xml.skip()?;
            continue;
        };
        let (first, last) = found.bounds.unwrap_or((at, at));
        found.bounds = Some((first.min(at), last.max(at)));
        match kind {
            Some(kind) => {
                let fields = Fields::read(&mut xml)?;
                found.take(at, kind, fields, &mut callers);
            }
            None => xml.skip()?,
        }
        let limits = [
            (found.voice.len() + found.joins.len(), MOST_EVENTS, "events"),
            (found.presses.len(), MOST_PRESSES, "presses of the record button"),
            (found.callers.len(), MOST_CALLERS, "people in the sound"),
        ];
        for (count, limit, what) in limits {
            if count > limit {
                return Err(XmlError::TooMuch { limit: limit as u64, what });
            }
        }
    }
    // In time order in every real file; those of the same millisecond keep the file's order.
    found.voice.sort_by_key(|&(at, _)| at);
    Ok(found)
}

/// Which recording a log says it is of; `None` if it does not say or cannot be read.
pub(crate) fn meeting_id(input: impl BufRead) -> Option<String> {
    let mut xml = Xml::new(input, LIMITS, &["recording", "events"]);
    loop {
        if let Node::Start(root) = xml.next().ok()?? {
            let id = root.attribute("meeting_id").ok()??;
            return Some(id.trim().to_owned());
        }
    }
}

/// The kinds of events that are read. `ParticipantLeftEvent` is two events by their module.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Join,
    RecordButton,
    VoiceJoin,
    VoiceLeave,
    Talking,
    Muted,
    SoundStops,
}

struct Heading {
    at: EventTime,
    kind: Option<Kind>,
}

impl Heading {
    /// `None` for an event without a time.
    fn of(event: &Element<'_>) -> Result<Option<Self>, XmlError> {
        let at = event.attribute("timestamp")?.and_then(|it| it.trim().parse().ok());
        let module = event.attribute("module")?.unwrap_or_default();
        let name = event.attribute("eventname")?.unwrap_or_default();
        let kind = match (module.as_str(), name.as_str()) {
            ("PARTICIPANT", "ParticipantJoinEvent") => Some(Kind::Join),
            (_, "RecordStatusEvent") => Some(Kind::RecordButton),
            ("VOICE", "ParticipantJoinedEvent") => Some(Kind::VoiceJoin),
            ("VOICE", "ParticipantLeftEvent") => Some(Kind::VoiceLeave),
            ("VOICE", "ParticipantTalkingEvent") => Some(Kind::Talking),
            ("VOICE", "ParticipantMutedEvent") => Some(Kind::Muted),
            ("VOICE", "StopRecordingEvent") | (_, "EndAndKickAllEvent") => Some(Kind::SoundStops),
            _ => None,
        };
        Ok(at.map(|at| Self { at: EventTime(at), kind }))
    }
}

/// The children of an event that are read. They come in any order.
#[derive(Default)]
struct Fields {
    user: String,
    external: String,
    name: String,
    role: String,
    participant: String,
    caller_name: String,
    talking: bool,
    muted: bool,
}

impl Fields {
    fn read<R: BufRead>(xml: &mut Xml<R>) -> Result<Self, XmlError> {
        let mut fields = Self::default();
        let depth = xml.depth();
        while xml.depth() >= depth {
            let Some(Node::Start(element)) = xml.next()? else { continue };
            let name = element.name().to_owned();
            let text = xml.text()?;
            match name.as_str() {
                "userId" => fields.user = text,
                "externalUserId" => fields.external = text,
                "name" => fields.name = text,
                "role" => fields.role = text,
                "participant" => fields.participant = text,
                "callername" => fields.caller_name = text,
                "talking" => fields.talking = text == "true",
                "muted" => fields.muted = text == "true",
                _ => {}
            }
        }
        Ok(fields)
    }
}

impl Events {
    fn take(
        &mut self,
        at: EventTime,
        kind: Kind,
        fields: Fields,
        callers: &mut HashMap<String, Caller>,
    ) {
        match kind {
            Kind::RecordButton => return self.presses.push(at),
            Kind::SoundStops => return self.voice.push((at, Voice::AllStop)),
            Kind::Join => {
                if !fields.user.is_empty() {
                    self.joins.push(Join {
                        user: fields.user,
                        external: fields.external,
                        name: text::line(&fields.name),
                        moderator: fields.role == "MODERATOR",
                    });
                }
                return;
            }
            Kind::VoiceJoin | Kind::VoiceLeave | Kind::Talking | Kind::Muted => {}
        }
        if fields.participant.is_empty() {
            return;
        }
        let caller = *callers.entry(fields.participant.clone()).or_insert_with(|| {
            self.callers.push(CallerInfo { id: fields.participant, name: String::new() });
            Caller(self.callers.len() - 1)
        });
        match kind {
            Kind::VoiceJoin => self.callers[caller.0].name = text::line(&fields.caller_name),
            Kind::Talking if fields.talking => self.voice.push((at, Voice::Talks(caller))),
            Kind::Talking | Kind::VoiceLeave => self.voice.push((at, Voice::Stops(caller))),
            Kind::Muted if fields.muted => self.voice.push((at, Voice::Stops(caller))),
            Kind::Muted | Kind::Join | Kind::RecordButton | Kind::SoundStops => {}
        }
    }
}

#[cfg(test)]
mod tests {
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
}
