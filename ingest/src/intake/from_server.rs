//! Fetching a recording from the BigBlueButton server that announced it.

use super::{run::Intake, take::Tally};
use crate::bbb::{
    ApiError, DownloadError, RecordingQuery, RecordingState, ServerRecording, States, Which,
};
use archive::{ClaimedArrival, Disposition, RecordingId, ServerState};
use serde_json::{Value, json};
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// Why a recording of a server cannot be taken in now.
#[derive(Debug, thiserror::Error)]
enum NotNow {
    #[error("no server is configured that it could be fetched from")]
    NoServer,
    #[error("the server does not know it, or not yet")]
    Unknown,
    #[error("the server has it as `{state}`: it waits until it is published")]
    NotPublished { state: &'static str },
    #[error("the folder of downloads cannot be used")]
    Downloads { source: std::io::Error },
}

impl Intake {
    pub(super) async fn take_from_server(
        &self,
        arrival: &ClaimedArrival,
        stop: &CancellationToken,
    ) -> Tally {
        let (Some((server, downloader)), Some(id)) = (&self.parts().server, &arrival.recording)
        else {
            return Tally::of_failure(&NotNow::NoServer, Disposition::Fail);
        };
        let which = Which::Recordings(vec![id.to_string()]);
        let listing = match server.list(&RecordingQuery { which, states: States::Any }).await {
            Ok(listing) => listing,
            Err(error) => return Tally::of_failure(&error, of_api(&error)),
        };
        let Some(recording) = listing.recordings.into_iter().find(|it| it.id == *id) else {
            return match announced(&arrival.details) {
                // It said so itself, and lists it no longer.
                Some(state) => self.set_state(id, state).await,
                None => Tally::of_failure(&NotNow::Unknown, Disposition::Retry),
            };
        };
        if let Some(state) = withdrawn(&recording) {
            return self.set_state(id, state).await;
        }
        if !recording.published {
            let state = recording.state.map_or("unknown", RecordingState::as_str);
            return Tally::of_failure(&NotNow::NotPublished { state }, Disposition::Retry);
        }
        let folder = self.parts().downloads.join(id.as_str());
        if let Err(source) = tokio::fs::create_dir_all(&folder).await {
            return Tally::of_failure(&NotNow::Downloads { source }, Disposition::Retry);
        }
        let downloaded = downloader.download(&recording, &folder, &|_| {}, stop).await;
        let mut tally = Tally::default();
        for (_, result) in downloaded {
            match result {
                Ok(format) => tally.add(self.take_all(&format.folder).await),
                Err(error) => tally.add(Tally::of_failure(&error, of_download(&error))),
            }
        }
        tally.add(self.set_state(id, ServerState::Published).await);
        if tally.is_whole() {
            self.remove_download(&folder).await;
        }
        tally
    }

    async fn set_state(&self, id: &RecordingId, state: ServerState) -> Tally {
        let set = self.catalog().set_server_state(id, state, self.config().hide_withdrawn).await;
        match set {
            Ok(_) => Tally::of_note(format!("its server has it as {}", state.as_str())),
            Err(error) => Tally::of_failure(&error, error.disposition()),
        }
    }

    /// What was fetched is in the library; the copy is of no use, and its loss no failure.
    async fn remove_download(&self, folder: &Path) {
        if let Err(error) = tokio::fs::remove_dir_all(folder).await {
            tracing::warn!(cause = %error, "cannot remove `{}`", folder.display());
        }
    }
}

/// What an announcement said of a recording's state, to be remembered with the arrival.
pub(super) fn details(state: Option<ServerState>) -> String {
    state.map_or_else(|| "{}".to_owned(), |it| json!({ "state": it.as_str() }).to_string())
}

fn announced(details: &str) -> Option<ServerState> {
    let details: Value = serde_json::from_str(details).ok()?;
    details.get("state")?.as_str()?.parse().ok()
}

fn withdrawn(recording: &ServerRecording) -> Option<ServerState> {
    match recording.state {
        Some(RecordingState::Unpublished) => Some(ServerState::Unpublished),
        Some(RecordingState::Deleted) => Some(ServerState::Deleted),
        Some(
            RecordingState::Processing | RecordingState::Processed | RecordingState::Published,
        )
        | None => None,
    }
}

/// A server that cannot be reached may be back; one that refuses will refuse again.
fn of_api(error: &ApiError) -> Disposition {
    if error.may_pass() { Disposition::Retry } else { Disposition::Fail }
}

fn of_download(error: &DownloadError) -> Disposition {
    if error.may_pass() { Disposition::Retry } else { Disposition::Fail }
}
