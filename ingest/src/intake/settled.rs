//! Whether something that lies somewhere is whole, told without reading it.

use sha2::{Digest as _, Sha256};
use std::{
    collections::HashMap,
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// What lies at a place at one moment: sizes, times and inodes of its files as one text, so that a
/// change of any shows.
pub(crate) fn fingerprint(path: &Path) -> io::Result<String> {
    let mut digest = Sha256::new();
    let metadata = fs::symlink_metadata(path)?;
    if metadata.is_dir() {
        add_folder(&mut digest, path)?;
    } else {
        add(&mut digest, b"", &metadata);
    }
    Ok(hex::encode(&digest.finalize()[..16]))
}

fn add_folder(digest: &mut Sha256, folder: &Path) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_unstable_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let metadata = entry.metadata()?;
        add(digest, entry.file_name().as_encoded_bytes(), &metadata);
        if metadata.is_dir() {
            add_folder(digest, &entry.path())?;
        }
    }
    digest.update([0]);
    Ok(())
}

fn add(digest: &mut Sha256, name: &[u8], metadata: &fs::Metadata) {
    digest.update((name.len() as u64).to_le_bytes());
    digest.update(name);
    // A folder's own size and times change with what the file system likes.
    let of_file = !metadata.is_dir();
    for number in [metadata.ino(), u64::from(of_file)] {
        digest.update(number.to_le_bytes());
    }
    if of_file {
        digest.update(metadata.len().to_le_bytes());
        digest.update(metadata.mtime().to_le_bytes());
        digest.update(metadata.mtime_nsec().to_le_bytes());
    }
}

/// Remembers since when things have looked as they do now.
///
/// It does not go by the files' own times: rsync sets old ones, and clocks differ between machines.
#[derive(Debug, Default)]
pub(crate) struct Unchanged(Mutex<HashMap<String, (String, Instant)>>);

impl Unchanged {
    /// For how long what lies at `place` has had this fingerprint, as far as was looked.
    pub(crate) fn since(&self, place: &str, fingerprint: &str) -> Duration {
        let now = Instant::now();
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = seen.entry(place.to_owned()).or_insert_with(|| (fingerprint.to_owned(), now));
        if known.0 != fingerprint {
            *known = (fingerprint.to_owned(), now);
        }
        now.duration_since(known.1)
    }

    /// Forgets a place: it was noted.
    pub(crate) fn forget(&self, place: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_shows_in_the_fingerprint() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rec");
        fs::create_dir_all(path.join("video")).unwrap();
        fs::write(path.join("video/webcams.webm"), b"webm").unwrap();
        let mut seen = vec![fingerprint(&path).unwrap()];
        let mut changed = |what: &str| {
            let now = fingerprint(&path).unwrap();
            assert_eq!(now, fingerprint(&path).unwrap());
            assert!(!seen.contains(&now), "{what}");
            seen.push(now);
        };
        fs::write(path.join("video/webcams.webm"), b"webm and more").unwrap();
        changed("a file has grown");
        fs::write(path.join("metadata.xml"), b"").unwrap();
        changed("a file has come");
        fs::rename(path.join("metadata.xml"), path.join("video/metadata.xml")).unwrap();
        changed("a file was moved");
        fs::create_dir(path.join("empty")).unwrap();
        changed("a folder has come");
        assert!(fingerprint(&path.join("nowhere")).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn what_changes_begins_anew() {
        let unchanged = Unchanged::default();
        let wait = Duration::from_secs(10);
        assert_eq!(unchanged.since("a", "1"), Duration::ZERO);
        tokio::time::advance(wait).await;
        assert_eq!(unchanged.since("a", "1"), wait);
        assert_eq!(unchanged.since("a", "2"), Duration::ZERO);
        tokio::time::advance(wait).await;
        assert_eq!(unchanged.since("a", "2"), wait);
        unchanged.forget("a");
        assert_eq!(unchanged.since("a", "2"), Duration::ZERO);
    }
}
