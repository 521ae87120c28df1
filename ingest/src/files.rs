//! The files of one recording, to be read: some lie on this machine, some inside a tar.

use archive::SourcePath;
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read, Seek as _, SeekFrom},
    path::PathBuf,
};

/// Where the bytes of a file lie on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Bytes {
    /// A file of its own; never a link.
    File(PathBuf),
    /// A stretch of a tar.
    Part { of: PathBuf, offset: u64, size_bytes: u64 },
}

impl Bytes {
    /// Begins to read. Blocks.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        match self {
            Self::File(path) => Ok(Box::new(File::open(path)?)),
            Self::Part { of, offset, size_bytes } => {
                let mut file = File::open(of)?;
                file.seek(SeekFrom::Start(*offset))?;
                Ok(Box::new(file.take(*size_bytes)))
            }
        }
    }
}

/// The recording's files: all that the archive has of it, each with its bytes if they can be read
/// here.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files(BTreeMap<SourcePath, Option<Bytes>>);

impl Files {
    pub(crate) fn put(&mut self, path: SourcePath, bytes: Option<Bytes>) {
        self.0.insert(path, bytes);
    }

    /// Whether the recording has the file, readable here or not.
    pub(crate) fn has(&self, path: &SourcePath) -> bool {
        self.0.contains_key(path)
    }

    /// Begins to read a file. `None`: it is not here, or there is none of that name.
    pub(crate) fn open(&self, name: &str) -> Option<io::Result<Box<dyn Read + Send>>> {
        let path: SourcePath = name.parse().ok()?;
        Some(self.0.get(&path)?.as_ref()?.open())
    }

    /// The files below a folder (`raw/audio`), sorted by path.
    pub(crate) fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a SourcePath> {
        self.0.keys().filter(move |it| {
            it.as_str().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        })
    }
}
