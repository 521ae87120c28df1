//! The fields of the index. No other module knows their names or types.

use crate::{
    Source,
    passage::{Entry, Passage, WordStart},
    text::{self, Folding},
};
use archive::{MediaTime, RecordingId};
use tantivy::{
    IndexSettings, TantivyDocument, Term,
    schema::{
        FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value as _,
    },
    tokenizer::{PreTokenizedString, Token},
};

/// Raised by every change to the fields, to what is indexed, or to how text becomes terms. An index of another version
/// is built anew from the catalog.
pub const VERSION: u32 = 3;

pub(crate) const RECORDING: &str = "recording";
pub(crate) const ORDINAL: &str = "ordinal";
pub(crate) const STARTED_AT: &str = "started_at";
pub(crate) const LANGUAGE: &str = "language";

/// The fields of a passage, which is one document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    /// The recording's ID, to delete by and to group by.
    recording: Field,
    /// Counts the passages of a recording from 0. The documents of a recording follow each other,
    /// so a 0 is where the next recording begins.
    ordinal: Field,
    /// When the meeting began, in Unix milliseconds.
    started_at: Field,
    /// The language's tag.
    language: Field,
    /// Words as they were written, folded, with positions.
    pub(crate) exact: Field,
    /// Stems with their language before them, such as `de:haus`: one field for all languages,
    /// since a field each would cost a byte for every document and a look-up for every word.
    pub(crate) stem: Field,
    source: Field,
    slide: Field,
    sender: Field,
    start_ms: Field,
    end_ms: Field,
    text: Field,
    /// When the words of a spoken passage were said: `byte:milliseconds` for each, with spaces
    /// between; the byte of the text where it begins, the time from the passage's start.
    words: Field,
}

/// A document that does not hold what this version writes.
#[derive(Debug, thiserror::Error)]
#[error("a document of the index has no valid field `{field}`")]
pub(crate) struct MalformedDocument {
    field: &'static str,
}

impl Fields {
    pub(crate) fn schema() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let terms = |option| {
            let indexing =
                TextFieldIndexing::default().set_tokenizer("raw").set_index_option(option);
            TextOptions::default().set_indexing_options(indexing)
        };
        let tag = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_index_option(IndexRecordOption::Basic)
                .set_fieldnorms(false),
        );
        let fields = Self {
            recording: schema.add_text_field(RECORDING, tag.clone().set_fast("raw")),
            ordinal: schema.add_u64_field(ORDINAL, FAST),
            started_at: schema.add_i64_field(STARTED_AT, FAST),
            language: schema
                .add_text_field(LANGUAGE, TextOptions::default().set_fast("raw").set_stored()),
            exact: schema.add_text_field("exact", terms(IndexRecordOption::WithFreqsAndPositions)),
            stem: schema.add_text_field("stem", terms(IndexRecordOption::WithFreqs)),
            source: schema.add_text_field("source", STORED),
            slide: schema.add_u64_field("slide", STORED),
            sender: schema.add_text_field("sender", STORED),
            start_ms: schema.add_u64_field("start_ms", STORED),
            end_ms: schema.add_u64_field("end_ms", STORED),
            text: schema.add_text_field("text", STORED),
            words: schema.add_text_field("words", STORED),
        };
        (schema.build(), fields)
    }

    /// Small blocks: showing twenty hits unpacks twenty blocks, which costs more than finding them.
    pub(crate) fn settings() -> IndexSettings {
        IndexSettings {
            docstore_blocksize: 2_048,
            docstore_compress_dedicated_thread: false,
            ..IndexSettings::default()
        }
    }

    /// Matches every document of a recording.
    pub(crate) fn all_of(&self, recording: &str) -> Term {
        Term::from_field_text(self.recording, recording)
    }

    pub(crate) fn exact_term(&self, word: &str) -> Term {
        Term::from_field_text(self.exact, word)
    }

    pub(crate) fn stem_term(&self, tagged: &str) -> Term {
        Term::from_field_text(self.stem, tagged)
    }

    /// The documents of a recording, in the order in which they must be added.
    pub(crate) fn documents(&self, entry: &Entry) -> Vec<TantivyDocument> {
        let language = entry.language();
        let documents = entry.passages().into_iter().zip(0..).map(|(passage, ordinal)| {
            let mut document = self.passage_document(&passage, &language);
            document.add_text(self.recording, entry.recording.id.as_str());
            document.add_u64(self.ordinal, ordinal);
            document.add_i64(self.started_at, entry.recording.started_at.as_unix_ms());
            document
        });
        documents.collect()
    }

    fn passage_document(&self, passage: &Passage, language: &str) -> TantivyDocument {
        let Passage { source, start, end, text, words } = passage;
        let mut document = TantivyDocument::new();
        document.add_text(self.language, language);
        document.add_text(self.source, source.kind().as_str());
        match source {
            Source::Slide { number } => document.add_u64(self.slide, u64::from(*number)),
            Source::Chat { sender } => document.add_text(self.sender, sender),
            Source::Title | Source::Spoken | Source::Poll | Source::Whiteboard | Source::Notes => {}
        }
        document.add_u64(self.start_ms, start.as_ms());
        if let Some(end) = end {
            document.add_u64(self.end_ms, end.as_ms());
        }
        document.add_text(self.text, text);
        if !words.is_empty() {
            let word = |it: &WordStart| {
                format!("{}:{}", it.byte, it.at.saturating_since(*start).as_millis())
            };
            document.add_text(self.words, words.iter().map(word).collect::<Vec<_>>().join(" "));
        }
        let (exact, stems) = terms(text, language);
        document.add_pre_tokenized_text(self.exact, exact);
        document.add_pre_tokenized_text(self.stem, stems);
        document
    }

    /// The passage back, and the tag of its language.
    pub(crate) fn passage(
        &self,
        document: &TantivyDocument,
    ) -> Result<(Passage, String), MalformedDocument> {
        let text = |field, name| {
            let value = document.get_first(field).and_then(|it| it.as_str());
            value.map(str::to_owned).ok_or(MalformedDocument { field: name })
        };
        let number = |field| document.get_first(field).and_then(|it| it.as_u64());
        let source = match text(self.source, "source")?.as_str() {
            "title" => Source::Title,
            "spoken" => Source::Spoken,
            "slide" => Source::Slide {
                number: number(self.slide)
                    .and_then(|it| u32::try_from(it).ok())
                    .ok_or(MalformedDocument { field: "slide" })?,
            },
            "chat" => Source::Chat { sender: text(self.sender, "sender")? },
            "poll" => Source::Poll,
            "whiteboard" => Source::Whiteboard,
            "notes" => Source::Notes,
            _ => return Err(MalformedDocument { field: "source" }),
        };
        let start = number(self.start_ms).ok_or(MalformedDocument { field: "start_ms" })?;
        let start = MediaTime::from_ms(start);
        let words = document.get_first(self.words).and_then(|it| it.as_str()).unwrap_or_default();
        let words = words.split_ascii_whitespace().map(|it| word_start(it, start));
        let passage = Passage {
            words: words.collect::<Option<_>>().ok_or(MalformedDocument { field: "words" })?,
            source,
            start,
            end: number(self.end_ms).map(MediaTime::from_ms),
            text: text(self.text, "text")?,
        };
        Ok((passage, text(self.language, "language")?))
    }
}

/// Reads `byte:milliseconds`.
fn word_start(text: &str, passage_start: MediaTime) -> Option<WordStart> {
    let (byte, after_ms) = text.split_once(':')?;
    let at = passage_start.saturating_add_ms(after_ms.parse().ok()?);
    Some(WordStart { byte: byte.parse().ok()?, at })
}

/// The stem of a word with its language, as the index holds it.
pub(crate) fn tagged_stem(language: &str, word: &str) -> String {
    format!("{language}:{}", text::stem(language, word))
}

fn terms(text: &str, language: &str) -> (PreTokenizedString, PreTokenizedString) {
    let folding = Folding::of(language);
    let tokens = text::tokens(text);
    let (mut exact, mut stems) =
        (Vec::with_capacity(tokens.len()), Vec::with_capacity(tokens.len()));
    for token in tokens {
        let word = text::shortened(&text[token.range.clone()]);
        let term = |text| Token {
            offset_from: token.range.start,
            offset_to: token.range.end,
            position: token.position as usize,
            position_length: 1,
            text,
        };
        let folded = folding.fold(word);
        // A lone accent folds to nothing.
        if !folded.is_empty() {
            exact.push(term(folded));
            stems.push(term(tagged_stem(language, word)));
        }
    }
    // The text itself is kept by the field `text`.
    let pre_tokenized = |tokens| PreTokenizedString { text: String::new(), tokens };
    (pre_tokenized(exact), pre_tokenized(stems))
}

/// Reads the ID that the index holds.
pub(crate) fn recording_id(text: &str) -> Result<RecordingId, MalformedDocument> {
    text.parse().map_err(|_| MalformedDocument { field: RECORDING })
}
