//! From words to passages: what a reader clicks and a search finds. Pure.

use crate::recogniser::SpokenWord;
use archive::{MediaTime, Passage, TimeRange, Word};

/// A pause that ends a passage, whatever the punctuation says.
const PAUSE_MS: u64 = 1500;
/// No passage is longer, unless it is one word.
const MAX_MS: u64 = 12_000;
const MAX_CHARACTERS: usize = 200;
/// A word takes at most so much, and so much more for each letter.
const SHORTEST_LONG_MS: u64 = 300;
const LETTER_MS: u64 = 120;

/// Puts the times of words right: in order, not into each other, inside speech, and no longer than
/// a word takes.
///
/// The model says when a word ends, and so a word behind a pause seems to begin when the word before
/// it ended. `spoken` is where somebody speaks, in order.
pub(crate) fn settle(mut words: Vec<SpokenWord>, spoken: &[TimeRange]) -> Vec<SpokenWord> {
    words.sort_by_key(|it| it.range.start());
    let mut before = MediaTime::ZERO;
    for word in &mut words {
        let (start, mut end) = (word.range.start().max(before), word.range.end().max(before));
        let letters = u64::try_from(word.text.trim().chars().count()).unwrap_or(u64::MAX);
        let longest = LETTER_MS.saturating_mul(letters).saturating_add(SHORTEST_LONG_MS);
        let mut start = start.max(MediaTime::from_ms(end.as_ms().saturating_sub(longest)));
        let speech = spoken.partition_point(|it| it.start() < end);
        if let Some(speech) = speech.checked_sub(1).and_then(|it| spoken.get(it)) {
            start = start.max(speech.start());
            end = end.min(speech.end()).max(start);
        }
        word.range = TimeRange::from_or_at(start, end);
        before = end;
    }
    words
}

/// Cuts words into passages: sentences, or parts of long ones, none across a pause.
///
/// The words must be in order and not lie in each other, as [`settle`] gives them; then so are the
/// passages.
pub(crate) fn passages(words: Vec<SpokenWord>) -> Vec<Passage> {
    let mut passages = Vec::new();
    let mut sentence: Vec<SpokenWord> = Vec::new();
    for word in words {
        if sentence.last().is_some_and(|last| ends_between(last, &word)) {
            divide(&sentence, &mut passages);
            sentence.clear();
        }
        sentence.push(word);
    }
    divide(&sentence, &mut passages);
    passages
}

fn gap_ms(before: &SpokenWord, after: &SpokenWord) -> u64 {
    after.range.start().as_ms().saturating_sub(before.range.end().as_ms())
}

/// Whether a sentence ends between these words.
fn ends_between(before: &SpokenWord, after: &SpokenWord) -> bool {
    let ends = ends_sentence(&before.text) && !begins_small(&after.text);
    ends || gap_ms(before, after) >= PAUSE_MS
}

fn ends_sentence(word: &str) -> bool {
    let word =
        word.trim().trim_end_matches(['"', '\'', ')', ']', '»', '«', '”', '“', '’', '」', '』']);
    word.ends_with(['.', '?', '!', '…', '。', '？', '！', '।', '؟']) && !is_abbreviation(word)
}

/// Titles, and single letters with a dot: `Dr.`, `J.`.
fn is_abbreviation(word: &str) -> bool {
    const TITLES: [&str; 14] =
        ["mr", "mrs", "ms", "dr", "prof", "st", "sr", "sra", "dra", "hr", "fr", "nr", "bzw", "etc"];
    let Some(word) = word.strip_suffix('.') else { return false };
    let mut letters = word.chars();
    let letter = letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none();
    letter || TITLES.contains(&word.to_lowercase().as_str())
}

fn begins_small(word: &str) -> bool {
    word.chars().find(|it| it.is_alphanumeric()).is_some_and(char::is_lowercase)
}

/// Makes one passage of a sentence, or several where it is too long.
fn divide(sentence: &[SpokenWord], passages: &mut Vec<Passage>) {
    let (Some(first), Some(last)) = (sentence.first(), sentence.last()) else { return };
    let range = TimeRange::from_or_at(first.range.start(), last.range.end());
    let text: String = sentence.iter().map(|it| it.text.as_str()).collect();
    let too_long =
        range.length().as_millis() > u128::from(MAX_MS) || text.chars().count() > MAX_CHARACTERS;
    if too_long && sentence.len() > 1 {
        let (before, after) = sentence.split_at(best_cut(sentence));
        divide(before, passages);
        divide(after, passages);
        return;
    }
    let words = sentence.iter().map(|it| Word {
        range: it.range,
        text: it.text.trim().to_owned(),
        probability: it.probability,
    });
    passages.push(Passage { range, text: text.trim().to_owned(), words: words.collect() });
}

/// Where to cut a long sentence: at a comma, in a pause, and not far from the middle.
fn best_cut(sentence: &[SpokenWord]) -> usize {
    let count = sentence.len();
    let worth = |cut: usize| {
        let (before, after) = (&sentence[cut - 1], &sentence[cut]);
        let clause = before.text.trim().ends_with([',', ';', ':', '–', '—', '、', '，', '；']);
        let pause = gap_ms(before, after).min(1000);
        let off_centre = u64::try_from((2 * cut).abs_diff(count) * 1000 / count).unwrap_or(1000);
        (pause + if clause { 500 } else { 0 } + 1000).saturating_sub(off_centre)
    };
    (1..count).max_by_key(|&cut| worth(cut)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn word(start: u64, end: u64, text: &str) -> SpokenWord {
        let at = MediaTime::from_ms;
        let range = TimeRange::new(at(start), at(end)).unwrap();
        SpokenWord { range, text: text.to_owned(), probability: 1.0 }
    }

    /// Each word takes 300 ms; `|` stands for two seconds of silence.
    fn said(text: &str) -> Vec<SpokenWord> {
        let mut at = 0;
        let mut words = Vec::new();
        for part in text.split(' ') {
            if part == "|" {
                at += 2000;
            } else {
                words.push(word(at, at + 300, &format!(" {part}")));
                at += 300;
            }
        }
        words
    }

    fn texts(passages: &[Passage]) -> Vec<&str> {
        passages.iter().map(|it| it.text.as_str()).collect()
    }

    #[test]
    fn sentences_are_passages() {
        let cases: [(&str, &[&str]); 7] = [
            ("", &[]),
            ("Good evening. We begin.", &["Good evening.", "We begin."]),
            ("Is that so? Yes!", &["Is that so?", "Yes!"]),
            (
                "We pay 3.5 percent. Dr. Lang objects.",
                &["We pay 3.5 percent.", "Dr. Lang objects."],
            ),
            ("She said \"No.\" Then we voted.", &["She said \"No.\"", "Then we voted."]),
            ("Wait... what | was that", &["Wait... what", "was that"]),
            ("¿Quién vota? Nadie.", &["¿Quién vota?", "Nadie."]),
        ];
        for (text, expected) in cases {
            let words = if text.is_empty() { Vec::new() } else { said(text) };
            assert_eq!(texts(&passages(words)), expected, "{text}");
        }
    }

    #[test]
    fn a_long_sentence_is_cut_at_a_comma_near_its_middle() {
        let text = "the board has met four times since the last assembly and has looked at every \
                    offer that came in, and it asks you today to give it the right to sign the \
                    contract for the new roof of the old house before the winter comes";
        let passages = passages(said(text));
        assert_eq!(passages.len(), 2);
        assert!(passages[0].text.ends_with("came in,"), "{}", passages[0].text);
        assert!(passages[1].text.starts_with("and it asks"));
    }

    #[test]
    fn words_keep_their_times_and_lose_their_spaces() {
        let passages = passages(said("We begin."));
        let words = &passages[0].words;
        assert_eq!((words[0].text.as_str(), words[1].text.as_str()), ("We", "begin."));
        assert_eq!(passages[0].range.end(), MediaTime::from_ms(600));
    }

    #[test]
    fn times_are_drawn_into_speech() {
        let at = MediaTime::from_ms;
        let spoken = [
            TimeRange::new(at(1000), at(2000)).unwrap(),
            TimeRange::new(at(5000), at(6000)).unwrap(),
        ];
        let words = vec![
            word(500, 1500, " before"),
            word(1500, 2300, " through"),
            word(2300, 5400, " behind"),
            word(5400, 5900, " into"),
            word(5900, 5900, " nothing"),
        ];
        let settled = settle(words, &spoken);
        let times: Vec<_> =
            settled.iter().map(|it| (it.range.start().as_ms(), it.range.end().as_ms())).collect();
        assert_eq!(times, [(1000, 1500), (1500, 2000), (5000, 5400), (5400, 5900), (5900, 5900)]);
    }

    #[test]
    fn no_word_lasts_longer_than_it_takes() {
        let spoken = [TimeRange::from_or_at(MediaTime::ZERO, MediaTime::from_ms(9000))];
        let settled = settle(vec![word(0, 400, " We"), word(400, 5000, " vote.")], &spoken);
        assert_eq!(settled[1].range.start(), MediaTime::from_ms(5000 - 300 - 5 * 120));
    }

    prop_compose! {
        fn any_words()(
            parts in prop::collection::vec(
                (0_u64..3000, 0_u64..2500, "[ ]?[A-Za-zäß,.?!]{1,12}"), 0..120,
            ),
        ) -> Vec<SpokenWord> {
            let mut at = 0;
            parts.into_iter().map(|(gap, length, text)| {
                let start = at + gap;
                at = start + length / 2;
                word(start, start + length, &text)
            }).collect()
        }
    }

    proptest! {
        #[test]
        fn passages_are_in_order_bounded_and_say_every_word(words in any_words()) {
            let said: Vec<String> = words.iter().map(|it| it.text.trim().to_owned()).collect();
            let everywhere = TimeRange::from_or_at(MediaTime::ZERO, MediaTime::from_ms(1_000_000));
            let passages = passages(settle(words, &[everywhere]));
            for pair in passages.windows(2) {
                prop_assert!(pair[0].range.end() <= pair[1].range.start());
            }
            for passage in &passages {
                let ms = passage.range.length().as_millis();
                prop_assert!(passage.words.len() == 1 || ms <= u128::from(MAX_MS));
                prop_assert!(passage.text.chars().count() <= MAX_CHARACTERS);
                for pair in passage.words.windows(2) {
                    prop_assert!(pair[0].range.end() <= pair[1].range.start());
                }
            }
            let kept: Vec<String> =
                passages.into_iter().flat_map(|it| it.words).map(|it| it.text).collect();
            prop_assert_eq!(kept, said);
        }
    }
}
