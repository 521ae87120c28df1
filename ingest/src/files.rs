//! The files of one recording, to be read: some lie on this machine, some inside a tar or a zip.

use crate::hand_over::failure_point::FailurePoint;
use archive::SourcePath;
use flate2::{Crc, bufread::DeflateDecoder};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufReader, Read, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// Where the bytes of a file lie on this machine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bytes {
    /// A file of its own; never a link.
    File(PathBuf),
    /// A stretch of a tar.
    Part { of: PathBuf, offset: u64, size_bytes: u64 },
    /// A stretch of a zip.
    Zipped {
        of: PathBuf,
        offset: u64,
        packed_bytes: u64,
        size_bytes: u64,
        crc32: u32,
        deflated: bool,
    },
}

impl Bytes {
    /// Begins to read. Blocks.
    ///
    /// What breaks off inside of a tar or a zip, or is not what the zip promised, is an error.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        match self {
            Self::File(path) => Ok(Box::new(File::open(path)?)),
            Self::Part { of, offset, size_bytes } => {
                Ok(Box::new(Whole::new(stretch(of, *offset, *size_bytes)?, *size_bytes, None)))
            }
            Self::Zipped { of, offset, packed_bytes, size_bytes, crc32, deflated } => {
                let packed =
                    BufReader::with_capacity(64 << 10, stretch(of, *offset, *packed_bytes)?);
                let crc32 = Some(*crc32);
                Ok(if *deflated {
                    Box::new(Whole::new(DeflateDecoder::new(packed), *size_bytes, crc32))
                } else {
                    Box::new(Whole::new(packed, *size_bytes, crc32))
                })
            }
        }
    }

    /// The file on this machine that is read.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::File(path) | Self::Part { of: path, .. } | Self::Zipped { of: path, .. } => path,
        }
    }
}

fn stretch(of: &Path, offset: u64, size_bytes: u64) -> io::Result<io::Take<File>> {
    let mut file = File::open(of)?;
    file.seek(SeekFrom::Start(offset))?;
    Ok(file.take(size_bytes))
}

/// Reads just as many bytes as there must be, and says so if there are others.
struct Whole<R> {
    inner: R,
    left: u64,
    crc: Crc,
    crc32: Option<u32>,
}

impl<R: Read> Whole<R> {
    fn new(inner: R, size_bytes: u64, crc32: Option<u32>) -> Self {
        Self { inner, left: size_bytes, crc: Crc::new(), crc32 }
    }
}

impl<R: Read> Read for Whole<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            let is_wrong = |crc32| self.left == 0 && crc32 != self.crc.sum();
            if !buffer.is_empty() && self.crc32.is_some_and(is_wrong) {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "its checksum is wrong"));
            }
            return Ok(0);
        }
        let length = self.inner.read(&mut buffer[..most])?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if self.crc32.is_some() {
            self.crc.update(&buffer[..length]);
        }
        self.left -= u64::try_from(length).expect("64 bits hold any length");
        Ok(length)
    }
}

/// The recording's files: all that the archive has of it, each with its bytes if they can be read
/// here.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files {
    files: BTreeMap<SourcePath, Option<Bytes>>,
    failure: Failure,
}

/// The first failure of the machine while files were read.
#[derive(Debug, Clone, Default)]
struct Failure(Arc<Mutex<Option<(PathBuf, io::Error)>>>);

impl Files {
    pub(crate) fn put(&mut self, path: SourcePath, bytes: Option<Bytes>) {
        self.files.insert(path, bytes);
    }

    /// Whether the recording has the file, readable here or not.
    pub(crate) fn has(&self, path: &SourcePath) -> bool {
        self.files.contains_key(path)
    }

    /// Whether a file can be read here.
    pub(crate) fn is_at_hand(&self, path: &SourcePath) -> bool {
        self.files.get(path).is_some_and(Option::is_some)
    }

    /// Begins to read a file. `None`: it is not here, or there is none of that name.
    pub(crate) fn open(&self, name: &str) -> Option<io::Result<Box<dyn Read + Send>>> {
        let path: SourcePath = name.parse().ok()?;
        let bytes = self.files.get(&path)?.as_ref()?;
        let opened = bytes.open().inspect_err(|error| self.failure.note(bytes.path(), error));
        let (failure, path) = (self.failure.clone(), bytes.path().to_owned());
        let watched =
            |inner| -> Box<dyn Read + Send> { Box::new(Watched { inner, failure, path }) };
        Some(opened.map(watched))
    }

    /// The files below a folder (`raw/audio`), sorted by path.
    pub(crate) fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a SourcePath> {
        self.files.keys().filter(move |it| {
            it.as_str().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// The first failure of the machine while files were read, if there was one: what was made of
    /// them then does not count. That a file's content is damaged is none.
    pub(crate) fn failure(&self) -> Option<(PathBuf, io::Error)> {
        self.failure.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Failure {
    fn note(&self, path: &Path, error: &io::Error) {
        let mut failure = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if failure.is_none() && error.kind() != io::ErrorKind::Interrupted {
            let copy = match error.raw_os_error() {
                Some(code) => io::Error::from_raw_os_error(code),
                None => io::Error::new(error.kind(), error.to_string()),
            };
            *failure = Some((path.to_owned(), copy));
        }
    }
}

/// Reads, and remembers what went wrong.
struct Watched {
    inner: Box<dyn Read + Send>,
    failure: Failure,
    path: PathBuf,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = FailurePoint::UNDERSTANDING.reached().and_then(|()| self.inner.read(buffer));
        read.inspect_err(|error| self.failure.note(&self.path, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn read(bytes: &Bytes) -> io::Result<String> {
        let mut text = String::new();
        bytes.open()?.read_to_string(&mut text).map(|_| text)
    }

    #[test]
    fn a_part_is_read_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let of = folder.path().join("x.tar");
        fs::write(&of, "0123456789").unwrap();
        let part = |offset, size_bytes| Bytes::Part { of: of.clone(), offset, size_bytes };
        assert_eq!(read(&part(2, 3)).unwrap(), "234");
        assert_eq!(read(&part(10, 0)).unwrap(), "");
        let error = read(&part(8, 3)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn what_a_zip_promises_is_held_against_it() {
        let folder = tempfile::tempdir().unwrap();
        let of = folder.path().join("x.zip");
        fs::write(&of, "123456789").unwrap();
        // The check value of CRC-32 (IEEE 802.3).
        let stored = |crc32| Bytes::Zipped {
            of: of.clone(),
            offset: 0,
            packed_bytes: 9,
            size_bytes: 9,
            crc32,
            deflated: false,
        };
        assert_eq!(read(&stored(0xcbf4_3926)).unwrap(), "123456789");
        assert_eq!(read(&stored(1)).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn a_failure_of_the_machine_is_remembered_and_is_not_taken_for_content() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = Files::default();
        files.put("a/gone.xml".parse().unwrap(), Some(Bytes::File(folder.path().join("gone.xml"))));
        files.put("a/folder".parse().unwrap(), Some(Bytes::File(folder.path().to_owned())));
        files.put("a/elsewhere.xml".parse().unwrap(), None);
        assert!(files.open("a/elsewhere.xml").is_none() && files.open("a/other").is_none());
        assert!(files.failure().is_none());
        assert!(files.open("a/gone.xml").unwrap().is_err());
        let (path, error) = files.failure().unwrap();
        assert!(path.ends_with("gone.xml") && error.kind() == io::ErrorKind::NotFound);
        // A folder can be opened, but not read.
        let mut buffer = [0; 1];
        assert!(files.open("a/folder").unwrap().unwrap().read(&mut buffer).is_err());
        assert!(files.failure().is_some());
    }
}
