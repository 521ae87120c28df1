use super::*;
use std::{os::unix::fs::symlink, path::PathBuf};

/// Lacks its last digit.
const ID: &str = "183f0bf3a0982a127bdb8161e0c44eb696b3e75c-153124058518";

/// A folder with these files in it; of `metadata.xml` the format is given after a `=`.
fn tree(files: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    for file in files {
        let (name, format) = file.split_once('=').unwrap_or((file, "presentation"));
        let path = root.join(name.replace("ID", ID));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let xml = format!("<recording><playback><format>{format}</format></playback></recording>");
        fs::write(path, xml).unwrap();
    }
    (folder, root)
}

/// What is found, each as `FOLDER=FORMAT`.
#[track_caller]
fn check(files: &[&str], at: &str, expected: &[&str]) {
    let (_guard, root) = tree(files);
    let found: Vec<_> = match discover(&root.join(at.replace("ID", ID))) {
        Ok(found) => found
            .iter()
            .map(|it| {
                format!("{}={}", it.path().strip_prefix(&root).unwrap().display(), it.format())
            })
            .collect(),
        Err(IngestError::NothingFound { .. } | IngestError::TakenDown { .. }) => vec![],
        Err(error) => panic!("{error}"),
    };
    let expected: Vec<_> = expected.iter().map(|it| it.replace("ID", ID)).collect();
    assert_eq!(found, expected, "{files:?} at {at:?}");
}

#[test]
fn finds_recordings_however_the_folder_is_laid_out() {
    let two = &["presentation/ID1/metadata.xml", "presentation/ID2/metadata.xml"];
    let both = &["presentation/ID1=presentation", "presentation/ID2=presentation"];
    check(two, "", both);
    check(two, "presentation", both);
    check(two, "presentation/ID2", &both[1..]);
    check(&["metadata.xml", "presentation/P/slide-1.png"], "", &["=presentation"]);
    let published = "published/presentation/ID1";
    check(&[&format!("{published}/metadata.xml")], "", &[&format!("{published}=presentation")]);
    check(
        &["samples/a/presentation/ID1/metadata.xml", "samples/b/presentation/ID2/metadata.xml"],
        "samples",
        &["samples/a/presentation/ID1=presentation", "samples/b/presentation/ID2=presentation"],
    );
    check(&["presentation/ID1/audio/audio.ogg"], "", &["presentation/ID1=presentation"]);
    check(&["a/b/presentation/ID1/metadata.xml"], "", &["a/b/presentation/ID1=presentation"]);
}

#[test]
fn finds_every_format() {
    let server = &[
        "published/notes/ID1/notes.pdf",
        "published/podcast/ID1/metadata.xml=podcast",
        "published/presentation/ID1/metadata.xml",
        "published/statistics/ID1/metadata.xml=statistics",
        "published/video/ID1/metadata.xml=video",
        "published/video/ID2/metadata.xml=video",
    ];
    let all = &[
        "published/notes/ID1=notes",
        "published/podcast/ID1=podcast",
        "published/presentation/ID1=presentation",
        "published/statistics/ID1=statistics",
        "published/video/ID1=video",
        "published/video/ID2=video",
    ];
    check(server, "", all);
    check(server, "published", all);
    check(server, "published/video", &all[4..]);
    check(&["rec/metadata.xml=podcast"], "rec", &["rec=podcast"]);
    check(&["rec/audio.ogg"], "rec", &["rec=podcast"]);
    check(&["screenshare/ID1/screenshare-0.webm"], "", &["screenshare/ID1=screenshare"]);
}

#[test]
fn finds_raw_archives_where_they_were_named() {
    let raw = &["raw/ID1/events.xml", "raw/ID1/presentation/ID9/slide-1.png", "raw/ID2/events.xml"];
    check(raw, "", &["raw/ID1=raw", "raw/ID2=raw"]);
    check(raw, "raw", &["raw/ID1=raw", "raw/ID2=raw"]);
    check(raw, "raw/ID1", &["raw/ID1=raw"]);
    check(&["ID1/events.xml", "ID1/notes/notes.html"], "", &["ID1=raw"]);
    check(&["x/events.xml", "x/audio/a.opus"], "x", &["x=raw"]);
    // A server keeps them of meetings too that nobody wanted recorded.
    let server = &["recording/raw/ID1/events.xml", "published/podcast/ID2/audio.ogg"];
    check(server, "", &["published/podcast/ID2=podcast"]);
    check(server, "recording", &["recording/raw/ID1=raw"]);
}

#[test]
fn a_log_that_comes_with_its_published_recording_is_no_second_one() {
    let published = "presentation/ID1/metadata.xml";
    check(&[published, "raw/ID1/events.xml"], "", &["presentation/ID1=presentation"]);
    check(
        &[published, "raw/ID1/events.xml", "raw/ID1/audio/a.opus", "raw/ID2/events.xml"],
        "",
        &["presentation/ID1=presentation", "raw/ID1=raw", "raw/ID2=raw"],
    );
    check(&[published, "events.xml"], "", &["presentation/ID1=presentation"]);
}

#[test]
fn passes_over_what_is_something_else() {
    let down = &["unpublished/presentation/ID1/metadata.xml", "deleted/video/ID1/metadata.xml"];
    for at in ["", "unpublished", "unpublished/presentation", "unpublished/presentation/ID1"] {
        check(down, at, &[]);
    }
    check(&["recording/raw/ID1/video/webcams.webm"], "", &[]);
    check(&["a/b/c/d/presentation/ID1/metadata.xml"], "", &[]);
    check(&["notes.txt"], "", &[]);
    check(&["podcast/readme/audio.ogg"], "", &[]);
}

#[test]
fn what_was_taken_down_says_so() {
    let (_guard, root) = tree(&["deleted/video/ID1/metadata.xml"]);
    let error = discover(&root.join("deleted/video")).unwrap_err();
    assert!(matches!(error, IngestError::TakenDown { state: "deleted", .. }), "{error}");
}

#[test]
fn does_not_follow_links() {
    let (_guard, root) = tree(&["elsewhere/presentation/ID1/metadata.xml", "here/notes.txt"]);
    symlink("../elsewhere", root.join("here/link")).unwrap();
    assert!(matches!(discover(&root.join("here")), Err(IngestError::NothingFound { .. })));
}

#[test]
fn says_what_it_looked_for() {
    let (_guard, root) = tree(&[]);
    let error = discover(&root).unwrap_err().to_string();
    assert!(error.contains("metadata.xml") && error.contains("published/FORMAT/*"), "{error}");
    let error = discover(&root.join("nowhere")).unwrap_err();
    assert!(matches!(error, IngestError::Read { .. }));
}

/// A tar of these files.
fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len().try_into().unwrap());
        tar.append_data(&mut header, name.replace("ID", ID), content.as_bytes()).unwrap();
    }
    tar.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn finds_what_lies_in_a_tar_compressed_or_not() {
    let metadata = "<recording><playback><format>statistics</format></playback></recording>";
    let bytes = tar(&[
        ("presentation/ID1/video/webcams.webm", "x"),
        ("podcast/ID1/audio.ogg", "x"),
        ("raw/ID1/events.xml", "x"),
        ("statistics/ID1/metadata.xml", metadata),
        ("deleted/podcast/ID1/audio.ogg", "x"),
    ]);
    let folder = tempfile::tempdir().unwrap();
    let scratch = folder.path().join("scratch");
    for (name, bytes) in [("x.tar", bytes.clone()), ("x.tgz", gzip(&bytes))] {
        let file = folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        let found = discover_unpacking_in(&file, &scratch).unwrap();
        let formats: Vec<_> = found.iter().map(|it| it.format().as_str()).collect();
        assert_eq!(formats, ["podcast", "presentation", "raw", "statistics"], "{name}");
        let id = format!("{ID}1").parse().unwrap();
        assert!(found.iter().all(|it| it.recording().as_ref() == Some(&id)));
        assert!(found[0].to_string().ends_with(&format!("{name}: podcast/{ID}1")));
    }
    assert_eq!(archive::Scratch::sweep(&scratch).unwrap(), 0, "what was unpacked goes by itself");
    assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0);
}

#[test]
fn other_files_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, bytes: &[u8]| {
        let file = folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        discover_unpacking_in(&file, &folder.path().join("scratch"))
    };
    assert!(at("talk.mp4", b"whatever it is").unwrap()[0].is_a_file());
    let error = at("x.tar", &tar(&[("readme.txt", "x")])).unwrap_err();
    assert!(matches!(error, IngestError::NothingFound { .. }), "{error}");
    let error = at("x.gz", &gzip(b"no tar")).unwrap_err();
    assert!(matches!(error, IngestError::UnknownFile { .. }), "{error}");
    let whole = gzip(&tar(&[("podcast/ID1/audio.ogg", "x")]));
    let error = at("cut.tgz", &whole[..whole.len() - 12]).unwrap_err();
    assert!(matches!(error, IngestError::Archive { .. }), "{error}");
    let bomb = gzip(&tar(&[("podcast/ID1/audio.ogg", &"\0".repeat(70 << 20))]));
    let error = at("bomb.tgz", &bomb).unwrap_err().to_string();
    assert!(error.contains("too large"), "{error}");
}
