use super::*;
use crate::{
    audio,
    fetch::{FetchError, FetchPlan, fetch},
    scripted::{self, Scripted},
};
use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Where test runs keep models: `PLENARY_MODELS`, or `models/weights`.
fn folder() -> PathBuf {
    let default = || concat!(env!("CARGO_MANIFEST_DIR"), "/weights").into();
    std::env::var_os("PLENARY_MODELS").map_or_else(default, PathBuf::from)
}

/// The real recogniser, fetched if need be; `None` where no source can be reached.
fn base() -> Option<&'static Transcriber> {
    static BASE: LazyLock<Option<Transcriber>> =
        LazyLock::new(|| match fetch("base", &FetchPlan::new(folder()), &mut |_| {}) {
            Ok(_) => Some(Transcriber::load(&SpeechConfig::default(), &folder()).unwrap()),
            Err(error @ FetchError::NoSource { .. }) => {
                skip(&format!("no speech model: {error}"));
                None
            }
            Err(error) => panic!("{error}"),
        });
    BASE.as_ref()
}

#[expect(clippy::print_stderr, reason = "a test that skips says so")]
fn skip(why: &str) {
    eprintln!("skipped: {why}");
}

fn quietly(language: Option<&str>) -> Task<'static> {
    Task {
        language: language.map(|it| it.parse().unwrap()),
        on_progress: &|_| {},
        is_cancelled: &|| false,
    }
}

fn heard(transcriber: &Transcriber, samples: Vec<f32>, task: &Task<'_>) -> Transcript {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("speech.wav");
    audio::tests::write(&path, samples);
    transcriber.transcribe(&path, task).unwrap()
}

#[test]
fn scratch_real() {
    if base().is_none() {
        return;
    }
}
