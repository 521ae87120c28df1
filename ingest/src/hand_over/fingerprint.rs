//! Telling whether what was found is what it was the last time, without reading it.

use super::{
    folder,
    format::Format,
    found::{Found, Place},
    stamp::Stamp,
};
use sha2::{Digest as _, Sha256};
use std::{ffi::OsString, fs, io, os::unix::ffi::OsStrExt as _, path::Path};

impl Found {
    /// What changes when anything of it does: a digest (lowercase hex) over names, sizes, times of
    /// change and inodes of all its files, the raw log beside a published folder included; of a tar,
    /// zip or other file, over that file's. Reads no content. Blocks.
    pub fn fingerprint(&self) -> io::Result<String> {
        let mut digest = Sha256::new();
        digest.update(self.format.as_str());
        match &self.place {
            Place::Folder(path) => {
                add_folder(&mut digest, path)?;
                if self.format != Format::Raw {
                    for (log, _) in folder::logs_beside(path, self.name()) {
                        if let Ok(stamp) = Stamp::of(&log) {
                            digest.update(log.as_os_str().as_bytes());
                            digest.update(stamp.to_bytes());
                        }
                    }
                }
            }
            Place::Packed { packed, folder } => {
                digest.update(folder);
                digest.update(Stamp::of(&packed.file)?.to_bytes());
            }
            Place::File { file, .. } => digest.update(Stamp::of(file)?.to_bytes()),
        }
        Ok(hex::encode(digest.finalize()))
    }
}

/// Tells the same of a file, or of a folder as a whole, before it is known what is in it. Reads no
/// content. Blocks.
pub fn fingerprint(path: &Path) -> io::Result<String> {
    let mut digest = Sha256::new();
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        add_folder(&mut digest, path)?;
    } else {
        digest.update(Stamp::from(&metadata).to_bytes());
    }
    Ok(hex::encode(digest.finalize()))
}

fn add_folder(digest: &mut Sha256, folder: &Path) -> io::Result<()> {
    // Names as bytes, since comparing paths part by part takes longer than looking at the files.
    let mut files: Vec<(OsString, Stamp)> = Vec::new();
    let mut folders = vec![(folder.to_owned(), OsString::new())];
    while let Some((folder, name)) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let mut name = name.clone();
            name.push("/");
            name.push(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push((entry.path(), name));
            } else {
                files.push((name, Stamp::from(&entry.metadata()?)));
            }
        }
    }
    files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    for (name, stamp) in files {
        digest.update(name.as_bytes());
        // Names have no such byte, so that where one ends is plain.
        digest.update([0]);
        digest.update(stamp.to_bytes());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_change_shows_and_looking_again_is_none() {
        let root = tempfile::tempdir().unwrap();
        let id = "183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1531240585189";
        let folder = root.path().join("presentation").join(id);
        fs::create_dir_all(folder.join("video")).unwrap();
        fs::write(folder.join("metadata.xml"), "<recording/>").unwrap();
        let found = Found::folder(folder.clone(), Format::Presentation);
        let mut seen = vec![found.fingerprint().unwrap()];
        let mut changed = |what: &str| {
            let now = found.fingerprint().unwrap();
            assert_eq!(found.fingerprint().unwrap(), now);
            assert!(!seen.contains(&now), "{what}");
            seen.push(now);
        };
        fs::write(folder.join("video/webcams.webm"), "x").unwrap();
        changed("a new file");
        fs::write(folder.join("video/webcams.webm"), "xy").unwrap();
        changed("a longer file");
        fs::rename(folder.join("video/webcams.webm"), folder.join("video/other.webm")).unwrap();
        changed("a file that is called otherwise");
        let raw = root.path().join("raw").join(id);
        fs::create_dir_all(&raw).unwrap();
        fs::write(raw.join("events.xml"), "<recording/>").unwrap();
        changed("a log beside it");
        assert_ne!(fingerprint(&folder).unwrap(), fingerprint(&raw).unwrap());
        assert_ne!(
            fingerprint(&folder.join("metadata.xml")).unwrap(),
            fingerprint(&raw.join("events.xml")).unwrap()
        );
    }
}
