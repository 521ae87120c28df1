//! What a recording's files say: parsing, apart from reading a file no I/O.
//!
//! Every parser streams, within limits, and treats its input as hostile; none panics. What they found
//! comes together in [`contents`].

mod about;
mod captions;
mod chat;
pub(crate) mod contents;
pub(crate) mod events;
mod html;
pub(crate) mod metadata;
pub(crate) mod metas;
mod polls;
mod seconds;
mod shares;
mod slides;
mod text;
mod timeline;
mod turns;
pub(crate) mod xml;
