use crate::{
    program::{Program, ROOT, Server},
    requests::{get, get_json},
    samples::Script,
};
use serde_json::{Value, json};
use std::{fs, path::PathBuf, process::Command};

/// A recogniser's word may begin a little beside the synthesiser's; a hit names its passage.
const SLACK_S: f64 = 1.5;

#[test]
fn samples_are_taken_in_survive_a_power_cut_are_found_and_play() {
    let program = Program::new();
    let scripts = Script::all();
    program.add_user("ada", "archivist", "correct horse battery");
    for script in &scripts {
        let taken = program.succeed(&["ingest", &script.folder()]);
        assert!(taken.contains(" new ") && taken.contains(&script.title), "{taken}");
        let again = program.succeed(&["ingest", &script.folder()]);
        assert!(again.contains(" unchanged "), "{again}");
    }

    let server = program.serve();
    program.wait_until("the first sound", |it| {
        it["recordings"].as_array().unwrap().iter().any(|it| it["renditions"] != json!([]))
    });
    server.kill();
    let before = program.jobs_done();
    for kind in ["transcribe", "webcams"] {
        let server = program.serve();
        program.wait_until(&format!("a {kind} job to run"), |it| {
            let jobs = it["jobs"].as_array().unwrap();
            let runs = |it: &&Value| it["kind"] == kind && it["state"] == "running";
            // Nothing of that kind is left where the machine was quick.
            jobs.iter().any(|it| runs(&it)) || !jobs.iter().any(|it| it["kind"] == kind)
        });
        server.kill();
    }

    let server = program.serve();
    let status = program.wait_until("the end of all work", |it| it["idle"] == true);
    assert_eq!(status["jobs"], json!([]), "nothing failed");
    nothing_is_done_twice(&program, before.len());
    for script in &scripts {
        is_ready(script, &status);
        is_found_by_what_was_only_spoken(script, &server);
    }
    nothing_private_is_served(&server, &scripts);
    is_watched_in_a_browser(&server, &scripts);
    assert!(server.stop().success(), "a server that is asked to stop ends in good order");
}

fn nothing_is_done_twice(program: &Program, done_before: usize) {
    assert!(done_before > 0, "the power cut came after something was done");
    for ((kind, recording), times) in program.jobs_done() {
        // The index follows every change of a recording.
        assert!(kind == "index" || times == 1, "{kind} of {recording} was done {times} times");
    }
}

fn is_ready(script: &Script, status: &Value) {
    let recordings = status["recordings"].as_array().unwrap();
    let it = recordings.iter().find(|it| it["id"] == script.record_id.as_str()).unwrap();
    assert_eq!(it["visibility"], "public", "its own metadata say so");
    assert!(it["duration_ms"].as_u64().unwrap().abs_diff(script.duration_ms) < 1_000, "{it}");
    assert!(it["passages"].as_u64().unwrap() > 5, "{it}");
    assert!(!it["renditions"].as_array().unwrap().is_empty(), "{it}");
}

fn is_found_by_what_was_only_spoken(script: &Script, server: &Server) {
    for word in &script.words {
        let found = get_json(&format!("{}api/v1/search?q={}", server.address, word.word));
        let recordings = found["recordings"].as_array().unwrap();
        let hits = recordings
            .iter()
            .filter(|it| it["recording"]["id"] == script.record_id.as_str())
            .flat_map(|it| it["hits"].as_array().unwrap());
        let [start, end] = word.sentence_ms.map(|ms| ms as f64 / 1000.0);
        let in_time = start - SLACK_S..=end + SLACK_S;
        let said = hits.filter(|it| it["source"] == "spoken");
        let said: Vec<f64> = said.map(|it| it["play_from"].as_f64().unwrap()).collect();
        assert!(said.iter().any(|it| in_time.contains(it)), "{}: {said:?}", word.word);
    }
}

/// Metadata of the samples hold a token that stands for a secret.
fn nothing_private_is_served(server: &Server, scripts: &[Script]) {
    for script in scripts {
        for path in ["", "/files/metadata.xml", "/files/speech.wav", "/files/manifest.json"] {
            let url = format!("{}recordings/{}{path}", server.address, script.record_id);
            let (status, body) = get(&url);
            assert!(!body.contains("not-for-publication"), "{url} tells a secret");
            assert_eq!(status, if path.is_empty() { "200" } else { "404" }, "{url}");
        }
    }
}

fn is_watched_in_a_browser(server: &Server, scripts: &[Script]) {
    let artefacts = std::env::var_os("PLENARY_ARTEFACTS")
        .map_or_else(|| PathBuf::from(ROOT).join("artefacts"), PathBuf::from);
    fs::create_dir_all(&artefacts).unwrap();
    let expected: Vec<Value> = scripts
        .iter()
        .map(|it| {
            let word = &it.words[0];
            json!({
                "query": word.word,
                "recordingId": it.record_id,
                "startMs": word.sentence_ms[0],
                "endMs": word.sentence_ms[1],
            })
        })
        .collect();
    let expectations = artefacts.join("expectations.json");
    fs::write(&expectations, serde_json::to_vec(&expected).unwrap()).unwrap();
    let ran = Command::new("node")
        .arg(format!("{ROOT}/web/frontend/e2e/demo.mjs"))
        .args([&server.address, artefacts.to_str().unwrap(), expectations.to_str().unwrap()])
        .env("PLENARY_E2E_MEMBER", "ada")
        .env("PLENARY_E2E_PASSWORD", "correct horse battery")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{told}\n{}", String::from_utf8_lossy(&ran.stderr));
}
