use crate::{
    program::{Program, ROOT},
    samples::Script,
};
use serde_json::Value;
use std::{fs, path::PathBuf, process::Command};

/// As `upload.mjs` types it.
const TITLE: &str = "Filmed elsewhere & <uploaded>";
/// More than two of the pieces that a browser sends.
const LARGE: usize = 40_000_000;

#[test]
fn a_film_is_uploaded_in_a_browser_and_taken_in() {
    let program = Program::new();
    program.add_user("ada", "archivist", "correct horse battery");
    let script = &Script::all()[0];
    let film = format!("{}/presentation/{}/video/webcams.webm", script.folder(), script.record_id);
    let folder = tempfile::tempdir().unwrap();
    // It is a tar by its name only: that it failed, and why, has to be seen too.
    let large = folder.path().join("large.tar");
    fs::write(&large, vec![b'x'; LARGE]).unwrap();
    let artefacts = std::env::var_os("PLENARY_ARTEFACTS")
        .map_or_else(|| PathBuf::from(ROOT).join("artefacts"), PathBuf::from);

    let server = program.serve();
    let ran = Command::new("node")
        .arg(format!("{ROOT}/web/frontend/e2e/upload.mjs"))
        .args([&*server.address, artefacts.to_str().unwrap(), &film, large.to_str().unwrap()])
        .env("PLENARY_E2E_MEMBER", "ada")
        .env("PLENARY_E2E_PASSWORD", "correct horse battery")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{told}\n{}", String::from_utf8_lossy(&ran.stderr));

    let list = |it: &Value, name: &str| it[name].as_array().unwrap().clone();
    let status = program.wait_until("the uploaded film", |it| {
        list(it, "recordings").iter().any(|it| it["title"] == TITLE)
    });
    let taken = list(&status, "recordings");
    assert_eq!(taken.len(), 1, "{status:#}");
    assert_eq!(taken[0]["visibility"], "public", "as the archivist chose");
    let status = program.wait_until("the end of what is no recording", |it| {
        list(it, "arrivals").iter().all(|it| it["state"] == "failed")
    });
    let failed = list(&status, "arrivals");
    assert_eq!(failed.len(), 1, "{status:#}");
    assert!(failed[0]["place"].as_str().unwrap().ends_with("/large.tar"), "{status:#}");
    assert!(server.stop().success());
}
