//! How text becomes terms: the same way for what is indexed, what is asked and what is marked.
//!
//! Scripts with spaces give words. Chinese, Japanese and Korean give single characters and pairs of
//! neighbours, which finds more than a dictionary does and needs none. Thai, Lao, Khmer and Burmese
//! are cut into words with ICU's dictionaries.

mod fold;
mod stem;

pub(crate) use fold::Folding;
pub(crate) use stem::{is_stop_word, stem};

use fold::folds_away;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed, options::WordBreakInvariantOptions};
use std::{ops::Range, sync::LazyLock};
use unicode_normalization::char::is_combining_mark;

/// A word counts with this many characters; what follows them is ignored, in the index and in
/// queries alike.
pub(crate) const WORD_CHARS: usize = 64;

/// The language of text of which nobody knows the language.
pub(crate) const UNDETERMINED: &str = "und";

/// One term of a text, before folding and stemming.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// Where it stands, in bytes.
    pub(crate) range: Range<usize>,
    /// Counts the words of a text, or the characters where there are no words. Tokens that start at
    /// the same character share one.
    pub(crate) position: u32,
    pub(crate) part: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Word,
    /// A character of a script without words, by itself or as one of a row.
    Character {
        alone: bool,
    },
    /// Two neighbours of a script without words.
    Pair,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Gap,
    /// Letters, digits and marks of scripts with spaces.
    Spaced,
    /// Chinese, Japanese, Korean.
    Characters,
    /// Words without spaces between them, in scripts for which ICU has a dictionary.
    Dictionary,
}

fn class(c: char) -> Class {
    match c {
        '0'..='9' | 'A'..='Z' | 'a'..='z' => return Class::Spaced,
        _ if c.is_ascii() => return Class::Gap,
        _ => {}
    }
    if !(c.is_alphanumeric() || is_combining_mark(c) || folds_away(c)) {
        return Class::Gap;
    }
    match u32::from(c) {
        0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0xa9e0..=0xa9ff | 0xaa60..=0xaa7f => {
            Class::Dictionary
        }
        0x1100..=0x11ff
        | 0x3005..=0x30ff
        | 0x3130..=0x318f
        | 0x31f0..=0x31ff
        | 0x3400..=0x4dbf
        | 0x4e00..=0x9fff
        | 0xac00..=0xd7af
        | 0xf900..=0xfaff
        | 0xff66..=0xff9f
        | 0x20000..=0x3ffff => Class::Characters,
        _ => Class::Spaced,
    }
}

/// The tokens of `text`, in the order of where they start.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Tokens { found: Vec::new(), position: 0 };
    let mut rest = text.char_indices().peekable();
    while let Some((start, first)) = rest.next() {
        let run = class(first);
        let mut end = start + first.len_utf8();
        while let Some((at, c)) = rest.next_if(|&(_, c)| class(c) == run) {
            end = at + c.len_utf8();
        }
        match run {
            Class::Gap => {}
            Class::Spaced => tokens.word(start..end),
            Class::Characters => tokens.characters(text, start..end),
            Class::Dictionary => tokens.cut(text, start..end),
        }
    }
    tokens.found
}

struct Tokens {
    found: Vec<Token>,
    position: u32,
}

impl Tokens {
    fn push(&mut self, range: Range<usize>, part: Part) {
        self.found.push(Token { range, position: self.position, part });
    }

    fn word(&mut self, range: Range<usize>) {
        self.push(range, Part::Word);
        self.position += 1;
    }

    fn characters(&mut self, text: &str, run: Range<usize>) {
        let mut characters = text[run.clone()].char_indices().peekable();
        let mut alone = true;
        while let Some((at, c)) = characters.next() {
            let start = run.start + at;
            let end = start + c.len_utf8();
            let next = characters.peek().copied();
            self.push(start..end, Part::Character { alone: alone && next.is_none() });
            if let Some((at, next)) = next {
                self.push(start..run.start + at + next.len_utf8(), Part::Pair);
            }
            alone = false;
            self.position += 1;
        }
    }

    fn cut(&mut self, text: &str, run: Range<usize>) {
        static DICTIONARY: LazyLock<WordSegmenterBorrowed<'static>> =
            LazyLock::new(|| WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()));
        let mut start = run.start;
        for end in DICTIONARY.segment_str(&text[run.clone()]).map(|at| run.start + at) {
            if start < end {
                self.word(start..end);
            }
            start = end;
        }
    }
}

/// The first [`WORD_CHARS`] characters of a word.
pub(crate) fn shortened(word: &str) -> &str {
    word.char_indices().nth(WORD_CHARS).map_or(word, |(end, _)| &word[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let words: Vec<_> = tokens(text).iter().map(|it| &text[it.range.clone()]).collect();
        assert_eq!(words, expected, "{text:?}");
    }

    #[test]
    fn splits_every_kind_of_script() {
        check("L'école d'Été — Straße №5", &["L", "école", "d", "Été", "Straße", "5"]);
        check("COVID-19, 3.5 %", &["COVID", "19", "3", "5"]);
        check("हिन्दी भाषा", &["हिन्दी", "भाषा"]); // vowel signs belong to the word
        check("Zusam\u{ad}men", &["Zusam\u{ad}men"]); // so does a soft hyphen
        check("東京都 BBB", &["東", "東京", "京", "京都", "都", "BBB"]);
        check("水", &["水"]);
        check("การประชุมสหกรณ์", &["การ", "ประชุม", "สหกรณ์"]);
        check(" \u{0} \"*:", &[]);
    }

    #[test]
    fn positions_count_words_and_characters() {
        let positions = |text| tokens(text).iter().map(|it| it.position).collect::<Vec<_>>();
        assert_eq!(positions("one two"), [0, 1]);
        assert_eq!(positions("東京 x"), [0, 0, 1, 2]); // 東, 東京, 京, x
    }

    #[test]
    fn words_are_shortened_at_a_character() {
        assert_eq!(shortened("short"), "short");
        assert_eq!(shortened(&"é".repeat(100)).chars().count(), WORD_CHARS);
    }

    proptest! {
        #[test]
        fn any_text_gives_tokens_that_lie_in_it(text in "\\PC{0,60}|(?s:.{0,60})") {
            let mut last = 0;
            for token in tokens(&text) {
                prop_assert!(text.get(token.range.clone()).is_some_and(|it| !it.is_empty()));
                prop_assert!(last <= token.range.start);
                last = token.range.start;
            }
        }
    }
}
