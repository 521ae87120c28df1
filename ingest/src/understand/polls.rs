//! Poll results that were published to everyone, from `polls.json`.

use super::{json::Value, seconds, text};
use archive::{MediaTime, Poll, PollAnswer};
use serde::Deserialize;
use std::{collections::HashMap, io::Read};

const TEXT_LENGTH: usize = 1_000;
const MOST_POLLS: usize = 10_000;
/// Of one poll; typed ones have as many as people.
const MOST_ANSWERS: usize = 1_000;

/// One poll as it stands in the file. Types vary between versions, so values are read loosely.
#[derive(Deserialize)]
struct Published {
    #[serde(default)]
    timestamp: Value,
    #[serde(default)]
    question: Value,
    #[serde(default)]
    answers: Vec<Answer>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    key: Value,
    /// `num_votes` where the result is a picture on the whiteboard.
    #[serde(default, rename = "numVotes", alias = "num_votes")]
    votes: Value,
}

/// Reads the polls, in order, no later than `end`.
pub(crate) fn parse(
    input: impl Read,
    end: Option<MediaTime>,
) -> Result<Vec<Poll>, serde_json::Error> {
    let published: Vec<Published> = serde_json::from_reader(input)?;
    let mut polls: Vec<Poll> = published
        .into_iter()
        .take(MOST_POLLS)
        .filter_map(|it| {
            let at = seconds::parse(it.timestamp.as_str())?;
            let at = end.map_or(at, |end| at.min(end));
            let question = short(it.question.as_str());
            Some(Poll { at, question, answers: joined(it.answers) })
        })
        .collect();
    polls.sort_by_key(|it| it.at);
    Ok(polls)
}

/// Reads the answers of one poll out of the event log, which has them as JSON. What is none is no
/// answer.
pub(crate) fn answers(json: &str) -> Vec<PollAnswer> {
    serde_json::from_str(json).map(joined).unwrap_or_default()
}

/// Answers that differ only in case are one, as the player has it: people type them.
fn joined(answers: Vec<Answer>) -> Vec<PollAnswer> {
    let mut found: Vec<PollAnswer> = Vec::new();
    let mut places = HashMap::new();
    for answer in answers.into_iter().take(MOST_ANSWERS) {
        let text = short(answer.key.as_str());
        let votes = answer.votes.as_str().parse().unwrap_or(0);
        let place = *places.entry(text.to_lowercase()).or_insert_with(|| {
            found.push(PollAnswer { text, votes: 0 });
            found.len() - 1
        });
        found[place].votes = found[place].votes.saturating_add(votes);
    }
    found
}

/// A text of a poll, on one line.
pub(crate) fn short(value: &str) -> String {
    text::short_line(value, TEXT_LENGTH)
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_results_and_joins_answers_that_differ_in_case() {
        let json = r#"[
            {"timestamp": 65, "type": "R-", "question": "Which\nday?", "respondents": 10, "responders": 4,
             "answers": [{"id": 0, "key": "Monday", "numVotes": 2}, {"id": 1, "key": "friday", "numVotes": 1},
                         {"id": 2, "key": "MONDAY", "numVotes": "1"}]},
            {"timestamp": "12.5", "answers": [{"key": "Yes", "numVotes": 3}, {"key": "No"}]},
            {"question": "without a time"}, {"timestamp": 9999, "question": null}
        ]"#;
        let answer = |text: &str, votes| PollAnswer { text: text.into(), votes };
        let poll = |at, question: &str, answers| Poll {
            at: MediaTime::from_ms(at),
            question: question.into(),
            answers,
        };
        let expected = [
            poll(12_500, "", vec![answer("Yes", 3), answer("No", 0)]),
            poll(65_000, "Which day?", vec![answer("Monday", 3), answer("friday", 1)]),
            poll(80_000, "", vec![]),
        ];
        let end = Some(MediaTime::from_ms(80_000));
        assert_eq!(parse(json.as_bytes(), end).unwrap(), expected);
        assert!(parse(&b"{}"[..], None).is_err());
        assert!(parse(&b"[[[[[["[..], None).is_err());
    }
}
