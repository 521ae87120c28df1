use super::*;
use crate::{
    audio,
    fetch::{FetchError, FetchPlan, fetch},
    scripted::{self, Scripted},
};
use archive::testing::range;
use archive::testing::skipped;
use std::{
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
        LazyLock::new(|| match fetch("base", &FetchPlan::new(folder()), |_| {}) {
            Ok(_) => {
                let config =
                    SpeechConfig { model: "base".to_owned(), folder: folder(), threads: 2 };
                Some(Transcriber::load(&config).unwrap())
            }
            Err(error @ FetchError::NoSource { .. }) => {
                // The suite has fetched it: there its absence is a failure.
                assert!(std::env::var_os("CI").is_none(), "no speech model: {error}");
                skipped(&format!("no speech model: {error}"));
                None
            }
            Err(error) => panic!("{error}"),
        });
    BASE.as_ref()
}

fn task(language: Option<&str>) -> Task<'static> {
    Task {
        language: language.map(|it| it.parse().unwrap()),
        on_progress: &|_| {},
        is_cancelled: &|| false,
    }
}

fn heard(
    transcriber: &Transcriber,
    samples: impl IntoIterator<Item = f32>,
    task: &Task<'_>,
) -> Result<Transcript, TranscribeError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("speech.wav");
    audio::tests::write(&path, samples);
    transcriber.transcribe(&path, task)
}

fn scripted(lines: &[&str]) -> Transcriber {
    Transcriber::new(Box::new(Scripted::new("es".parse().unwrap(), lines)), "scripted", 3)
}

#[test]
fn passages_come_at_their_times_whatever_the_window() {
    let lines = ["Buenas tardes a todas.", "Empezamos con las cuentas.", "¿Hay preguntas?"];
    // The second line begins in one block of the search for speech and ends in the next.
    let block = BLOCK_MS;
    let said = [(range(1_000, 3_000), 0), (range(block - 1_000, block + 1_000), 1)];
    let last = (range(block + 60_000, block + 61_500), 2);
    let said: Vec<_> = said.into_iter().chain([last]).collect();
    let sound = scripted::sound(usize::try_from(block).unwrap() + 70_000, &said);
    let transcript = heard(&scripted(&lines), sound, &task(None)).unwrap();
    assert_eq!(transcript.language, "es".parse().ok());
    assert_eq!(transcript.model, "scripted");
    let texts: Vec<&str> = transcript.passages.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, lines);
    for (passage, (range, _)) in transcript.passages.iter().zip(said) {
        let off = passage.range.start().as_ms().abs_diff(range.start().as_ms());
        assert!(off < 300, "{:?} is far from {range:?}", passage.range);
    }
}

#[test]
fn silence_has_no_language_and_no_passages() {
    let transcript = heard(&scripted(&[]), scripted::sound(5_000, &[]), &task(None)).unwrap();
    assert_eq!((transcript.language, transcript.passages.len()), (None, 0));
    let transcript = heard(&scripted(&[]), [], &task(Some("es"))).unwrap();
    assert_eq!((transcript.language, transcript.passages.len()), (None, 0));
}

#[test]
fn a_language_that_the_model_does_not_know_is_an_error_for_a_person() {
    let sound = scripted::sound(3_000, &[(range(500, 2_500), 0)]);
    let error = heard(&scripted(&["Hola."]), sound, &task(Some("eu"))).unwrap_err();
    assert_eq!(error.to_string(), "the speech model `scripted` does not know the language `eu`");
    assert_eq!(error.disposition(), Disposition::Fail);
}

#[test]
fn progress_rises_to_one_and_cancelling_ends_the_work() {
    let said: Vec<_> = (0..20).map(|it| (range(it * 40_000, it * 40_000 + 20_000), 0)).collect();
    let sound = scripted::sound(800_000, &said);
    let transcriber = scripted(&["Seguimos."]);
    let told = Mutex::new(Vec::new());
    let on_progress = |it| told.lock().unwrap().push(it);
    let transcript =
        heard(&transcriber, sound.clone(), &Task { on_progress: &on_progress, ..task(None) });
    assert_eq!(transcript.unwrap().passages.len(), 20);
    let told = told.into_inner().unwrap();
    assert!(told.is_sorted() && (told[19] - 1.0).abs() < 1e-9, "{told:?}");

    let asked = AtomicUsize::new(0);
    let is_cancelled = || asked.fetch_add(1, Ordering::Relaxed) >= 8;
    let result = heard(&transcriber, sound, &Task { is_cancelled: &is_cancelled, ..task(None) });
    assert!(matches!(result, Err(TranscribeError::Cancelled)));
    assert!(asked.into_inner() <= 12, "threads go on after cancelling");
}

/// Made sounds in which nobody speaks.
#[test]
fn whisper_hears_nothing_where_nobody_speaks() {
    let Some(base) = base() else { return };
    let seconds = 16_000 * 6;
    let time = |n: u32| f64::from(n) / 16_000.0;
    #[expect(clippy::cast_possible_truncation, reason = "samples are single precision")]
    let tone = |n: u32| (0.3 * (time(n) * 440.0 * std::f64::consts::TAU).sin()) as f32;
    let mut state = 12345_u32;
    let mut noise = |_: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from(u16::try_from(state >> 16).unwrap()) / 65_536.0 * 0.2 - 0.1
    };
    let sounds: [(&str, Vec<f32>); 4] = [
        ("silence", vec![0.0; 96_000]),
        ("a tone", (0..seconds).map(tone).collect()),
        ("noise", (0..seconds).map(&mut noise).collect()),
        ("a tenth of a second", (0..1600).map(tone).collect()),
    ];
    for (what, sound) in sounds {
        let transcript = heard(base, sound, &task(None)).unwrap();
        assert_eq!(transcript.passages, [], "{what}");
        assert_eq!(transcript.language, None, "{what}");
    }
}

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/speech/data");

/// A recording of real speech among the project's test data, as samples.
fn real(file: &str) -> Option<Vec<f32>> {
    let Ok(mut reader) = hound::WavReader::open(Path::new(DATA).join(file)) else {
        skipped(&format!("there is no {file}"));
        return None;
    };
    let spec = reader.spec();
    assert_eq!((spec.sample_rate, spec.channels, spec.bits_per_sample), (16_000, 1, 16), "{file}");
    Some(reader.samples::<i16>().map(|it| f32::from(it.unwrap()) / 32_768.0).collect())
}

/// What is said in it, from the list of the test data.
fn reference(file: &str) -> String {
    let list = std::fs::read_to_string(Path::new(DATA).join("MANIFEST.tsv")).unwrap();
    let line = list.lines().find(|it| it.split('\t').next() == Some(file)).unwrap();
    line.split('\t').nth(4).unwrap().to_owned()
}

/// How many words must be put in, taken out or replaced to make one text of the other.
fn errors(one: &str, two: &str) -> usize {
    let plain = |text: &str| -> Vec<String> {
        text.split_whitespace()
            .map(|it| it.to_lowercase().replace(|it: char| !it.is_alphanumeric(), ""))
            .collect()
    };
    let (one, two) = (plain(one), plain(two));
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (i, word) in one.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, other) in two.iter().enumerate() {
            let replaced = diagonal + usize::from(word != other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[two.len()]
}

#[test]
fn errors_are_counted_in_words() {
    let cases = [("", "", 0), ("a b c", "A, b. c", 0), ("a b c", "a x c d", 2), ("a b", "", 2)];
    for (one, two, expected) in cases {
        assert_eq!(errors(one, two), expected, "{one:?} {two:?}");
    }
}

#[test]
fn whisper_understands_real_speech() {
    let cases = [
        // file, declared language, language, how many words may be wrong
        ("us-presidents/jfk.wav", None, "en", 0),
        ("picovoice/leopard_test_en.wav", Some("en"), "en", 2),
        ("picovoice/leopard_test_es.wav", None, "es", 3),
        ("picovoice/cheetah_test_de.wav", None, "de", 1),
    ];
    let Some(base) = base() else { return };
    for (file, declared, language, may_be_wrong) in cases {
        let Some(samples) = real(file) else { return };
        let transcript = heard(base, samples, &task(declared)).unwrap();
        let text: Vec<&str> = transcript.passages.iter().map(|it| it.text.as_str()).collect();
        let text = text.join(" ");
        assert_eq!(transcript.language, language.parse().ok(), "{file}: {text}");
        let wrong = errors(&reference(file), &text);
        assert!(wrong <= may_be_wrong, "{file}: {wrong} words are wrong in: {text}");
    }
}

/// Times as people hear them, to a third of a second.
#[test]
fn whisper_says_when_each_word_was_said() {
    let (Some(base), Some(samples)) = (base(), real("us-presidents/jfk.wav")) else { return };
    let transcript = heard(base, samples, &task(Some("en"))).unwrap();
    let words: Vec<_> = transcript.passages.iter().flat_map(|it| &it.words).collect();
    let expected =
        [("fellow", 0, 1_250), ("not", 0, 3_850), ("country", 0, 6_000), ("ask", 1, 8_150)];
    for (word, nth, start) in expected {
        let found: Vec<_> = words.iter().filter(|it| it.text == word).collect();
        let at = found[nth].range.start().as_ms();
        assert!(at.abs_diff(start) < 330, "{word} at {at} and not {start}");
    }
}
