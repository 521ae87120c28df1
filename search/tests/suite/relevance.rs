//! Judged queries: `XQuAD`, professional translations of one set of questions and paragraphs.

use crate::library::{Library, id, spoken};
use archive::catalog::VisibleRecordings;
use search::Query;
use serde::{Deserialize, de::DeserializeOwned};
use std::{collections::HashMap, fs, path::Path, sync::Arc};

#[derive(Deserialize)]
struct Text {
    id: String,
    text: String,
}

/// Lines of JSON, or `None` where the collection is not on this machine.
fn lines<T: DeserializeOwned>(path: &Path) -> Option<Vec<T>> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// The mean nDCG@10 over every `step`th query of a collection whose queries have one right answer.
async fn ndcg(folder: &Path, language: &str, step: usize) -> Option<f64> {
    let documents: Vec<Text> = lines(&folder.join("docs.jsonl"))?;
    let queries: Vec<Text> = lines(&folder.join("queries.jsonl"))?;
    let judged = fs::read_to_string(folder.join("qrels.tsv")).ok()?;
    let right: HashMap<&str, &str> = judged
        .lines()
        .map(|line| {
            let mut columns = line.split('\t');
            (columns.next().unwrap(), columns.next().unwrap())
        })
        .collect();
    let entries = documents.iter().zip(0..).map(|(it, n)| spoken(n, language, &[&it.text]));
    let Library { index, folder: _folder } = Library::of(entries).await;
    let numbers: HashMap<_, _> =
        (0..).map(id).zip(&documents).map(|(id, it)| (id, &it.id)).collect();
    let visible = Arc::new(VisibleRecordings::of(numbers.keys(), 1));
    let searcher = index.searcher();
    let (mut sum, mut asked) = (0.0, 0);
    for query in queries.iter().step_by(step) {
        let results = searcher.search(&Query::new(&query.text), &visible).await.unwrap();
        let mut ranks = results.recordings.iter().zip(2_u32..);
        let expected = right[query.id.as_str()];
        let found = ranks.find(|(it, _)| numbers[&it.recording] == expected);
        sum += found.map_or(0.0, |(_, rank)| 1.0 / f64::from(rank).log2());
        asked += 1;
    }
    Some(sum / f64::from(asked))
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_find_their_paragraphs() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/search/ir"));
    // What was reached on every fifth query, less 0.005.
    let floors = [
        ("en", 0.964),
        ("de", 0.930),
        ("es", 0.964),
        ("zh", 0.966),
        ("th", 0.961),
        ("ru", 0.952),
        ("ar", 0.919),
    ];
    for (language, floor) in floors {
        let folder = root.join(format!("xquad-{language}"));
        let Some(reached) = ndcg(&folder, language, 5).await else {
            archive::testing::skipped(&format!("the judged queries xquad-{language} are not here"));
            continue;
        };
        println!("xquad-{language}: nDCG@10 {reached:.4}");
        assert!(reached >= floor, "xquad-{language}: nDCG@10 {reached:.4}, floor {floor}");
    }
}
