//! The forgiving grammar of queries.

use crate::text::{self, Part};

/// What follows is not read.
pub(crate) const MAX_CHARS: usize = 256;
/// Words, counted in phrases too; a pair of characters is one.
const MAX_WORDS: usize = 32;
/// Beginnings of words are looked up in the whole vocabulary, so there are few.
const MAX_PREFIXES: usize = 4;
/// One letter begins a thirtieth of all words: it is taken for a word instead.
const MIN_PREFIX_CHARS: usize = 2;

/// A part of a query, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Term {
    Word(Word),
    /// The beginning of a word.
    Prefix(Word),
    /// Words that must follow each other.
    Phrase(Vec<Word>),
    /// Words that must not follow each other; a single one must not occur.
    Excluded(Vec<Word>),
}

/// A word, or a character or pair of a script without words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// As it was written, up to [`text::WORD_CHARS`] characters.
    pub(crate) text: String,
    /// Its place in the phrase.
    pub(crate) position: u32,
}

impl Term {
    pub(crate) const fn is_excluded(&self) -> bool {
        matches!(self, Self::Excluded(_))
    }
}

pub(crate) fn parse(text: &str) -> Vec<Term> {
    let mut parser = Parser { terms: Vec::new(), words: 0, prefixes: 0 };
    let mut rest = beginning(text);
    loop {
        rest = rest.trim_start_matches(is_gap);
        if rest.is_empty() {
            break;
        }
        let after_minus = rest.strip_prefix('-').filter(|it| it.starts_with(|c| !is_gap(c)));
        let excluded = after_minus.is_some();
        let body = after_minus.unwrap_or(rest);
        if let Some((phrase, after)) = quoted(body) {
            parser.phrase(phrase, excluded);
            rest = after;
        } else if body.starts_with(is_quote) {
            // A quote that nobody closes is no quote.
            rest = body.trim_start_matches(is_quote);
        } else {
            let end = body.find(|c| is_gap(c) || is_quote(c)).unwrap_or(body.len());
            parser.chunk(&body[..end], excluded);
            rest = &body[end..];
        }
    }
    parser.terms
}

/// As many whole words as are read.
fn beginning(text: &str) -> &str {
    let Some((end, _)) = text.char_indices().nth(MAX_CHARS) else { return text };
    let whole_words = text[..end].rfind(is_gap);
    &text[..whole_words.unwrap_or(end)]
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

/// What stands between a quote at the start and the next one, and what follows that.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix(is_quote)?;
    let (end, closing) = inner.char_indices().find(|&(_, c)| is_quote(c))?;
    Some((&inner[..end], &inner[end + closing.len_utf8()..]))
}

struct Parser {
    terms: Vec<Term>,
    words: usize,
    prefixes: usize,
}

impl Parser {
    fn push(&mut self, term: Term, words: usize) {
        if words > 0 && self.words + words <= MAX_WORDS && !self.terms.contains(&term) {
            self.words += words;
            self.terms.push(term);
        }
    }

    fn phrase(&mut self, text: &str, excluded: bool) {
        let mut words = words(text);
        words.truncate(MAX_WORDS - self.words);
        let count = words.len();
        self.push(if excluded { Term::Excluded(words) } else { Term::Phrase(words) }, count);
    }

    /// Text without a gap: mostly one word, but `COVID-19` is two.
    fn chunk(&mut self, chunk: &str, excluded: bool) {
        if excluded {
            return self.phrase(chunk, true);
        }
        let mut words = words(chunk);
        let stem = chunk.trim_end_matches('*');
        let starred = stem.len() < chunk.len()
            && words.last().is_some_and(|it| {
                stem.ends_with(it.text.as_str()) && it.text.chars().count() >= MIN_PREFIX_CHARS
            });
        let prefix = if starred && self.prefixes < MAX_PREFIXES { words.pop() } else { None };
        for mut word in words {
            word.position = 0;
            self.push(Term::Word(word), 1);
        }
        if let Some(mut word) = prefix {
            word.position = 0;
            self.prefixes += 1;
            self.push(Term::Prefix(word), 1);
        }
    }
}

/// The words of a text. A row of characters is asked for by its pairs, which say all that the
/// characters say; a character by itself only stands for itself.
fn words(text: &str) -> Vec<Word> {
    let tokens = text::tokens(text).into_iter();
    let asked = tokens.filter(|it| !matches!(it.part, Part::Character { alone: false }));
    let words = asked.map(|it| Word {
        text: text::shortened(&text[it.range]).to_owned(),
        position: it.position,
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Writes terms as they would be typed, words joined by `_` in phrases.
    fn shown(text: &str) -> String {
        let join =
            |words: &[Word]| words.iter().map(|it| it.text.as_str()).collect::<Vec<_>>().join("_");
        let terms = parse(text).into_iter().map(|term| match term {
            Term::Word(it) => it.text,
            Term::Prefix(it) => format!("{}*", it.text),
            Term::Phrase(it) => format!("\"{}\"", join(&it)),
            Term::Excluded(it) => format!("-{}", join(&it)),
        });
        terms.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn takes_every_text_for_a_query() {
        let cases = [
            // written, understood
            ("", ""),
            ("solar panels", "solar panels"),
            ("  solar\tsolar\n", "solar"),
            ("\"solar panels\" roof", "\"solar_panels\" roof"),
            ("„solar panels“ «toit»", "\"solar_panels\" \"toit\""),
            ("roof -solar -\"heat pump\"", "roof -solar -heat_pump"),
            ("coop* general", "coop* general"),
            ("c*", "c"), // too short for a beginning
            ("COVID-19 -COVID-19", "COVID 19 -COVID_19"),
            ("l'école", "l école"),
            ("東京都 水", "東京 京都 水"),
            // Odd things are text, or nothing.
            ("\"", ""),
            ("\"\"", ""),
            ("-", ""),
            ("--x", "-x"),
            ("- x", "x"),
            ("*", ""),
            ("*x", "x"),
            ("x** y*z", "x y z"),
            ("a AND b OR NOT c", "a AND b OR NOT c"),
            ("visibility:private", "visibility private"),
            ("text:[a TO z] /re.*/ ^2 ~1", "text a TO z re 2 1"),
            ("(((((\\", ""),
            ("open \"quote here", "open quote here"),
            ("-\"open", "open"),
            ("\u{202e}\u{0}x", "x"),
        ];
        for (written, understood) in cases {
            assert_eq!(shown(written), understood, "{written:?}");
        }
    }

    #[test]
    fn what_is_too_long_is_cut() {
        assert_eq!(parse(&"wort ".repeat(2_000)).len(), 1);
        let many: String = (10..90).map(|it| format!("{it} ")).collect();
        assert_eq!(parse(&many).len(), MAX_WORDS);
        assert_eq!(shown(&"x".repeat(10_000)), "x".repeat(text::WORD_CHARS));
        assert_eq!(shown("aa* bb* cc* dd* ee*"), "aa* bb* cc* dd* ee");
        let phrase: String = (10..90).map(|it| format!("{it} ")).collect();
        assert!(matches!(&parse(&format!("\"{phrase}"))[..], [Term::Word(_), ..]));
    }

    proptest! {
        #[test]
        fn any_text_gives_a_bounded_number_of_terms(text in "(?s:.{0,300})|[-\"*a-z ]{0,300}") {
            prop_assert!(parse(&text).len() <= MAX_WORDS);
        }
    }
}
