//! What is kept, where it lies, and what work is due.
//!
//! The archive is the core that every stage shares: the domain's types, the catalog (`SQLite` or
//! `PostgreSQL`), the queue of jobs, and the object store. It knows no stage: it has the list of job
//! kinds and what follows what, not what they do.
//!
//! Three invariants hold everywhere:
//!
//! 1. **Originals are never lost.** Whatever was handed over lies byte for byte under its digest
//!    ([`SourceFile::key`]), and a [`Manifest`] says what that is. Where a server hands a file over
//!    with other bytes, the former ones stay, and are listed under `superseded/`.
//! 2. **Everything else is derived.** Deleting every object and row right of the originals and
//!    queueing their jobs again gives them back.
//! 3. **Every read of what is kept takes a [`Viewer`].** What the viewer may not see does not exist for them; there
//!    is no way to ask without saying who asks.
//!
//! Files at the top of this crate do no I/O; [`catalog`], [`queue`], [`store`] and [`Scratch`] do.

mod arrival;
pub mod arrivals;
pub mod catalog;
mod clock;
mod collection;
mod contents;
mod job;
mod lanes;
mod language;
mod licence;
mod manifest;
mod media_time;
mod member;
pub mod queue;
mod recording;
mod rendition;
mod scratch;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod transcript;
mod viewer;

pub use arrival::{
    Arrival, ArrivalId, ArrivalState, InvalidArrivalId, InvalidWay, NewArrival, UploadDetails, Way,
};
pub use arrivals::{Arrivals, ClaimedArrival, Ended, Noted};
pub use catalog::{Catalog, CatalogError};
pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use collection::{Collection, CollectionId, CollectionItem, InvalidCollectionId};
pub use contents::{
    CaptionTrack, ChatMessage, Contents, ExternalVideo, Poll, PollAnswer, Slide, SlideShowing,
    SpeakerNumber, SpeakerTurn, VoiceTrack, WhiteboardText,
};
pub use job::{
    Disposition, InvalidJobKind, JobKind, MAX_ATTEMPTS, Outcome, Progress, Stage, StageError,
    Verdict, verdict,
};
pub use lanes::{Lane, LaneError};
pub use language::{InvalidLanguage, Language};
pub use licence::{InvalidLicence, Licence};
pub use manifest::{InvalidSourcePath, Kept, Manifest, SourceFile, SourcePath, SourceRole};
pub use media_time::{MediaTime, TimeRange};
pub use member::{InvalidMemberName, InvalidRole, Member, MemberId, MemberName, Role};
pub use queue::{ClaimedJob, Queue};
pub use recording::{InvalidRecordingId, InvalidServerState, Recording, RecordingId, ServerState};
pub use rendition::{DerivedFile, InvalidDerivedFile, Pictures, Rendition, RenditionKind, Track};
pub use scratch::Scratch;
pub use store::{ObjectKey, Store, StoreError};
pub use transcript::{Passage, Transcript, Word};
pub use viewer::{Curator, InvalidVisibility, Viewer, Visibility};
