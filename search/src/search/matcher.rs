//! Walks through the documents of a segment that match a plan.
//!
//! The segment is taken in windows of 4,096 documents. In each, the clauses add their scores to an
//! array, one clause after the other, so each posting list is read once and in order. Where a clause
//! is required, the window begins at the first document that all required clauses can reach, and
//! the other clauses look only at documents that are still in question.

use super::{
    plan::{Clause, Leaf, Plan},
    score::{Lengths, Score},
};
use crate::index::VisibleDocs;
use tantivy::{
    DocId, DocSet, SegmentReader, TERMINATED,
    fieldnorm::FieldNormReader,
    postings::{Postings as _, SegmentPostings},
    query::{EnableScoring, PhraseQuery, Query as _},
    schema::IndexRecordOption,
};

const WORDS: usize = 64;
const WINDOW: usize = 64 * WORDS;

/// How much of the optional clauses must match.
#[derive(Debug, Clone, Copy)]
pub(super) enum Least {
    All,
    /// So much weight of them together.
    Weight(u32),
}

/// Calls `found` with each visible document that matches, in rising order.
///
pub(super) fn for_each_match<'p>(
    plan: &'p Plan,
    least: Least,
    segment: usize,
    reader: &SegmentReader,
    visible: &VisibleDocs,
    mut found: impl FnMut(DocId, Score),
) -> tantivy::Result<()> {
    let open_all = |clauses: &'p [Clause]| {
        let open = clauses.iter().map(|it| OpenClause::new(it, plan, segment, reader));
        open.collect::<Result<Vec<_>, _>>()
    };
    let mut required = open_all(&plan.required)?;
    let mut optional = open_all(&plan.optional)?;
    let mut excluded = OpenClause::new(&plan.excluded, plan, segment, reader)?;
    if let Least::All = least {
        required.append(&mut optional);
    }
    let least = match least {
        Least::All => 0,
        Least::Weight(least) => least,
    };
    // The rarest first, to have few documents in question. The order is only for speed: sums of
    // scores do not depend on it.
    required.sort_by_key(OpenClause::cost);

    let mut window = Window::new();
    let mut from = 0;
    loop {
        let start = if required.is_empty() {
            optional.iter_mut().map(|it| it.seek(from)).min()
        } else {
            required.iter_mut().map(|it| it.seek(from)).max()
        };
        let Some(start) = start.filter(|&it| it < TERMINATED) else { return Ok(()) };
        window.restart_at(start - start % 64);
        if let Some((rarest, others)) = required.split_first_mut() {
            window.collect(rarest);
            window.keep_visible(visible);
            for clause in others {
                window.keep(clause);
            }
            for clause in &mut optional {
                window.look_for(clause);
            }
        } else {
            for clause in &mut optional {
                window.collect(clause);
            }
            window.keep_visible(visible);
        }
        window.drop_those_of(&mut excluded);
        window.for_each(|doc, score, matched| {
            if matched >= least {
                found(doc, score);
            }
        });
        from = window.end();
    }
}

/// The documents from `base` to `base + WINDOW`, as far as they are known.
struct Window {
    base: DocId,
    /// A bit for each document that is in question.
    present: [u64; WORDS],
    scores: Box<[Score; WINDOW]>,
    /// What the clauses that match each document weigh together.
    matched: Box<[u32; WINDOW]>,
}

impl Window {
    fn new() -> Self {
        Self {
            base: 0,
            present: [0; WORDS],
            scores: Box::new([Score::default(); WINDOW]),
            matched: Box::new([0; WINDOW]),
        }
    }

    fn restart_at(&mut self, base: DocId) {
        self.base = base;
        self.present.fill(0);
        self.scores.fill(Score::default());
        self.matched.fill(0);
    }

    #[expect(clippy::cast_possible_truncation, reason = "WINDOW is 4,096")]
    const fn end(&self) -> DocId {
        self.base + WINDOW as DocId
    }

    /// Puts every document of `clause` in question.
    fn collect(&mut self, clause: &mut OpenClause<'_>) {
        let mut seen = [0; WORDS];
        for leaf in &mut clause.leaves {
            let mut doc = leaf.seek(self.base);
            while doc < self.end() {
                let at = (doc - self.base) as usize;
                self.scores[at] += leaf.score();
                seen[at / 64] |= 1 << (at % 64);
                doc = leaf.advance();
            }
        }
        self.weigh(&seen, clause.weight);
        for (present, seen) in self.present.iter_mut().zip(seen) {
            *present |= seen;
        }
    }

    /// Drops the documents that are not of `clause`.
    fn keep(&mut self, clause: &mut OpenClause<'_>) {
        self.present = self.look_for(clause);
    }

    /// Weighs and scores `clause` where it matches a document that is in question.
    fn look_for(&mut self, clause: &mut OpenClause<'_>) -> [u64; WORDS] {
        let mut seen = [0; WORDS];
        for leaf in &mut clause.leaves {
            for at in bits(&self.present) {
                let doc = self.base + index(at);
                let reached = leaf.seek(doc);
                if reached == doc {
                    self.scores[at] += leaf.score();
                    seen[at / 64] |= 1 << (at % 64);
                } else if reached >= self.end() {
                    break;
                }
            }
        }
        self.weigh(&seen, clause.weight);
        seen
    }

    fn drop_those_of(&mut self, clause: &mut OpenClause<'_>) {
        let dropped = self.look_for(clause);
        for (present, dropped) in self.present.iter_mut().zip(dropped) {
            *present &= !dropped;
        }
    }

    fn keep_visible(&mut self, visible: &VisibleDocs) {
        let first = (self.base / 64) as usize;
        for (number, present) in self.present.iter_mut().enumerate() {
            *present &= visible.word(first + number);
        }
    }

    fn weigh(&mut self, seen: &[u64; WORDS], weight: u32) {
        for at in bits(seen) {
            self.matched[at] += weight;
        }
    }

    fn for_each(&self, mut found: impl FnMut(DocId, Score, u32)) {
        for at in bits(&self.present) {
            found(self.base + index(at), self.scores[at], self.matched[at]);
        }
    }
}

/// The places of the bits that are set, in rising order.
fn bits(words: &[u64; WORDS]) -> impl Iterator<Item = usize> {
    words.iter().enumerate().flat_map(|(number, &word)| {
        let mut rest = word;
        std::iter::from_fn(move || {
            let lowest = rest.trailing_zeros() as usize;
            rest &= rest.checked_sub(1)?;
            Some(64 * number + lowest)
        })
    })
}

#[expect(clippy::cast_possible_truncation, reason = "a place in a window is below 4,096")]
const fn index(at: usize) -> DocId {
    at as DocId
}

/// A clause in one segment.
struct OpenClause<'p> {
    leaves: Vec<OpenLeaf<'p>>,
    weight: u32,
}

impl<'p> OpenClause<'p> {
    fn new(
        clause: &'p Clause,
        plan: &'p Plan,
        segment: usize,
        reader: &SegmentReader,
    ) -> tantivy::Result<Self> {
        let mut leaves = Vec::with_capacity(clause.leaves.len());
        for leaf in &clause.leaves {
            leaves.extend(OpenLeaf::new(leaf, plan, segment, reader)?);
        }
        Ok(Self { leaves, weight: clause.weight })
    }

    /// The first document at `from` or after it.
    fn seek(&mut self, from: DocId) -> DocId {
        self.leaves.iter_mut().map(|it| it.seek(from)).min().unwrap_or(TERMINATED)
    }

    fn cost(&self) -> u64 {
        self.leaves.iter().map(OpenLeaf::cost).sum()
    }
}

/// A leaf in one segment, standing at a document.
enum OpenLeaf<'p> {
    Term {
        /// Two kilobytes: it unpacks a block of documents into itself.
        postings: Box<SegmentPostings>,
        length_ids: FieldNormReader,
        lengths: &'p Lengths,
        weight: f32,
    },
    Docs {
        docs: Box<dyn DocSet + 'p>,
        score: Score,
    },
}

impl<'p> OpenLeaf<'p> {
    /// `None` where the segment does not hold it.
    fn new(
        leaf: &'p Leaf,
        plan: &'p Plan,
        segment: usize,
        reader: &SegmentReader,
    ) -> tantivy::Result<Option<Self>> {
        let with_term = |term: &tantivy::Term, lengths, weight| {
            let index = reader.inverted_index(term.field())?;
            let length_ids = reader.get_fieldnorms_reader(term.field())?;
            let postings = index.read_postings(term, IndexRecordOption::WithFreqs)?;
            Ok(postings.map(Box::new).map(|postings| Self::Term {
                postings,
                length_ids,
                lengths,
                weight,
            }))
        };
        match leaf {
            Leaf::Exact { term, weight } => with_term(term, &plan.exact_lengths, *weight),
            Leaf::Stem { term, weight } => with_term(term, &plan.stem_lengths, *weight),
            Leaf::Phrase { terms, score } => {
                let phrase = PhraseQuery::new_with_offset(terms.clone());
                let weight = phrase.weight(EnableScoring::disabled_from_schema(reader.schema()))?;
                let docs: Box<dyn DocSet> = weight.scorer(reader, 1.0)?;
                Ok(Some(Self::Docs { docs, score: *score }))
            }
            Leaf::Docs { bits, score } => {
                let docs = Box::new(BitDocs::new(&bits[segment]));
                Ok(Some(Self::Docs { docs, score: *score }))
            }
        }
    }

    fn doc(&self) -> DocId {
        match self {
            Self::Term { postings, .. } => postings.doc(),
            Self::Docs { docs, .. } => docs.doc(),
        }
    }

    fn advance(&mut self) -> DocId {
        match self {
            Self::Term { postings, .. } => postings.advance(),
            Self::Docs { docs, .. } => docs.advance(),
        }
    }

    /// Goes to the first document at `target` or after it; stays where it is if it is past that.
    fn seek(&mut self, target: DocId) -> DocId {
        let doc = self.doc();
        if doc >= target {
            return doc;
        }
        match self {
            Self::Term { postings, .. } => postings.seek(target),
            Self::Docs { docs, .. } => docs.seek(target),
        }
    }

    /// What the document at which it stands gets.
    fn score(&self) -> Score {
        match self {
            Self::Term { postings, length_ids, lengths, weight } => {
                let length_id = length_ids.fieldnorm_id(postings.doc());
                Score::new(weight * lengths.share(postings.term_freq(), length_id))
            }
            Self::Docs { score, .. } => *score,
        }
    }

    fn cost(&self) -> u64 {
        match self {
            Self::Term { postings, .. } => u64::from(postings.size_hint()),
            Self::Docs { docs, .. } => docs.cost(),
        }
    }
}

/// The documents whose bits are set.
struct BitDocs<'b> {
    bits: &'b [u64],
    doc: DocId,
}

impl<'b> BitDocs<'b> {
    fn new(bits: &'b [u64]) -> Self {
        let mut docs = Self { bits, doc: 0 };
        docs.doc = docs.first_from(0);
        docs
    }

    fn first_from(&self, from: DocId) -> DocId {
        let (mut number, skipped) = ((from / 64) as usize, from % 64);
        let mut mask = u64::MAX << skipped;
        while let Some(word) = self.bits.get(number) {
            let rest = word & mask;
            if rest != 0 {
                return DocId::try_from(64 * number).unwrap_or(TERMINATED) + rest.trailing_zeros();
            }
            mask = u64::MAX;
            number += 1;
        }
        TERMINATED
    }
}

impl DocSet for BitDocs<'_> {
    fn advance(&mut self) -> DocId {
        if self.doc < TERMINATED {
            self.doc = self.first_from(self.doc + 1);
        }
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.doc = if target < TERMINATED { self.first_from(target) } else { TERMINATED };
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.bits.iter().map(|it| it.count_ones()).sum()
    }
}
