//! Plain text from the HTML that BigBlueButton keeps in its chat.

use html5gum::{DefaultEmitter, Token, Tokenizer};

/// The text that a reader of this HTML would see.
///
/// Lines end where the HTML breaks them. A link's address follows its text where they differ, and a
/// picture is its alternative text. Scripts, styles and comments are left out. The result is text:
/// whoever puts it on a page escapes it.
pub(crate) fn to_text(html: &str) -> String {
    let mut emitter = DefaultEmitter::default();
    // Without it the text inside `<script>` would be read as HTML again.
    emitter.naively_switch_states(true);
    let mut text = String::new();
    let mut unseen: Option<Vec<u8>> = None;
    let mut link: Option<(String, usize)> = None;
    let Ok(tokens) = Tokenizer::new_with_emitter(html, emitter).collect::<Result<Vec<_>, _>>();
    for token in tokens {
        match token {
            Token::StartTag(mut tag) => {
                let mut attribute = |name: &[u8]| {
                    let value = tag.attributes.remove(name)?;
                    Some(String::from_utf8_lossy(&value).trim().to_owned())
                };
                match tag.name.as_slice() {
                    b"script" | b"style" | b"template" | b"noscript" | b"title" | b"iframe"
                    | b"object" | b"svg" | b"math"
                        if unseen.is_none() && !tag.self_closing =>
                    {
                        unseen = Some(tag.name.to_vec());
                    }
                    _ if unseen.is_some() => {}
                    b"br" | b"p" | b"div" | b"li" | b"tr" | b"blockquote" | b"pre" => {
                        text.push('\n');
                    }
                    b"img" => text.push_str(&attribute(b"alt").unwrap_or_default()),
                    b"a" => link = attribute(b"href").map(|address| (address, text.len())),
                    _ => {}
                }
            }
            Token::EndTag(tag) => {
                if unseen.as_deref() == Some(tag.name.as_slice()) {
                    unseen = None;
                } else if tag.name.as_slice() == b"a"
                    && let Some((address, start)) = link.take()
                {
                    close_link(&mut text, &address, start);
                }
            }
            Token::String(string) if unseen.is_none() => {
                text.push_str(&String::from_utf8_lossy(&string));
            }
            Token::String(_) | Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    super::text::clean(&text)
}

/// Adds the address of the link whose text begins at `start`, if the text does not say it.
fn close_link(text: &mut String, address: &str, start: usize) {
    let web = ["http://", "https://", "mailto:"].iter().any(|it| address.starts_with(it));
    let shown = text[start..].trim();
    let bare = |it: &str| {
        let it = it.trim_end_matches('/');
        ["https://", "http://", "mailto:"]
            .iter()
            .find_map(|scheme| it.strip_prefix(scheme))
            .unwrap_or(it)
            .to_owned()
    };
    if !web || bare(shown) == bare(address) {
        return;
    }
    if shown.is_empty() {
        text.push_str(address);
    } else {
        text.push_str(&format!(" ({address})"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shows_what_a_reader_would_see() {
        let cases = [
            ("plain", "plain"),
            ("1 &lt; 2 &amp;&nbsp;3", "1 < 2 &\u{a0}3"),
            ("one<br>two<br/>three", "one\ntwo\nthree"),
            (
                r#"see <a href="https://example.org" rel="nofollow"><u>https://example.org</u></a>!"#,
                "see https://example.org!",
            ),
            (r#"<a href="https://example.org/a">the plan</a>"#, "the plan (https://example.org/a)"),
            (r#"<a href="https://example.org/">example.org</a>"#, "example.org"),
            (r#"<a href="https://example.org"></a>"#, "https://example.org"),
            (r#"<a href="javascript:alert(1)">hi</a>"#, "hi"),
            ("<script>alert('<b>x</b>')</script>hello", "hello"),
            ("<style>p{}</style><svg onload=alert(1)><text>x</text></svg>y", "y"),
            ("<img src=x onerror=alert(1) alt='👍'>", "👍"),
            ("a <b>bold <i>nested</b> mess", "a bold nested mess"),
            ("<!-- no -->x", "x"),
            ("3 < 4 and 5 > 4", "3 < 4 and 5 > 4"),
            ("<script>never closed", ""),
            ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ];
        for (html, expected) in cases {
            assert_eq!(to_text(html), expected, "{html:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_never_keeps_control_characters(html: String) {
            let text = to_text(&html);
            prop_assert!(!text.chars().any(|it| it.is_control() && it != '\n'));
        }

        #[test]
        fn never_panics_on_nearly_html(html in r#"(<a href='https://x'|</a>|<script|</script>|<svg/?>|&lt;|&#x|<!--|-->|[<>/="' é;]){0,20}"#) {
            drop(to_text(&html));
        }
    }
}
