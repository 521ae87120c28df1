use super::*;
use proptest::prelude::*;

#[test]
fn reads_messages_of_every_version() {
    let xml = r#"<?xml version="1.0"?><popcorn>
        <chattimeline in="9" direction="down" name="Ada" message="whole seconds &lt;br/&gt;up to 2.3" target="chat"/>
        <chattimeline in="1.5" out="148.7" direction="down" name=" Bo &amp; Co " message="see &lt;a href=&quot;https://example.org&quot; rel=&quot;nofollow&quot;&gt;&lt;u&gt;https://example.org&lt;/u&gt;&lt;/a&gt;" target="chat"/>
        <chattimeline in="20.0" name="" message="谢谢 👍" chatEmphasizedText="true" senderRole="MODERATOR" id="7" lastEditedTimestamp="" reactions="[]"/>
        <chattimeline in="20.5" name="Cem" message="ja" id="8" replyToMessageId="7" lastEditedTimestamp="1757434843236"/>
        <chattimeline in="21.0" name="Mallory" message="&lt;script&gt;alert(1)&lt;/script&gt;"/>
        <chattimeline name="Nobody" message="without a time"/>
    </popcorn>"#;
    let line = |at, sender: &str, text: &str| Line {
        at: MediaTime::from_ms(at),
        sender: sender.into(),
        text: text.into(),
        ..Line::default()
    };
    let expected = [
        Line { cleared: true, ..line(1_500, "Bo & Co", "see https://example.org") },
        line(9_000, "Ada", "whole seconds\nup to 2.3"),
        Line { id: "7".into(), ..line(20_000, "", "谢谢 👍") },
        Line { id: "8".into(), reply_to: "7".into(), edited: true, ..line(20_500, "Cem", "ja") },
        line(21_000, "Mallory", ""),
    ];
    let found = parse(xml.as_bytes()).unwrap();
    assert_eq!(found, expected);

    let messages = shown(found, false, Some(MediaTime::from_ms(20_200)));
    let rows: Vec<_> =
        messages.iter().map(|it| (it.at.as_ms(), it.sender.as_str(), it.reply_to)).collect();
    assert_eq!(rows, [(9_000, "Ada", None), (20_000, "", None), (20_200, "Cem", Some(1))]);
}

#[test]
fn an_empty_chat_is_none() {
    assert_eq!(parse(&b"<?xml version=\"1.0\"?>\n<popcorn/>"[..]).unwrap(), []);
}

fn line(at: u64, id: &str, text: &str) -> Line {
    let (id, text) = (id.to_owned(), text.to_owned());
    Line { at: MediaTime::from_ms(at), id, text, ..Line::default() }
}

#[test]
fn what_the_log_knows_counts_whatever_was_published() {
    let mut published = vec![
        line(1_000, "a", "deleted"),
        line(2_000, "", "+1"),
        line(2_100, "", "+1"),
        line(3_000, "b", "frist"),
        line(4_000, "", "wiped"),
        line(9_000, "", "deleted"),
    ];
    let log = [
        Line { deleted: true, ..line(1_020, "a", "deleted") },
        line(2_010, "", "+1"),
        Line { deleted: true, ..line(2_090, "", "+1") },
        Line { edited: true, first_text: Some("frist".into()), ..line(3_000, "b", "first") },
        Line { cleared: true, ..line(4_900, "", "wiped") },
    ];
    correct(&mut published, &log);
    let left = shown(published, false, None);
    let left: Vec<_> = left.iter().map(|it| (it.at.as_ms(), it.text.as_str(), it.edited)).collect();
    assert_eq!(left, [(2_000, "+1", false), (3_000, "first", true), (9_000, "deleted", false)]);
}

#[test]
fn an_answer_to_what_is_gone_or_comes_later_is_no_answer() {
    let to = |it: Line, to: &str| Line { reply_to: to.into(), ..it };
    let lines = vec![
        Line { deleted: true, ..line(0, "gone", "x") },
        to(line(1, "one", "one"), "gone"),
        to(line(2, "two", "two"), "three"),
        to(line(3, "three", "three"), "three"),
        to(line(4, "four", "four"), "one"),
    ];
    let replies: Vec<_> = shown(lines, false, None).iter().map(|it| it.reply_to).collect();
    assert_eq!(replies, [None, None, None, Some(0)]);
}

proptest! {
    #[test]
    fn never_panics(inside in r#"(<chattimeline in="[0-9.]{0,5}" message="(&lt;|&gt;|a|&amp;){0,9}" id="[ab]" replyToMessageId="[ab]"/>|[<>/&;a ]){0,15}"#) {
        if let Ok(mut lines) = parse(format!("<popcorn>{inside}</popcorn>").as_bytes()) {
            let log = lines.clone();
            correct(&mut lines, &log);
            for (place, message) in shown(lines, true, None).iter().enumerate() {
                prop_assert!(message.reply_to.is_none_or(|it| (it as usize) < place));
            }
        }
    }
}
