//! The headers of a tar: ustar, GNU's long names, pax (POSIX.1-2017, `pax`, "Interchange Format").

use super::{Entry, Packed, Problem, name_of, names::link_target};
use crate::{IngestError, Rule, files::Bytes};
use std::{
    borrow::Cow,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};
use tar::{EntryType, Header, PaxExtensions};

const BLOCK: u64 = 512;
/// A name, or a record of names, before an entry.
const MOST_NAME_BYTES: u64 = 64 << 10;
/// Records of names before one entry. There is a use for three.
const MOST_RECORDS: usize = 8;

/// Whether a file that begins with these bytes wants to be a tar.
pub(crate) fn looks_like_one(start: &[u8]) -> bool {
    let Some(block) = start.get(..512) else { return false };
    let is_empty = block.iter().all(|&it| it == 0);
    is_empty || block[257..262] == *b"ustar" || has_right_checksum(Header::from_byte_slice(block))
}

/// Reads the headers of a tar, which lies in `bytes_in`. Blocks.
///
/// A tar whose end is missing is refused: it was not copied whole.
pub(crate) fn index(
    mut packed: Packed,
    bytes_in: &Path,
    mut input: impl Read + Seek,
) -> Result<Packed, IngestError> {
    let unread = |source| IngestError::Read { path: bytes_in.to_owned(), source };
    let length = input.seek(SeekFrom::End(0)).map_err(unread)?;
    let mut at = 0;
    let mut pending = Pending::default();
    let mut entries = 0;
    loop {
        let Some(header) = header(&mut input, at, length).map_err(unread)? else {
            let is_cut = at < length || pending.records > 0;
            return Err(packed.refused(if is_cut {
                Problem::BreaksOff { at: length }
            } else {
                Problem::NoEnd
            }));
        };
        if header.as_bytes().iter().all(|&it| it == 0) {
            if pending.records > 0 {
                return Err(packed.refused(Problem::BreaksOff { at }));
            }
            // One block of zeros would do for most tools; without the second, it may go on.
            let second = self::header(&mut input, at + BLOCK, length).map_err(unread)?;
            if second.is_none_or(|it| it.as_bytes().iter().any(|&it| it != 0)) {
                return Err(packed.refused(Problem::NoEnd));
            }
            return if entries == 0 { Err(packed.refused(Problem::Empty)) } else { Ok(packed) };
        }
        if !has_right_checksum(&header) {
            return Err(packed.refused(Problem::Header { at }));
        }
        let size = header.entry_size().map_err(|_| packed.refused(Problem::Header { at }))?;
        let kind = header.entry_type();
        let is_record = is_record(kind);
        let size = if is_record { size } else { pending.size.unwrap_or(size) };
        let body = at + BLOCK;
        // What is a link, a device or a folder has no bytes, whatever its header says.
        let has_bytes = is_record || is_file(kind);
        let size = if has_bytes { size } else { 0 };
        let end = body.checked_add(size).filter(|&it| it <= length);
        let next = end.and_then(|it| it.checked_next_multiple_of(BLOCK));
        let Some(next) = next else {
            return Err(packed.refused(Problem::BreaksOff { at: length }));
        };
        if is_record {
            pending.records += 1;
            if size > MOST_NAME_BYTES || pending.records > MOST_RECORDS {
                return Err(packed.refused(Problem::Header { at }));
            }
            let record = read_at(&mut input, body, size).map_err(unread)?;
            pending.take(kind, &record).map_err(|()| packed.refused(Problem::Header { at }))?;
        } else {
            entries += 1;
            if entries > super::MOST_ENTRIES {
                return Err(packed.refused(Problem::TooMany));
            }
            let pending = std::mem::take(&mut pending);
            let bytes = Bytes::Part { of: bytes_in.to_owned(), offset: body, size_bytes: size };
            take(&mut packed, &header, pending, Entry::File { bytes, size_bytes: size })?;
        }
        at = next;
    }
}

/// What the records before an entry say of it.
#[derive(Default)]
struct Pending {
    records: usize,
    name: Option<Vec<u8>>,
    target: Option<Vec<u8>>,
    size: Option<u64>,
    is_sparse: bool,
}

impl Pending {
    fn take(&mut self, kind: EntryType, record: &[u8]) -> Result<(), ()> {
        let text = || {
            let end = record.iter().position(|&it| it == 0).unwrap_or(record.len());
            record[..end].to_vec()
        };
        match kind {
            EntryType::GNULongName => self.name = Some(text()),
            EntryType::GNULongLink => self.target = Some(text()),
            // It speaks of all entries that follow; none of it concerns us.
            EntryType::XGlobalHeader => {}
            _ => {
                for extension in PaxExtensions::new(record) {
                    let extension = extension.map_err(|_| ())?;
                    let value = extension.value_bytes();
                    match extension.key_bytes() {
                        b"path" => self.name = Some(value.to_vec()),
                        b"linkpath" => self.target = Some(value.to_vec()),
                        b"size" => {
                            let value = extension.value().map_err(|_| ())?;
                            self.size = Some(value.parse().map_err(|_| ())?);
                        }
                        key => self.is_sparse |= key.starts_with(b"GNU.sparse."),
                    }
                }
            }
        }
        Ok(())
    }
}

fn is_record(kind: EntryType) -> bool {
    matches!(
        kind,
        EntryType::GNULongName
            | EntryType::GNULongLink
            | EntryType::XHeader
            | EntryType::XGlobalHeader
    )
}

fn is_file(kind: EntryType) -> bool {
    matches!(kind, EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse)
}

fn take(
    packed: &mut Packed,
    header: &Header,
    pending: Pending,
    file: Entry,
) -> Result<(), IngestError> {
    let kind = header.entry_type();
    let raw = pending.name.unwrap_or_else(|| header.path_bytes().into_owned());
    // A file whose name ends so was a folder to the tar of old.
    let is_folder = kind == EntryType::Directory || raw.ends_with(b"/") && is_file(kind);
    let name = match name_of(&raw) {
        Ok(name) => name,
        // Whose folder it lies in cannot be told for sure.
        Err(rule) => return Err(packed.refused_entry(&raw, rule)),
    };
    let target = || {
        let target = pending.target.or_else(|| header.link_name_bytes().map(Cow::into_owned));
        target.unwrap_or_default()
    };
    let entry = match kind {
        _ if is_folder => return Ok(()),
        _ if name.is_empty() => return Err(packed.refused_entry(&raw, Rule::NoName)),
        _ if pending.is_sparse => Entry::Refused(Rule::Sparse),
        EntryType::Regular | EntryType::Continuous => file,
        EntryType::GNUSparse => Entry::Refused(Rule::Sparse),
        EntryType::Symlink => {
            link_target(&name, &target()).map_or_else(Entry::Refused, Entry::Link)
        }
        EntryType::Link => {
            let target = name_of(&target()).map_err(|rule| match rule {
                Rule::LeadsUp | Rule::Absolute => Rule::LeadsOutside,
                other => other,
            });
            target.map_or_else(Entry::Refused, Entry::Link)
        }
        EntryType::Char | EntryType::Block => Entry::Refused(Rule::Device),
        EntryType::Fifo => Entry::Refused(Rule::Pipe),
        _ => Entry::Refused(Rule::NotUnderstood),
    };
    packed.add(name, entry)
}

/// The sum of the header's bytes, where those of the sum itself count as spaces.
fn has_right_checksum(header: &Header) -> bool {
    let bytes = header.as_bytes();
    let sum = |bytes: &[u8]| bytes.iter().map(|&it| u32::from(it)).sum::<u32>();
    header.cksum().is_ok_and(|it| it == sum(&bytes[..148]) + 8 * 32 + sum(&bytes[156..]))
}

/// `None`: the file ends before it.
fn header(input: &mut (impl Read + Seek), at: u64, length: u64) -> io::Result<Option<Header>> {
    if at.checked_add(BLOCK).is_none_or(|end| end > length) {
        return Ok(None);
    }
    let mut header = Header::new_old();
    input.seek(SeekFrom::Start(at))?;
    input.read_exact(header.as_mut_bytes())?;
    Ok(Some(header))
}

fn read_at(input: &mut (impl Read + Seek), at: u64, size: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.seek(SeekFrom::Start(at))?;
    input.take(size).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
