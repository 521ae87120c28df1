//! The part of the index that one viewer may see.
//!
//! Everything a search reads of hidden recordings passes through here, and nothing does: documents
//! are matched against the view's bits, and the statistics of BM25 are counted over those bits. So
//! the order of results is what it would be if the hidden recordings did not exist.

use super::snapshot::{Counts, Snapshot};
use tantivy::{
    DocId, DocSet as _, SegmentReader, TERMINATED, Term,
    index::InvertedIndexReader,
    postings::{SegmentPostings, TermInfo},
    schema::IndexRecordOption,
};

pub(crate) struct View {
    /// One for each of the snapshot's segments.
    pub(crate) segments: Vec<VisibleDocs>,
    pub(crate) counts: Counts,
}

/// The documents of a segment that the viewer may see and that were not deleted since.
pub(crate) enum VisibleDocs {
    All,
    /// A bit for each document; the bits past the last are 0.
    Some(Box<[u64]>),
}

impl VisibleDocs {
    pub(crate) fn contains(&self, doc: DocId) -> bool {
        match self {
            Self::All => true,
            Self::Some(bits) => bits[(doc / 64) as usize] >> (doc % 64) & 1 == 1,
        }
    }

    /// The bits of the 64 documents from `64 * word` on.
    pub(crate) fn word(&self, word: usize) -> u64 {
        match self {
            Self::All => u64::MAX,
            Self::Some(bits) => bits.get(word).copied().unwrap_or(0),
        }
    }
}

impl View {
    /// The view of somebody who may see the recordings for which `sees` is true.
    pub(crate) fn new(snapshot: &Snapshot, sees: &dyn Fn(&str) -> bool) -> Self {
        let mut counts = Counts::default();
        let mut segments = Vec::with_capacity(snapshot.tables.len());
        for (reader, table) in snapshot.searcher.segment_readers().iter().zip(&snapshot.tables) {
            let mut bits = vec![0_u64; (table.end as usize).div_ceil(64)].into_boxed_slice();
            let mut hidden = false;
            for (number, block) in table.blocks.iter().enumerate() {
                // A recording is replaced as a whole, so its first document tells for all.
                if reader.is_deleted(block.start) || !sees(block.recording.as_str()) {
                    hidden = true;
                    continue;
                }
                counts.add(&block.counts);
                for doc in block.start..table.end_of(number) {
                    bits[(doc / 64) as usize] |= 1 << (doc % 64);
                }
            }
            segments.push(if hidden { VisibleDocs::Some(bits) } else { VisibleDocs::All });
        }
        Self { segments, counts }
    }

    /// In how many visible documents `term` is.
    pub(crate) fn doc_freq(&self, snapshot: &Snapshot, term: &Term) -> tantivy::Result<u64> {
        let mut sum = 0;
        for (reader, visible) in snapshot.searcher.segment_readers().iter().zip(&self.segments) {
            let index = reader.inverted_index(term.field())?;
            if let Some(info) = index.get_term_info(term)? {
                sum += match visible {
                    VisibleDocs::All => u64::from(info.doc_freq),
                    VisibleDocs::Some(_) => visible_postings(&index, &info, visible)?,
                };
            }
        }
        Ok(sum)
    }

    /// The visible documents that hold a word beginning with `prefix`, as bits for each segment,
    /// and how many they are.
    pub(crate) fn docs_with_prefix(
        &self,
        snapshot: &Snapshot,
        prefix: &Term,
    ) -> tantivy::Result<(Vec<Box<[u64]>>, u64)> {
        let (mut all, mut sum) = (Vec::with_capacity(self.segments.len()), 0);
        for (reader, visible) in snapshot.searcher.segment_readers().iter().zip(&self.segments) {
            let mut bits = vec![0_u64; (reader.max_doc() as usize).div_ceil(64)].into_boxed_slice();
            each_posting_below(reader, prefix, |doc| bits[(doc / 64) as usize] |= 1 << (doc % 64))?;
            for (number, word) in bits.iter_mut().enumerate() {
                *word &= visible.word(number);
                sum += u64::from(word.count_ones());
            }
            all.push(bits);
        }
        Ok((all, sum))
    }
}

fn visible_postings(
    index: &InvertedIndexReader,
    info: &TermInfo,
    visible: &VisibleDocs,
) -> tantivy::Result<u64> {
    let mut postings = index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
    let mut sum = 0;
    each(&mut postings, |doc| sum += u64::from(visible.contains(doc)));
    Ok(sum)
}

fn each_posting_below(
    reader: &SegmentReader,
    prefix: &Term,
    mut found: impl FnMut(DocId),
) -> tantivy::Result<()> {
    let index = reader.inverted_index(prefix.field())?;
    let beginning = prefix.serialized_value_bytes();
    let mut terms = index.terms().range().ge(beginning).into_stream()?;
    while let Some((term, info)) = terms.next() {
        if !term.starts_with(beginning) {
            break;
        }
        let mut postings = index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
        each(&mut postings, &mut found);
    }
    Ok(())
}

fn each(postings: &mut SegmentPostings, mut found: impl FnMut(DocId)) {
    let mut doc = postings.doc();
    while doc != TERMINATED {
        found(doc);
        doc = postings.advance();
    }
}
