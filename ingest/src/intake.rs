//! What comes by itself: a watched spool, a watched tree of published recordings, announcements of a
//! BigBlueButton server, uploads.
//!
//! [`Intake::run`] looks at spool and tree again and again and notes what it finds as an arrival;
//! announcements and uploads are noted by whoever hears of them. A few takers claim arrivals and
//! take them in. Noting is cheap and idempotent, taking in is idempotent, and a source is moved only
//! after the library has all of it: whatever is killed in between happens once more.

mod config;
mod error;
mod from_server;
mod from_upload;
mod run;
mod scan;
mod settled;
mod spool;
mod take;
mod tree;

pub use config::{BbbConfig, IntakeConfig};
pub use error::IntakeError;
pub use run::{Intake, IntakeParts};
pub use scan::Scanned;
