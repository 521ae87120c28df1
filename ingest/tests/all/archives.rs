//! Recordings in tars and zips, the project's own samples and hostile ones.

use archive::{Viewer, catalog::Admitted, testing::TestArchive};
use ingest::{Format, Ingest, IngestConfig, IngestError, TakenIn};
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};
use toml::Table;

fn samples() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/variants")).to_owned()
}

struct Library {
    archive: TestArchive,
    ingest: Ingest,
}

impl Library {
    async fn new() -> Self {
        let archive = TestArchive::open().await;
        let TestArchive { catalog, store, clock, .. } = &archive;
        let config = IngestConfig::default();
        let ingest = Ingest::new(catalog.clone(), store.clone(), config, clock.clone())
            .with_scratch(archive.folder.path().join("scratch"));
        Self { archive, ingest }
    }

    /// Takes in everything at a path.
    async fn take_in(
        &self,
        path: &Path,
    ) -> Result<Vec<(Format, Result<TakenIn, IngestError>)>, IngestError> {
        let mut taken = Vec::new();
        for found in self.ingest.discover(path).await? {
            taken.push((found.format().clone(), self.ingest.take_in(&found, |_| ()).await));
        }
        Ok(taken)
    }

    /// The paths and digests of a recording's originals.
    async fn files(&self, id: &str) -> Vec<(String, String)> {
        let sources = self.archive.catalog.sources(&Viewer::program(), &id.parse().unwrap()).await;
        sources.unwrap().into_iter().map(|it| (it.path.to_string(), it.sha256)).collect()
    }

    async fn is_empty(&self) -> bool {
        self.archive.catalog.recordings(&Viewer::program(), None, 1).await.unwrap().is_empty()
    }
}

fn admitted(taken: &[(Format, Result<TakenIn, IngestError>)]) -> Vec<(&str, Admitted)> {
    taken.iter().map(|(format, it)| (format.as_str(), it.as_ref().unwrap().admitted)).collect()
}

#[tokio::test]
async fn a_tar_a_second_tar_with_one_more_format_and_a_zip_are_one_recording() {
    let folder = samples().join("tar");
    let about: Table = fs::read_to_string(folder.join("contents.toml")).unwrap().parse().unwrap();
    let at = |name: &str| folder.join(about[name].as_str().unwrap());
    let id = about["record_id"].as_str().unwrap();

    let library = Library::new().await;
    let taken = library.take_in(&at("first")).await.unwrap();
    assert_eq!(admitted(&taken), [("presentation", Admitted::New)]);
    let taken = library.take_in(&at("second")).await.unwrap();
    let expected = [("podcast", Admitted::Changed), ("presentation", Admitted::Unchanged)];
    assert_eq!(admitted(&taken), expected);
    for (_, admitted) in admitted(&library.take_in(&at("zip")).await.unwrap()) {
        assert_eq!(admitted, Admitted::Unchanged);
    }

    // The same as from folders.
    let others = Library::new().await;
    for name in ["same_as_first", "second_adds"] {
        for (_, taken) in others.take_in(&at(name)).await.unwrap() {
            taken.unwrap();
        }
    }
    let mut from_folders = others.files(id).await;
    // The tars have no log beside them.
    from_folders.retain(|it| it.0 != "raw/events.xml");
    assert_eq!(library.files(id).await, from_folders);
}

#[tokio::test]
async fn a_compressed_tar_is_taken_in_and_leaves_nothing_behind() {
    let folder = samples().join("tar");
    let about: Table = fs::read_to_string(folder.join("contents.toml")).unwrap().parse().unwrap();
    let tar = fs::read(folder.join(about["second"].as_str().unwrap())).unwrap();
    let library = Library::new().await;
    let file = library.archive.folder.path().join("x.tar.gz");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, &tar).unwrap();
    fs::write(&file, gzip.finish().unwrap()).unwrap();
    let taken = library.take_in(&file).await.unwrap();
    let expected = [("podcast", Admitted::New), ("presentation", Admitted::Changed)];
    assert_eq!(admitted(&taken), expected);
    let scratch = library.archive.folder.path().join("scratch");
    assert_eq!(fs::read_dir(scratch).unwrap().count(), 0);
}

/// Says the whole chain of an error.
fn said(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&it| it.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[tokio::test]
async fn every_broken_sample_is_kept_or_refused_as_it_should_be() {
    let folder = samples().join("broken");
    let expected: Table = fs::read_to_string(folder.join("expect.toml")).unwrap().parse().unwrap();
    let cases = expected["case"].as_array().unwrap();
    assert!(cases.len() > 30);
    for case in cases {
        let of = |name: &str| case.get(name).and_then(|it| it.as_str()).unwrap_or_default();
        let (path, rule) = (of("path"), of("rule"));
        let library = Library::new().await;
        let taken = library.take_in(&folder.join(path)).await;
        match of("outcome") {
            "refused" => {
                let errors = match taken {
                    Err(error) => vec![error],
                    Ok(taken) => taken.into_iter().filter_map(|(_, it)| it.err()).collect(),
                };
                assert_eq!(errors.len(), 1, "{path}: {rule}");
                let said = said(&errors[0]);
                assert!(library.is_empty().await, "{path}: {rule}: {said}");
                assert_eq!(errors[0].disposition(), archive::Disposition::Fail, "{path}: {said}");
                assert!(said.contains(path), "{path}: {said}");
            }
            "kept" | "nothing" => {
                let taken = taken.unwrap();
                assert!(!taken.is_empty(), "{path}");
                for (format, taken) in taken {
                    let taken =
                        taken.unwrap_or_else(|it| panic!("{path}: {format}: {}", said(&it)));
                    // The folder's, where metadata.xml says nothing else.
                    let id = if path == "other-id" { "" } else { of("record_id") };
                    assert!(id.is_empty() || taken.recording.as_str() == id, "{path}");
                }
            }
            other => panic!("{path}: what is {other}?"),
        }
    }
}

/// A tar with the content of each file as it is.
fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len().try_into().unwrap());
        tar.append_data(&mut header, name, *content).unwrap();
    }
    tar.into_inner().unwrap()
}

const ID: &str = "5d41402abc4b2a76b9719d911017c592ae2d9e1f-1700000000123";

#[tokio::test]
async fn a_format_that_fails_keeps_no_other_out() {
    let podcast = format!("podcast/{ID}/audio.ogg");
    let damaged = format!("presentation/{ID}/metadata.xml");
    let library = Library::new().await;
    let file = library.archive.folder.path().join("x.tar");
    fs::write(&file, tar(&[(&podcast, b"sound"), (&damaged, b"<recording>")])).unwrap();
    let taken = library.take_in(&file).await.unwrap();
    assert_eq!(taken[0].1.as_ref().unwrap().admitted, Admitted::New);
    let error = said(taken[1].1.as_ref().unwrap_err());
    assert!(error.contains("x.tar: presentation/") && error.contains("breaks off"), "{error}");
    assert_eq!(library.files(ID).await.len(), 1);
}

#[tokio::test]
async fn a_tar_that_grows_while_it_is_read_is_not_taken() {
    let podcast = format!("podcast/{ID}/audio.ogg");
    let library = Library::new().await;
    let file = library.archive.folder.path().join("x.tar");
    let bytes = tar(&[(&podcast, b"sound")]);
    fs::write(&file, &bytes).unwrap();
    let found = library.ingest.discover(&file).await.unwrap();
    let longer = [&bytes[..], &[0; 512]].concat();
    let taken = library.ingest.take_in(&found[0], |_| fs::write(&file, &longer).unwrap()).await;
    let error = taken.unwrap_err();
    assert!(matches!(error, IngestError::ChangedMeanwhile { .. }), "{error}");
    assert!(library.is_empty().await);
}
