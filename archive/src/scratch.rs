use std::{
    fs::{self, File},
    io,
    path::Path,
};

/// A job's folder for unfinished files and copies, removed with everything in it when this is dropped.
///
/// A lock in it tells a folder in use from one that a killed program left, so several processes may
/// share the place where such folders lie.
pub struct Scratch {
    folder: tempfile::TempDir,
    _lock: File,
}

/// What the name of every such folder begins with. Other folders at the place are somebody else's.
const PREFIX: &str = "job-";
const LOCK: &str = "in-use";

impl Scratch {
    /// Makes a folder at the place `under`, and the place if it is not there.
    pub fn make(under: &Path) -> io::Result<Self> {
        fs::create_dir_all(under)?;
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(under)?;
        let lock = File::create(folder.path().join(LOCK))?;
        lock.try_lock()?;
        Ok(Self { folder, _lock: lock })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Removes the folders at the place `under` that nobody uses any more. Returns how many there
    /// were.
    pub fn sweep(under: &Path) -> io::Result<usize> {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_go_and_what_is_in_use_stays() {
        let under = tempfile::tempdir().unwrap();
        let place = under.path().join("scratch");
        assert_eq!(Scratch::sweep(&place).unwrap(), 0, "there is no such folder yet");
        let used = Scratch::make(&place).unwrap();
        for folder in ["job-left", "somebody-else"] {
            fs::create_dir(place.join(folder)).unwrap();
            fs::write(place.join(folder).join(LOCK), "").unwrap();
        }
        assert_eq!(Scratch::sweep(&place).unwrap(), 1);
        assert!(!place.join("job-left").exists());
        assert!(used.folder().is_dir());
        drop(used);
        let left: Vec<_> =
            fs::read_dir(&place).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(left, ["somebody-else"]);
    }
}
