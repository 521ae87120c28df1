//! The watched folder: files in it, and where they go when the library has them or cannot take them.
//!
//! A file is moved inside the spool alone, by a rename; what is in `failed/` comes back for another
//! try. Nothing is deleted unless the operator said so.

use crate::hand_over::fingerprint::fingerprint;
use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// Held from looking for a free name until it is taken: two takers may look for the same.
static NAMING: Mutex<()> = Mutex::new(());

/// Where files go that are in the library.
const DONE: &str = "done";
/// Where files go that could not be taken in, each with its reason beside it.
const FAILED: &str = "failed";
/// What a reason's name adds to the file's.
const REASON: &str = ".reason.txt";

/// The files that are recordings by their names, sorted. A name that begins with a dot is a transfer
/// under way.
pub(crate) fn list(spool: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(spool)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_ours = [".tar", ".tar.gz", ".tgz", ".zip"].iter().any(|it| name.ends_with(it));
        if is_ours && !name.starts_with('.') && entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// Moves what was taken in to `done/`, and deletes it there if that is wanted.
///
/// A transfer may put a newer file in its place at any moment. What was moved is looked at where
/// nobody replaces it; if it is not the one that was taken in, it goes back.
pub(crate) fn put_away(file: &Path, taken: &str, delete: bool) -> io::Result<()> {
    let target = move_into(file, DONE)?;
    if fingerprint(&target)? != taken {
        let _naming = NAMING.lock().unwrap_or_else(PoisonError::into_inner);
        let back = free_name(parent(file), file)?;
        fs::rename(&target, back)?;
        return sync(parent(file));
    }
    if delete {
        fs::remove_file(&target)?;
        sync(parent(&target))?;
    }
    Ok(())
}

/// Moves what could not be taken in to `failed/`, and says why in a file beside it.
pub(crate) fn lay_aside(file: &Path, reason: &str) -> io::Result<PathBuf> {
    let target = move_into(file, FAILED)?;
    let mut said = File::create(beside(&target))?;
    said.write_all(reason.as_bytes())?;
    said.write_all(b"\n")?;
    said.sync_all()?;
    sync(parent(&target))?;
    Ok(target)
}

/// Brings a file back that was laid aside, for another try: the one that looked like `known`, or, if
/// somebody mended it, the one of its name. Returns whether there was one; not if another of its name
/// has come meanwhile.
pub(crate) fn bring_back(file: &Path, known: &str) -> io::Result<bool> {
    let Some(name) = file.file_name() else { return Ok(false) };
    if file.try_exists()? {
        return Ok(false);
    }
    let folder = parent(file).join(FAILED);
    let aside = find(&folder, file, known)?.unwrap_or_else(|| folder.join(name));
    if !aside.try_exists()? {
        return Ok(false);
    }
    fs::rename(&aside, file)?;
    match fs::remove_file(beside(&aside)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    sync(parent(file))?;
    Ok(true)
}

/// Whether a file that does not lie in the spool any more was put away by [`put_away`], which a taker
/// that was killed then told nobody. A spool that is not mounted has no `done/`.
pub(crate) fn was_put_away(file: &Path, known: &str, delete: bool) -> io::Result<bool> {
    let done = parent(file).join(DONE);
    Ok(find(&done, file, known)?.is_some() || delete && done.try_exists()?)
}

/// The file in `folder` that has this name, or this name with a number, and looks like `known`.
fn find(folder: &Path, file: &Path, known: &str) -> io::Result<Option<PathBuf>> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split_once('.').map_or(&*name, |(stem, _)| stem);
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        entries => entries?,
    };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(stem) && fingerprint(&path).is_ok_and(|it| it == known) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

fn move_into(file: &Path, folder: &str) -> io::Result<PathBuf> {
    let folder = parent(file).join(folder);
    fs::create_dir_all(&folder)?;
    let _naming = NAMING.lock().unwrap_or_else(PoisonError::into_inner);
    let target = free_name(&folder, file)?;
    fs::rename(file, &target)?;
    sync(&folder)?;
    sync(parent(file))?;
    Ok(target)
}

/// The file's own name in another folder; with a number where that is taken: `x.2.tar`.
fn free_name(folder: &Path, file: &Path) -> io::Result<PathBuf> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let (stem, extension) = name.split_once('.').unwrap_or((&name, ""));
    let mut target = folder.join(&*name);
    let mut number = 2_u32;
    while target.try_exists()? {
        target = folder.join(format!("{stem}.{number}.{extension}"));
        number += 1;
    }
    Ok(target)
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(REASON);
    file.with_file_name(name)
}

fn parent(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}

/// Makes a rename outlive a power cut.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn lists_recordings_and_leaves_transfers_alone() {
        let spool = tempfile::tempdir().unwrap();
        for name in ["b.tar", "a.tar", "c.zip", "d.tar.gz", ".e.tar.Xy12Z", ".f.tar", "notes.txt"] {
            fs::write(spool.path().join(name), b"x").unwrap();
        }
        fs::create_dir(spool.path().join("folder.tar")).unwrap();
        let listed: Vec<_> = list(spool.path()).unwrap();
        let listed: Vec<_> = listed.iter().map(|it| it.file_name().unwrap()).collect();
        assert_eq!(listed, ["a.tar", "b.tar", "c.zip", "d.tar.gz"]);
    }

    #[test]
    fn what_was_taken_in_is_moved_and_never_over_another() {
        let spool = tempfile::tempdir().unwrap();
        let file = spool.path().join("a.tar");
        for content in ["first", "second", "third"] {
            fs::write(&file, content).unwrap();
            put_away(&file, &fingerprint(&file).unwrap(), false).unwrap();
        }
        assert_eq!(names(&spool.path().join(DONE)), ["a.2.tar", "a.3.tar", "a.tar"]);
        assert_eq!(fs::read(spool.path().join("done/a.2.tar")).unwrap(), b"second");
        fs::write(&file, "fourth").unwrap();
        put_away(&file, &fingerprint(&file).unwrap(), true).unwrap();
        assert_eq!(names(&spool.path().join(DONE)).len(), 3);
        assert!(!file.exists());

        let taken = fingerprint(&spool.path().join("done/a.tar")).unwrap();
        fs::write(&file, "a newer one").unwrap();
        put_away(&file, &taken, true).unwrap();
        assert_eq!(
            fs::read(&file).unwrap(),
            b"a newer one",
            "it was not the one that was taken in"
        );
    }

    #[test]
    fn what_failed_lies_beside_its_reason_and_comes_back() {
        let spool = tempfile::tempdir().unwrap();
        let file = spool.path().join("a.tar");
        fs::write(&file, "x").unwrap();
        lay_aside(&file, "`notes/ID`: no recording").unwrap();
        let failed = spool.path().join(FAILED);
        assert_eq!(names(&failed), ["a.tar", "a.tar.reason.txt"]);
        let reason = fs::read_to_string(failed.join("a.tar.reason.txt")).unwrap();
        assert_eq!(reason, "`notes/ID`: no recording\n");

        fs::write(&file, "a newer one").unwrap();
        assert!(!bring_back(&file, "").unwrap(), "the newer one goes first");
        fs::remove_file(&file).unwrap();
        assert!(bring_back(&file, "").unwrap(), "somebody mended it");
        assert_eq!(names(&failed), Vec::<String>::new());
        assert_eq!(fs::read(&file).unwrap(), b"x");
        assert!(!bring_back(&file, "").unwrap());
    }

    #[test]
    fn of_two_of_a_name_that_failed_the_one_that_is_meant_comes_back() {
        let spool = tempfile::tempdir().unwrap();
        let file = spool.path().join("a.tar");
        fs::write(&file, "first").unwrap();
        lay_aside(&file, "broken").unwrap();
        fs::write(&file, "the second").unwrap();
        let second = fingerprint(&file).unwrap();
        lay_aside(&file, "broken, too").unwrap();
        assert!(bring_back(&file, &second).unwrap());
        assert_eq!(fs::read(&file).unwrap(), b"the second");
        assert_eq!(names(&spool.path().join(FAILED)), ["a.tar", "a.tar.reason.txt"]);
    }

    #[test]
    fn what_is_gone_was_put_away_only_if_it_lies_there() {
        let spool = tempfile::tempdir().unwrap();
        let file = spool.path().join("a.tar");
        assert!(!was_put_away(&file, "x", true).unwrap(), "it is not mounted");
        fs::write(&file, "x").unwrap();
        let taken = fingerprint(&file).unwrap();
        put_away(&file, &taken, false).unwrap();
        assert!(was_put_away(&file, &taken, false).unwrap());
        assert!(!was_put_away(&file, "another", false).unwrap());
        assert!(was_put_away(&file, "another", true).unwrap(), "it may have been deleted");
    }
}
