//! Deliveries into a folder, of this machine and of another.

use crate::bbb::{Bbb, ID, listed, names};
use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown},
    path::Path,
    process::Command,
};

#[test]
fn a_spool_gets_whole_tars_under_their_names() {
    let Some(bbb) = Bbb::new("") else { return };
    let spool = bbb.path("spool");
    bbb.configure(&format!("spool: {}", spool.display()));
    bbb.publish(ID, "presentation");
    bbb.archive_raw(ID);
    bbb.ask(&format!("{ID}.published"));
    bbb.ask(&format!("{ID}.raw"));

    // The mount is not there.
    assert_eq!(bbb.push("--once").status.code(), Some(1));
    assert!(bbb.status().0.contains("cannot write into the spool"));

    fs::create_dir(&spool).unwrap();
    assert!(bbb.push("--once").status.success());
    assert_eq!(everything(&spool), [format!("{ID}-raw.tar"), format!("{ID}.tar")]);
    let published = fs::read(spool.join(format!("{ID}.tar"))).unwrap();
    assert_eq!(listed(&published), [format!("presentation/{ID}/metadata.xml")]);
    assert_eq!(bbb.entries(), (vec![], vec![]));

    // The same files make the same bytes.
    bbb.ask(&format!("{ID}.published"));
    assert!(bbb.push("--once").status.success());
    assert_eq!(fs::read(spool.join(format!("{ID}.tar"))).unwrap(), published);
}

#[test]
fn a_spool_of_another_machine_is_filled_by_rsync() {
    let Some(bbb) = Bbb::new("") else { return };
    let spool = bbb.path("far away");
    fs::create_dir(&spool).unwrap();
    let shell = bbb.path("shell");
    // rsync's own protocol, at both ends, with a local shell for the connection.
    let settings = |script: &str| {
        fs::write(&shell, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&shell, fs::Permissions::from_mode(0o755)).unwrap();
        format!("spool: archive@far:{}\nssh: {}", bbb.path("link").display(), shell.display())
    };
    std::os::unix::fs::symlink(&spool, bbb.path("link")).unwrap();
    bbb.publish(ID, "presentation");
    bbb.ask(&format!("{ID}.published"));

    bbb.configure(&settings("echo no route to host >&2; exit 255"));
    assert_eq!(bbb.push("--once").status.code(), Some(1));
    assert!(bbb.status().0.contains("no route to host"), "{}", bbb.status().0);
    assert_eq!(bbb.entries().1.len(), 1);

    bbb.configure(&settings(r#"[ "$1 $2 $3" = "-l archive far" ] && shift 3 && exec "$@""#));
    assert!(bbb.push("--once").status.success(), "{}", bbb.log());
    assert_eq!(everything(&spool), [format!("{ID}.tar")]);
    let got = fs::read(spool.join(format!("{ID}.tar"))).unwrap();
    assert_eq!(listed(&got), [format!("presentation/{ID}/metadata.xml")]);
    assert_eq!(bbb.entries(), (vec![], vec![]));
    assert_eq!(names(&bbb.path("queue/tar")), [""; 0], "the copy that travelled is gone");
}

#[test]
fn what_root_runs_by_hand_stays_the_hooks_own() {
    let Some(bbb) = Bbb::new("") else { return };
    let user = Command::new("id").arg("-u").output().unwrap().stdout;
    if user != b"0\n" {
        archive::testing::skipped("whether root leaves files in the queue: this is not root");
        return;
    }
    let spool = bbb.path("spool");
    fs::create_dir(&spool).unwrap();
    bbb.configure(&format!("spool: {}", spool.display()));
    bbb.publish(ID, "presentation");
    bbb.ask(&format!("{ID}.published"));
    fs::set_permissions(bbb.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    for folder in ["queue", "spool"] {
        chown(bbb.path(folder), Some(65534), Some(65534)).unwrap();
    }
    assert!(bbb.push("--once").status.success());
    for path in ["queue/taken", "queue/.lock", &format!("spool/{ID}.tar")] {
        assert_eq!(fs::metadata(bbb.path(path)).unwrap().uid(), 65534, "{path}");
    }
}

/// Hidden files too.
fn everything(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
