//! A BigBlueButton server over the network: which recordings it has, their files, and what it
//! announces.
//!
//! [`BbbServer::list`] asks for recordings, [`Downloader`] fetches the published files of one into a
//! folder laid out as a server's own `published/`, and [`recording_ready`] and [`webhook`] verify
//! what a server sends by itself. Everything that comes over the network is hostile until proven
//! otherwise; the [`Secret`] that a server shares with us is never shown.

mod announced;
mod api;
mod checksum;
mod download;
mod http;
mod secret;

pub use announced::{
    Announced, AnnouncedError, MOST_ANNOUNCED_BYTES, WEBHOOK_WINDOW, WebhookEvent,
    WebhookEventKind, WebhookRequest, recording_ready, webhook,
};
pub use api::{
    ApiError, BbbServer, Listing, ListingProblem, MessageKey, PlaybackFormat, RecordingQuery,
    RecordingState, ServerRecording, States, Which,
};
pub use checksum::{ChecksumAlgorithm, InvalidChecksumAlgorithm, call_checksum};
pub use download::{
    DownloadError, DownloadLimits, DownloadNote, DownloadProgress, DownloadedFormat, Downloader,
};
pub use http::{HttpError, Patience};
pub use secret::{EmptySecret, Secret};
