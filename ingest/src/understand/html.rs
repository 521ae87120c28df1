//! Plain text from the HTML that BigBlueButton keeps in its chat.

use html5gum::{DefaultEmitter, Token, Tokenizer};

/// The text that a reader of this HTML would see.
///
/// Lines end where the HTML breaks them. A link's address follows its text where they differ, and a
/// picture is its alternative text. Scripts, styles and comments are left out. The result is text:
/// whoever puts it on a page escapes it.
pub(crate) fn to_text(html: &str) -> String {
    super::text::clean(&read(html, false))
}

/// The text of a document: as [`to_text`], but white space means no more than it does on a page, and
/// items of lists begin with a dash. Paragraphs are lines; no more than one line between them is empty.
pub(crate) fn document(html: &str) -> String {
    let text = super::text::clean(&read(html, true));
    let mut found = String::new();
    let mut empty = 0;
    for line in text.lines().map(str::trim) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty <= 1 {
            found.push_str(line);
            found.push('\n');
        }
    }
    found.truncate(found.trim_end().len());
    found
}

/// Reads HTML; of a `document` in such a way that blocks stand apart.
fn read(html: &str, document: bool) -> String {
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
                    b"li" if document => {
                        begin_line(&mut text);
                        text.push_str("- ");
                    }
                    b"br" => text.push('\n'),
                    name if document && is_block(name) => begin_line(&mut text),
                    b"p" | b"div" | b"li" | b"tr" | b"blockquote" | b"pre" => text.push('\n'),
                    b"td" | b"th" if document => text.push(' '),
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
                } else if document && is_block(&tag.name) {
                    begin_line(&mut text);
                }
            }
            Token::String(string) if unseen.is_none() => {
                let string = String::from_utf8_lossy(&string);
                if document {
                    push_spaced(&mut text, &string);
                } else {
                    text.push_str(&string);
                }
            }
            Token::String(_) | Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    text
}

/// Whether an element stands on lines of its own.
fn is_block(name: &[u8]) -> bool {
    matches!(
        name,
        b"p" | b"div"
            | b"li"
            | b"ul"
            | b"ol"
            | b"tr"
            | b"table"
            | b"blockquote"
            | b"pre"
            | b"body"
            | b"h1"
            | b"h2"
            | b"h3"
            | b"h4"
            | b"h5"
            | b"h6"
            | b"hr"
            | b"dl"
            | b"dt"
            | b"dd"
            | b"section"
            | b"article"
            | b"header"
            | b"footer"
    )
}

/// Ends the line, if something stands on it.
fn begin_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// Adds text of which all white space is one space, and none at the beginning of a line.
fn push_spaced(text: &mut String, string: &str) {
    for letter in string.chars() {
        // Not the space that does not break, which is written to stay.
        if !matches!(letter, ' ' | '\t' | '\n' | '\r' | '\x0c') {
            text.push(letter);
        } else if !text.is_empty() && !text.ends_with([' ', '\n']) {
            text.push(' ');
        }
    }
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

    #[test]
    fn a_document_keeps_its_paragraphs() {
        let cases = [
            (
                "<!DOCTYPE HTML>\n<html><head><title>pad</title><style>x</style></head>\n<body>Riego: <strong>lunes</strong> &amp; jueves.<br><br>\n\n<ul class=\"bullet\"><li>Compost:\n Berta.</li><li>Agua<ul><li>poca</ul></ul>end<br></body></html>",
                "Riego: lunes & jueves.\n\n- Compost: Berta.\n- Agua\n- poca\nend",
            ),
            ("<p>one</p><p>two</p>three<br><br><br><br>four", "one\ntwo\nthree\n\nfour"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
            ("<script>x</script>  <body></body>", ""),
        ];
        for (html, expected) in cases {
            assert_eq!(document(html), expected, "{html:?}");
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
            drop(document(&html));
        }
    }
}
