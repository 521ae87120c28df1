use super::{IntakeConfig, from_server, settled::Unchanged, tree};
use crate::{
    Ingest,
    bbb::{BbbServer, Downloader},
};
use archive::{
    Arrivals, Catalog, CatalogError, Clock, Lane, NewArrival, RecordingId, ServerState, Timestamp,
    Way,
};
use std::{
    collections::HashSet,
    error::Error,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};
use tokio::{
    sync::Notify,
    task::JoinSet,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

/// How often the marks of what is published are looked at, and what others noted as arrived.
const GLANCE: Duration = Duration::from_secs(5);

/// How often names are forgotten whose time is over.
const FORGETTING: Duration = Duration::from_secs(60 * 60);

/// What an intake works with.
#[derive(Clone)]
pub struct IntakeParts {
    pub ingest: Ingest,
    pub catalog: Catalog,
    pub clock: Arc<dyn Clock>,
    pub config: IntakeConfig,
    /// The server that recordings are fetched from, if there is one.
    pub server: Option<(Arc<BbbServer>, Downloader)>,
    /// Where uploads lie: `<upload>/<file>`.
    pub uploads: PathBuf,
    /// Where recordings of a server are downloaded to.
    pub downloads: PathBuf,
}

/// Takes in what comes by itself. Cheap to clone.
#[derive(Clone)]
pub struct Intake(Arc<Shared>);

struct Shared {
    parts: IntakeParts,
    arrivals: Arrivals,
    lane: Lane,
    unchanged: Unchanged,
    /// Files of the spool that have ended and could not be moved.
    stuck: Mutex<HashSet<String>>,
    due: Notify,
}

impl Intake {
    pub fn new(parts: IntakeParts) -> Self {
        let arrivals = parts.catalog.arrivals();
        let lane = Lane::new("intake", 2);
        let (unchanged, stuck, due) = (Unchanged::default(), Mutex::default(), Notify::new());
        Self(Arc::new(Shared { parts, arrivals, lane, unchanged, stuck, due }))
    }

    /// Watches and takes in until `stop` fires; then finishes nothing more, and what was begun is
    /// given back.
    pub async fn run(&self, stop: &CancellationToken) {
        let mut tasks = JoinSet::new();
        for _ in 0..self.config().at_once {
            let (intake, stop) = (self.clone(), stop.clone());
            tasks.spawn(async move { intake.take_forever(&stop).await });
        }
        let watching = self.watch();
        stop.run_until_cancelled(watching).await;
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(cause = %error, "an intake broke down");
            }
        }
    }

    /// Which ways end here, on this machine.
    pub fn ways(&self) -> Vec<Way> {
        let config = self.config();
        let watched = [
            (Way::Spool, config.spool.is_some()),
            (Way::Tree, config.tree.is_some()),
            (Way::Server, self.parts().server.is_some()),
            (Way::Upload, true),
        ];
        watched.into_iter().filter(|(_, is)| *is).map(|(way, _)| way).collect()
    }

    /// Notes that the server has a recording, or has changed it. `what` tells one change from another;
    /// `state` is what became of it, where the server said that it was taken down.
    ///
    /// # Errors
    ///
    /// When the catalog does not answer.
    pub async fn expect(
        &self,
        id: &RecordingId,
        what: &str,
        state: Option<ServerState>,
    ) -> Result<(), CatalogError> {
        let new = NewArrival {
            way: Way::Server,
            place: self.server_place(id.as_str()),
            fingerprint: what.to_owned(),
            recording: Some(id.clone()),
            details: from_server::details(state),
        };
        self.arrivals().note(&new).await?;
        self.wake();
        Ok(())
    }

    /// Where a recording of the server lies; of none, what all those places begin with.
    pub(super) fn server_place(&self, id: &str) -> String {
        let address = self.parts().server.as_ref().map_or("", |(server, _)| server.address());
        format!("{address}#{id}")
    }

    /// Looks for arrivals now rather than soon.
    pub fn wake(&self) {
        self.0.due.notify_waiters();
    }

    async fn watch(&self) {
        let mut marked: Option<SystemTime> = None;
        let mut scanned: Option<Instant> = None;
        let mut forgotten: Option<Instant> = None;
        loop {
            let now_marked = self.config().tree.as_deref().and_then(tree::last_marked);
            let due = scanned.is_none_or(|it| it.elapsed() >= self.config().rescan());
            if due || now_marked != marked {
                marked = now_marked;
                scanned = Some(Instant::now());
                match self.scan().await {
                    Ok(found) if found.noted + found.states > 0 => {
                        tracing::info!(found.noted, found.states, "something has arrived");
                    }
                    Ok(_) => {}
                    Err(error) => {
                        tracing::error!(cause = chain(&error), "cannot look for what has arrived");
                    }
                }
            }
            if forgotten.is_none_or(|it| it.elapsed() >= FORGETTING) {
                forgotten = Some(Instant::now());
                self.forget_names().await;
            }
            sleep(GLANCE.min(self.config().rescan())).await;
        }
    }

    async fn forget_names(&self) {
        let Some(days) = self.config().names_days else { return };
        let kept = i64::from(days) * 24 * 60 * 60 * 1_000;
        let before = self.parts().clock.now().as_unix_ms().saturating_sub(kept);
        match self.catalog().forget_names(Timestamp::from_unix_ms(before)).await {
            Ok(0) => {}
            Ok(names) => tracing::info!(names, "forgot the names of speakers"),
            Err(error) => tracing::error!(cause = chain(&error), "cannot forget names"),
        }
    }

    async fn take_forever(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            // Listened to from before the look, so that nothing noted in between is slept over.
            let due = self.0.due.notified();
            if self.take_one(&self.ways(), stop).await {
                continue;
            }
            tokio::select! {
                () = due => {}
                () = sleep(GLANCE) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Takes in what waits of `ways`, several at once, until nothing is due. Returns how many.
    pub async fn take_waiting(&self, ways: &[Way], stop: &CancellationToken) -> usize {
        let mut tasks = JoinSet::new();
        for _ in 0..self.config().at_once {
            let (intake, ways, stop) = (self.clone(), ways.to_vec(), stop.clone());
            tasks.spawn(async move {
                let mut taken = 0;
                while !stop.is_cancelled() && intake.take_one(&ways, &stop).await {
                    taken += 1;
                }
                taken
            });
        }
        tasks.join_all().await.into_iter().sum()
    }

    pub(super) fn parts(&self) -> &IntakeParts {
        &self.0.parts
    }

    pub(super) fn config(&self) -> &IntakeConfig {
        &self.0.parts.config
    }

    pub(super) fn catalog(&self) -> &Catalog {
        &self.0.parts.catalog
    }

    pub(super) fn arrivals(&self) -> &Arrivals {
        &self.0.arrivals
    }

    pub(super) fn lane(&self) -> &Lane {
        &self.0.lane
    }

    pub(super) fn unchanged(&self) -> &Unchanged {
        &self.0.unchanged
    }

    pub(super) fn is_stuck(&self, place: &str) -> bool {
        self.0.stuck.lock().unwrap_or_else(PoisonError::into_inner).contains(place)
    }

    /// Remembers that a file of the spool stays where it is, not to be taken again and again.
    pub(super) fn sticks(&self, place: &str) {
        let mut stuck = self.0.stuck.lock().unwrap_or_else(PoisonError::into_inner);
        stuck.insert(place.to_owned());
    }

    pub(super) fn uploads(&self) -> &Path {
        &self.0.parts.uploads
    }
}

/// An error with its causes, in one line.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&it| it.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
