//! Answering a query for one viewer.

mod matcher;
mod plan;
mod ranking;
mod score;

use crate::{
    Matching, Query, RecordingHits, Results, SearchError, highlight,
    index::{Published, Snapshot, View},
    results::Hit,
};
use archive::{Lane, catalog::VisibleRecordings};
use matcher::Least;
use plan::Plan;
use ranking::{Candidate, Ranking};
use std::{num::NonZero, sync::Arc, thread};
use tantivy::{DocAddress, TantivyDocument};
use tokio_util::sync::CancellationToken;

/// Fewer recordings than this are too few to be all that somebody wants.
const ENOUGH_RECORDINGS: u64 = 5;

/// Answers queries from the index as it was last committed. Cheap to clone.
#[derive(Clone)]
pub struct Searcher {
    published: Arc<Published>,
    lane: Lane,
}

impl Searcher {
    pub(crate) fn new(published: Arc<Published>) -> Self {
        // A search computes; more at once than there are cores would only wait for each other.
        let slots = thread::available_parallelism().map_or(2, NonZero::get);
        Self { published, lane: Lane::new("search", slots) }
    }

    /// Finds what `query` asks for among the recordings in `visible`.
    ///
    /// Hits, counts, marks and the order of all are what they would be if no other recording
    /// existed: only documents of these recordings are matched, and how rare a word is and how long
    /// a passage usually is are counted over these alone.
    ///
    /// # Errors
    ///
    /// Never for the text of the query: only if the index cannot be read.
    pub async fn search(
        &self,
        query: &Query,
        visible: &Arc<VisibleRecordings>,
    ) -> Result<Results, SearchError> {
        let snapshot = self.published.snapshot();
        let (query, visible) = (query.clone(), Arc::clone(visible));
        let work = move || match query.only_within() {
            None => answer(&query, &snapshot, &snapshot.view(&visible)),
            Some(only) => {
                let sees = |id: &str| id == only.as_str() && visible.contains(id);
                answer(&query, &snapshot, &View::new(&snapshot, &sees))
            }
        };
        let answer = self.lane.run(&CancellationToken::new(), work).await;
        answer.map_err(|source| SearchError::Lane { source })?
    }

    /// Whether the index lacks recordings that the catalog has, because it is being rebuilt.
    pub fn is_incomplete(&self) -> bool {
        self.published.needs_rebuild()
    }
}

/// Blocks for microseconds to milliseconds.
fn answer(query: &Query, snapshot: &Snapshot, view: &View) -> Result<Results, SearchError> {
    if query.is_empty() || view.counts.documents == 0 {
        return Ok(Results::default());
    }
    let read = |source| SearchError::Read { source: Arc::new(source) };
    let mut plan = Plan::new(query, snapshot, view).map_err(read)?;
    let (mut ranking, mut matching) = rank(query, &plan, snapshot, view).map_err(read)?;
    if ranking.total_hits == 0
        && let Some(unquoted) = query.unquoted()
    {
        plan = Plan::new(&unquoted, snapshot, view).map_err(read)?;
        ranking = rank(&unquoted, &plan, snapshot, view).map_err(read)?.0;
        matching = Matching::Some;
    }
    let (total_recordings, total_hits) = (ranking.total_recordings, ranking.total_hits);
    let page = ranking.into_best().into_iter().skip(query.offset());
    let recordings = page.map(|it| recording_hits(&it, &plan, snapshot));
    let recordings = recordings.collect::<Result<_, _>>()?;
    Ok(Results { total_recordings, total_hits, matching, recordings })
}

/// Asks for all words first, and for fewer where too little is found.
fn rank<'s>(
    query: &Query,
    plan: &Plan,
    snapshot: &'s Snapshot,
    view: &View,
) -> tantivy::Result<(Ranking<'s>, Matching)> {
    let all = rank_with(Least::All, query, plan, snapshot, view)?;
    let enough = if query.only_within().is_some() { 1 } else { ENOUGH_RECORDINGS };
    if all.total_recordings >= enough || plan.optional.is_empty() {
        return Ok((all, Matching::All));
    }
    let least = if plan.required.is_empty() { least_of_some(plan) } else { 0 };
    let some = rank_with(Least::Weight(least), query, plan, snapshot, view)?;
    Ok(if some.total_hits > all.total_hits { (some, Matching::Some) } else { (all, Matching::All) })
}

/// What the query's average word weighs. Half of the query's weight, which keeps out more, loses
/// a fiftieth of nDCG@10 on questions.
fn least_of_some(plan: &Plan) -> u32 {
    let known = plan.optional.iter().map(|it| it.weight).filter(|&it| it > 0);
    let (words, weight) = known.fold((0, 0), |(words, sum), it| (words + 1, sum + it));
    weight.checked_div(words).unwrap_or(0).max(1)
}

fn rank_with<'s>(
    least: Least,
    query: &Query,
    plan: &Plan,
    snapshot: &'s Snapshot,
    view: &View,
) -> tantivy::Result<Ranking<'s>> {
    let mut ranking = Ranking::new(query.sort(), query.offset() + query.limit(), query.hits());
    let readers = snapshot.searcher.segment_readers().iter();
    let segments = readers.zip(&snapshot.tables).zip(&view.segments).zip(0..);
    for (((reader, table), visible), segment) in segments {
        let mut matches = ranking.segment(segment, table);
        let found = |doc, score| matches.push(doc, score);
        matcher::for_each_match(plan, least, segment as usize, reader, visible, found)?;
        matches.finish_recording();
    }
    Ok(ranking)
}

fn recording_hits(
    found: &Candidate<'_>,
    plan: &Plan,
    snapshot: &Snapshot,
) -> Result<RecordingHits, SearchError> {
    let read = |source| SearchError::Read { source: Arc::new(source) };
    let hits = found.hits.iter().map(|&(_, doc)| {
        let address = DocAddress::new(found.segment, doc);
        let document: TantivyDocument = snapshot.searcher.doc(address).map_err(read)?;
        let (passage, language) = snapshot
            .fields
            .passage(&document)
            .map_err(|source| SearchError::Malformed { source: Box::new(source) })?;
        let marks = plan.marker.marks(&passage.text, &language);
        Ok(Hit {
            said: marks.first().and_then(|mark| passage.said_at(mark.start)),
            source: passage.source,
            start: passage.start,
            end: passage.end,
            text: highlight::snippet(&passage.text, &marks),
        })
    });
    let hits: Vec<Hit> = hits.collect::<Result<_, SearchError>>()?;
    let more = found.total_hits - hits.len() as u64;
    Ok(RecordingHits { recording: found.block.recording.clone(), hits, more })
}
