//! The directory of a zip.

use super::{Entry, MOST_BYTES, MOST_ENTRIES, Packed, Problem, name_of};
use crate::{IngestError, Rule, files::Bytes};
use std::{
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};
use zip::{CompressionMethod, ZipArchive, read::ZipFile, result::ZipError};

/// What a file may become at most, of what it is in the zip. Deflate gives 1 032 at most, and
/// drawings of a whiteboard some 50.
const MOST_RATIO: u64 = 250;
/// Up to here any ratio will do.
const SMALL_BYTES: u64 = 4 << 20;
/// How much is read to look through a zip: its directory, and a header for each entry. The directory
/// is in memory before its entries can be counted, and an entry there may be ten times as long.
const MOST_READ: u64 = 48 << 20;

/// Whether a file that begins with these bytes is a zip.
pub(crate) fn looks_like_one(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06")
}

/// Reads the directory of a zip. Blocks.
pub(crate) fn index(mut packed: Packed, input: impl Read + Seek) -> Result<Packed, IngestError> {
    let file = packed.file.clone();
    let failed = |packed: &Packed, error| match error {
        ZipError::Io(source) if source.raw_os_error().is_some() => {
            IngestError::Read { path: packed.file.clone(), source }
        }
        _ => packed.refused(Problem::Directory),
    };
    let input = Budget { inner: input, left: MOST_READ };
    let mut zip = ZipArchive::new(input).map_err(|it| failed(&packed, it))?;
    if zip.len() > MOST_ENTRIES {
        return Err(packed.refused(Problem::TooMany));
    }
    if zip.has_duplicate_names() {
        return Err(packed.refused(Problem::Twice));
    }
    if zip.has_overlapping_entries().map_err(|it| failed(&packed, it))? {
        return Err(packed.refused(Problem::Overlap));
    }
    let (mut whole, mut zipped) = (0_u64, 0_u64);
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index).map_err(|it| failed(&packed, it))?;
        let raw = entry.name_raw().to_owned();
        let name = name_of(&raw).map_err(|rule| packed.refused_entry(&raw, rule))?;
        if entry.is_dir() {
            continue;
        }
        if name.is_empty() {
            return Err(packed.refused_entry(&raw, Rule::NoName));
        }
        whole = whole.saturating_add(entry.size());
        zipped = zipped.saturating_add(entry.compressed_size());
        let file = one(&file, &entry).unwrap_or_else(Entry::Refused);
        drop(entry);
        packed.add(name, file)?;
    }
    if whole > MOST_BYTES || is_bomb(whole, zipped) {
        return Err(packed.refused(Problem::Bomb));
    }
    if packed.entries.is_empty() {
        return Err(packed.refused(Problem::Empty));
    }
    Ok(packed)
}

fn one<R: Read>(of: &Path, entry: &ZipFile<'_, R>) -> Result<Entry, Rule> {
    const KIND: u32 = 0o170_000;
    const REGULAR: u32 = 0o100_000;
    if entry.encrypted() {
        return Err(Rule::Encrypted);
    }
    if entry.is_symlink() {
        return Err(Rule::LinkInZip);
    }
    if entry.unix_mode().is_some_and(|mode| !matches!(mode & KIND, 0 | REGULAR)) {
        return Err(Rule::NotUnderstood);
    }
    let deflated = match entry.compression() {
        CompressionMethod::Stored => false,
        CompressionMethod::Deflated => true,
        _ => return Err(Rule::Compression),
    };
    let (size_bytes, packed_bytes) = (entry.size(), entry.compressed_size());
    if is_bomb(size_bytes, packed_bytes) {
        return Err(Rule::Bomb);
    }
    let offset = entry.data_start().ok_or(Rule::NotUnderstood)?;
    let (of, crc32) = (of.to_owned(), entry.crc32());
    let bytes = Bytes::Zipped { of, offset, packed_bytes, size_bytes, crc32, deflated };
    Ok(Entry::File { bytes, size_bytes })
}

fn is_bomb(size_bytes: u64, packed_bytes: u64) -> bool {
    size_bytes > SMALL_BYTES && size_bytes / MOST_RATIO > packed_bytes
}

/// Reads a limited number of bytes, however often it jumps.
struct Budget<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Budget<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        let read = u64::try_from(length).expect("64 bits hold any length");
        self.left = self.left.checked_sub(read).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(length)
    }
}

impl<R: Seek> Seek for Budget<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

#[cfg(test)]
mod tests;
