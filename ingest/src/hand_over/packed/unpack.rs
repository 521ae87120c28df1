//! A compressed tar becomes a tar.

use super::{MOST_BYTES, Packed, Problem};
use crate::IngestError;
use archive::Scratch;
use flate2::read::MultiGzDecoder;
use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

/// What a compressed tar may become at most, of what it is. Text and drawings alone get to some 20.
const MOST_RATIO: u64 = 250;
/// Up to here any ratio will do.
const SMALL_BYTES: u64 = 64 << 20;

/// Whether a file that begins with these bytes is gzip (RFC 1952 §2.3.1).
pub(crate) fn looks_like_one(start: &[u8]) -> bool {
    start.starts_with(&[0x1f, 0x8b, 8])
}

/// Unpacks the file to a folder at the place `scratch`, which lives as long as what is returned.
/// Blocks.
pub(crate) fn gzip(mut packed: Packed, scratch: &Path) -> Result<(PathBuf, Packed), IngestError> {
    let file = &packed.file;
    let unread = |source| IngestError::Read { path: file.to_owned(), source };
    let unmade = |source| IngestError::Scratch { source };
    let input = File::open(file).map_err(unread)?;
    let length = input.metadata().map_err(unread)?.len();
    let most = MOST_BYTES.min(SMALL_BYTES.max(length.saturating_mul(MOST_RATIO)));
    let folder = Scratch::make(scratch).map_err(unmade)?;
    let tar = folder.folder().join("unpacked.tar");
    let mut output = File::create(&tar).map_err(unmade)?;
    let mut unpacking = MultiGzDecoder::new(io::BufReader::with_capacity(64 << 10, input));
    let mut chunk = vec![0; 256 << 10];
    let mut done = 0;
    loop {
        let read = match unpacking.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(packed.refused(Problem::BreaksOff { at: length }));
            }
            Err(source) => return Err(unread(source)),
        };
        done += u64::try_from(read).expect("64 bits hold any length");
        if done > most {
            return Err(packed.refused(Problem::Bomb));
        }
        io::Write::write_all(&mut output, &chunk[..read]).map_err(unmade)?;
    }
    packed._unpacked = Some(Arc::new(folder));
    Ok((tar, packed))
}
