//! The public chat as the log has it.

use super::{
    Events,
    event::{Fields, Kind},
};
use crate::understand::{
    chat::{self, Line},
    metas::Metas,
    people::People,
    timeline::Timeline,
};
use std::collections::HashMap;

/// Something happened to the chat, or to whether it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// The record button was pressed, and now says this.
    Button(bool),
    Sent(Box<Sent>),
    Edited {
        id: String,
        text: String,
    },
    Deleted {
        id: String,
    },
    Cleared,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sent {
    /// Empty before 3.0.
    id: String,
    reply_to: String,
    sender_id: String,
    /// Empty from 2.5 on.
    sender: String,
    text: String,
}

impl Event {
    pub(super) fn of(kind: Kind, fields: Fields) -> Option<Self> {
        let id = fields.id.unwrap_or_default();
        let text = || chat::text(&fields.message.unwrap_or_default());
        match kind {
            Kind::Chat => Some(Self::Sent(Box::new(Sent {
                id,
                reply_to: fields.reply_to.unwrap_or_default(),
                sender_id: fields.sender_id.unwrap_or_default(),
                sender: chat::sender(&fields.sender.unwrap_or_default()),
                text: text(),
            }))),
            Kind::ChatEdited => Some(Self::Edited { id, text: text() }),
            Kind::ChatDeleted => Some(Self::Deleted { id }),
            Kind::ChatCleared => Some(Self::Cleared),
            _ => None,
        }
    }

    pub(super) fn text_bytes(&self) -> usize {
        match self {
            Self::Button(_) | Self::Cleared => 0,
            Self::Sent(sent) => {
                let Sent { id, reply_to, sender_id, sender, text } = &**sent;
                [id, reply_to, sender_id, sender, text].iter().map(|it| it.len()).sum()
            }
            Self::Edited { id, text } => id.len() + text.len(),
            Self::Deleted { id } => id.len(),
        }
    }
}

/// The messages that were sent while it was recorded, in order, with what became of them.
///
/// Here BigBlueButton goes by what the record button said, not by the order of its presses
/// (`record-and-playback/core/lib/recordandplayback/generators/events.rb`, `get_chat_events`).
pub(crate) fn chat(
    events: &Events,
    timeline: &Timeline,
    people: &People<'_>,
    metas: &Metas,
) -> Vec<Line> {
    let mut found: Vec<Line> = Vec::new();
    let mut by_id: HashMap<&str, usize> = HashMap::new();
    // Where the messages begin that no clearing has reached yet.
    let mut standing = 0;
    let mut recording = events.presses.is_empty();
    for (at, event) in &events.chat {
        match event {
            Event::Button(on) => recording = *on,
            Event::Sent(sent) if recording => {
                if !sent.id.is_empty() {
                    by_id.insert(&sent.id, found.len());
                }
                found.push(Line {
                    id: sent.id.clone(),
                    reply_to: sent.reply_to.clone(),
                    at: timeline.published(*at),
                    sender: people.sender(&sent.sender_id, &sent.sender, metas),
                    text: sent.text.clone(),
                    ..Line::default()
                });
            }
            Event::Sent(_) => {}
            Event::Edited { id, text } => {
                if let Some(&place) = by_id.get(id.as_str()) {
                    let line = &mut found[place];
                    let former = std::mem::replace(&mut line.text, text.clone());
                    line.first_text.get_or_insert(former);
                    line.edited = true;
                }
            }
            Event::Deleted { id } => {
                if let Some(&place) = by_id.get(id.as_str()) {
                    found[place].deleted = true;
                }
            }
            Event::Cleared => {
                found[standing..].iter_mut().for_each(|it| it.cleared = true);
                standing = found.len();
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::events::parse;

    const LOG: &str = r#"<recording>
      <event timestamp="0" module="PARTICIPANT" eventname="ParticipantJoinEvent"><userId>a</userId><name>Ada</name><role>MODERATOR</role></event>
      <event timestamp="0" module="PARTICIPANT" eventname="ParticipantJoinEvent"><userId>b</userId><name>Bo</name><role>VIEWER</role></event>
      <event timestamp="0" module="PARTICIPANT" eventname="ParticipantJoinEvent"><userId>p</userId><name>+49 30 1234567</name><role>VIEWER</role></event>
      <event timestamp="1" module="CHAT" eventname="PublicChatEvent"><senderId>a</senderId><message>before</message><id>0</id></event>
      <event timestamp="1000" module="PARTICIPANT" eventname="RecordStatusEvent"><status>true</status></event>
      <event timestamp="1000" module="CHAT" eventname="PublicChatEvent"><senderId>a</senderId><message>wiped &lt;b&gt;out&lt;/b&gt;</message><id>1</id></event>
      <event timestamp="2000" module="CHAT" eventname="ClearPublicChatEvent"/>
      <event timestamp="3000" module="CHAT" eventname="PublicChatEvent"><senderId>b</senderId><message>frist</message><id>2</id></event>
      <event timestamp="4000" module="CHAT" eventname="PublicChatEvent"><senderId>b</senderId><message>regretted</message><id>3</id><replyToMessageId>2</replyToMessageId></event>
      <event timestamp="4500" module="CHAT" eventname="PublicChatEvent"><senderId>p</senderId><message>by phone</message><id>5</id></event>
      <event timestamp="5000" module="PARTICIPANT" eventname="RecordStatusEvent"><status>false</status></event>
      <event timestamp="5000" module="CHAT" eventname="PublicChatEvent"><senderId>a</senderId><message>after</message><id>4</id></event>
      <event timestamp="6000" module="CHAT" eventname="EditPublicChatMessageRecordEvent"><messageId>2</messageId><message>first</message></event>
      <event timestamp="7000" module="CHAT" eventname="DeletePublicChatMessageRecordEvent"><messageId>3</messageId></event>
    </recording>"#;

    fn lines(log: &str, metas: &[&str]) -> Vec<Line> {
        let events = parse(log.as_bytes()).unwrap();
        let (first, last) = events.bounds.unwrap();
        let timeline = Timeline::new(&events.presses, first, last);
        let mut declared = Metas::default();
        metas.iter().for_each(|it| declared.put(it, "true"));
        chat(&events, &timeline, &People::new(&events.joins, &events.callers), &declared)
    }

    #[test]
    fn a_message_is_what_became_of_it() {
        let found: Vec<_> = lines(LOG, &[])
            .into_iter()
            .map(|it| (it.at.as_ms(), it.sender, it.text, (it.edited, it.deleted, it.cleared)))
            .collect();
        let no = (false, false, false);
        let expected = [
            (0, "Ada", "wiped out", (false, false, true)),
            (2_000, "Bo", "first", (true, false, false)),
            (3_000, "Bo", "regretted", (false, true, false)),
            (3_500, "", "by phone", no),
        ];
        let expected =
            expected.map(|(at, who, text, it)| (at, who.to_owned(), text.to_owned(), it));
        assert_eq!(found, expected);
    }

    #[test]
    fn senders_are_as_anonymous_as_the_meeting_asked() {
        let senders = |metas: &[&str]| -> Vec<String> {
            lines(LOG, metas).into_iter().map(|it| it.sender).collect()
        };
        let (viewers, moderators) = ("bbb-anonymize-chat", "bbb-anonymize-chat-moderators");
        assert_eq!(senders(&[viewers]), ["Ada", "Viewer 1", "Viewer 1", "Viewer 2"]);
        assert_eq!(
            senders(&[viewers, moderators]),
            ["Moderator 1", "Viewer 1", "Viewer 1", "Viewer 2"]
        );
        assert_eq!(senders(&[moderators]), ["Ada", "Bo", "Bo", ""]);
    }

    #[test]
    fn a_doubled_press_starts_no_chat() {
        let log = LOG.replace("<status>false</status>", "<status>true</status>");
        let texts: Vec<_> = lines(&log, &[]).into_iter().map(|it| it.text).collect();
        assert_eq!(texts.last().map(String::as_str), Some("after"));
    }
}
