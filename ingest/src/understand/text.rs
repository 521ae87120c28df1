//! Makes text that somebody else wrote fit to keep.

/// The text without control characters (a database may refuse them, a terminal may obey them),
/// trimmed, also at the ends of its lines. Line ends become `\n` and stay.
pub(crate) fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let lines = text.lines().map(|line| {
        let kept: String = line.chars().filter(|it| !it.is_control()).collect();
        kept.trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The text on one line, with single spaces.
pub(crate) fn line(text: &str) -> String {
    let spaced: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first `most` characters of the text on one line.
pub(crate) fn short_line(text: &str, most: usize) -> String {
    let line = line(text);
    cut(&line, most).map(ToOwned::to_owned).unwrap_or(line)
}

/// The cleaned text, no longer than `most` characters.
pub(crate) fn short_clean(text: &str, most: usize) -> String {
    let text = clean(text);
    cut(&text, most).map(ToOwned::to_owned).unwrap_or(text)
}

/// The first `most` characters of the text, or `None` if it has no more.
pub(crate) fn cut(text: &str, most: usize) -> Option<&str> {
    text.char_indices().nth(most).map(|(end, _)| text[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaned_text_keeps_its_lines_and_nothing_that_controls() {
        assert_eq!(clean(" a\u{0}b\u{1b}[31m \r\nc\rd\u{85}\n"), "ab[31m\nc\nd");
        assert_eq!(line(" a\tb\n\n c\u{0}d "), "a b c d");
    }

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(cut("añb", 2), Some("añ"));
        assert_eq!(cut("añ b", 3), Some("añ"));
        assert_eq!(cut("añb", 3), None);
    }
}
