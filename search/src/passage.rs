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
        }));
        passages.extend(self.slides());
        passages.extend(self.contents.chat.iter().map(|it| Passage {
            source: Source::Chat { sender: it.sender.clone() },
            start: it.at,
            end: None,
            text: it.text.clone(),
        }));
        passages.extend(self.polls());
        passages
    }

    fn title(&self) -> Passage {
        let Recording { title, description, .. } = &self.recording;
        let text =
            if description.is_empty() { title.clone() } else { format!("{title}\n{description}") };
        Passage { source: Source::Title, start: MediaTime::ZERO, end: None, text }
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
            }
        })
    }

    fn polls(&self) -> impl Iterator<Item = Passage> {
        self.contents.polls.iter().map(|poll| {
            let question = Some(poll.question.as_str()).filter(|it| !it.is_empty());
            let answers = poll.answers.iter().map(|it| it.text.as_str());
            let lines: Vec<&str> = question.into_iter().chain(answers).collect();
            Passage { source: Source::Poll, start: poll.at, end: None, text: lines.join("\n") }
        })
    }
}
