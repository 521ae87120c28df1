use super::UploadId;
use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Mutex as AsyncMutex, OwnedMutexGuard},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

/// How long somebody waits until the one before them has stopped.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who is at which upload: one at a time each.
#[derive(Default)]
pub(super) struct Turns {
    under_way: Arc<Mutex<UnderWay>>,
}

type UnderWay = HashMap<UploadId, Place>;

struct Place {
    lock: Arc<AsyncMutex<()>>,
    /// Tells the last who came to stop.
    stop: CancellationToken,
}

/// Being at an upload, until this is dropped.
pub(crate) struct Turn {
    /// Fires when somebody else waits.
    pub(crate) stop: CancellationToken,
    held: Option<OwnedMutexGuard<()>>,
    id: UploadId,
    under_way: Arc<Mutex<UnderWay>>,
}

impl Turns {
    /// `None` if whoever is at it does not stop in time.
    pub(super) async fn take(&self, id: &UploadId) -> Option<Turn> {
        let stop = CancellationToken::new();
        let lock = match locked(&self.under_way).entry(id.clone()) {
            Entry::Occupied(mut place) => {
                std::mem::replace(&mut place.get_mut().stop, stop.clone()).cancel();
                Arc::clone(&place.get().lock)
            }
            Entry::Vacant(place) => {
                Arc::clone(&place.insert(Place { lock: Arc::default(), stop: stop.clone() }).lock)
            }
        };
        let held = timeout(PATIENCE, lock.lock_owned()).await.ok()?;
        Some(self.turn(id, stop, held))
    }

    /// Without asking anybody to stop: `None` if somebody is at it.
    pub(super) fn take_if_free(&self, id: &UploadId) -> Option<Turn> {
        let stop = CancellationToken::new();
        let mut under_way = locked(&self.under_way);
        let Entry::Vacant(place) = under_way.entry(id.clone()) else { return None };
        let place = place.insert(Place { lock: Arc::default(), stop: stop.clone() });
        let held = Arc::clone(&place.lock).try_lock_owned().ok()?;
        drop(under_way);
        Some(self.turn(id, stop, held))
    }

    fn turn(&self, id: &UploadId, stop: CancellationToken, held: OwnedMutexGuard<()>) -> Turn {
        Turn { stop, held: Some(held), id: id.clone(), under_way: Arc::clone(&self.under_way) }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut under_way = locked(&self.under_way);
        drop(self.held.take());
        let nobody_waits = |it: &Place| Arc::strong_count(&it.lock) == 1;
        if under_way.get(&self.id).is_some_and(nobody_waits) {
            under_way.remove(&self.id);
        }
    }
}

fn locked(under_way: &Mutex<UnderWay>) -> MutexGuard<'_, UnderWay> {
    under_way.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_comes_has_the_one_before_stop_and_waits_for_them() {
        let turns = Turns::default();
        let id = UploadId::draw().unwrap();
        let first = turns.take(&id).await.unwrap();
        assert!(!first.stop.is_cancelled());
        let other = turns.take(&UploadId::draw().unwrap()).await.unwrap();
        assert!(!first.stop.is_cancelled() && !other.stop.is_cancelled(), "another upload");
        let (second, ()) = tokio::join!(turns.take(&id), async move {
            first.stop.cancelled().await;
            drop(first);
        });
        let second = second.unwrap();
        assert!(!second.stop.is_cancelled());
        drop((second, other));
        assert!(locked(&turns.under_way).is_empty(), "nothing is kept of what is over");
    }
}
