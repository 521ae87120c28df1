//! What matched in a text, and the part of a long text that is worth showing.

use crate::{
    Marked,
    schema::tagged_stem,
    text::{self, Folding},
};
use std::{collections::HashSet, ops::Range};

/// A text of so many characters is shown whole.
const WHOLE_CHARS: usize = 240;
/// Of a longer one so many are shown, beginning this far before the first match.
const SNIPPET_CHARS: usize = 200;
const LEAD_CHARS: usize = 40;

/// What a query marks: the same terms that it looks up.
#[derive(Debug, Default)]
pub(crate) struct Marker {
    exact: HashSet<String>,
    stems: HashSet<String>,
    prefixes: Vec<String>,
    /// Words and their places.
    phrases: Vec<Vec<(u32, String)>>,
}

impl Marker {
    pub(crate) fn exact(&mut self, word: String) {
        self.exact.insert(word);
    }

    /// Takes the stem with its language before it.
    pub(crate) fn stem(&mut self, tagged: String) {
        self.stems.insert(tagged);
    }

    pub(crate) fn prefix(&mut self, beginning: String) {
        self.prefixes.push(beginning);
    }

    pub(crate) fn phrase(&mut self, words: Vec<(u32, String)>) {
        self.phrases.push(words);
    }

    /// The byte ranges of `text` that match, in order and apart from each other.
    pub(crate) fn marks(&self, text: &str, language: &str) -> Vec<Range<usize>> {
        let folding = Folding::of(language);
        let tokens: Vec<(text::Token, String)> = text::tokens(text)
            .into_iter()
            .map(|it| {
                let folded = folding.fold(text::shortened(&text[it.range.clone()]));
                (it, folded)
            })
            .collect();
        let mut marks = Vec::new();
        for (token, folded) in &tokens {
            let word = text::shortened(&text[token.range.clone()]);
            if self.exact.contains(folded)
                || self.prefixes.iter().any(|it| folded.starts_with(it))
                || (!self.stems.is_empty() && self.stems.contains(&tagged_stem(language, word)))
            {
                marks.push(token.range.clone());
            }
        }
        for phrase in &self.phrases {
            mark_phrase(phrase, &tokens, &mut marks);
        }
        joined(marks)
    }
}

/// Marks every place where the words stand as they do in the phrase, from the first to the last.
fn mark_phrase(
    phrase: &[(u32, String)],
    tokens: &[(text::Token, String)],
    marks: &mut Vec<Range<usize>>,
) {
    let Some(((first_position, first_word), rest)) = phrase.split_first() else { return };
    for (at, (token, folded)) in tokens.iter().enumerate() {
        if folded != first_word {
            continue;
        }
        // Where the word at a position of the phrase stands in the text, if it does.
        let find = |position: u32, word: &str| {
            let wanted = token.position + (position - first_position);
            let followers = tokens[at..].iter().take_while(|(it, _)| it.position <= wanted);
            let mut found = followers.filter(|(it, text)| it.position == wanted && text == word);
            found.next().map(|(it, _)| it.range.end)
        };
        let ends: Option<Vec<_>> = rest.iter().map(|(at, word)| find(*at, word)).collect();
        if let Some(ends) = ends {
            marks.push(token.range.start..ends.last().copied().unwrap_or(token.range.end));
        }
    }
}

/// Sorts ranges and joins those that overlap.
fn joined(mut marks: Vec<Range<usize>>) -> Vec<Range<usize>> {
    marks.sort_by_key(|it| (it.start, it.end));
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(marks.len());
    for mark in marks {
        match joined.last_mut() {
            Some(last) if mark.start < last.end => {
                last.end = last.end.max(mark.end);
            }
            _ => joined.push(mark),
        }
    }
    joined
}

/// The text if it is short; else the part with the most marks, cut between words.
pub(crate) fn snippet(text: &str, marks: &[Range<usize>]) -> Marked {
    if text.char_indices().nth(WHOLE_CHARS).is_none() {
        return Marked { text: text.to_owned(), marks: marks.to_vec() };
    }
    let first = best_start(text, marks);
    let start = word_start(text, back(text, first, LEAD_CHARS), first);
    let end = word_end(text, first, forth(text, start, SNIPPET_CHARS));
    let mut shown = String::with_capacity(end - start + 6);
    if start > 0 {
        shown.push('…');
    }
    let shift = shown.len();
    shown.push_str(&text[start..end]);
    shown.truncate(shown.trim_end().len());
    let shown_end = start + (shown.len() - shift);
    let inside = marks.iter().filter(|it| it.start >= start && it.start < shown_end);
    let marks =
        inside.map(|it| it.start - start + shift..it.end.min(shown_end) - start + shift).collect();
    if end < text.len() {
        shown.push('…');
    }
    Marked { text: shown, marks }
}

/// The mark from which on a snippet holds the most marks; the first of them on a tie.
fn best_start(text: &str, marks: &[Range<usize>]) -> usize {
    let mut best = (0, 0);
    for (number, mark) in marks.iter().enumerate() {
        let end = forth(text, mark.start, SNIPPET_CHARS - LEAD_CHARS);
        let inside = marks[number..].iter().take_while(|it| it.end <= end).count();
        if inside > best.0 {
            best = (inside, mark.start);
        }
    }
    best.1
}

fn forth(text: &str, from: usize, chars: usize) -> usize {
    text[from..].char_indices().nth(chars).map_or(text.len(), |(at, _)| from + at)
}

fn back(text: &str, from: usize, chars: usize) -> usize {
    text[..from].char_indices().rev().take(chars).last().map_or(from, |(at, _)| at)
}

/// The first place from `from` to `to` where a word begins, or `from` if none does.
fn word_start(text: &str, from: usize, to: usize) -> usize {
    if from == 0 {
        return 0;
    }
    let lead = &text[from..to];
    let gap = lead.find(char::is_whitespace);
    gap.map_or(from, |at| to - lead[at..].trim_start().len())
}

/// The last place from `from` to `to` where a word ends, or `to` if none does.
fn word_end(text: &str, from: usize, to: usize) -> usize {
    if to == text.len() {
        return to;
    }
    let gap = text[from..to].rfind(char::is_whitespace);
    gap.filter(|&at| at > 0).map_or(to, |at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bracketed(marked: &Marked) -> String {
        let pieces = marked.pieces();
        pieces.map(|(it, marked)| if marked { format!("[{it}]") } else { it.to_owned() }).collect()
    }

    #[track_caller]
    fn check(marker: &Marker, language: &str, text: &str, expected: &str) {
        let marks = marker.marks(text, language);
        assert_eq!(bracketed(&Marked { text: text.to_owned(), marks }), expected);
    }

    #[test]
    fn marks_words_stems_beginnings_and_whole_phrases() {
        let mut marker = Marker::default();
        marker.exact("haus".to_owned());
        marker.stem("de:dach".to_owned());
        marker.prefix("sola".to_owned());
        check(&marker, "de", "Das Haus, die Dächer: SOLAR!", "Das [Haus], die [Dächer]: [SOLAR]!");
        check(&marker, "en", "Dächer", "Dächer"); // a stem is of its language

        let mut marker = Marker::default();
        marker.phrase(vec![(0, "committee".to_owned()), (1, "budget".to_owned())]);
        check(
            &marker,
            "en",
            "The committee met. The committee budget: budget.",
            "The committee met. The [committee budget]: budget.",
        );
    }

    #[test]
    fn pairs_of_characters_are_marked_as_one() {
        let mut marker = Marker::default();
        marker.exact("東京".to_owned());
        marker.exact("京都".to_owned());
        check(&marker, "ja", "東京都庁", "[東京都]庁");
        let mut marker = Marker::default();
        marker.phrase(vec![(0, "東京".to_owned()), (1, "京都".to_owned())]);
        check(&marker, "ja", "東京と東京都", "東京と[東京都]");
    }

    #[test]
    fn a_long_text_is_cut_around_its_matches() {
        let text = format!("{}the solar panels {}", "before ".repeat(60), "after ".repeat(60));
        let mut marker = Marker::default();
        marker.exact("solar".to_owned());
        marker.exact("panels".to_owned());
        let shown = snippet(&text, &marker.marks(&text, "en"));
        let expected = "…before before before before before the [solar] [panels] after";
        assert!(bracketed(&shown).starts_with(expected), "{}", bracketed(&shown));
        assert!(shown.text.ends_with("after…"));
        assert!(shown.text.chars().count() <= SNIPPET_CHARS + 2);
    }

    #[test]
    fn a_text_without_gaps_is_cut_inside() {
        let shown = snippet(&"ü".repeat(1_000), &[]);
        assert_eq!(shown.text.chars().count(), SNIPPET_CHARS + 1);
    }

    proptest! {
        #[test]
        fn marks_lie_in_the_snippet(text in "(a |bc |東京|\\PC){0,200}", word in "a|bc|東京|京") {
            let mut marker = Marker::default();
            marker.exact(word);
            let shown = snippet(&text, &marker.marks(&text, "und"));
            let mut last = 0;
            for mark in &shown.marks {
                prop_assert!(last <= mark.start && mark.start < mark.end);
                prop_assert!(shown.text.get(mark.clone()).is_some());
                last = mark.end;
            }
            prop_assert_eq!(shown.pieces().map(|it| it.0).collect::<String>(), shown.text);
        }
    }
}
