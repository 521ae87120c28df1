//! The parsers as `cargo fuzz` calls them: any bytes, no result, never a panic.
//!
//! What is read is also put together as a recording would be, since that must bear any input too.

use crate::{
    IngestConfig,
    hand_over::{
        packed::{self, Packed},
        stamp::Stamp,
    },
    understand::{chat, contents, metadata, metas::Metas, shapes, slides, tldraw, whiteboard},
};
use archive::MediaTime;
use std::{io::Cursor, path::Path};

/// Where a recording ends that says so.
const END: Option<MediaTime> = Some(MediaTime::from_ms(60_000));

/// `events.xml`.
pub fn events(bytes: &[u8]) {
    drop(contents::of_log(bytes, &IngestConfig { cleared_chat: true, ..IngestConfig::default() }));
}

/// `metadata.xml`.
pub fn metadata(bytes: &[u8]) {
    if let Ok(metadata) = metadata::parse(bytes) {
        drop(metadata.metas.or(Metas::default()).declared(&mut Vec::new()));
    }
}

/// `shapes.svg`.
pub fn shapes(bytes: &[u8]) {
    if let Ok(shapes) = shapes::parse(bytes) {
        let shown = slides::of_pictures(&shapes.pictures, END);
        let texts = slides::Texts::default();
        drop(slides::assemble(shown, &texts, |_| true, &mut Vec::new()));
        drop(whiteboard::latest(shapes.texts, END));
    }
}

/// `tldraw.json`.
pub fn tldraw(bytes: &[u8]) {
    if let Ok(versions) = tldraw::parse(bytes) {
        drop(whiteboard::latest(versions, END));
    }
}

/// `slides_new.xml`, the chat.
pub fn chat(bytes: &[u8]) {
    if let Ok(mut lines) = chat::parse(bytes) {
        let log = lines.clone();
        chat::correct(&mut lines, &log);
        drop(chat::shown(lines, true, END));
    }
}

/// A tar's headers. Their checksums would keep nearly everything out, so it is read once more with
/// all of them put right.
pub fn tar(bytes: &[u8]) {
    index_tar(bytes);
    let mut right = bytes.to_owned();
    for block in right.chunks_exact_mut(512) {
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|&it| u32::from(it)).sum();
        let digits = format!("{sum:06o}\0 ");
        block[148..156].copy_from_slice(digits.as_bytes());
    }
    index_tar(&right);
}

/// A zip's directory.
pub fn zip(bytes: &[u8]) {
    drop(packed::zip::index(nowhere(), Cursor::new(bytes)));
}

fn index_tar(bytes: &[u8]) {
    drop(packed::tar::index(nowhere(), Path::new("fuzzed.tar"), Cursor::new(bytes)));
}

fn nowhere() -> Packed {
    let stamp = Stamp::of(Path::new("/dev/null")).expect("there is always a /dev/null");
    Packed::new(Path::new("fuzzed"), stamp)
}
