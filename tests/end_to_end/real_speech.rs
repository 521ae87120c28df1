//! Real people's speech, in several languages, through the whole path.
//!
//! The recordings are not ours to ship: they lie beside the project where there are any. The suite
//! takes one of each kind; `PLENARY_ALL_SPEECH=1` takes every file whose words are known, for half an
//! hour.

use crate::{
    program::{Program, ROOT},
    requests::get_json,
};
use archive::testing::skipped;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// One file of each kind of speech there is: speeches, readings, dialogue, a meeting.
const FILES: &[&str] = &[
    "us-presidents/gb0.wav",
    "us-presidents/jfk.wav",
    "ljspeech/LJ001-0001.wav",
    "librivox-sonnets/p002.mp3",
    "librispeech/libri-1088-134315-0000.wav",
    "librispeech-librosa/5703-47212-0000.ogg",
    "azure/katiesteve.wav",
    "misc-en/deepgram-audio.wav",
    "aeneas-multi/de.mp3",
    "picovoice/cheetah_test_de.wav",
    "aeneas-multi/es.mp3",
    "picovoice/leopard_test_es.wav",
    "readalongs/ej-fra.m4a",
    "picovoice/leopard_test_it.wav",
    "picovoice/leopard_test_pt.wav",
];

/// The least share of a file's long words that must be found; the model is a small one, and some
/// of the speech is two centuries' old language.
const LEAST_FOUND: f64 = 0.5;

struct Speech {
    file: PathBuf,
    language: String,
    words: BTreeSet<String>,
    /// Of the recording that is made of it.
    id: String,
}

#[test]
fn words_of_real_people_are_found() {
    let folder = Path::new(ROOT).join("../shared/speech/data");
    let Ok(manifest) = fs::read_to_string(folder.join("MANIFEST.tsv")) else {
        skipped(&format!("there is no real speech in {}", folder.display()));
        return;
    };
    let program = Program::new();
    let files: Vec<&str> = match std::env::var_os("PLENARY_ALL_SPEECH") {
        None => FILES.to_vec(),
        Some(_) => manifest.lines().skip(1).filter_map(|it| it.split('\t').next()).collect(),
    };
    let speeches = (0..).zip(files).map(|(n, file)| Speech::of(&folder, &manifest, file, n));
    // Some have no text to compare with, some no long word.
    let speeches: Vec<Speech> = speeches.filter(|it| !it.words.is_empty()).collect();
    for speech in &speeches {
        let published = speech.publish(&program);
        program.succeed(&["ingest", published.to_str().unwrap()]);
    }
    let server = program.serve();
    let status = program.wait_until("the end of all work", |it| it["idle"] == true);
    assert_eq!(status["jobs"], serde_json::json!([]), "nothing failed");
    let (mut wanted, mut missed) = (0, Vec::new());
    for speech in &speeches {
        let is_found = |word: &&String| {
            let found = get_json(&format!("{}api/v1/search?q={word}", server.address));
            let recordings = found["recordings"].as_array().unwrap();
            recordings.iter().any(|it| it["recording"]["id"] == speech.id.as_str())
        };
        let found = speech.words.iter().filter(is_found).count();
        let share = found as f64 / speech.words.len() as f64;
        eprintln!("{}: {found} of {} words", speech.file.display(), speech.words.len());
        wanted += 1;
        if share < LEAST_FOUND {
            missed.push(speech.file.display().to_string());
        }
    }
    eprintln!(
        "{} of {wanted} files are found by at least half of their words",
        wanted - missed.len()
    );
    // Acted lines of a word or two in a small language are beyond the small model now and then.
    let is_representative = |it: &String| FILES.iter().any(|file| it.ends_with(file));
    let unexcused: Vec<_> = missed.iter().filter(|it| is_representative(it)).collect();
    assert!(unexcused.is_empty(), "not found: {unexcused:?}");
}

impl Speech {
    fn of(folder: &Path, manifest: &str, file: &str, number: u32) -> Self {
        let row = manifest.lines().find(|it| it.split('\t').next() == Some(file));
        let row: Vec<&str> =
            row.unwrap_or_else(|| panic!("{file} is not listed")).split('\t').collect();
        // Plain letters only, so that they can stand in a URL as they are.
        let plain = |it: &&str| it.len() >= 6 && it.bytes().all(|b| b.is_ascii_lowercase());
        let text = row[4].to_lowercase();
        let words = text.split(|it: char| !it.is_alphanumeric()).filter(plain);
        Self {
            file: folder.join(file),
            language: row[1].to_owned(),
            words: words.map(str::to_owned).collect(),
            id: format!("{number:040x}-{}", 1_600_000_000_000_u64 + u64::from(number)),
        }
    }

    /// Makes a published recording of it, as BigBlueButton does of a meeting without cameras. Its
    /// title tells nothing, so that only what was said can be found.
    fn publish(&self, program: &Program) -> PathBuf {
        let folder = program.data().with_file_name("published").join(&self.id);
        fs::create_dir_all(folder.join("audio")).unwrap();
        let Self { id, language, .. } = self;
        let metadata = format!(
            "<recording><id>{id}</id><state>published</state><published>true</published>\
             <start_time>1600000000000</start_time><end_time>1600000100000</end_time>\
             <meta><meetingName>x</meetingName><plenary-visibility>public</plenary-visibility>\
             <plenary-language>{language}</plenary-language></meta>\
             <playback><format>presentation</format></playback></recording>"
        );
        fs::write(folder.join("metadata.xml"), metadata).unwrap();
        let made = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-i"])
            .arg(&self.file)
            .args(["-vn", "-c:a", "libvorbis", "-q:a", "4"])
            .arg(folder.join("audio/audio.ogg"))
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        folder
    }
}
