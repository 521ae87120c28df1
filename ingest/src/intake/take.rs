//! Taking one arrival in, to its end.

use super::{
    run::{Intake, chain},
    spool,
};
use crate::{Found, TakenIn, hand_over::fingerprint::fingerprint};
use archive::{
    CatalogError, ClaimedArrival, Disposition, Ended, RecordingId, Verdict, Way, catalog::Admitted,
    verdict,
};
use futures_util::FutureExt as _;
use std::{
    io,
    panic::AssertUnwindSafe,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

/// How long an arrival stays a silent taker's. Renewed three times in that span.
const LEASE: Duration = Duration::from_secs(60);

/// How long a failure that may pass is waited for at most.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// What came of the formats that an arrival held.
#[derive(Debug, Default)]
pub(super) struct Tally {
    recording: Option<RecordingId>,
    taken: Vec<String>,
    /// Each with whether trying again can help.
    failed: Vec<(String, Disposition)>,
}

/// Where a file of the spool is.
enum Lies {
    /// In its place, with this fingerprint.
    Here(String),
    /// A taker that was killed had moved it, the library having it.
    PutAway,
    Nowhere,
}

impl Intake {
    /// Claims one arrival of `ways` that is due and takes it in. Returns whether there was one.
    pub(super) async fn take_one(&self, ways: &[Way], stop: &CancellationToken) -> bool {
        match self.arrivals().claim(ways, &self.server_place(""), LEASE).await {
            Ok(Some(arrival)) => {
                let span = tracing::info_span!(
                    "arrival", arrival.way = %arrival.way, arrival.place = arrival.place
                );
                self.take(&arrival, stop).instrument(span).await;
                true
            }
            Ok(None) => false,
            Err(error) => {
                // The database may be away for a while; nothing is lost by it.
                tracing::error!(cause = chain(&error), "cannot claim an arrival");
                false
            }
        }
    }

    async fn take(&self, arrival: &ClaimedArrival, stop: &CancellationToken) {
        let ended = tokio::select! {
            ended = AssertUnwindSafe(self.take_by_its_way(arrival, stop)).catch_unwind() => {
                // The panic was logged where it struck. It must not take the taker along, nor the
                // next one that would claim this.
                let message = "taking it in broke down; the log says where".to_owned();
                ended.unwrap_or(Ended::Failed { message })
            }
            lost = self.keep_lease(arrival) => {
                tracing::warn!(cause = chain(&lost), "it went to another taker");
                return;
            }
            () = stop.cancelled() => {
                let given = self.arrivals().give_back(arrival).await;
                if let Err(error) = given {
                    tracing::error!(cause = chain(&error), "cannot give it back");
                }
                return;
            }
        };
        match &ended {
            Ended::Done { message, .. } => tracing::info!("{message}"),
            Ended::Failed { message } => tracing::warn!("it waits for a person: {message}"),
            Ended::Later { message, wait } => tracing::warn!(?wait, "tried again later: {message}"),
        }
        if let Err(error) = self.arrivals().finish(arrival, &ended).await {
            tracing::error!(cause = chain(&error), "cannot record how it ended");
        }
    }

    async fn keep_lease(&self, arrival: &ClaimedArrival) -> CatalogError {
        loop {
            tokio::time::sleep(LEASE / 3).await;
            match self.arrivals().renew(arrival, LEASE).await {
                Ok(()) => {}
                Err(lost @ CatalogError::LeaseLost { .. }) => return lost,
                Err(error) => tracing::error!(cause = chain(&error), "cannot renew its lease"),
            }
        }
    }

    async fn take_by_its_way(&self, arrival: &ClaimedArrival, stop: &CancellationToken) -> Ended {
        match arrival.way {
            Way::Spool => self.take_from_spool(arrival).await,
            Way::Tree => self.take_from_tree(arrival).await,
            Way::Server => self.take_from_server(arrival, stop).await.ended(arrival),
            Way::Upload => self.take_upload(arrival).await,
            Way::Command => Ended::Failed { message: "only the command takes it in".to_owned() },
        }
    }

    async fn take_from_tree(&self, arrival: &ClaimedArrival) -> Ended {
        let folder = PathBuf::from(&arrival.place);
        let there = folder.clone();
        if matches!(on_disk(self, move || there.try_exists()).await, Ok(false)) {
            // Unpublished or cleared away before it was looked at; what became of it the tree tells.
            let message = "it is no longer published".to_owned();
            return Ended::Done { recording: None, message };
        }
        self.take_all(&folder).await.ended(arrival)
    }

    async fn take_from_spool(&self, arrival: &ClaimedArrival) -> Ended {
        let file = PathBuf::from(&arrival.place);
        let delete = self.config().delete_taken;
        let lies = {
            let (file, known) = (file.clone(), arrival.fingerprint().to_owned());
            on_disk(self, move || {
                spool::bring_back(&file, &known)?;
                if file.try_exists()? {
                    return Ok(Lies::Here(fingerprint(&file)?));
                }
                let put_away = spool::was_put_away(&file, &known, delete)?;
                Ok(if put_away { Lies::PutAway } else { Lies::Nowhere })
            })
            .await
        };
        let lies = match lies {
            Ok(Lies::Here(lies)) => lies,
            Ok(Lies::PutAway) => {
                let message = "it was taken in and moved before".to_owned();
                return Ended::Done { recording: arrival.recording.clone(), message };
            }
            // Done, it would never be taken again. A spool on another machine may come back.
            Ok(Lies::Nowhere) => {
                let message = "it is no longer in the spool, and was not taken in".to_owned();
                return match verdict(arrival.attempt, Disposition::Retry) {
                    Verdict::RetryAfter(wait) => Ended::Later { wait, message },
                    Verdict::GiveUp => Ended::Failed { message },
                };
            }
            Err(error) => return Tally::of_failure(&error, Disposition::Retry).ended(arrival),
        };
        let ended = self.take_all(&file).await.ended(arrival);
        let end = ended.clone();
        let moved = on_disk(self, move || {
            if fingerprint(&file)? != lies {
                // A newer one has come in its place, which the next look will find.
                return Ok(());
            }
            match end {
                Ended::Done { .. } => spool::put_away(&file, &lies, delete),
                Ended::Failed { message } => spool::lay_aside(&file, &message).map(drop),
                Ended::Later { .. } => Ok(()),
            }
        });
        let moved = moved.await;
        if let Err(error) = moved {
            // It stays where it is, and is not taken again while this process lives.
            self.sticks(&arrival.place);
            tracing::error!(cause = chain(&error), "cannot move it out of the spool");
        }
        ended
    }

    /// Takes in everything that lies at a path, format by format: one that fails keeps no other out.
    pub(super) async fn take_all(&self, path: &Path) -> Tally {
        match self.parts().ingest.discover(path).await {
            Ok(found) => self.take_found(found).await,
            Err(error) => Tally::of_failure(&error, error.disposition()),
        }
    }

    pub(super) async fn take_found(&self, found: Vec<Found>) -> Tally {
        let mut tally = Tally::default();
        for found in found {
            match self.parts().ingest.take_in(&found, |_| {}).await {
                Ok(taken) => tally.took(&found, &taken),
                Err(error) => {
                    let what = format!("{}: {}", found.format().as_str(), chain(&error));
                    tally.failed.push((what, error.disposition()));
                }
            }
        }
        tally
    }
}

/// Does what blocks, on the intake's lane.
pub(super) async fn on_disk<T: Send + 'static>(
    intake: &Intake,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let ran = intake.lane().run(&CancellationToken::new(), work).await;
    ran.map_err(io::Error::other)?
}

impl Tally {
    pub(super) fn of_failure(
        error: &(dyn std::error::Error + 'static),
        disposition: Disposition,
    ) -> Self {
        Self { failed: vec![(chain(error), disposition)], ..Self::default() }
    }

    pub(super) fn of_note(note: String) -> Self {
        Self { taken: vec![note], ..Self::default() }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.recording = self.recording.take().or(other.recording);
        self.taken.extend(other.taken);
        self.failed.extend(other.failed);
    }

    /// Whether nothing failed.
    pub(super) fn is_whole(&self) -> bool {
        self.failed.is_empty()
    }

    fn took(&mut self, found: &Found, taken: &TakenIn) {
        let admitted = match taken.admitted {
            Admitted::New => "new",
            Admitted::Changed => "changed",
            Admitted::Unchanged => "unchanged",
        };
        self.taken.push(format!("{}: {admitted}", found.format().as_str()));
        self.recording.get_or_insert_with(|| taken.recording.clone());
    }

    /// A failure that may pass is waited for without end: a full disk is noticed by people, and
    /// nothing is to be done about each arrival when it is over.
    pub(super) fn ended(self, arrival: &ClaimedArrival) -> Ended {
        if self.failed.is_empty() {
            return Ended::Done { recording: self.recording, message: self.taken.join("; ") };
        }
        let passes = self.failed.iter().any(|(_, it)| *it == Disposition::Retry);
        let failed = self.failed.into_iter().map(|(what, _)| what);
        let message = failed.chain(self.taken).collect::<Vec<_>>().join("; ");
        if !passes {
            return Ended::Failed { message };
        }
        let wait = match verdict(arrival.attempt, Disposition::Retry) {
            Verdict::RetryAfter(wait) => wait.min(LONGEST_WAIT),
            Verdict::GiveUp => LONGEST_WAIT,
        };
        Ended::Later { wait, message }
    }
}

#[cfg(test)]
mod tests;
