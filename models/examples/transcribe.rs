//! Transcribes WAV files (16 kHz, mono, 16 bit) and prints a JSON line for each: its text, its
//! passages and how long it took. For benches and for listening to a model by hand.
//!
//! `cargo run -p models --example transcribe -- FOLDER MODEL LANGUAGE|auto FILE…`

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use models::{SpeechConfig, Task, Transcriber};
use std::{
    path::Path,
    time::{Duration, Instant},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, model, language, files @ ..] = arguments.as_slice() else {
        return Err("expected: FOLDER MODEL LANGUAGE|auto FILE…".into());
    };
    let config = SpeechConfig { model: model.clone(), folder: folder.into(), threads: 0 };
    let started = Instant::now();
    let transcriber = Transcriber::load(&config)?;
    println!(
        "{}",
        serde_json::json!({ "model": model, "load_s": started.elapsed().as_secs_f64() })
    );
    for file in files {
        let started = Instant::now();
        let task = Task {
            language: if language == "auto" { None } else { Some(language.parse()?) },
            on_progress: &|_| {},
            is_cancelled: &|| false,
        };
        let transcript = transcriber.transcribe(Path::new(file), &task)?;
        let took: Duration = started.elapsed();
        let texts: Vec<&str> = transcript.passages.iter().map(|it| it.text.as_str()).collect();
        let passages: Vec<_> = transcript
            .passages
            .iter()
            .map(|it| {
                let words: Vec<_> = it
                    .words
                    .iter()
                    .map(|it| (it.range.start().as_ms(), it.range.end().as_ms(), &it.text))
                    .collect();
                serde_json::json!({ "range": it.range, "text": it.text, "words": words })
            })
            .collect();
        println!(
            "{}",
            serde_json::json!({
                "file": file,
                "language": transcript.language,
                "wall_s": took.as_secs_f64(),
                "text": texts.join(" "),
                "passages": passages,
            })
        );
    }
    Ok(())
}
