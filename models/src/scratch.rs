use std::{
    fs::{self, File},
    io,
    path::Path,
};

/// A job's folder for the copy of what it reads, removed with everything in it when this is dropped.
///
/// A lock in it tells a folder in use from one that a killed program left.
pub(crate) struct Scratch {
    folder: tempfile::TempDir,
    _lock: File,
}

const PREFIX: &str = "speech-job-";
const LOCK: &str = "in-use";

impl Scratch {
    pub(crate) fn make(under: &Path) -> io::Result<Self> {
        fs::create_dir_all(under)?;
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(under)?;
        let lock = File::create(folder.path().join(LOCK))?;
        lock.try_lock()?;
        Ok(Self { folder, _lock: lock })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
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
        if lock.try_lock().is_ok() {
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
        for folder in ["speech-job-left", "somebody-else"] {
            fs::create_dir(place.join(folder)).unwrap();
            fs::write(place.join(folder).join(LOCK), "").unwrap();
        }
        assert_eq!(sweep(&place).unwrap(), 1);
        assert!(!place.join("speech-job-left").exists());
        assert!(used.folder().is_dir());
        drop(used);
        let left: Vec<_> =
            fs::read_dir(&place).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(left, ["somebody-else"]);
    }
}
