use crate::library::{Library, full_contents, id, shown, spoken, titled};
use archive::MediaTime;
use search::{Entry, Matching, Query, Sort, Source};

#[tokio::test]
async fn finds_the_forms_of_a_word_in_its_language() {
    let library = Library::of([
        spoken(1, "en", &["We decided about the meetings."]),
        spoken(2, "de", &["Die Häuser der Genossenschaften"]),
        spoken(3, "es", &["Las reuniones de la cooperativa"]),
        spoken(4, "und", &["Häuser meetings"]),
    ])
    .await;
    assert_eq!(library.find("decide").await, ["1: We [decided] about the meetings."]);
    assert_eq!(library.find("haus").await, ["2: Die [Häuser] der Genossenschaften"]);
    assert_eq!(library.find("reunión").await, ["3: Las [reuniones] de la cooperativa"]);
    let found = library.find("häuser").await;
    assert_eq!(found.len(), 2, "the written form is found in every language: {found:?}");
}

#[tokio::test]
async fn case_and_marks_may_be_left_out() {
    let library = Library::of([
        spoken(1, "fr", &["L'École d'été"]),
        spoken(2, "vi", &["Trường học mới"]),
        spoken(3, "pl", &["Łódź"]),
    ])
    .await;
    assert_eq!(library.find("ECOLE ete").await, ["1: L'[École] d'[été]"]);
    assert_eq!(library.find("lodz").await, ["3: [Łódź]"]);
    assert_eq!(library.find("HỌC").await, ["2: Trường [học] mới"], "tones make the word");
    assert!(library.find("hộc").await.is_empty());
}

#[tokio::test]
async fn scripts_without_spaces_are_searched_by_their_parts() {
    let library = Library::of([
        spoken(1, "ja", &["東京都の水道料金"]),
        spoken(2, "th", &["การประชุมสหกรณ์การเกษตร"]),
        spoken(3, "ko", &["협동조합 총회"]),
    ])
    .await;
    assert_eq!(library.find("東京都").await, ["1: [東京都]の水道料金"]);
    assert_eq!(library.find("水").await, ["1: 東京都の[水]道料金"]);
    assert_eq!(library.find("\"水道料\"").await, ["1: 東京都の[水道料]金"]);
    assert_eq!(library.find("สหกรณ์").await, ["2: การประชุม[สหกรณ์]การเกษตร"]);
    assert_eq!(library.find("총회").await, ["3: 협동조합 [총회]"]);
}

#[tokio::test]
async fn phrases_exclusions_and_beginnings() {
    let library = Library::of([spoken(
        1,
        "en",
        &[
            "the committee met",
            "the budget committee",
            "a committee budget",
            "cooperative and corporation",
        ],
    )])
    .await;
    assert_eq!(library.find("\"committee budget\"").await, ["1: a [committee budget]"]);
    assert_eq!(library.find("committee -budget").await, ["1: the [committee] met"]);
    assert_eq!(library.find("budget -\"committee budget\"").await, ["1: the [budget] committee"]);
    assert_eq!(library.find("coop*").await, ["1: [cooperative] and corporation"]);
    assert_eq!(library.find("\"met\"").await, ["1: the committee [met]"]);
    assert!(library.find("\"meets\"").await.is_empty(), "quotes ask for the written form");
    assert!(library.find("-budget").await.is_empty(), "nothing asked for, nothing found");
}

#[tokio::test]
async fn every_source_is_found_with_its_place() {
    let entry = Entry { contents: full_contents(), ..titled(1, "en", "Budget assembly") };
    let library = Library::of([entry]).await;
    let results = library.ask(&Query::new("budget").hits_per_recording(10)).await;
    let mut hits: Vec<_> = results.recordings[0]
        .hits
        .iter()
        .map(|it| (it.start.as_ms(), it.end.map(MediaTime::as_ms), it.source.clone()))
        .collect();
    hits.sort_by_key(|it| (it.0, it.2.kind()));
    assert_eq!(
        hits,
        [
            (0, None, Source::Title),
            (0, None, Source::Notes),
            (2_000, Some(3_000), Source::Slide { number: 7 }), // its first showing
            (4_000, None, Source::Chat { sender: "Ada".to_owned() }),
            (5_000, None, Source::Poll),
            (6_000, None, Source::Whiteboard),
        ]
    );
    assert_eq!(results.recordings[0].hits[0].source, Source::Title, "a title counts most");
}

#[tokio::test]
async fn results_are_grouped_counted_and_paged() {
    let filler = ["nothing here"; 5];
    let mut entries: Vec<Entry> = (1..=12).map(|n| spoken(n, "en", &["solar", "roof"])).collect();
    entries.push(spoken(
        20,
        "en",
        &[&["solar solar", "solar panels", "solar"][..], &filler].concat(),
    ));
    let library = Library::of(entries).await;

    let query = Query::new("solar").hits_per_recording(2);
    let first = library.ask(&query.clone().page(0, 5)).await;
    assert_eq!((first.total_recordings, first.total_hits), (13, 15));
    let best = &first.recordings[0];
    assert_eq!((&best.recording, best.hits.len(), best.more), (&id(20), 2, 1));
    // The rest are equally good: the newer first.
    let order: Vec<_> = first.recordings.iter().map(|it| it.recording.clone()).collect();
    assert_eq!(order, [20, 12, 11, 10, 9].map(id));

    let last = library.ask(&query.clone().page(10, 5)).await;
    assert_eq!(last.total_recordings, 13);
    let order: Vec<_> = last.recordings.iter().map(|it| it.recording.clone()).collect();
    assert_eq!(order, [3, 2, 1].map(id));
    let beyond = library.ask(&query.page(usize::MAX, usize::MAX)).await;
    assert_eq!((beyond.total_recordings, beyond.recordings.len()), (13, 0));
}

#[tokio::test]
async fn the_newest_meeting_can_come_first() {
    let library = Library::of([
        spoken(1, "en", &["solar solar solar"]),
        spoken(3, "en", &["a long passage about many things, solar among them, and about others"]),
        spoken(2, "en", &["solar"]),
    ])
    .await;
    let newest = library.ask(&Query::new("solar").sorted(Sort::Newest)).await;
    let order: Vec<_> = newest.recordings.iter().map(|it| it.recording.clone()).collect();
    assert_eq!(order, [3, 2, 1].map(id));
}

#[tokio::test]
async fn fewer_words_are_asked_for_where_all_find_too_little() {
    let library = Library::of([
        spoken(1, "en", &["solar panels on the roof of the school"]),
        spoken(2, "en", &["solar panels in the field"]),
        spoken(3, "en", &["a roof"]),
    ])
    .await;
    let cases = [
        // query, how strictly, recordings
        ("solar panels", Matching::All, 2), // fewer words would find no more
        ("solar panels school", Matching::Some, 2),
        ("the solar roof", Matching::Some, 3),
        ("solar bicycle car train bus", Matching::Some, 2), // what is nowhere does not count
        ("bicycle", Matching::All, 0),
        ("\"solar panels\"", Matching::All, 2),
        ("\"solar panels\" school", Matching::Some, 2),
        ("\"solar panels\" bicycle", Matching::Some, 2),
        ("\"panels solar\" school", Matching::Some, 2), // nowhere so: taken for words
        ("\"panels solar\"", Matching::All, 0),         // meant literally
    ];
    for (query, matching, recordings) in cases {
        let results = library.ask(&Query::new(query)).await;
        assert_eq!((results.matching, results.total_recordings), (matching, recordings), "{query}");
    }
    let best = shown(&library.ask(&Query::new("solar panels roof")).await);
    assert!(best[0].starts_with("1: [solar] [panels]"), "all words before some: {best:?}");
}

#[tokio::test]
async fn a_long_text_is_cut_around_what_matches() {
    let long = format!("{} solar panels {}", "word ".repeat(100), "word ".repeat(100));
    let library = Library::of([spoken(1, "en", &[&long])]).await;
    let found = library.find("solar").await;
    assert!(found[0].starts_with("1: …word") && found[0].ends_with("word…"), "{found:?}");
    assert!(found[0].contains("[solar] panels"), "{found:?}");
}
