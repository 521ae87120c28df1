//! Search over everything that is said, shown and written in a library's recordings.
//!
//! An index document is a passage: a stretch of speech, a slide, a chat message, a poll, a text on the
//! whiteboard, a part of the shared notes, or a recording's title with its description. The index follows the catalog and holds nothing that is
//! only there; it may be deleted at any time and is then rebuilt.
//!
//! Three things hold for every search:
//!
//! 1. **Rights are part of the question.** [`Searcher::search`] takes the recordings that the viewer
//!    may see, and its answer is the one that a library of only these recordings would give: the
//!    same hits, counts, marks and order.
//! 2. **Every text is a query.** None is an error, and the work for one is bounded.
//! 3. **The answer does not depend on chance**: equal libraries give equal results, however their
//!    indexes were written and merged.
//!
//! [`IndexStage`] puts recordings into the index; [`Index::rebuild`] puts all of them.

mod error;
mod highlight;
mod index;
mod passage;
mod query;
mod rebuild;
mod results;
mod schema;
mod search;
mod stage;
mod text;

pub use error::{IndexError, SearchError};
pub use index::Index;
pub use passage::Entry;
pub use query::{Query, Sort};
pub use rebuild::Rebuilt;
pub use results::{Hit, Marked, Matching, RecordingHits, Results, Source, SourceKind};
pub use schema::VERSION;
pub use search::Searcher;
pub use stage::IndexStage;
