//! Polls whose result was shown to everyone. Who answered what is in the log too, and is not read.

use super::{Events, event::Fields};
use crate::understand::{polls, timeline::Timeline};
use archive::Poll;
use std::collections::HashSet;

/// The result of a poll was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    id: String,
    question: String,
    answers: Vec<archive::PollAnswer>,
    /// As a picture on the whiteboard, which is all there was before 2.4.
    drawn: bool,
}

impl Event {
    pub(super) fn published(fields: Fields) -> Self {
        let question = polls::short(&fields.question.unwrap_or_default());
        let answers = polls::answers(&fields.answers.unwrap_or_default());
        Self { id: fields.poll.unwrap_or_default(), question, answers, drawn: false }
    }

    pub(super) fn drawn(fields: Fields) -> Self {
        let answers = polls::answers(&fields.result.unwrap_or_default());
        let id = fields.id.or(fields.shape).unwrap_or_default();
        Self { id, question: String::new(), answers, drawn: true }
    }

    pub(super) fn text_bytes(&self) -> usize {
        let answers = self.answers.iter().map(|it| it.text.len()).sum::<usize>();
        self.id.len() + self.question.len() + answers
    }
}

/// The polls whose result was shown while it was recorded, in order.
pub(crate) fn polls(events: &Events, timeline: &Timeline) -> Vec<Poll> {
    let published: HashSet<&str> =
        events.polls.iter().filter(|(_, it)| !it.drawn).map(|(_, it)| it.id.as_str()).collect();
    let mut seen = HashSet::new();
    events
        .polls
        .iter()
        // From 2.4 to 2.5 a result is published and drawn; drawn it may come several times.
        .filter(|(_, it)| !it.drawn || !published.contains(it.id.as_str()))
        .filter(|(at, it)| timeline.has(*at) && (!it.drawn || seen.insert(it.id.as_str())))
        .map(|(at, it)| Poll {
            at: timeline.published(*at),
            question: it.question.clone(),
            answers: it.answers.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::events::parse;

    #[test]
    fn results_are_taken_once_and_nobodys_answer() {
        let log = r#"<recording>
          <event timestamp="0" module="PARTICIPANT" eventname="RecordStatusEvent"><status>true</status></event>
          <event timestamp="1000" module="POLL" eventname="PollStartedRecordEvent"><pollId>a</pollId><answers>[{"id":0,"key":"Yes"}]</answers></event>
          <event timestamp="2000" module="POLL" eventname="UserRespondedToPollRecordEvent"><pollId>a</pollId><userId>w_1</userId><answer>secret</answer></event>
          <event timestamp="3000" module="POLL" eventname="PollPublishedRecordEvent"><pollId>a</pollId><question>Now?</question>
            <answers>[{"id":0,"key":"Yes","numVotes":3},{"id":1,"key":"No","numVotes":0}]</answers></event>
          <event timestamp="3010" module="WHITEBOARD" eventname="AddShapeEvent"><type>poll_result</type><id>a</id><result>[{"num_votes":3,"id":0,"key":"Yes"}]</result></event>
          <event timestamp="4000" module="WHITEBOARD" eventname="AddShapeEvent"><type>poll_result</type><id>b</id><result>[{"num_votes":1,"id":0,"key":"A"}]</result></event>
          <event timestamp="4100" module="WHITEBOARD" eventname="AddShapeEvent"><type>poll_result</type><id>b</id><result>[{"num_votes":1,"id":0,"key":"A"}]</result></event>
          <event timestamp="5000" module="PARTICIPANT" eventname="RecordStatusEvent"><status>false</status></event>
          <event timestamp="6000" module="POLL" eventname="PollPublishedRecordEvent"><pollId>c</pollId><question>Late</question><answers>[]</answers></event>
        </recording>"#;
        let events = parse(log.as_bytes()).unwrap();
        let (first, last) = events.bounds.unwrap();
        let timeline = Timeline::new(&events.presses, first, last);
        let found: Vec<_> = polls(&events, &timeline)
            .iter()
            .map(|it| {
                let answers: Vec<_> =
                    it.answers.iter().map(|it| (it.text.clone(), it.votes)).collect();
                (it.at.as_ms(), it.question.clone(), answers)
            })
            .collect();
        let answer = |text: &str, votes| (text.to_owned(), votes);
        let expected = [
            (3_000, "Now?".to_owned(), vec![answer("Yes", 3), answer("No", 0)]),
            (4_000, String::new(), vec![answer("A", 1)]),
        ];
        assert_eq!(found, expected);
        assert!(!format!("{events:?}").contains("secret"));
    }
}
