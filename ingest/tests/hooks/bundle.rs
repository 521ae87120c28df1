//! What lies in a tar, and what must not.

use crate::{
    bbb::{Bbb, ID, listed},
    library::{Answer, Library},
};
use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt as _, fs::symlink},
    process::Command,
    sync::mpsc,
};

#[test]
fn a_raw_archive_is_sent_as_far_as_the_configuration_says() {
    let raw = |files: &[&str]| -> Vec<String> {
        files.iter().map(|it| format!("raw/{ID}/{it}")).collect()
    };
    for (setting, expected) in [
        ("", raw(&["events.xml", "audio/one.opus"])),
        ("raw: events", raw(&["events.xml"])),
        ("raw: events+audio", raw(&["events.xml", "audio/one.opus"])),
        ("raw: all", raw(&["audio/one.opus", "events.xml", "notes/notes.txt", "video/cam.webm"])),
    ] {
        let library = Library::start([]);
        let Some(bbb) = Bbb::new(&format!("{}\n{setting}", library.setting())) else { return };
        bbb.archive_raw(ID);
        bbb.ask(&format!("{ID}.raw"));
        assert!(bbb.push("--once").status.success());
        let request = library.ended();
        assert_eq!(request.asked, format!("PUT /ingest/push/{ID}-raw.tar"));
        assert_eq!(listed(&request.body.unwrap()), expected, "{setting}");
    }
}

#[test]
fn a_meeting_that_nobody_recorded_is_not_sent() {
    let library = Library::start([]);
    let Some(bbb) = Bbb::new(&library.setting()) else { return };
    bbb.archive_raw(ID);
    fs::remove_file(bbb.path(&format!("recording/status/archived/{ID}.done"))).unwrap();
    bbb.write(&format!("recording/status/archived/{ID}.norecord"), "");
    bbb.ask(&format!("{ID}.raw"));
    assert!(bbb.push("--once").status.success());
    assert!(library.is_untouched());
    assert_eq!(bbb.entries(), (vec![], vec![]));
    assert!(bbb.log().contains("was not recorded"), "{}", bbb.log());

    // Its last chapter was not, an earlier one was.
    bbb.write(&format!("recording/status/archived/{ID}-1700000050000.done"), "");
    bbb.ask(&format!("{ID}.raw"));
    assert!(bbb.push("--once").status.success());
    assert!(library.ended().body.is_some());
}

#[test]
fn a_format_that_is_still_being_published_is_left_for_its_own_hook() {
    let library = Library::start([]);
    let Some(bbb) = Bbb::new(&library.setting()) else { return };
    bbb.publish(ID, "presentation");
    bbb.write(&format!("published/video/{ID}/half.m4v"), "half");
    bbb.ask(&format!("{ID}.published"));
    assert!(bbb.push("--once").status.success());
    let expected = format!("presentation/{ID}/metadata.xml");
    assert_eq!(listed(&library.ended().body.unwrap()), [expected]);
}

#[test]
fn what_is_not_there_yet_is_tried_again_and_given_up_after_two_weeks() {
    let library = Library::start([]);
    let Some(bbb) = Bbb::new(&library.setting()) else { return };
    // Empty notes: a mark and no folder.
    bbb.write(&format!("recording/status/published/{ID}-notes.done"), "");
    fs::create_dir_all(bbb.path("published/notes")).unwrap();
    for name in ["published", "raw"] {
        bbb.write(&format!("queue/{ID}.{name}"), r#"{"asked":4000000000,"format":"notes"}"#);
    }
    assert_eq!(bbb.push("--once").status.code(), Some(1));
    let (status, _) = bbb.status();
    assert!(status.contains("there is nothing of it in"), "{status}");
    assert!(status.contains("events.xml"), "{status}");

    // The same, asked for in 2023.
    bbb.ask(&format!("{ID}.published"));
    bbb.ask(&format!("{ID}.raw"));
    bbb.push("--once");
    assert_eq!(bbb.entries(), (vec![], vec![]));
    assert!(bbb.log().contains("given up"), "{}", bbb.log());
    assert!(library.is_untouched());
}

#[test]
fn links_and_what_is_no_file_stay_behind() {
    let library = Library::start([]);
    let Some(bbb) = Bbb::new(&library.setting()) else { return };
    bbb.publish(ID, "presentation");
    let folder = bbb.path(&format!("published/presentation/{ID}"));
    symlink("/etc/passwd", folder.join("passwd")).unwrap();
    symlink("/etc", folder.join("etc")).unwrap();
    symlink("metadata.xml", folder.join("inside")).unwrap();
    assert!(Command::new("mkfifo").arg(folder.join("pipe")).status().unwrap().success());
    // The second name of a file is a file.
    fs::hard_link(folder.join("metadata.xml"), folder.join("second.xml")).unwrap();
    // A whole format that lies elsewhere.
    bbb.publish("elsewhere", "podcast");
    fs::create_dir_all(bbb.path("published/video")).unwrap();
    symlink(bbb.path("published/podcast/elsewhere"), bbb.path(&format!("published/video/{ID}")))
        .unwrap();
    bbb.write(&format!("recording/status/published/{ID}-video.done"), "");
    bbb.ask(&format!("{ID}.published"));

    assert!(bbb.push("--once").status.success());
    let tar = bbb.write("got.tar", library.ended().body.unwrap());
    let output = Command::new("tar").arg("-tvf").arg(tar).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(told.lines().count(), 2, "{told}");
    assert!(told.lines().all(|it| it.starts_with("-rw") && it.contains(" 0/0 ")), "{told}");
    assert!(told.contains("metadata.xml") && told.contains("second.xml"), "{told}");
    assert_eq!(bbb.log().matches("left out").count(), 5, "{}", bbb.log());
}

#[test]
fn every_name_arrives_with_its_bytes() {
    let library = Library::start([]);
    let Some(bbb) = Bbb::new(&library.setting()) else { return };
    bbb.publish(ID, "presentation");
    let folder = bbb.path(&format!("published/presentation/{ID}"));
    let deep = ["deep"; 60].join("/");
    let named: &[&[u8]] = &[
        b"--checkpoint=1",
        b"-",
        b"two\nlines",
        b"b\\141ckslash",
        "\u{fc}ml\u{e4}ut".as_bytes(),
        b"no\xffutf8",
        b"*.xml",
        deep.as_bytes(),
    ];
    for name in named {
        let path = folder.join(OsStr::from_bytes(name));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, name).unwrap();
    }
    bbb.ask(&format!("{ID}.published"));
    assert!(bbb.push("--once").status.success(), "{}", bbb.log());

    let tar = bbb.write("got.tar", library.ended().body.unwrap());
    fs::create_dir(bbb.path("got")).unwrap();
    let mut extract = Command::new("tar");
    extract.arg("-xf").arg(tar).arg("-C").arg(bbb.path("got"));
    assert!(extract.status().unwrap().success());
    let mut compare = Command::new("diff");
    compare.arg("-r").arg(bbb.path("published")).arg(bbb.path("got"));
    assert!(compare.status().unwrap().success());
}

#[test]
fn a_file_that_vanishes_while_it_is_read_breaks_the_delivery_off_and_the_next_is_whole() {
    let (go_on, gate) = mpsc::channel();
    let library = Library::start([Answer::Hold(gate)]);
    let Some(bbb) = Bbb::new(&library.setting()) else { return };
    bbb.publish(ID, "presentation");
    let first = bbb.write(&format!("published/presentation/{ID}/a-film.webm"), "");
    // More than pipes and sockets hold, so tar stands still in it.
    fs::File::options().write(true).open(&first).unwrap().set_len(64 << 20).unwrap();
    let last = bbb.write(&format!("published/presentation/{ID}/z.txt"), "z");
    bbb.ask(&format!("{ID}.published"));

    let mut push = bbb.push_in_background();
    library.begun();
    fs::remove_file(&last).unwrap();
    go_on.send(()).unwrap();
    assert_eq!(push.wait().unwrap().code(), Some(1));
    assert!(library.ended().body.is_none(), "half a tar must not look like a whole one");
    let (status, _) = bbb.status();
    assert!(status.contains("cannot read the files"), "{status}");

    fs::write(&last, "z").unwrap();
    fs::write(&first, "a").unwrap();
    assert!(bbb.push("--once").status.success());
    assert_eq!(listed(&library.ended().body.unwrap()).len(), 3);
}
