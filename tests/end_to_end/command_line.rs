use crate::program::Program;
use std::fs;

#[track_caller]
fn refused(program: &Program, arguments: &[&str], expected: &str) {
    let output = program.run(arguments);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{arguments:?} succeeded");
    assert!(told.contains(expected), "{arguments:?} told: {told}");
}

#[test]
fn every_wrong_setting_is_told_at_once() {
    let program = Program::new();
    let file = program.data().with_extension("toml");
    fs::write(&file, "lisen = 'x'\n[worker]\nmedia_slots = 0\nmoar = 1\n").unwrap();
    let file = file.to_str().unwrap();
    for expected in ["lisen: there is no such setting", "worker.moar: there is no such setting"] {
        refused(&program, &["--config", file, "status"], expected);
    }
    refused(&program, &["--config", "/nonexistent.toml", "status"], "/nonexistent.toml");
}

#[test]
fn what_cannot_be_taken_in_is_named_and_the_rest_is_taken_in() {
    let program = Program::new();
    let empty = program.data().with_file_name("empty");
    fs::create_dir(&empty).unwrap();
    refused(&program, &["ingest", empty.to_str().unwrap()], "empty");
    refused(&program, &["ingest", "/nonexistent"], "/nonexistent");

    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/pflegekreis-de");
    let output = program.run(&["ingest", empty.to_str().unwrap(), sample]);
    assert!(!output.status.success(), "not everything is in");
    assert_eq!(program.status()["recordings"].as_array().unwrap().len(), 1);
}

#[test]
fn one_folder_is_served_by_one_process() {
    let program = Program::new();
    let first = program.serve();
    refused(&program, &["serve"], "another `plenary serve`");
    assert!(first.stop().success());
    assert!(program.serve().stop().success(), "and by the next one when the first is gone");
}

#[test]
fn an_account_is_made_once_and_a_short_password_is_refused() {
    let program = Program::new();
    program.add_user("ada", "archivist", "correct horse battery");
    let mut again = program.command(&["user", "add", "ada"]);
    let again = again.env("PLENARY_PASSWORD", "correct horse battery").output().unwrap();
    assert!(String::from_utf8_lossy(&again.stderr).contains("already"));
    let mut short = program.command(&["user", "add", "bob"]);
    let short = short.env("PLENARY_PASSWORD", "short").output().unwrap();
    assert!(String::from_utf8_lossy(&short.stderr).contains("at least 10"));
    assert!(program.succeed(&["user", "list"]).contains("archivist  ada"));
}

#[test]
fn only_what_there_is_can_be_done_again() {
    let program = Program::new();
    let id = "183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1531240585189";
    refused(&program, &["redo", id, "audio"], "there is no recording");
    refused(&program, &["redo", "../../etc/passwd", "audio"], "is not a recording ID");
    refused(&program, &["redo", id, "dance"], "is not a kind of job");
}

#[test]
fn check_tells_what_is_missing_and_how_to_get_it() {
    let program = Program::new();
    let output = program
        .command(&["check"])
        .env("PLENARY_SPEECH_MODEL", "base")
        .env("PLENARY_MODELS", program.data().join("none"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success());
    assert!(told.contains("plenary models fetch base"), "{told}");
    assert!(told.contains("ok       catalog and store can be written"), "{told}");
}
