//! The public chat, from `slides_new.xml` (which is the chat, whatever its name).

use super::{
    html, seconds, text,
    xml::{Limits, Node, Xml, XmlError},
};
use archive::{ChatMessage, MediaTime};
use std::io::BufRead;

const LIMITS: Limits = Limits { bytes: 64 << 20, piece_bytes: 1 << 20, depth: 16 };
const MOST_MESSAGES: usize = 200_000;
const SENDER_LENGTH: usize = 200;

/// A message as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) message: ChatMessage,
    /// When a moderator cleared the chat it stood in.
    pub(crate) cleared: Option<MediaTime>,
}

/// Reads the messages, in the order they were sent. Their HTML becomes plain text; a message
/// without text or without a time is left out.
pub(crate) fn parse(input: impl BufRead) -> Result<Vec<Published>, XmlError> {
    let mut xml = Xml::new(input, LIMITS, &["popcorn"]);
    let mut found = Vec::new();
    while let Some(node) = xml.next()? {
        let Node::Start(element) = node else { continue };
        match element.name() {
            "popcorn" => continue,
            "chattimeline" => {
                let time = |text: Option<String>| text.as_deref().and_then(seconds::parse);
                let at = time(element.attribute("in")?);
                let cleared = time(element.attribute("out")?);
                let sender = text::line(&element.attribute("name")?.unwrap_or_default());
                let sender =
                    text::cut(&sender, SENDER_LENGTH).map(ToOwned::to_owned).unwrap_or(sender);
                let text = html::to_text(&element.attribute("message")?.unwrap_or_default());
                if let Some(at) = at.filter(|_| !text.is_empty()) {
                    found.push(Published {
                        message: ChatMessage { at, sender, text, reply_to: None, edited: false },
                        cleared,
                    });
                }
            }
            _ => {}
        }
        if found.len() > MOST_MESSAGES {
            return Err(XmlError::TooMuch { limit: MOST_MESSAGES as u64, what: "messages" });
        }
        xml.skip()?;
    }
    found.sort_by_key(|it| it.message.at);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_messages_of_every_version() {
        let xml = r#"<?xml version="1.0"?><popcorn>
            <chattimeline in="9" direction="down" name="Ada" message="whole seconds &lt;br/&gt;up to 2.3" target="chat"/>
            <chattimeline in="1.5" out="148.7" direction="down" name=" Bo &amp; Co " message="see &lt;a href=&quot;https://example.org&quot; rel=&quot;nofollow&quot;&gt;&lt;u&gt;https://example.org&lt;/u&gt;&lt;/a&gt;" target="chat"/>
            <chattimeline in="20.0" name="" message="谢谢 👍" chatEmphasizedText="true" senderRole="MODERATOR" id="7" reactions="[]"/>
            <chattimeline in="21.0" name="Mallory" message="&lt;script&gt;alert(1)&lt;/script&gt;"/>
            <chattimeline name="Nobody" message="without a time"/>
        </popcorn>"#;
        let found: Vec<_> = parse(xml.as_bytes())
            .unwrap()
            .into_iter()
            .map(|it| {
                let cleared = it.cleared.map(MediaTime::as_ms);
                (it.message.at.as_ms(), it.message.sender, it.message.text, cleared)
            })
            .collect();
        let expected = [
            (1_500, "Bo & Co", "see https://example.org", Some(148_700)),
            (9_000, "Ada", "whole seconds\nup to 2.3", None),
            (20_000, "", "谢谢 👍", None),
        ];
        let expected = expected.map(|(at, who, text, out)| (at, who.into(), text.into(), out));
        assert_eq!(found, expected);
    }

    #[test]
    fn an_empty_chat_is_none() {
        assert_eq!(parse(&b"<?xml version=\"1.0\"?>\n<popcorn/>"[..]).unwrap(), []);
    }

    proptest! {
        #[test]
        fn never_panics(inside in r#"(<chattimeline in="[0-9.]{0,5}" message="(&lt;|&gt;|a|&amp;){0,9}"/>|[<>/&;a ]){0,15}"#) {
            drop(parse(format!("<popcorn>{inside}</popcorn>").as_bytes()));
        }
    }
}
