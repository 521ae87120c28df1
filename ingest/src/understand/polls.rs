//! Poll results that were published to everyone, from `polls.json`.

use super::{seconds, text};
use archive::{MediaTime, Poll, PollAnswer};
use serde::Deserialize;
use serde_json::Value;
use std::io::Read;

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
    #[serde(default, rename = "numVotes")]
    votes: Value,
}

/// Reads the polls, in order, no later than `end`. Answers that differ only in case are one, as the
/// player has it: people type them.
pub(crate) fn parse(
    input: impl Read,
    end: Option<MediaTime>,
) -> Result<Vec<Poll>, serde_json::Error> {
    let published: Vec<Published> = serde_json::from_reader(input)?;
    let mut polls: Vec<Poll> = published
        .into_iter()
        .take(MOST_POLLS)
        .filter_map(|it| {
            let at = seconds::parse(&plain(&it.timestamp))?;
            let mut answers: Vec<PollAnswer> = Vec::new();
            for answer in it.answers.into_iter().take(MOST_ANSWERS) {
                let text = short(&plain(&answer.key));
                let votes = plain(&answer.votes).parse().unwrap_or(0);
                let lower = text.to_lowercase();
                match answers.iter_mut().find(|it| it.text.to_lowercase() == lower) {
                    Some(same) => same.votes = same.votes.saturating_add(votes),
                    None => answers.push(PollAnswer { text, votes }),
                }
            }
            let question = short(&plain(&it.question));
            Some(Poll { at: end.map_or(at, |end| at.min(end)), question, answers })
        })
        .collect();
    polls.sort_by_key(|it| it.at);
    Ok(polls)
}

/// A text or a number as text; nothing else.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

fn short(value: &str) -> String {
    let line = text::line(value);
    text::cut(&line, TEXT_LENGTH).map(ToOwned::to_owned).unwrap_or(line)
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
