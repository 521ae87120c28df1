use crate::{
    audio::WEBCAMS,
    studio,
    workshop::{Workshop, told},
};
use archive::{Disposition, JobKind, SourceRole, Stage as _};
use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// A job that takes a good while.
async fn long_job(folder: &Path) -> Workshop {
    let webm = folder.join("w.webm");
    let picture = studio::picture(1_280, 720, 30, 20, studio::VP8);
    studio::record(&webm, &format!("{picture} ! webmmux ! filesink name=file"));
    Workshop::with(&[(WEBCAMS, SourceRole::Webcams, &webm)]).await
}

/// The process whose command line names `scratch`'s job: a child is told its folder by its input
/// only, so it is found by its open files.
fn child_writing_to(scratch: &Path) -> Option<rustix::process::Pid> {
    for process in std::fs::read_dir("/proc").unwrap().filter_map(Result::ok) {
        let Ok(number) = process.file_name().to_string_lossy().parse::<i32>() else { continue };
        let Ok(files) = std::fs::read_dir(process.path().join("fd")) else { continue };
        let writes = files.filter_map(Result::ok).any(|file| {
            let target = std::fs::read_link(file.path());
            target.is_ok_and(|it| {
                it.starts_with(scratch) && it.extension().is_some_and(|it| it == "mp4")
            })
        });
        if writes {
            return rustix::process::Pid::from_raw(number);
        }
    }
    None
}

async fn wait_for_child(scratch: &Path) -> rustix::process::Pid {
    let started = Instant::now();
    loop {
        if let Some(child) = child_writing_to(scratch) {
            return child;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "no child writes to {scratch:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_child_costs_one_try() {
    let folder = tempfile::tempdir().unwrap();
    let workshop = long_job(folder.path()).await;
    let kill = async {
        let child = wait_for_child(&workshop.config.scratch).await;
        rustix::process::kill_process(child, rustix::process::Signal::ABORT).unwrap();
    };
    let (result, ()) = tokio::join!(workshop.run(JobKind::Webcams), kill);
    let error = result.unwrap_err();
    assert_eq!(error.disposition, Disposition::Retry);
    assert!(told(&error).contains("crashed (signal: 6"), "{}", told(&error));
    let name = "webcams-720p.mp4".parse().unwrap();
    assert_eq!(workshop.derived(&name).await, None, "nothing half done is stored");
}

#[tokio::test]
async fn a_runaway_meets_the_time_limit() {
    let folder = tempfile::tempdir().unwrap();
    let mut workshop = long_job(folder.path()).await;
    workshop.config.time_limit = Duration::from_millis(900);
    let started = Instant::now();
    let error = workshop.run(JobKind::Webcams).await.unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(20));
    assert_eq!(error.disposition, Disposition::Retry);
    assert!(told(&error).contains("longer than 900ms"), "{}", told(&error));
    assert_eq!(child_writing_to(&workshop.config.scratch), None);
}

#[tokio::test]
async fn a_cancelled_job_is_gone_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let workshop = long_job(folder.path()).await;
    let job = workshop.job(JobKind::Webcams).await;
    let cancel = CancellationToken::new();
    let stage = workshop.stage();
    let stop = async {
        wait_for_child(&workshop.config.scratch).await;
        cancel.cancel();
        Instant::now()
    };
    let (result, stopped) = tokio::join!(stage.run(&job, &workshop.progress, &cancel), stop);
    assert!(stopped.elapsed() < Duration::from_secs(5));
    assert_eq!(result.unwrap_err().disposition, Disposition::Retry);
    workshop.assert_tidy();
    assert_eq!(child_writing_to(&workshop.config.scratch), None);
}

#[tokio::test]
async fn an_interrupt_of_the_program_is_none_of_its_child() {
    let folder = tempfile::tempdir().unwrap();
    let workshop = long_job(folder.path()).await;
    let job = workshop.job(JobKind::Webcams).await;
    let cancel = CancellationToken::new();
    let stage = workshop.stage();
    let look = async {
        let child = wait_for_child(&workshop.config.scratch).await;
        // What Ctrl-C signals is the group.
        let group = rustix::process::getpgid(Some(child)).unwrap();
        cancel.cancel();
        (child, group)
    };
    let (_, (child, group)) = tokio::join!(stage.run(&job, &workshop.progress, &cancel), look);
    assert_eq!(group, child);
    assert_ne!(group, rustix::process::getpgrp());
}

#[tokio::test]
async fn memory_beyond_the_limit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut workshop = long_job(folder.path()).await;
    workshop.config.memory_limit_bytes = 120 << 20;
    let error = workshop.run(JobKind::Webcams).await.unwrap_err();
    assert_eq!(error.disposition, Disposition::Retry, "{}", told(&error));
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let mut workshop =
        Workshop::with(&[(WEBCAMS, SourceRole::Webcams, Path::new("/etc/hostname"))]).await;
    workshop.config.program = "/nonexistent/plenary".into();
    let error = workshop.run(JobKind::Webcams).await.unwrap_err();
    assert_eq!(error.disposition, Disposition::Retry);
    assert!(told(&error).contains("`/nonexistent/plenary`"), "{}", told(&error));
}

#[test]
fn a_child_ends_when_its_parent_does() {
    let folder = tempfile::tempdir().unwrap();
    let webm = folder.path().join("w.webm");
    let picture = studio::picture(1_280, 720, 30, 20, studio::VP8);
    studio::record(&webm, &format!("{picture} ! webmmux ! filesink name=file"));
    let task = serde_json::json!({
        "limits": { "memory_bytes": 4_u64 << 30, "open_files": 256 },
        "threads": 1,
        "out": folder.path(),
        "work": {
            "kind": "video",
            "track": "webcams",
            "input": { "path": webm, "name": "webcams.webm" },
            "audio": null,
        },
    });
    let mut child = Command::new(env!("CARGO_BIN_EXE_media-job"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, format!("{task}\n").as_bytes()).unwrap();
    let started = Instant::now();
    while !folder.path().join("webcams-720p.mp4").exists() {
        assert!(started.elapsed() < Duration::from_secs(60) && child.try_wait().unwrap().is_none());
        std::thread::sleep(Duration::from_millis(10));
    }
    // What the kernel does with a pipe whose other end was killed.
    drop(input);
    let ended = Instant::now();
    let status = child.wait().unwrap();
    assert!(ended.elapsed() < Duration::from_secs(5));
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9), "{status}");
}
