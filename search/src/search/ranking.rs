//! From matching passages to the best recordings.

use super::score::Score;
use crate::{
    index::{Block, SegmentTable},
    query::Sort,
};
use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
};
use tantivy::DocId;

/// A recording is worth what its best passages are together. Measured on meetings: the best alone
/// finds the right one less often, and the sum over all passages only finds the longest.
const PASSAGES_THAT_COUNT: usize = 3;

/// A title names the whole recording; a passage only a moment of it.
const TITLE_WEIGHT: u64 = 2;

/// Collects the matches of all segments. Matches come in rising order of segment and document.
pub(super) struct Ranking<'s> {
    sort: Sort,
    /// How many recordings and how many passages of each to keep.
    recordings: usize,
    hits: usize,
    best: BinaryHeap<Reverse<Candidate<'s>>>,
    pub(super) total_recordings: u64,
    pub(super) total_hits: u64,
}

/// A recording that matches.
pub(super) struct Candidate<'s> {
    sort: Sort,
    score: Score,
    pub(super) block: &'s Block,
    pub(super) segment: u32,
    /// The best passages, best first.
    pub(super) hits: Vec<(Score, DocId)>,
    pub(super) total_hits: u64,
}

impl<'s> Ranking<'s> {
    pub(super) const fn new(sort: Sort, recordings: usize, hits: usize) -> Self {
        Self { sort, recordings, hits, best: BinaryHeap::new(), total_recordings: 0, total_hits: 0 }
    }

    /// Takes the matches of one segment.
    pub(super) fn segment(&mut self, segment: u32, table: &'s SegmentTable) -> InSegment<'_, 's> {
        InSegment { ranking: self, segment, table, block: 0, matches: Vec::new() }
    }

    fn add(&mut self, segment: u32, block: &'s Block, mut matches: Vec<(Score, DocId)>) {
        let total_hits = matches.len() as u64;
        self.total_recordings += 1;
        self.total_hits += total_hits;
        matches.sort_unstable_by_key(|&(score, doc)| (Reverse(score), doc));
        let score = matches.iter().take(PASSAGES_THAT_COUNT).map(|&(score, _)| score).sum();
        matches.truncate(self.hits);
        let candidate =
            Candidate { sort: self.sort, score, block, segment, hits: matches, total_hits };
        if self.best.len() < self.recordings {
            self.best.push(Reverse(candidate));
        } else if let Some(mut worst) = self.best.peek_mut()
            && worst.0 < candidate
        {
            *worst = Reverse(candidate);
        }
    }

    /// The best recordings, best first.
    pub(super) fn into_best(self) -> Vec<Candidate<'s>> {
        // Sorting `Reverse` puts the best first.
        self.best.into_sorted_vec().into_iter().map(|it| it.0).collect()
    }
}

/// One segment's part of a ranking. A recording is in one segment only, since it is added as a whole.
pub(super) struct InSegment<'r, 's> {
    ranking: &'r mut Ranking<'s>,
    segment: u32,
    table: &'s SegmentTable,
    /// The recording whose matches come in.
    block: usize,
    matches: Vec<(Score, DocId)>,
}

impl InSegment<'_, '_> {
    pub(super) fn push(&mut self, doc: DocId, score: Score) {
        let block = self.table.block_of(doc, self.block);
        if block != self.block {
            self.finish_recording();
            self.block = block;
        }
        let title = self.table.blocks[block].start == doc;
        self.matches.push((if title { score.times(TITLE_WEIGHT) } else { score }, doc));
    }

    pub(super) fn finish_recording(&mut self) {
        if !self.matches.is_empty() {
            let matches = std::mem::take(&mut self.matches);
            self.ranking.add(self.segment, &self.table.blocks[self.block], matches);
        }
    }
}

impl Candidate<'_> {
    fn rank(&self) -> impl Ord + '_ {
        let score = match self.sort {
            Sort::Relevance => self.score,
            Sort::Newest => Score::default(),
        };
        (score, self.block.started_at, Reverse(&self.block.recording))
    }
}

impl Ord for Candidate<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Candidate<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate<'_> {}
