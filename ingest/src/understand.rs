//! What a recording's files say: parsing, apart from reading a file no I/O.
//!
//! Every parser streams, within limits, and treats its input as hostile; none panics. What they found
//! comes together in [`contents`].

mod about;
mod captions;
pub(crate) mod chat;
pub(crate) mod contents;
pub(crate) mod events;
mod external_videos;
mod html;
mod json;
pub(crate) mod metadata;
pub(crate) mod metas;
mod notes;
mod people;
mod polls;
mod seconds;
pub(crate) mod shapes;
mod shares;
pub(crate) mod slides;
mod text;
mod timeline;
pub(crate) mod tldraw;
mod turns;
pub(crate) mod whiteboard;
pub(crate) mod xml;
