//! The parsers as `cargo fuzz` calls them: any bytes, no result, never a panic.

use crate::understand::{chat, events, metadata, shapes, tldraw};

/// `events.xml`.
pub fn events(bytes: &[u8]) {
    drop(events::parse(bytes));
}

/// `metadata.xml`.
pub fn metadata(bytes: &[u8]) {
    drop(metadata::parse(bytes));
}

/// `shapes.svg`.
pub fn shapes(bytes: &[u8]) {
    drop(shapes::parse(bytes));
}

/// `tldraw.json`.
pub fn tldraw(bytes: &[u8]) {
    drop(tldraw::parse(bytes));
}

/// `slides_new.xml`, the chat.
pub fn chat(bytes: &[u8]) {
    drop(chat::parse(bytes));
}
