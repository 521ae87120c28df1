//! What `BigBlueButton` runs and waits for.

use crate::{
    bbb::{Bbb, ID, OTHER},
    library::{Answer, Library},
};
use std::{fs, process::Command};

/// With neither library nor spool the queue is left as the hooks wrote it.
const NOWHERE: &str = "";

#[test]
fn a_hook_does_not_wait_for_a_library_that_never_answers() {
    let library = Library::start([Answer::Never]);
    let Some(bbb) = Bbb::new(&library.setting()) else { return };
    bbb.publish(ID, "presentation");

    // Returns only once nobody holds the hook's output any more.
    let output = bbb.hook("post_publish", &["-m", ID, "-f", "presentation"]);
    assert!(output.status.success());
    assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
    assert_eq!(library.begun(), format!("PUT /ingest/push/{ID}.tar"));

    // The push hangs from here on, and holds the queue.
    library.ended();
    let output = bbb.hook("post_archive", &["-m", OTHER]);
    assert!(output.status.success());
    bbb.logged(&format!("{OTHER}.raw: queued"), 1);
    let (asked, taken) = bbb.entries();
    assert_eq!(asked, [format!("{OTHER}.raw")]);
    assert_eq!(taken, [format!("{ID}.published")]);
}

#[test]
fn each_recording_is_queued_once_for_raw_and_once_for_all_its_formats() {
    let Some(bbb) = Bbb::new(NOWHERE) else { return };
    for (stage, arguments) in [
        ("post_archive", &["-m", ID][..]),
        ("post_publish", &["-m", ID, "-f", "presentation"]),
        ("post_archive", &["-m", ID]),
        ("post_publish", &["-f", "video", "-m", ID]),
    ] {
        assert!(bbb.hook(stage, arguments).status.success());
    }
    bbb.logged("queued", 4);
    assert_eq!(bbb.entries().0, [format!("{ID}.published"), format!("{ID}.raw")]);
    let entry = fs::read(bbb.path(&format!("queue/{ID}.published"))).unwrap();
    let entry: serde_json::Value = serde_json::from_slice(&entry).unwrap();
    assert_eq!(entry["format"], "video");
    assert!(entry["asked"].as_u64().unwrap() > 1_700_000_000);
}

#[test]
fn arguments_that_name_no_recording_are_refused_and_logged() {
    let Some(bbb) = Bbb::new(NOWHERE) else { return };
    let long = format!("{}-1", "a".repeat(65));
    let below = format!("{ID}/../x");
    let two_lines = format!("{ID}\n{ID}");
    let cases: &[&[&str]] = &[
        &["-m", "../../etc"],
        &["-m", &below],
        &["-m", &two_lines],
        &["-m", &long],
        &["-m", "x; touch /tmp/x"],
        &["-m", ""],
        &["-m"],
        &["-f", "presentation"],
        &[],
    ];
    for stage in ["post_archive", "post_publish"] {
        for arguments in cases {
            fs::remove_file(bbb.path("log")).ok();
            let output = bbb.hook(stage, arguments);
            assert!(output.status.success(), "{arguments:?}");
            bbb.logged("\n", 1);
            assert_eq!(bbb.entries().0, [""; 0], "{arguments:?}");
            assert!(bbb.log().contains("refused"), "{arguments:?}: {}", bbb.log());
            assert_eq!(bbb.log().lines().count(), 1, "{arguments:?}: {}", bbb.log());
        }
    }
}

#[test]
fn a_format_that_is_no_name_is_not_taken_over() {
    let Some(bbb) = Bbb::new(NOWHERE) else { return };
    assert!(bbb.hook("post_publish", &["-m", ID, "-f", "../raw"]).status.success());
    bbb.logged("queued", 1);
    let entry = fs::read_to_string(bbb.path(&format!("queue/{ID}.published"))).unwrap();
    assert!(!entry.contains("raw"), "{entry}");
}

#[test]
fn no_raw_archive_is_queued_where_none_is_wanted() {
    let Some(bbb) = Bbb::new("raw: none") else { return };
    assert!(bbb.hook("post_archive", &["-m", ID]).status.success());
    assert!(bbb.hook("post_publish", &["-m", ID]).status.success());
    bbb.logged("queued", 1);
    assert_eq!(bbb.entries().0, [format!("{ID}.published")]);
}

#[test]
fn nothing_that_is_wrong_with_the_server_fails_the_pipeline() {
    let Some(bbb) = Bbb::new(NOWHERE) else { return };
    let configuration = bbb.path("plenary.yml");
    let folder = bbb.path("recording").display().to_string();
    let missing = bbb.path("missing").display().to_string();
    let a_file = bbb.write("file", "").display().to_string();
    let pipe = bbb.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let pipe = pipe.display().to_string();

    for settings in [
        format!("queue: {missing}"),
        format!("queue: {a_file}"),
        "queue: /proc".to_owned(),
        "queue: relative".to_owned(),
        // A full disk, a folder, and a pipe that nobody reads.
        "log: /dev/full".to_owned(),
        format!("log: {folder}"),
        format!("log: {pipe}"),
        "log: {broken".to_owned(),
        "- a list".to_owned(),
        "colour: blue".to_owned(),
    ] {
        fs::write(&configuration, &settings).unwrap();
        for stage in ["post_archive", "post_publish"] {
            let output = bbb.hook(stage, &["-m", ID, "-f", "presentation"]);
            assert!(output.status.success(), "{settings}: {output:?}");
            assert!(output.stdout.is_empty(), "{settings}: {output:?}");
        }
    }

    fs::remove_file(&configuration).unwrap();
    assert!(bbb.hook("post_publish", &["-m", ID]).status.success());

    let mut without_program = bbb.hook_command("post_publish", &["-m", ID]);
    without_program.env("PLENARY_PUSH", bbb.path("missing"));
    assert!(without_program.output().unwrap().status.success());
}

#[test]
fn a_hook_does_not_wait_for_a_disk_that_hangs() {
    let Some(bbb) = Bbb::new(NOWHERE) else { return };
    // A pipe that nobody writes to stands for it: whoever opens it waits.
    fs::remove_file(bbb.path("plenary.yml")).unwrap();
    assert!(Command::new("mkfifo").arg(bbb.path("plenary.yml")).status().unwrap().success());
    let output = bbb.hook("post_publish", &["-m", ID]);
    assert!(output.status.success());

    assert_eq!(bbb.processes().len(), 1, "what nobody waits for still waits");
}

#[test]
fn a_queue_that_cannot_be_written_is_told() {
    let Some(bbb) = Bbb::new(NOWHERE) else { return };
    fs::remove_dir(bbb.path("queue")).unwrap();
    assert!(bbb.hook("post_publish", &["-m", ID]).status.success());
    bbb.logged(&format!("{ID}: not queued: Errno::ENOENT"), 1);
}
