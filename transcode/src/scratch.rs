use rustix::fs::FlockOperation;
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// A job's folder for unfinished files, removed with everything in it when this is dropped.
///
/// A lock in it tells a folder in use from one that a killed program left.
pub(crate) struct Scratch {
    folder: tempfile::TempDir,
    _lock: File,
}

const PREFIX: &str = "media-job-";
const LOCK: &str = "in-use";
const OUT: &str = "out";

impl Scratch {
    pub(crate) fn make(under: &Path) -> io::Result<Self> {
        fs::create_dir_all(under)?;
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(under)?;
        let lock = File::create(folder.path().join(LOCK))?;
        rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        fs::create_dir(folder.path().join(OUT))?;
        Ok(Self { folder, _lock: lock })
    }

    /// For copies of what the job reads.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// For what the job makes.
    pub(crate) fn out(&self) -> PathBuf {
        self.folder.path().join(OUT)
    }
}

/// Removes folders that nobody uses any more. Returns how many there were.
pub(crate) fn sweep(under: &Path) -> io::Result<usize> {
    let entries = match fs::read_dir(under) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let mut removed = 0;
    for entry in entries {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        // A folder without a lock is one that is just being made, or just being removed.
        let Ok(lock) = File::open(entry.path().join(LOCK)) else { continue };
        if rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok() {
            fs::remove_dir_all(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_go_and_what_is_in_use_stays() {
        let under = tempfile::tempdir().unwrap();
        let place = under.path().join("scratch");
        assert_eq!(sweep(&place).unwrap(), 0, "there is no such folder yet");
        let used = Scratch::make(&place).unwrap();
        let left = place.join("media-job-left");
        fs::create_dir(&left).unwrap();
        fs::write(left.join(LOCK), "").unwrap();
        fs::create_dir(place.join("somebody-else")).unwrap();
        assert_eq!(sweep(&place).unwrap(), 1);
        assert!(!left.exists());
        assert!(used.out().is_dir());
        let folder = used.folder().to_owned();
        drop(used);
        assert!(!folder.exists());
        assert!(place.join("somebody-else").exists());
    }
}
