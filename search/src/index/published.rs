use super::snapshot::Snapshot;
use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
};

/// What the writer last committed, for searches to take.
pub(crate) struct Published {
    snapshot: RwLock<Arc<Snapshot>>,
    needs_rebuild: AtomicBool,
}

impl Published {
    pub(super) fn new(snapshot: Snapshot, needs_rebuild: bool) -> Self {
        Self {
            snapshot: RwLock::new(Arc::new(snapshot)),
            needs_rebuild: AtomicBool::new(needs_rebuild),
        }
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn publish(&self, snapshot: Snapshot) {
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
    }

    pub(crate) fn needs_rebuild(&self) -> bool {
        self.needs_rebuild.load(Ordering::Relaxed)
    }

    pub(super) fn rebuilt(&self) {
        self.needs_rebuild.store(false, Ordering::Relaxed);
    }
}
