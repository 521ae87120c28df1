//! What somebody may not see does not exist for them.

use crate::library::{Library, id, spoken, titled};
use archive::RecordingId;
use proptest::prelude::*;
use search::{Entry, Query, Sort};

#[tokio::test]
async fn nothing_tells_of_a_hidden_recording() {
    let library = Library::of([
        spoken(1, "en", &["the solar roof", "the roof"]),
        spoken(2, "en", &["the secret solar roof"]),
    ])
    .await;
    let seen = [id(1)];
    for query in ["secret", "secr*", "\"secret solar\"", "secret -roof"] {
        let results = library.ask_as(&Query::new(query), &seen).await;
        assert_eq!((results.total_recordings, results.total_hits), (0, 0), "{query}");
    }
    let results = library.ask_as(&Query::new("solar"), &seen).await;
    assert_eq!((results.total_recordings, results.total_hits), (1, 1));
    let results = library.ask_as(&Query::new("solar"), &[]).await;
    assert_eq!(results, search::Results::default());
}

/// Few words in few languages, so that queries match, relax, tie and reorder often.
fn entry(n: u32) -> impl Strategy<Value = Entry> {
    let word = prop::sample::select(vec![
        "solar",
        "roof",
        "roofs",
        "haus",
        "häuser",
        "the",
        "die",
        "panel",
        "panels",
        "東京都",
        "học",
        "reunión",
        "reuniones",
        "secret",
    ]);
    let text = prop::collection::vec(word, 1..8).prop_map(|it| it.join(" "));
    let language = prop::sample::select(vec!["en", "de", "es", "ja", "vi", "und"]);
    let passages = prop::collection::vec(text.clone(), 0..5);
    (text, language, passages).prop_map(move |(title, language, passages)| {
        let passages: Vec<&str> = passages.iter().map(String::as_str).collect();
        let title = titled(n, language, &title).recording.title;
        let mut entry = spoken(n, language, &passages);
        entry.recording.title = title;
        entry
    })
}

#[derive(Debug, Clone)]
struct Case {
    entries: Vec<Entry>,
    /// Those that are indexed again at the end, so that the index has deleted documents.
    again: Vec<bool>,
    visible: Vec<bool>,
    queries: Vec<String>,
}

fn case() -> impl Strategy<Value = Case> {
    let entries: Vec<_> = (0..9).map(entry).collect();
    let term = prop::sample::select(vec![
        "solar",
        "roof",
        "häuser",
        "haus",
        "the",
        "panel",
        "東京",
        "hoc",
        "học",
        "reunion",
        "secret",
        "so*",
        "re*",
        "se*",
        "\"solar roof\"",
        "\"the secret\"",
        "-panel",
        "-\"the roof\"",
        "absent",
    ]);
    let queries =
        prop::collection::vec(prop::collection::vec(term, 1..5).prop_map(|it| it.join(" ")), 12);
    let flags = || prop::collection::vec(any::<bool>(), 9);
    (entries, flags(), flags(), queries).prop_map(|(entries, again, visible, queries)| Case {
        entries,
        again,
        visible,
        queries,
    })
}

/// The promise of the crate, word for word: a library with hidden recordings answers as one in
/// which they never were. Results hold order, counts and marks; scores are not shown to anybody.
#[test]
fn a_search_answers_as_if_hidden_recordings_never_were() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) };
    proptest!(config, |(case in case())| {
        runtime.block_on(check(case))?;
    });
}

async fn check(case: Case) -> Result<(), TestCaseError> {
    let whole = Library::of(case.entries.iter().cloned()).await;
    let again = case.entries.iter().zip(&case.again).filter(|(_, again)| **again);
    whole.add(again.map(|(entry, _)| entry.clone())).await;
    let shown = case.entries.iter().zip(&case.visible).filter(|(_, visible)| **visible);
    let shown: Vec<Entry> = shown.map(|(entry, _)| entry.clone()).collect();
    let visible: Vec<RecordingId> = shown.iter().map(|it| it.recording.id.clone()).collect();
    // In another order, as that must not matter either.
    let part = Library::of(shown.into_iter().rev()).await;
    for text in &case.queries {
        for sort in [Sort::Relevance, Sort::Newest] {
            for (offset, limit) in [(0, 9), (1, 4)] {
                let query = Query::new(text).sorted(sort).page(offset, limit).hits_per_recording(2);
                let expected = part.ask(&query).await;
                let found = whole.ask_as(&query, &visible).await;
                prop_assert_eq!(found, expected, "{}", text);
            }
        }
    }
    Ok(())
}
