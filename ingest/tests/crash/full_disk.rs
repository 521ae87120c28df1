//! The disk of the library is full, to a greater or lesser extent.

use crate::{
    library::{Library, said},
    source::Source,
};
use archive::testing::skipped;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The mount point of a file system of its own, for the process in which the test goes on.
const DISK: &str = "CRASH_TEST_DISK";
const FILM: usize = 3 << 20;

/// Gives the mounted file system so much room.
fn resize(disk: &Path, kib: usize) {
    let size = format!("remount,size={kib}k");
    let mounted = Command::new("mount").args(["-o", &size]).arg(disk).status().unwrap();
    assert!(mounted.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_nothing_wherever_it_is_full() {
    let Some(disk) = std::env::var_os(DISK).map(PathBuf::from) else { return on_a_small_disk() };
    let folder = tempfile::tempdir().unwrap();
    let source = Source::write(folder.path(), FILM);
    let objects = format!("file://{}", disk.join("objects").display());
    let library = Library::open(&disk, &objects).await;
    // What it is told, and how often; there is room for the catalog, then for a few files more.
    for (before, after) in [(None, "first"), (Some("first"), "second")] {
        if after == "second" {
            source.renew(FILM);
        }
        let handed_over = source.digest();
        let mut full = 0;
        for kib in (1_000..).step_by(150) {
            resize(&disk, kib.max(used_kib(&disk)));
            let taken = library.take_in(&source.folder()).await;
            assert_eq!(source.digest(), handed_over);
            let there = library.whole_or_nothing().await;
            match taken {
                Ok(_) => {
                    assert_eq!(there.as_deref(), Some(after));
                    break;
                }
                Err(error) => {
                    let said = said(&error);
                    let is_told = said.contains("No space left on device")
                        || said.contains("database or disk is full");
                    assert!(is_told, "{said}");
                    assert_eq!(there.as_deref(), before, "{said}");
                    full += 1;
                }
            }
        }
        assert!(full >= 3, "the disk was full {full} times");
    }
    library.check_renewed().await;
}

/// What lies on the disk already, in KiB.
fn used_kib(disk: &Path) -> usize {
    let du = Command::new("du").args(["-sk"]).arg(disk).output().unwrap();
    let du = String::from_utf8(du.stdout).unwrap();
    du.split_whitespace().next().unwrap().parse().unwrap()
}

/// Runs the test again where it may mount a file system that nobody else sees.
fn on_a_small_disk() {
    let disk = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=1000k plenary-test \"$0\" && exec \"$@\"";
    let allowed = |how: &str| {
        let mut probe = Command::new("unshare");
        probe.args([how, "sh", "-c", script]).arg(disk.path()).arg("true");
        probe.output().is_ok_and(|it| it.status.success())
    };
    let Some(how) = ["-m", "-rm"].into_iter().find(|it| allowed(it)) else {
        return skipped(
            "a full disk needs a file system of its own, which this user may not mount",
        );
    };
    let run = Command::new("unshare")
        .args([how, "sh", "-c", script])
        .arg(disk.path())
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "full_disk::a_full_disk_loses_nothing_wherever_it_is_full"])
        .env(DISK, disk.path())
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success() && out.contains("1 passed"), "{out}{err}");
}
