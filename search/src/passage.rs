//! What is indexed of a recording: its passages.

use crate::{Source, text::UNDETERMINED};
use archive::{Contents, Language, MediaTime, Recording, Transcript};

/// What the catalog knows of a recording, as far as it can be searched.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub recording: Recording,
    pub contents: Contents,
    /// `None` until somebody has listened.
    pub transcript: Option<Transcript>,
}

/// A stretch of text that is found, ranked and shown as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passage {
    pub(crate) source: Source,
    pub(crate) start: MediaTime,
    pub(crate) end: Option<MediaTime>,
    pub(crate) text: String,
    /// Where each word of a spoken passage begins, in text and time; in the order of the text.
    pub(crate) words: Vec<WordStart>,
}

/// A word's place in a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WordStart {
    /// Of the passage's text.
    pub(crate) byte: usize,
    pub(crate) at: MediaTime,
}

impl Passage {
    /// When the word that holds byte `byte` of the text was said.
    pub(crate) fn said_at(&self, byte: usize) -> Option<MediaTime> {
        let begun = self.words.partition_point(|it| it.byte <= byte);
        Some(self.words.get(begun.checked_sub(1)?)?.at)
    }
}

impl Entry {
    /// The language that the recording's text is taken to be in, as its tag.
    ///
    /// What was heard counts more than what was declared.
    pub(crate) fn language(&self) -> String {
        let heard = self.transcript.as_ref().and_then(|it| it.language);
        let language = heard.or(self.recording.language);
        language.as_ref().map_or(UNDETERMINED, Language::as_str).to_owned()
    }

    /// The title first, which every recording has; the rest in an order that never changes.
    pub(crate) fn passages(&self) -> Vec<Passage> {
        let mut passages = vec![self.title()];
        let spoken = self.transcript.iter().flat_map(|it| &it.passages);
        passages.extend(spoken.map(|it| Passage {
            source: Source::Spoken,
            start: it.range.start(),
            end: Some(it.range.end()),
            text: it.text.clone(),
            words: word_starts(it),
        }));
        passages.extend(self.slides());
        passages.extend(self.contents.chat.iter().map(|it| Passage {
            source: Source::Chat { sender: it.sender.clone() },
            start: it.at,
            end: None,
            text: it.text.clone(),
            words: Vec::new(),
        }));
        passages.extend(self.polls());
        passages.extend(self.contents.whiteboard.iter().map(|it| Passage {
            source: Source::Whiteboard,
            start: it.at,
            end: None,
            text: it.text.clone(),
            words: Vec::new(),
        }));
        passages.extend(parts(&self.contents.notes).into_iter().map(|text| Passage {
            source: Source::Notes,
            start: MediaTime::ZERO,
            end: None,
            text,
            words: Vec::new(),
        }));
        passages
    }

    fn title(&self) -> Passage {
        let Recording { title, description, .. } = &self.recording;
        let text =
            if description.is_empty() { title.clone() } else { format!("{title}\n{description}") };
        let words = Vec::new();
        Passage { source: Source::Title, start: MediaTime::ZERO, end: None, text, words }
    }

    fn slides(&self) -> impl Iterator<Item = Passage> {
        let with_text = self.contents.slides.iter().filter(|it| !it.text.trim().is_empty());
        with_text.map(|slide| {
            let shown = self.contents.showings.iter().find(|it| it.slide == slide.number);
            Passage {
                source: Source::Slide { number: slide.number },
                // A slide that was uploaded and never shown is found all the same.
                start: shown.map_or(MediaTime::ZERO, |it| it.range.start()),
                end: shown.map(|it| it.range.end()),
                text: slide.text.clone(),
                words: Vec::new(),
            }
        })
    }

    fn polls(&self) -> impl Iterator<Item = Passage> {
        self.contents.polls.iter().map(|poll| {
            let question = Some(poll.question.as_str()).filter(|it| !it.is_empty());
            let answers = poll.answers.iter().map(|it| it.text.as_str());
            let lines: Vec<&str> = question.into_iter().chain(answers).collect();
            let (text, words) = (lines.join("\n"), Vec::new());
            Passage { source: Source::Poll, start: poll.at, end: None, text, words }
        })
    }
}

/// A part of the notes this long ends with its paragraph.
const LONG: usize = 400;
/// And one this long with its line.
const VERY_LONG: usize = 1_200;

/// Cuts notes into parts that are found and shown as one: whole paragraphs as far as it goes, short
/// ones together, such as a heading with what stands under it.
fn parts(notes: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    for line in notes.lines() {
        let full = if line.trim().is_empty() { LONG } else { VERY_LONG };
        if part.len() >= full {
            parts.push(std::mem::take(&mut part));
        }
        part.push_str(line);
        part.push('\n');
    }
    parts.push(part);
    parts.into_iter().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
}

/// Finds the words of a transcript's passage in its text, one after the other. A word that is not
/// there as it was heard is passed over; the one before it then stands for it.
fn word_starts(passage: &archive::Passage) -> Vec<WordStart> {
    let mut from = 0;
    let mut starts = Vec::with_capacity(passage.words.len());
    for word in &passage.words {
        let text = word.text.trim();
        if text.is_empty() {
            continue;
        }
        if let Some(found) = passage.text[from..].find(text) {
            starts.push(WordStart { byte: from + found, at: word.range.start() });
            from += found + text.len();
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;
    use archive::testing::transcript;

    #[test]
    fn a_mark_is_at_the_second_of_its_word() {
        let spoken = transcript("en", &["", "a bee, a bear and a beaver"]).passages.remove(1);
        let passage = Passage {
            source: Source::Spoken,
            start: spoken.range.start(),
            end: None,
            text: spoken.text.clone(),
            words: word_starts(&spoken),
        };
        let said =
            |word: &str| passage.said_at(passage.text.find(word).unwrap()).map(MediaTime::as_ms);
        // Seven words in ten seconds, from the tenth on.
        assert_eq!(said("a bee"), Some(10_000));
        assert_eq!(said("bear"), Some(10_000 + 3 * 1_428));
        assert_eq!(said("eaver"), Some(10_000 + 6 * 1_428), "in the midst of a word");
    }

    #[test]
    fn notes_are_cut_between_paragraphs_and_long_ones_between_lines() {
        let paragraph = "word ".repeat(100);
        let line = "line ".repeat(100);
        let two = format!("{paragraph}\n\nAgenda\n");
        let lines = format!("{line}\n{line}\n{line}\nlast");
        let cases: [(&str, &[&str]); 5] = [
            ("", &[]),
            (" \n\n ", &[]),
            ("Agenda\n\n1. Roof\n2. Pump\n", &["Agenda\n\n1. Roof\n2. Pump"]),
            (&two, &[paragraph.trim(), "Agenda"]),
            (&lines, &[lines.strip_suffix(" \nlast").unwrap(), "last"]),
        ];
        for (notes, expected) in cases {
            assert_eq!(parts(notes), expected, "{notes:?}");
        }
    }

    #[test]
    fn a_word_that_is_not_in_the_text_is_passed_over() {
        let mut spoken = transcript("en", &["one two three"]).passages.remove(0);
        spoken.words[1].text = "zwei".to_owned();
        let bytes: Vec<_> = word_starts(&spoken).iter().map(|it| it.byte).collect();
        assert_eq!(bytes, [0, 8]);
    }
}
