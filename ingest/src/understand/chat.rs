//! The public chat, from `slides_new.xml` (which is the chat, whatever its name) or `video.xml`.

use super::{
    html, seconds, text,
    xml::{Limits, Node, Xml, XmlError},
};
use archive::{ChatMessage, MediaTime};
use std::{collections::HashMap, io::BufRead, time::Duration};

const LIMITS: Limits = Limits { bytes: 64 << 20, piece_bytes: 1 << 20, depth: 16 };
const MOST_MESSAGES: usize = 200_000;
const SENDER_LENGTH: usize = 200;
const TEXT_LENGTH: usize = 20_000;
/// Up to 2.3 times are cut to whole seconds.
const SAME_MESSAGE: Duration = Duration::from_secs(1);

/// Messages of one text within that time among which the one that was published is looked for.
const MOST_ALIKE: usize = 100;

/// A message, published or out of the log, with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Line {
    /// Empty before 3.0.
    pub(crate) id: String,
    /// The ID of the message that it answers; empty for none.
    pub(crate) reply_to: String,
    pub(crate) at: MediaTime,
    pub(crate) sender: String,
    pub(crate) text: String,
    pub(crate) edited: bool,
    /// What it was before it was edited, where that is known.
    pub(crate) first_text: Option<String>,
    pub(crate) deleted: bool,
    /// Whether a moderator cleared the chat that it stood in.
    pub(crate) cleared: bool,
}

/// Reads the published messages, in the order they were sent. Their HTML becomes plain text; a
/// message without a time is left out.
pub(crate) fn parse(input: impl BufRead) -> Result<Vec<Line>, XmlError> {
    let mut xml = Xml::new(input, LIMITS, &["popcorn"]);
    let mut found = Vec::new();
    while let Some(node) = xml.next()? {
        let Node::Start(element) = node else { continue };
        match element.name() {
            "popcorn" => continue,
            "chattimeline" => {
                let mut line = Line::default();
                let mut at = None;
                for attribute in element.attributes() {
                    match attribute? {
                        ("in", value) => at = seconds::parse(&value),
                        ("out", value) => line.cleared = seconds::parse(&value).is_some(),
                        ("name", value) => line.sender = sender(&value),
                        ("message", value) => line.text = self::text(&value),
                        ("id", value) => line.id = value,
                        ("replyToMessageId", value) => line.reply_to = value,
                        ("lastEditedTimestamp", value) => line.edited = is_time(&value),
                        ("deletedTimestamp", value) => line.deleted = is_time(&value),
                        _ => {}
                    }
                }
                if let Some(at) = at {
                    found.push(Line { at, ..line });
                }
            }
            _ => {}
        }
        if found.len() > MOST_MESSAGES {
            return Err(XmlError::TooMuch { limit: MOST_MESSAGES as u64, what: "messages" });
        }
        xml.skip()?;
    }
    found.sort_by_key(|it| it.at);
    Ok(found)
}

/// Whether an attribute that is empty or 0 where nothing happened says when something did.
fn is_time(value: &str) -> bool {
    !matches!(value.trim(), "" | "0" | "null" | "nil" | "undefined")
}

/// A sender's name as it is kept.
pub(crate) fn sender(name: &str) -> String {
    text::short_line(name, SENDER_LENGTH)
}

/// A message's HTML as the plain text that is kept.
pub(crate) fn text(html: &str) -> String {
    text::short_clean(&html::to_text(html), TEXT_LENGTH)
}

/// Tells the published messages what the log knows of them: a message that was deleted or cleared
/// is so whatever was published, and one that was edited is what it became.
pub(crate) fn correct(published: &mut [Line], log: &[Line]) {
    let mut by_id: HashMap<&str, usize> = HashMap::new();
    let mut by_text: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, line) in log.iter().enumerate() {
        if !line.id.is_empty() {
            by_id.insert(&line.id, index);
        }
        for text in std::iter::once(&line.text).chain(&line.first_text) {
            by_text.entry(text).or_default().push(index);
        }
    }
    let mut taken = vec![false; log.len()];
    for line in published {
        let same = by_id.get(line.id.as_str()).copied().or_else(|| {
            let said = by_text.get(line.text.as_str())?;
            let distance = |index: usize| {
                let (one, other) = (log[index].at, line.at);
                one.saturating_since(other).max(other.saturating_since(one))
            };
            let from =
                said.partition_point(|&it| log[it].at < line.at && distance(it) > SAME_MESSAGE);
            // Each is the same as one only: two people may say the same at once.
            let near = said[from..].iter().copied().take(MOST_ALIKE).filter(|&it| !taken[it]);
            near.min_by_key(|&it| distance(it)).filter(|&it| distance(it) <= SAME_MESSAGE)
        });
        if let Some(same) = same {
            taken[same] = true;
        }
        let Some(logged) = same.map(|it| &log[it]) else { continue };
        line.deleted |= logged.deleted;
        line.cleared |= logged.cleared;
        line.edited |= logged.edited;
        if logged.first_text.as_ref().is_some_and(|it| *it == line.text) {
            line.text.clone_from(&logged.text);
        }
    }
}

/// What is shown of the messages. What was deleted never is; what was cleared is if `cleared_chat`
/// says so. Nothing lies after `end`.
pub(crate) fn shown(
    mut lines: Vec<Line>,
    cleared_chat: bool,
    end: Option<MediaTime>,
) -> Vec<ChatMessage> {
    lines.retain(|it| !it.deleted && (cleared_chat || !it.cleared) && !it.text.is_empty());
    lines.sort_by_key(|it| it.at);
    let mut places: HashMap<&str, u32> = HashMap::new();
    let mut found = Vec::new();
    for line in &lines {
        let reply_to = places.get(line.reply_to.as_str()).copied();
        if let (false, Ok(place)) = (line.id.is_empty(), u32::try_from(found.len())) {
            places.insert(&line.id, place);
        }
        found.push(ChatMessage {
            at: end.map_or(line.at, |end| line.at.min(end)),
            sender: line.sender.clone(),
            text: line.text.clone(),
            reply_to,
            edited: line.edited,
        });
    }
    found
}

#[cfg(test)]
mod tests;
