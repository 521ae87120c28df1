//! Recordings to index, and an index in a temporary folder.

use archive::{
    ChatMessage, Contents, MediaTime, Passage, Poll, PollAnswer, Recording, RecordingId, Slide,
    SlideShowing, Transcript, Visibility, WhiteboardText, catalog::VisibleRecordings, testing,
};
use search::{Entry, Index, Query, Results};
use std::sync::Arc;

pub(crate) use archive::testing::recording_id as id;

pub(crate) struct Library {
    pub(crate) index: Index,
    pub(crate) folder: tempfile::TempDir,
}

impl Library {
    pub(crate) async fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = Self { index: Index::open(folder.path()).unwrap(), folder };
        library.add(entries).await;
        library
    }

    /// Adds all at once, so that the writer commits them together.
    pub(crate) async fn add(&self, entries: impl IntoIterator<Item = Entry>) {
        let mut under_way = tokio::task::JoinSet::new();
        for entry in entries {
            let index = self.index.clone();
            under_way.spawn(async move { index.replace(entry).await.unwrap() });
        }
        under_way.join_all().await;
    }

    /// Asks as somebody who sees everything.
    pub(crate) async fn ask(&self, query: &Query) -> Results {
        let everything: Vec<RecordingId> = (0..300).map(id).collect();
        self.ask_as(query, &everything).await
    }

    pub(crate) async fn ask_as(&self, query: &Query, visible: &[RecordingId]) -> Results {
        let visible = Arc::new(VisibleRecordings::of(visible, 1));
        self.index.searcher().search(query, &visible).await.unwrap()
    }

    /// What a plain query finds: `number: text` for each hit, matches in brackets.
    pub(crate) async fn find(&self, query: &str) -> Vec<String> {
        let results = self.ask(&Query::new(query).page(0, 100).hits_per_recording(100)).await;
        shown(&results)
    }
}

pub(crate) fn shown(results: &Results) -> Vec<String> {
    let hits = results.recordings.iter().flat_map(|recording| {
        let number = u32::from_str_radix(&recording.recording.as_str()[..40], 16).unwrap();
        recording.hits.iter().map(move |hit| {
            let pieces = hit.text.pieces();
            let text: String = pieces
                .map(|(it, marked)| if marked { format!("[{it}]") } else { it.to_owned() })
                .collect();
            format!("{number}: {text}")
        })
    });
    hits.collect()
}

/// A recording with a title and nothing else.
pub(crate) fn titled(n: u32, language: &str, title: &str) -> Entry {
    let recording = Recording {
        title: title.to_owned(),
        description: String::new(),
        language: language.parse().ok(),
        ..testing::admission(n, "", Visibility::Public).recording
    };
    Entry { recording, contents: Contents::default(), transcript: None }
}

/// A recording in which each passage takes a second.
pub(crate) fn spoken(n: u32, language: &str, passages: &[&str]) -> Entry {
    let passages = passages.iter().zip(0..).map(|(text, at): (_, u64)| Passage {
        range: testing::range(1_000 * at, 1_000 * at + 900),
        text: (*text).to_owned(),
        words: Vec::new(),
    });
    let transcript = Transcript {
        language: language.parse().ok(),
        model: "test".to_owned(),
        passages: passages.collect(),
    };
    Entry { transcript: Some(transcript), ..titled(n, language, "") }
}

/// A slide, a chat message and a poll besides the title.
pub(crate) fn full_contents() -> Contents {
    Contents {
        slides: vec![Slide {
            number: 7,
            image: "presentation/p/slide-7.png".parse().unwrap(),
            thumbnail: None,
            text: "Budget of the roof".to_owned(),
        }],
        showings: vec![
            SlideShowing { slide: 7, range: testing::range(2_000, 3_000) },
            SlideShowing { slide: 7, range: testing::range(8_000, 9_000) },
        ],
        chat: vec![ChatMessage {
            at: MediaTime::from_ms(4_000),
            sender: "Ada".to_owned(),
            text: "the budget, please".to_owned(),
            reply_to: None,
            edited: false,
        }],
        polls: vec![Poll {
            at: MediaTime::from_ms(5_000),
            question: "Accept the budget?".to_owned(),
            answers: vec![PollAnswer { text: "Yes".to_owned(), votes: 3 }],
        }],
        whiteboard: vec![WhiteboardText {
            at: MediaTime::from_ms(6_000),
            text: "budget = 2 × rent".to_owned(),
        }],
        notes: "Agenda\n\nThe budget is decided in May.".to_owned(),
        ..Contents::default()
    }
}
