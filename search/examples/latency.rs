//! Builds an index of passages and measures what answering queries costs. For `benches/`.
//!
//! `latency build FOLDER PASSAGES.jsonl` puts every recording in, in its order;
//! `latency ask FOLDER QUERIES.jsonl RECORDINGS PASSES` asks each query so many times, once for
//! somebody who sees everything and once for somebody who sees every other recording.
//!
//! Prints JSON lines. Times are the process's own time on a processor, in microseconds, so that
//! what else the machine does is left out.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use archive::{
    Contents, Passage, Recording, RecordingId, Transcript, Visibility, catalog::VisibleRecordings,
    testing,
};
use rustix::time::{ClockId, clock_gettime};
use search::{Entry, Index, Query};
use serde::Deserialize;
use std::{
    error::Error,
    fs::File,
    io::{BufRead as _, BufReader},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[derive(Deserialize)]
struct Line {
    recording: u32,
    language: String,
    start: u64,
    end: u64,
    text: String,
}

#[derive(Deserialize)]
struct Asked {
    class: String,
    query: String,
}

fn main() -> Result<()> {
    // One thread for everything but the search itself, as little as can be beside it.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["build", folder, passages] => runtime.block_on(build(folder.as_ref(), passages.as_ref())),
        ["ask", folder, queries, recordings, passes] => runtime.block_on(ask(
            folder.as_ref(),
            queries.as_ref(),
            recordings.parse()?,
            passes.parse()?,
        )),
        _ => Err("expected: build FOLDER PASSAGES, or ask FOLDER QUERIES RECORDINGS PASSES".into()),
    }
}

fn lines<T: for<'de> Deserialize<'de>>(file: &Path) -> Result<Vec<T>> {
    let lines = BufReader::new(File::open(file)?).lines();
    lines.map(|it| Ok(serde_json::from_str(&it?)?)).collect()
}

async fn build(folder: &Path, passages: &Path) -> Result<()> {
    let lines: Vec<Line> = lines(passages)?;
    let entries: Vec<Entry> =
        lines.chunk_by(|a, b| a.recording == b.recording).map(entry).collect();
    let (began, recordings) = (on_processor(), entries.len());
    let index = Index::open(folder)?;
    let mut under_way = JoinSet::new();
    for entry in entries {
        let index = index.clone();
        under_way.spawn(async move { index.replace(entry).await });
    }
    while let Some(done) = under_way.join_next().await {
        done??;
    }
    // Closing waits for the writer, and the writer for its merges.
    drop(index);
    println!(
        "{}",
        serde_json::json!({
            "recordings": recordings,
            "passages": lines.len(),
            "cpu_s": (on_processor() - began).as_secs_f64(),
        })
    );
    Ok(())
}

fn entry(lines: &[Line]) -> Entry {
    let (number, language) = (lines[0].recording, lines[0].language.parse().ok());
    let passage = |it: &Line| Passage {
        range: testing::range(it.start, it.end),
        text: it.text.clone(),
        words: Vec::new(),
    };
    Entry {
        recording: Recording {
            title: format!("Recording {number}"),
            description: String::new(),
            language,
            ..testing::admission(number, "", Visibility::Public).recording
        },
        contents: Contents::default(),
        transcript: Some(Transcript {
            language,
            model: "none".to_owned(),
            passages: lines.iter().map(passage).collect(),
        }),
    }
}

async fn ask(folder: &Path, queries: &Path, recordings: u32, passes: usize) -> Result<()> {
    let queries: Vec<Asked> = lines(queries)?;
    let index = Index::open(folder)?;
    let searcher = index.searcher();
    let ids: Vec<RecordingId> = (0..recordings).map(testing::recording_id).collect();
    let everyone = Arc::new(VisibleRecordings::of(&ids, 1));
    let half = Arc::new(VisibleRecordings::of(ids.iter().step_by(2), 2));
    for (who, visible) in [("all", everyone), ("half", half)] {
        for Asked { class, query: text } in &queries {
            let (mut cpu, mut wall) = (Vec::new(), Vec::new());
            let mut found = None;
            for _ in 0..=passes {
                let (began, began_cpu) = (Instant::now(), on_processor());
                // Reading the text is part of answering.
                let results = searcher.search(&Query::new(text), &visible).await?;
                cpu.push(on_processor() - began_cpu);
                wall.push(began.elapsed());
                found = Some(results);
            }
            let Some(found) = found else { continue };
            println!(
                "{}",
                serde_json::json!({
                    "class": class,
                    "sees": who,
                    // The first pass warms up.
                    "cpu_us": median(&mut cpu[1..]),
                    "wall_us": median(&mut wall[1..]),
                    "recordings": found.total_recordings,
                    "hits": found.total_hits,
                    "matching": format!("{:?}", found.matching),
                })
            );
        }
    }
    Ok(())
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, |it| it.as_secs_f64() * 1e6)
}

/// Time that all threads of this process together had a processor.
fn on_processor() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let part = |it: i64| u64::try_from(it).unwrap_or(0);
    Duration::from_secs(part(time.tv_sec)) + Duration::from_nanos(part(time.tv_nsec))
}
