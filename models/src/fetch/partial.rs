use super::SourceError;
use crate::manifest::Model;
use sha2::{Digest as _, Sha256};
use std::{
    fs::{self, File},
    io::{self, Read as _, Write},
    path::{Path, PathBuf},
};

/// A model's file while it comes, under a name of its own; digested on the way.
pub(super) struct Partial<'m> {
    model: &'m Model,
    path: PathBuf,
    target: PathBuf,
    file: File,
    digest: Sha256,
    written: u64,
}

impl<'m> Partial<'m> {
    /// Begins anew.
    pub(super) fn start(folder: &Path, model: &'m Model) -> Result<Self, SourceError> {
        let mut partial = Self::open(folder, model)?;
        partial.rewind()?;
        Ok(partial)
    }

    /// Goes on behind what an earlier run wrote, if that is not too much.
    pub(super) fn resume(folder: &Path, model: &'m Model) -> Result<Self, SourceError> {
        let mut partial = Self::open(folder, model)?;
        let mut buffer = vec![0; 1 << 20];
        loop {
            let length = partial
                .file
                .read(&mut buffer)
                .map_err(|source| SourceError::Read { path: partial.path.clone(), source })?;
            if length == 0 {
                break;
            }
            partial.digest.update(&buffer[..length]);
            partial.written += u64::try_from(length).expect("a buffer's length is a u64");
        }
        if partial.written >= model.size_bytes {
            partial.rewind()?;
        }
        Ok(partial)
    }

    fn open(folder: &Path, model: &'m Model) -> Result<Self, SourceError> {
        let path = folder.join(format!("{}.partial", model.file));
        let file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(|source| SourceError::Write { path: path.clone(), source })?;
        let target = folder.join(&model.file);
        Ok(Self { model, path, target, file, digest: Sha256::new(), written: 0 })
    }

    /// Forgets what was written.
    pub(super) fn rewind(&mut self) -> Result<(), SourceError> {
        let rewound = self.file.set_len(0).and_then(|()| io::Seek::rewind(&mut self.file));
        rewound.map_err(|source| SourceError::Write { path: self.path.clone(), source })?;
        self.digest = Sha256::new();
        self.written = 0;
        Ok(())
    }

    pub(super) fn written(&self) -> u64 {
        self.written
    }

    /// Appends. What is more than the model has is an error at once, not when the disk is full.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), SourceError> {
        let found = self.written + u64::try_from(bytes.len()).expect("a slice's length is a u64");
        if found > self.model.size_bytes {
            return Err(self.wrong_size(found));
        }
        self.file
            .write_all(bytes)
            .map_err(|source| SourceError::Write { path: self.path.clone(), source })?;
        self.digest.update(bytes);
        self.written = found;
        Ok(())
    }

    /// Gives the file its name if it is the model.
    ///
    /// A wrong one is removed, so that the next run does not go on from it.
    pub(super) fn finish(self) -> Result<PathBuf, SourceError> {
        let unwritable = |source| SourceError::Write { path: self.path.clone(), source };
        if self.written != self.model.size_bytes {
            return Err(self.wrong_size(self.written));
        }
        let found = hex::encode(self.digest.clone().finalize());
        if found != self.model.sha256 {
            fs::remove_file(&self.path).map_err(unwritable)?;
            let (path, expected) = (self.target, self.model.sha256.clone());
            return Err(SourceError::Digest { path, found, expected });
        }
        self.file.sync_all().map_err(unwritable)?;
        fs::rename(&self.path, &self.target).map_err(unwritable)?;
        Ok(self.target)
    }

    fn wrong_size(&self, found: u64) -> SourceError {
        SourceError::Size { path: self.target.clone(), found, expected: self.model.size_bytes }
    }
}

/// For code that writes anywhere. The error that stopped it is what the source failed of.
impl Write for Partial<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Partial::write(self, bytes).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
