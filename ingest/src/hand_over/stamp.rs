use std::{fs, io, os::unix::fs::MetadataExt as _, path::Path};

/// What changes when a file does, as far as can be told without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) size_bytes: u64,
    modified_s: i64,
    modified_ns: i64,
    inode: u64,
}

impl Stamp {
    /// Of a file, or of what a link leads to.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        fs::metadata(path).map(|it| Self::from(&it))
    }

    pub(crate) fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.size_bytes.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.modified_s.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.modified_ns.to_le_bytes());
        bytes[24..].copy_from_slice(&self.inode.to_le_bytes());
        bytes
    }
}

impl From<&fs::Metadata> for Stamp {
    fn from(metadata: &fs::Metadata) -> Self {
        Self {
            size_bytes: metadata.len(),
            modified_s: metadata.mtime(),
            modified_ns: metadata.mtime_nsec(),
            inode: metadata.ino(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_the_place_of_another_has_another_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&a, "same").unwrap();
        fs::write(&b, "same").unwrap();
        let stamp = Stamp::of(&a).unwrap();
        assert_eq!(Stamp::of(&a).unwrap(), stamp);
        let file = fs::File::options().write(true).open(&b).unwrap();
        file.set_modified(fs::metadata(&a).unwrap().modified().unwrap()).unwrap();
        fs::rename(&b, &a).unwrap();
        assert_ne!(Stamp::of(&a).unwrap(), stamp);
    }
}
