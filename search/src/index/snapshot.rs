//! The index at one commit: what searches read.

use crate::{
    index::view::View,
    schema::{self, Fields},
};
use archive::{RecordingId, catalog::VisibleRecordings};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tantivy::{
    DocId, Searcher, SegmentReader, TantivyError, fieldnorm::FieldNormReader, index::SegmentId,
};

/// How many viewers' views a snapshot keeps.
const KEPT_VIEWS: usize = 8;

/// The index at one commit. Cheap to search from many threads; nothing in it changes.
pub(crate) struct Snapshot {
    pub(crate) searcher: Searcher,
    pub(crate) fields: Fields,
    /// One for each of the searcher's segments.
    pub(crate) tables: Vec<Arc<SegmentTable>>,
    views: Mutex<Vec<(Arc<VisibleRecordings>, Arc<View>)>>,
}

/// The recordings of a segment, in the order of their documents.
///
/// The documents of a recording are one block, so a recording is told by where it begins. Read
/// once for each segment: a segment never changes, it only loses documents.
pub(crate) struct SegmentTable {
    segment: SegmentId,
    /// In the order of their first documents, which begin at 0.
    pub(crate) blocks: Vec<Block>,
    pub(crate) end: DocId,
}

/// The documents of one recording.
pub(crate) struct Block {
    pub(crate) start: DocId,
    pub(crate) recording: RecordingId,
    /// When the meeting began, in Unix milliseconds.
    pub(crate) started_at: i64,
    pub(crate) counts: Counts,
}

/// What BM25 must know of a set of documents. Counts of disjoint sets add up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Those that hold a word at all.
    pub(crate) documents: u64,
    pub(crate) exact_tokens: u64,
    pub(crate) stem_tokens: u64,
    /// Documents by the tag of their language.
    pub(crate) languages: BTreeMap<Box<str>, u64>,
}

impl Counts {
    pub(crate) fn add(&mut self, other: &Self) {
        self.documents += other.documents;
        self.exact_tokens += other.exact_tokens;
        self.stem_tokens += other.stem_tokens;
        for (language, documents) in &other.languages {
            match self.languages.get_mut(language) {
                Some(sum) => *sum += documents,
                None => {
                    self.languages.insert(language.clone(), *documents);
                }
            }
        }
    }
}

impl Snapshot {
    /// Reads the tables of the segments that `before` does not have.
    pub(crate) fn new(
        searcher: Searcher,
        fields: Fields,
        before: Option<&Self>,
    ) -> Result<Self, TantivyError> {
        let known = |segment| {
            let mut tables = before.into_iter().flat_map(|it| &it.tables);
            tables.find(|it| it.segment == segment).map(Arc::clone)
        };
        let tables = searcher.segment_readers().iter().map(|reader| {
            known(reader.segment_id())
                .map_or_else(|| SegmentTable::read(reader, &fields).map(Arc::new), Ok)
        });
        let tables = tables.collect::<Result<_, _>>()?;
        Ok(Self { searcher, fields, tables, views: Mutex::default() })
    }

    /// The recordings that are in the index.
    pub(crate) fn recordings(&self) -> impl Iterator<Item = &RecordingId> {
        let segments = self.searcher.segment_readers().iter().zip(&self.tables);
        segments.flat_map(|(reader, table)| {
            let alive = table.blocks.iter().filter(|it| !reader.is_deleted(it.start));
            alive.map(|it| &it.recording)
        })
    }

    /// The part of the index that somebody may see. Kept, as most searches are of few viewers.
    pub(crate) fn view(&self, visible: &Arc<VisibleRecordings>) -> Arc<View> {
        let kept = |views: &[(Arc<VisibleRecordings>, Arc<View>)]| {
            let mut views = views.iter();
            // The set that is compared with is alive, so no other can have its address.
            views.find(|(of, _)| Arc::ptr_eq(of, visible)).map(|(_, view)| Arc::clone(view))
        };
        if let Some(view) = kept(&self.views.lock().unwrap_or_else(PoisonError::into_inner)) {
            return view;
        }
        let view = Arc::new(View::new(self, &|id| visible.contains(id)));
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        if views.len() == KEPT_VIEWS {
            views.remove(0);
        }
        views.push((Arc::clone(visible), Arc::clone(&view)));
        view
    }
}

impl SegmentTable {
    fn read(reader: &SegmentReader, fields: &Fields) -> Result<Self, TantivyError> {
        let missing = |field| TantivyError::SchemaError(format!("no column `{field}`"));
        let columns = reader.fast_fields();
        let ordinals = columns.u64(schema::ORDINAL)?;
        let started_at = columns.i64(schema::STARTED_AT)?;
        let end = reader.max_doc();
        let mut table = Self { segment: reader.segment_id(), blocks: Vec::new(), end };
        if end == 0 {
            return Ok(table);
        }
        let recordings =
            columns.str(schema::RECORDING)?.ok_or_else(|| missing(schema::RECORDING))?;
        let languages = columns.str(schema::LANGUAGE)?.ok_or_else(|| missing(schema::LANGUAGE))?;
        let exact = reader.get_fieldnorms_reader(fields.exact)?;
        let stem = reader.get_fieldnorms_reader(fields.stem)?;
        let mut text = String::new();
        for doc in 0..end {
            if ordinals.first(doc) == Some(0) {
                let ord = recordings.term_ords(doc).next();
                let ord = ord.ok_or_else(|| missing(schema::RECORDING))?;
                text.clear();
                recordings.ord_to_str(ord, &mut text)?;
                let recording = schema::recording_id(&text)
                    .map_err(|error| TantivyError::SchemaError(error.to_string()))?;
                table.blocks.push(Block {
                    start: doc,
                    recording,
                    started_at: started_at.first(doc).unwrap_or_default(),
                    counts: Counts::default(),
                });
            }
            let block = table.blocks.last_mut().ok_or_else(|| missing(schema::ORDINAL))?;
            let (exact_tokens, stem_tokens) = (length(&exact, doc), length(&stem, doc));
            // A recording without a title has an empty document for it, which is no passage.
            if exact_tokens == 0 {
                continue;
            }
            block.counts.documents += 1;
            block.counts.exact_tokens += exact_tokens;
            block.counts.stem_tokens += stem_tokens;
            if let Some(ord) = languages.term_ords(doc).next() {
                text.clear();
                languages.ord_to_str(ord, &mut text)?;
                *block.counts.languages.entry(text.as_str().into()).or_default() += 1;
            }
        }
        Ok(table)
    }

    /// The block that holds `doc`, looking from block `from` on.
    pub(crate) fn block_of(&self, doc: DocId, from: usize) -> usize {
        from + self.blocks[from..].partition_point(|it| it.start <= doc) - 1
    }

    /// Where the documents of a block end.
    pub(crate) fn end_of(&self, block: usize) -> DocId {
        self.blocks.get(block + 1).map_or(self.end, |it| it.start)
    }
}

/// The length of a document as BM25 sees it: rounded down to one of 256 steps.
fn length(lengths: &FieldNormReader, doc: DocId) -> u64 {
    u64::from(lengths.fieldnorm(doc))
}
