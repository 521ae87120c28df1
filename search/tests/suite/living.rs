//! The index over time: it follows the catalog, and survives what happens to files.

use crate::library::{Library, id, spoken, titled};
use archive::{JobKind, Outcome, Progress, Stage as _, Viewer, Visibility, testing};
use search::{Index, IndexError, IndexStage, Query, Rebuilt};
use std::{fs, time::Duration};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn replacing_a_recording_leaves_nothing_of_the_old() {
    let library =
        Library::of([spoken(1, "en", &["old words", "more"]), spoken(2, "en", &["other"])]).await;
    for _ in 0..3 {
        library.index.replace(spoken(1, "en", &["new words"])).await.unwrap();
    }
    assert_eq!(library.find("words").await, ["1: new [words]"]);
    assert_eq!(library.index.len(), 2);
    library.index.remove(&id(1)).await.unwrap();
    library.index.remove(&id(1)).await.unwrap();
    assert!(library.find("words").await.is_empty());
    assert_eq!(library.find("other").await, ["2: [other]"]);
}

#[tokio::test]
async fn two_versions_in_one_batch_leave_the_last() {
    let library = Library::of([]).await;
    let (first, second) = tokio::join!(
        library.index.replace(spoken(1, "en", &["first one", "first two"])),
        library.index.replace(spoken(1, "en", &["second"])),
    );
    first.and(second).unwrap();
    assert!(library.find("first").await.is_empty());
    assert_eq!(library.find("second").await, ["1: [second]"]);
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_opening_again() {
    let library = Library::of([spoken(1, "en", &["solar"])]).await;
    let Library { index, folder } = library;
    drop(index);
    let library = Library { index: Index::open(folder.path()).unwrap(), folder };
    assert_eq!(library.find("solar").await, ["1: [solar]"]);
    assert!(library.index.needs_rebuild(), "nobody said that this is the whole catalog");
}

#[tokio::test]
async fn a_second_opening_is_refused() {
    let library = Library::of([]).await;
    let second = Index::open(library.folder.path());
    assert!(matches!(second, Err(IndexError::InUse { .. })), "{:?}", second.err());
}

#[tokio::test]
async fn many_changes_merge_without_mixing_recordings() {
    let library = Library::of([]).await;
    for round in 0..4 {
        for n in 0..15 {
            let text = format!("word{n} round{round}");
            library.index.replace(spoken(n, "en", &[&text, &text])).await.unwrap();
        }
    }
    for n in 0..15 {
        let expected = format!("{n}: [word{n}] round3");
        assert_eq!(library.find(&format!("word{n}")).await, [expected.clone(), expected]);
    }
    assert!(library.find("round2").await.is_empty());
}

#[tokio::test]
async fn a_damaged_index_is_set_aside_and_an_empty_one_begun() {
    type Damage = fn(&std::path::Path);
    let damages: [(&str, Damage); 4] = [
        ("no meta", |folder| fs::remove_file(folder.join("meta.json")).unwrap()),
        ("garbled meta", |folder| fs::write(folder.join("meta.json"), "{").unwrap()),
        ("a flipped byte", |folder| {
            let store = files(folder, "store").remove(0);
            let mut bytes = fs::read(&store).unwrap();
            bytes[5] ^= 0xff;
            fs::write(&store, bytes).unwrap();
        }),
        ("a lost file", |folder| fs::remove_file(files(folder, "idx").remove(0)).unwrap()),
    ];
    for (what, damage) in damages {
        let Library { index, folder } = Library::of([spoken(1, "en", &["solar"])]).await;
        drop(index);
        damage(&folder.path().join(format!("passages-v{}", search::VERSION)));
        let library = Library { index: Index::open(folder.path()).unwrap(), folder };
        assert!(library.index.needs_rebuild() && library.index.is_empty(), "{what}");
        assert!(library.folder.path().join("set-aside").exists(), "{what}");
        library.index.replace(spoken(1, "en", &["solar"])).await.unwrap();
        assert_eq!(library.find("solar").await.len(), 1, "{what}");
    }
}

fn files(folder: &std::path::Path, extension: &str) -> Vec<std::path::PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    files.filter(|it| it.extension().is_some_and(|it| it == extension)).collect()
}

#[tokio::test]
async fn a_rebuild_makes_the_index_equal_to_the_catalog() {
    let archive = testing::TestArchive::open().await;
    for n in 0..5 {
        let title = format!("Assembly {n}");
        archive.catalog.admit(&testing::admission(n, &title, Visibility::Private)).await.unwrap();
    }
    // The index knows one recording that the catalog does not.
    let Library { index, folder } = Library::of([titled(99, "en", "Assembly gone")]).await;
    fs::create_dir(folder.path().join("passages-v0")).unwrap();
    assert!(index.needs_rebuild() && index.searcher().is_incomplete());

    let mut told = Vec::new();
    index.rebuild(&archive.catalog, |it| told.push(it)).await.unwrap();
    assert_eq!(told.first(), Some(&Rebuilt { done: 0, total: 5 }));
    assert_eq!(told.last(), Some(&Rebuilt { done: 5, total: 5 }));
    assert!(!index.needs_rebuild() && !index.searcher().is_incomplete());
    assert!(!folder.path().join("passages-v0").exists(), "what it replaces is removed");

    let visible = archive.catalog.visible_recordings(&Viewer::program()).await.unwrap();
    let results = index.searcher().search(&Query::new("assembly"), &visible).await.unwrap();
    assert_eq!((results.total_recordings, index.len()), (5, 5));

    drop(index);
    assert!(!Index::open(folder.path()).unwrap().needs_rebuild(), "it stays whole");
}

#[tokio::test]
async fn the_stage_follows_the_catalog() {
    let archive = testing::TestArchive::open().await;
    let Library { index, folder: _folder } = Library::of([]).await;
    let stage = IndexStage::new(archive.catalog.clone(), index.clone());
    let admission = testing::admission(1, "Solar assembly", Visibility::Public);
    archive.catalog.admit(&admission).await.unwrap();
    let queue = archive.catalog.queue();
    let job =
        queue.claim(&[JobKind::Index], "test", Duration::from_secs(60)).await.unwrap().unwrap();
    for _ in 0..2 {
        let outcome =
            stage.run(&job, &Progress::default(), &CancellationToken::new()).await.unwrap();
        assert_eq!(outcome, Outcome::Index);
    }
    let find = async |text: &str| {
        let visible = archive.catalog.visible_recordings(&Viewer::visitor()).await.unwrap();
        index.searcher().search(&Query::new(text), &visible).await.unwrap().total_hits
    };
    assert_eq!(find("solar").await, 2, "title with description, slide");
    assert_eq!(find("morning").await, 1, "chat");

    let curator = Viewer::program().curator().unwrap();
    let edit = archive::catalog::RecordingEdit {
        title: "Wind assembly".to_owned(),
        description: String::new(),
        licence: None,
        language: None,
        visibility: Visibility::Public,
        space: None,
        subjects: Vec::new(),
    };
    assert!(
        archive.catalog.edit_recording(&curator, &admission.recording.id, &edit).await.unwrap()
    );
    stage.run(&job, &Progress::default(), &CancellationToken::new()).await.unwrap();
    assert_eq!((find("wind").await, find("morning").await), (1, 1));

    let cancelled = CancellationToken::new();
    cancelled.cancel();
    assert!(stage.run(&job, &Progress::default(), &cancelled).await.is_err());
    let mut job = job;
    job.kind = JobKind::Audio;
    let refused =
        stage.run(&job, &Progress::default(), &CancellationToken::new()).await.unwrap_err();
    assert_eq!(refused.disposition, archive::Disposition::Fail);
}
