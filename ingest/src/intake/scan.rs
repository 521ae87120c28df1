//! Looking at spool and tree: what is new there is noted as an arrival.

use super::{
    IntakeError,
    run::Intake,
    spool,
    tree::{self, Marker},
};
use crate::{Found, hand_over::fingerprint::fingerprint};
use archive::{NewArrival, Noted, RecordingId, ServerState, Way};
use std::{
    collections::{HashMap, HashSet},
    io,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// How long a folder that BigBlueButton did not mark must lie unchanged: a restored one has no mark,
/// and neither has one that is being published.
const UNMARKED: Duration = Duration::from_secs(60 * 60);

/// What a look at spool and tree brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scanned {
    /// What was found there, known or not.
    pub seen: usize,
    /// Of that, how much waits now that did not before.
    pub noted: usize,
    /// How many recordings have another state on their server than before.
    pub states: usize,
}

/// Something that lies in the spool or in the tree.
struct Lying {
    place: PathBuf,
    recording: Option<RecordingId>,
    fingerprint: String,
    /// How long it must lie unchanged before it is taken for whole.
    settles: Duration,
}

impl Intake {
    /// Looks through spool and tree once. What it knows is told by sizes and times, and not read.
    ///
    /// # Errors
    ///
    /// When a folder cannot be read or the catalog does not answer. What was noted before stays.
    pub async fn scan(&self) -> Result<Scanned, IntakeError> {
        let mut scanned = Scanned::default();
        if let Some(spool) = self.config().spool.clone() {
            let settles = self.config().settle();
            let lying = self.look(&spool, move |spool| in_spool(spool, settles)).await?;
            self.note(Way::Spool, lying, &mut scanned).await?;
        }
        if let Some(tree) = self.config().tree.clone() {
            let settles = self.config().settle();
            let lying = self.look(&tree, move |tree| in_tree(tree, settles)).await?;
            self.note(Way::Tree, lying, &mut scanned).await?;
            let states = self.look(&tree, tree::states).await?;
            scanned.states = self.follow(states).await?;
        }
        Ok(scanned)
    }

    async fn note(
        &self,
        way: Way,
        lying: Vec<Lying>,
        scanned: &mut Scanned,
    ) -> Result<(), IntakeError> {
        let failed = |source| IntakeError::Note { source };
        let known = self.arrivals().fingerprints(way).await.map_err(failed)?;
        let ended = match way {
            Way::Spool => self.arrivals().ended(way).await.map_err(failed)?,
            _ => HashSet::new(),
        };
        scanned.seen += lying.len();
        for Lying { place, recording, fingerprint, settles } in lying {
            let Some(place) = place.to_str().map(str::to_owned) else {
                tracing::warn!("{place:?} is left alone: its name is not UTF-8");
                continue;
            };
            if known.get(&place).is_some_and(|it| *it == fingerprint) {
                // What has ended was moved away. It lies there again, so somebody has put it back.
                if ended.contains(&place) && !self.is_stuck(&place) {
                    self.arrivals().reopen(way, &place).await.map_err(failed)?;
                    scanned.noted += 1;
                }
                continue;
            }
            if self.unchanged().since(&place, &fingerprint) < settles {
                continue;
            }
            self.unchanged().forget(&place);
            let details = "{}".to_owned();
            let new = NewArrival { way, place, fingerprint, recording, details };
            if self.arrivals().note(&new).await.map_err(failed)? == Noted::Waits {
                scanned.noted += 1;
            }
        }
        if scanned.noted > 0 {
            self.wake();
        }
        Ok(())
    }

    /// Notes what became of recordings on the server whose tree this is. Those that are nowhere in
    /// it any more were cleared away, which says nothing.
    async fn follow(
        &self,
        states: HashMap<RecordingId, ServerState>,
    ) -> Result<usize, IntakeError> {
        let failed = |source| IntakeError::Note { source };
        let mut changed = 0;
        for (id, former) in self.catalog().server_states().await.map_err(failed)? {
            let Some(&state) = states.get(&id).filter(|it| **it != former) else { continue };
            let hide = self.config().hide_withdrawn;
            let set = self.catalog().set_server_state(&id, state, hide).await;
            if set.map_err(failed)? {
                changed += 1;
                tracing::info!(recording.id = %id, "its server has it as {}", state.as_str());
            }
        }
        Ok(changed)
    }

    async fn look<T: Send + 'static>(
        &self,
        folder: &Path,
        look: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T, IntakeError> {
        let path = folder.to_owned();
        let looked = self.lane().run(&CancellationToken::new(), move || look(&path)).await;
        let folder = || folder.to_owned();
        looked
            .map_err(|source| IntakeError::BrokenOff { folder: folder(), source })?
            .map_err(|source| IntakeError::Look { folder: folder(), source })
    }
}

fn in_spool(folder: &Path, settles: Duration) -> io::Result<Vec<Lying>> {
    let files = spool::list(folder)?.into_iter().filter_map(|place| {
        // Gone between two looks: somebody else takes it in.
        let fingerprint = fingerprint(&place).ok()?;
        Some(Lying { place, recording: None, fingerprint, settles })
    });
    Ok(files.collect())
}

fn in_tree(tree: &Path, settles: Duration) -> io::Result<Vec<Lying>> {
    let has_markers = tree::last_marked(tree).is_some();
    let published = tree::published(tree)?.into_iter().filter_map(|it| {
        let settles = match it.marker {
            Marker::Failed => return None,
            Marker::Done => Duration::ZERO,
            Marker::None if has_markers => settles.max(UNMARKED),
            Marker::None => settles,
        };
        let format = it.format.parse().ok()?;
        let fingerprint = Found::folder(it.folder.clone(), format).fingerprint().ok()?;
        Some(Lying { place: it.folder, recording: Some(it.id), fingerprint, settles })
    });
    Ok(published.collect())
}
