//! Entries become requests, and stay until these were acknowledged.

use crate::{
    bbb::{Bbb, ID, OTHER, TOKEN, listed, read},
    library::{Answer, Library},
};
use std::{fs, sync::mpsc};

#[test]
fn all_that_is_published_so_far_is_one_tar_with_the_token() {
    let library = Library::start([]);
    let Some(bbb) = Bbb::new(&library.setting()) else { return };
    bbb.publish(ID, "presentation");
    bbb.publish(ID, "podcast");
    bbb.publish(OTHER, "presentation");
    bbb.ask(&format!("{ID}.published"));

    assert!(bbb.push("--all").status.success());
    let request = library.ended();
    assert_eq!(request.asked, format!("PUT /ingest/push/{ID}.tar"));
    assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}"));
    assert_eq!(request.headers["content-type"], "application/x-tar");
    assert_eq!(
        listed(&request.body.unwrap()),
        [format!("podcast/{ID}/metadata.xml"), format!("presentation/{ID}/metadata.xml")]
    );
    assert_eq!(bbb.entries(), (vec![], vec![]));
    assert_eq!(bbb.status(), ("nothing waits\n".to_owned(), false));

    // Hours later there is one more format.
    bbb.publish(ID, "video");
    bbb.hook("post_publish", &["-m", ID, "-f", "video"]);
    assert_eq!(listed(&library.ended().body.unwrap()).len(), 3);
}

#[test]
fn a_failure_keeps_the_entry_says_why_and_waits_longer_each_time() {
    let library = Library::start([507, 507, 507].map(Answer::Status));
    let Some(bbb) = Bbb::new(&library.setting()) else { return };
    bbb.publish(ID, "presentation");
    let name = format!("{ID}.published");
    bbb.ask(&name);
    assert!(bbb.status().0.contains("not tried yet"));

    let mut waits = Vec::new();
    for tries in 1..=3 {
        assert_eq!(bbb.push("--once").status.code(), Some(1));
        let entry = fs::read(bbb.path(&format!("queue/taken/{name}"))).unwrap();
        let entry: serde_json::Value = serde_json::from_slice(&entry).unwrap();
        assert_eq!(entry["tries"], tries);
        waits.push(entry["next"].as_u64().unwrap() - entry["tried"].as_u64().unwrap());
        library.ended();
    }
    assert_eq!(waits, [60, 120, 240]);
    let (status, failing) = bbb.status();
    assert!(failing);
    assert!(status.contains("tried 3 times") && status.contains("answered 507"), "{status}");
    assert!(status.contains("no room for it"), "{status}");

    // It is not due; the library is well again, and somebody does not want to wait.
    library.begun();
    library.begun();
    library.begun();
    assert!(bbb.push("--all").status.success());
    assert!(library.is_untouched());
    assert!(bbb.push("--once").status.success());
    assert_eq!(listed(&library.ended().body.unwrap()).len(), 1);
    assert_eq!(bbb.entries(), (vec![], vec![]));
}

#[test]
fn an_entry_is_tried_again_when_it_is_due_or_asked_for_anew() {
    let library = Library::start([Answer::Status(503)]);
    let Some(bbb) = Bbb::new(&library.setting()) else { return };
    bbb.publish(ID, "presentation");
    let name = format!("{ID}.published");
    for state in [
        r#"{"asked":1700000000,"tries":3,"next":1700000001}"#,
        // The clock was set back since.
        r#"{"asked":1700000000,"tries":3,"next":99999999999}"#,
        // A crash while it was written.
        "",
    ] {
        bbb.write(&format!("queue/taken/{name}"), state);
        bbb.push("--all");
        library.ended();
    }
    assert_eq!(bbb.entries(), (vec![], vec![]));

    let late =
        r#"{"asked":1700000000,"tries":3,"next":99999999999}"#.replace("99999999999", &soon());
    bbb.write(&format!("queue/taken/{name}"), late);
    bbb.hook("post_publish", &["-m", ID, "-f", "presentation"]);
    library.ended();
}

/// A moment that is not yet, and is not beyond the longest wait either.
fn soon() -> String {
    let output = std::process::Command::new("date").args(["-d", "+2 hours", "+%s"]).output();
    String::from_utf8(output.unwrap().stdout).unwrap().trim().to_owned()
}

#[test]
fn what_is_asked_for_during_a_delivery_comes_again() {
    let (go_on, gate) = mpsc::channel();
    let library = Library::start([Answer::Hold(gate)]);
    let Some(bbb) = Bbb::new(&library.setting()) else { return };
    bbb.publish(ID, "presentation");
    bbb.ask(&format!("{ID}.published"));
    let mut push = bbb.push_in_background();
    library.begun();

    bbb.publish(ID, "video");
    bbb.ask(&format!("{ID}.published"));
    // Another push finds that somebody is at work.
    assert!(bbb.push("--once").status.success());
    assert!(library.is_untouched());

    go_on.send(()).unwrap();
    assert!(push.wait().unwrap().success());
    library.ended();
    let second = listed(&library.ended().body.unwrap());
    assert!(second.contains(&format!("video/{ID}/metadata.xml")), "{second:?}");
    assert_eq!(bbb.entries(), (vec![], vec![]));
}

#[test]
fn a_push_that_is_killed_leaves_its_entry_to_the_next() {
    let library = Library::start([Answer::Never]);
    let Some(bbb) = Bbb::new(&library.setting()) else { return };
    bbb.publish(ID, "presentation");
    bbb.ask(&format!("{ID}.published"));
    let mut push = bbb.push_in_background();
    library.ended();
    push.kill().unwrap();
    push.wait().unwrap();

    assert_eq!(bbb.entries().1, [format!("{ID}.published")]);
    assert!(bbb.push("--all").status.success());
    assert_eq!(listed(&library.ended().body.unwrap()).len(), 1);
    assert_eq!(bbb.entries(), (vec![], vec![]));
}

#[test]
fn the_token_is_in_no_argument_no_variable_and_no_log() {
    let library = Library::start([Answer::Never]);
    let Some(bbb) = Bbb::new(&library.setting()) else { return };
    bbb.publish(ID, "presentation");
    assert!(bbb.hook("post_publish", &["-m", ID, "-f", "presentation"]).status.success());
    library.ended();

    for process in fs::read_dir("/proc").unwrap().map_while(Result::ok) {
        let arguments = read(&process.path().join("cmdline"));
        assert!(!arguments.contains(TOKEN), "{arguments}");
    }
    let pushes = bbb.processes();
    assert!(!pushes.is_empty(), "the push that hangs");
    assert!(pushes.iter().all(|it| !read(&it.join("environ")).contains(TOKEN)));
    assert!(!bbb.log().contains(TOKEN));
}

#[test]
fn what_a_library_never_answered_is_not_sent_again_by_halves() {
    let library = Library::start([Answer::Never]);
    let Some(bbb) = Bbb::new(&format!("{}\ntimeout: 1", library.setting())) else { return };
    bbb.publish(ID, "presentation");
    bbb.ask(&format!("{ID}.published"));
    assert_eq!(bbb.push("--once").status.code(), Some(1));
    library.begun();
    assert!(library.is_untouched(), "a second request in the same attempt");
    assert!(bbb.status().0.contains("broke off"), "{}", bbb.status().0);
}

#[test]
fn a_library_that_refuses_is_believed_before_the_recording_is_sent() {
    let library = Library::start([Answer::Refuse(401)]);
    let Some(bbb) = Bbb::new(&format!("{}\ntimeout: 5", library.setting())) else { return };
    bbb.publish(ID, "presentation");
    let film = bbb.write(&format!("published/presentation/{ID}/film.webm"), "");
    // More than any socket takes without a reader.
    fs::File::options().write(true).open(film).unwrap().set_len(256 << 20).unwrap();
    bbb.ask(&format!("{ID}.published"));

    assert_eq!(bbb.push("--once").status.code(), Some(1));
    let (status, failing) = bbb.status();
    assert!(failing && status.contains("answered 401"), "{status}");
}

#[test]
fn a_library_that_cannot_be_reached_costs_one_attempt_and_not_one_for_each() {
    let Some(bbb) = Bbb::new("library: http://127.0.0.1:1") else { return };
    bbb.publish(ID, "presentation");
    bbb.publish(OTHER, "presentation");
    bbb.ask(&format!("{ID}.published"));
    bbb.ask(&format!("{OTHER}.published"));

    assert_eq!(bbb.push("--once").status.code(), Some(1));
    let (status, _) = bbb.status();
    assert_eq!(status.matches("cannot reach").count(), 1, "{status}");
    assert_eq!(status.matches("not tried yet").count(), 1, "{status}");
}
