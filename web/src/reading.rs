//! Sets a transcript as text to read: turns, paragraphs, passages.

use crate::{
    answers::InRecording,
    links,
    pages::recording::{Paragraph, PassageText, SpeakerLabel, Turn},
    ribbon::speaker_class,
    words::{Words, position, seconds},
};
use archive::{Contents, MediaTime, Passage, SpeakerNumber, SpeakerTurn, Transcript};
use std::time::Duration;

/// A silence this long begins a new paragraph.
const PAUSE: Duration = Duration::from_millis(2_500);
/// A paragraph this long ends with the sentence.
const LONG: usize = 700;

/// The transcript in turns. `query` is kept in the links.
pub(crate) fn set(
    words: Words,
    transcript: &Transcript,
    contents: &Contents,
    hits: &InRecording,
    query: &str,
) -> Vec<Turn> {
    let speakers = Speakers::of(&contents.turns);
    let mut turns: Vec<(Option<SpeakerNumber>, Turn)> = Vec::new();
    let mut last_end = MediaTime::ZERO;
    let mut last_start = None;
    for passage in &transcript.passages {
        let speaker = speakers.of_passage(passage);
        let href = links::moment_here(passage.range.start(), query);
        let text = PassageText {
            anchor: if last_start.replace(passage.range.start()) == Some(passage.range.start()) {
                String::new()
            } else {
                links::passage_anchor(passage.range.start())
            },
            start: seconds(passage.range.start()),
            end: seconds(passage.range.end()),
            href: href.clone(),
            text: hits.mark(passage.range.start(), passage.text.trim()),
        };
        let new_paragraph = || Paragraph {
            position: position(passage.range.start()),
            href: href.clone(),
            passages: Vec::new(),
        };
        let paused = passage.range.start().saturating_since(last_end) >= PAUSE;
        last_end = passage.range.end();
        // A passage in which nobody's microphone was noted goes on with whoever spoke before.
        let goes_on = turns.last().is_some_and(|(who, _)| speaker.is_none() || *who == speaker);
        if !goes_on {
            turns.push((
                speaker,
                Turn {
                    speaker: speaker.map(|it| SpeakerLabel {
                        class: speaker_class(it.0),
                        label: words.tell("speaker", &[("number", it.0.into())]),
                    }),
                    paragraphs: Vec::new(),
                },
            ));
        }
        let (_, turn) = turns.last_mut().expect("there is one now");
        if turn.paragraphs.last().is_none_or(|it| paused || is_full(it)) {
            turn.paragraphs.push(new_paragraph());
        }
        let paragraph = turn.paragraphs.last_mut().expect("there is one now");
        paragraph.passages.push(text);
    }
    turns.into_iter().map(|(_, turn)| turn).collect()
}

fn is_full(paragraph: &Paragraph) -> bool {
    let letters = |it: &PassageText| it.text.iter().map(|(text, _)| text.len()).sum::<usize>();
    let ends = paragraph.passages.last().and_then(|it| it.text.last());
    let ends = ends.is_some_and(|(text, _)| text.ends_with(['.', '?', '!', '…', '。']));
    let length: usize = paragraph.passages.iter().map(letters).sum();
    length >= 2 * LONG || (ends && length >= LONG)
}

/// Finds who spoke without looking at every turn for every passage.
pub(crate) struct Speakers<'a> {
    turns: &'a [SpeakerTurn],
    /// The latest end of the turns up to each.
    ends: Vec<MediaTime>,
}

impl<'a> Speakers<'a> {
    /// `turns` are in the order of their start.
    pub(crate) fn of(turns: &'a [SpeakerTurn]) -> Self {
        let mut latest = MediaTime::ZERO;
        let ends = turns.iter().map(|it| {
            latest = latest.max(it.range.end());
            latest
        });
        Self { ends: ends.collect(), turns }
    }

    /// As [`Contents::speaker_of`].
    pub(crate) fn of_passage(&self, passage: &Passage) -> Option<SpeakerNumber> {
        let first = self.ends.partition_point(|end| *end <= passage.range.start());
        let after = self.turns.partition_point(|it| it.range.start() < passage.range.end());
        let near = self.turns.get(first..after)?.to_vec();
        Contents { turns: near, ..Contents::default() }.speaker_of(passage.range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Locale;
    use archive::TimeRange;
    use proptest::prelude::*;

    fn range(start: u64, end: u64) -> TimeRange {
        TimeRange::new(MediaTime::from_ms(start), MediaTime::from_ms(end)).unwrap()
    }

    fn passage(start: u64, end: u64, text: &str) -> Passage {
        Passage { range: range(start, end), text: text.to_owned(), words: Vec::new() }
    }

    fn turn(speaker: u32, start: u64, end: u64) -> SpeakerTurn {
        SpeakerTurn { speaker: SpeakerNumber(speaker), range: range(start, end) }
    }

    fn read(passages: Vec<Passage>, turns: Vec<SpeakerTurn>) -> Vec<Turn> {
        let transcript = Transcript { passages, ..Transcript::default() };
        let contents = Contents { turns, ..Contents::default() };
        set(Words::in_locale(Locale::English), &transcript, &contents, &InRecording::default(), "")
    }

    #[test]
    fn a_turn_begins_where_another_speaks() {
        let turns = read(
            vec![
                passage(0, 1_000, "Hello."),
                passage(1_000, 2_000, "Good morning."),
                passage(2_000, 3_000, "Hm."),
                passage(3_000, 4_000, "Thanks."),
            ],
            vec![turn(1, 0, 2_000), turn(2, 3_000, 4_000)],
        );
        let said: Vec<_> = turns
            .iter()
            .map(|it| {
                let label = it.speaker.as_ref().map_or("", |it| &it.label);
                (label, it.paragraphs.iter().map(|it| it.passages.len()).sum::<usize>())
            })
            .collect();
        assert_eq!(said, [("Speaker 1", 3), ("Speaker 2", 1)]);
    }

    #[test]
    fn a_silence_begins_a_paragraph() {
        let passages = vec![passage(0, 1_000, "One."), passage(9_000, 9_500, "Two.")];
        let turns = read(passages, vec![]);
        assert!(turns[0].speaker.is_none());
        assert_eq!(turns[0].paragraphs.len(), 2);
        assert_eq!(turns[0].paragraphs[1].position, "0:09");
    }

    #[test]
    fn a_long_speech_is_parted_after_sentences() {
        let passages = (0..100).map(|n| {
            passage(
                n * 1_000,
                n * 1_000 + 1_000,
                if n % 3 == 2 { "and so it ends." } else { "on and on" },
            )
        });
        let turns = read(passages.collect(), vec![turn(1, 0, 100_000)]);
        assert!(turns[0].paragraphs.len() > 1);
        for paragraph in turns[0].paragraphs.split_last().unwrap().1 {
            let last = &paragraph.passages.last().unwrap().text[0].0;
            assert!(last.ends_with('.'), "{last}");
        }
    }

    proptest! {
        #[test]
        fn speakers_are_found_as_the_archive_finds_them(
            turns in prop::collection::vec((1_u32..5, 0_u64..1_000, 0_u64..300), 0..30),
            start in 0_u64..1_000,
            length in 0_u64..200,
        ) {
            let mut turns: Vec<_> =
                turns.into_iter().map(|(who, at, length)| turn(who, at, at + length)).collect();
            turns.sort_by_key(|it| it.range.start());
            let passage = passage(start, start + length, "");
            let found = Speakers::of(&turns).of_passage(&passage);
            let contents = Contents { turns: turns.clone(), ..Contents::default() };
            prop_assert_eq!(found, contents.speaker_of(passage.range));
        }
    }
}
