use crate::library::{Library, spoken};
use proptest::prelude::*;
use search::{Query, Sort};
use std::time::{Duration, Instant};

async fn library() -> Library {
    let passages: Vec<String> =
        (0..200).map(|n| format!("passage {n} of the solar roof")).collect();
    let passages: Vec<&str> = passages.iter().map(String::as_str).collect();
    Library::of([spoken(1, "en", &passages), spoken(2, "ja", &["東京都の水道料金"])]).await
}

#[tokio::test]
async fn no_text_is_an_error() {
    let library = library().await;
    let queries = [
        "",
        " ",
        "\"",
        "\"\"",
        "*",
        "**",
        "-",
        "--",
        "AND",
        "OR",
        "NOT",
        ":",
        "a:b",
        "text:*",
        "[a TO z]",
        "(((((((((((((((((((((",
        "a:(^",
        "\\",
        "\\\"",
        "/.*/",
        "~",
        "x~2",
        "x^9",
        "\0",
        "\u{202e}abc",
        "\u{300}",
        "e\u{300}\u{300}\u{300}",
        "🦀",
        "👩‍👩‍👧",
        "-\"",
        "\"-",
        "\"*\"",
        "+solar",
        "solar +",
        "'; DROP TABLE recordings; --",
        "<script>",
        "%00",
        "visibility:private",
    ];
    for query in queries {
        let results = library.ask(&Query::new(query)).await;
        assert!(results.total_recordings <= 2, "{query:?}");
    }
    assert_eq!(library.find("+solar -\"").await.len(), 100, "what is odd around a word is dropped");
}

#[tokio::test]
async fn the_longest_texts_are_answered_at_once() {
    let library = library().await;
    let texts = [
        "solar ".repeat(2_000),
        "a".repeat(10_000),
        "\"".repeat(10_000),
        "s* ".repeat(4_000),
        "so* pa* ro* th* of* ".repeat(500),
        "-solar ".repeat(1_500),
        "\"solar roof\" ".repeat(800),
        "東京".repeat(3_000),
        (0..3_000).map(|n| format!("{n} ")).collect(),
    ];
    for text in texts {
        let started = Instant::now();
        library.ask(&Query::new(&text).page(usize::MAX, 100)).await;
        // Generous, for a busy machine: without bounds these take minutes.
        assert!(started.elapsed() < Duration::from_secs(5), "{text:.20}…");
    }
}

#[test]
fn any_text_is_answered() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let library = runtime.block_on(library());
    let text = prop_oneof![
        "(?s:.{0,80})",
        "[-\"* a-z東京์ก0-9']{0,80}",
        "(solar|roof|-|\"|\\*| |passage){0,30}",
    ];
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) };
    proptest!(config, |(text in text, newest: bool)| {
        let sort = if newest { Sort::Newest } else { Sort::Relevance };
        let query = Query::new(&text).sorted(sort).hits_per_recording(5);
        let results = runtime.block_on(library.ask(&query));
        prop_assert!(results.total_hits <= 201 + 2);
        for hit in results.recordings.iter().flat_map(|it| &it.hits) {
            prop_assert!(hit.text.marks.iter().all(|it| hit.text.text.get(it.clone()).is_some()));
        }
    });
}
