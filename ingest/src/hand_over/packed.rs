//! What lies in a tar or a zip, looked through once and never unpacked: names, and where in the file
//! the bytes are.

mod names;
pub(crate) mod tar;
pub(crate) mod unpack;
pub(crate) mod zip;

use super::stamp::Stamp;
use crate::{IngestError, Rule, files::Bytes};
use archive::Scratch;
use names::name_of;
use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Files, folders and links in one tar or zip.
pub(crate) const MOST_ENTRIES: usize = 100_000;
/// Folders inside each other, the two of `<format>/<id>` included.
pub(crate) const MOST_DEPTH: usize = 18;
/// All files of a zip or of a compressed tar together, unpacked.
pub(crate) const MOST_BYTES: u64 = 256 << 30;
/// How often a link may lead to another.
const MOST_HOPS: usize = 8;

/// A tar or a zip.
pub(crate) struct Packed {
    /// What was handed over.
    pub(crate) file: PathBuf,
    /// Of that file, from before it was gone through.
    pub(crate) stamp: Stamp,
    /// By their names, which are plain: relative, without `.`, `..` and doubled `/`.
    pub(crate) entries: BTreeMap<String, Entry>,
    /// Holds the tar that a compressed one was unpacked to.
    _unpacked: Option<Arc<Scratch>>,
}

/// Shows what it is, and not 100 000 entries.
impl fmt::Debug for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Packed({}: {} entries)", self.file.display(), self.entries.len())
    }
}

#[derive(Debug)]
pub(crate) enum Entry {
    File {
        bytes: Bytes,
        size_bytes: u64,
    },
    /// Leads to another entry, by its name.
    Link(String),
    /// Keeps out the recording in whose folder it lies.
    Refused(Rule),
}

impl Packed {
    pub(crate) fn new(file: &Path, stamp: Stamp) -> Self {
        Self { file: file.to_owned(), stamp, entries: BTreeMap::new(), _unpacked: None }
    }

    /// Adds what is no folder.
    fn add(&mut self, name: String, entry: Entry) -> Result<(), IngestError> {
        if self.entries.len() == MOST_ENTRIES {
            return Err(self.refused(Problem::TooMany));
        }
        // Of two that are the same the later wins in some tools and the earlier in others.
        let entry = match self.entries.contains_key(&name) {
            true => Entry::Refused(Rule::Twice),
            false => entry,
        };
        self.entries.insert(name, entry);
        Ok(())
    }

    /// The files in a folder, by their names in it (`video/webcams.webm`); all, if it is empty.
    pub(crate) fn below<'a>(
        &'a self,
        folder: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Entry)> {
        let start = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let entries = self.entries.range(start.clone()..);
        entries.map_while(move |(name, entry)| Some((name.strip_prefix(&start)?, entry)))
    }

    /// The bytes of a file in a folder, which no link may leave.
    pub(crate) fn file(&self, folder: &str, name: &str) -> Result<(&Bytes, u64), Rule> {
        let start = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut name = format!("{start}{name}");
        for _ in 0..MOST_HOPS {
            match self.entries.get(&name) {
                Some(Entry::File { bytes, size_bytes }) => return Ok((bytes, *size_bytes)),
                Some(Entry::Refused(rule)) => return Err(*rule),
                Some(Entry::Link(target)) if !target.starts_with(&start) => {
                    return Err(Rule::LeadsOutside);
                }
                Some(Entry::Link(target)) => name.clone_from(target),
                None => break,
            }
        }
        Err(Rule::LeadsNowhere)
    }

    pub(crate) fn refused(&self, problem: Problem) -> IngestError {
        IngestError::Archive { file: self.file.clone(), problem }
    }

    pub(crate) fn refused_entry(&self, entry: &[u8], rule: Rule) -> IngestError {
        let entry = shown(entry);
        IngestError::Entry { file: self.file.clone(), entry, rule }
    }
}

/// A name as people may see it, whatever is in it.
fn shown(name: &[u8]) -> String {
    match std::str::from_utf8(name) {
        Ok(text) => text.escape_debug().to_string(),
        Err(_) => name.escape_ascii().to_string(),
    }
}

pub use problem::Problem;

mod problem {
    /// What is wrong with a tar or a zip as a whole.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
    #[non_exhaustive]
    pub enum Problem {
        #[error("nothing is in it")]
        Empty,
        #[error("it breaks off at byte {at}")]
        BreaksOff { at: u64 },
        #[error("its end is missing: was it copied whole?")]
        NoEnd,
        #[error("at byte {at} there is no header of a tar, or a damaged one")]
        Header { at: u64 },
        #[error("it is no zip, or its directory is damaged")]
        Directory,
        #[error("an entry is there twice")]
        Twice,
        #[error("entries in it overlap")]
        Overlap,
        #[error("it holds more than {} entries", super::MOST_ENTRIES)]
        TooMany,
        #[error("unpacked, it would be too large for what it is")]
        Bomb,
    }
}
