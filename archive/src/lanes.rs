use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// A bounded place to run work that blocks: encoding, speech recognition, index commits.
///
/// The async runtime does I/O only. Anything that may hold a thread for more than about half a
/// millisecond goes through a lane, and each kind of work has its own lane so that one kind can
/// never starve another.
#[derive(Clone)]
pub struct Lane {
    name: &'static str,
    slots: Arc<Semaphore>,
}

#[derive(Debug, thiserror::Error)]
pub enum LaneError {
    #[error("the work was cancelled before it started")]
    Cancelled,
    #[error("the work on lane `{lane}` panicked")]
    Panicked { lane: &'static str },
}

impl Lane {
    pub fn new(name: &'static str, slots: usize) -> Self {
        Self { name, slots: Arc::new(Semaphore::new(slots)) }
    }

    /// Waits for a free slot, then runs `work` on a blocking thread inside the current span.
    ///
    /// Dropping the returned future while it waits gives up the place in line. Once `work` runs it
    /// is not interrupted: it must look at `cancel` itself.
    pub async fn run<T, F>(&self, cancel: &CancellationToken, work: F) -> Result<T, LaneError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let slot = tokio::select! {
            () = cancel.cancelled() => return Err(LaneError::Cancelled),
            slot = Arc::clone(&self.slots).acquire_owned() => slot.expect("lanes are never closed"),
        };
        let span = tracing::Span::current();
        #[expect(clippy::disallowed_methods, reason = "the one place that bounds it")]
        let task = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            span.in_scope(work)
        });
        task.await.map_err(|_| LaneError::Panicked { lane: self.name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn never_runs_more_than_its_slots_at_once() {
        let lane = Lane::new("test", 2);
        let cancel = CancellationToken::new();
        let (running, peak) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let jobs = (0..8).map(|_| {
            let (lane, cancel, running, peak) =
                (lane.clone(), cancel.clone(), Arc::clone(&running), Arc::clone(&peak));
            tokio::spawn(async move {
                let work = move || {
                    peak.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(std::time::Duration::from_millis(5));
                    running.fetch_sub(1, Ordering::SeqCst);
                };
                lane.run(&cancel, work).await
            })
        });
        for job in jobs.collect::<Vec<_>>() {
            job.await.unwrap().unwrap();
        }
        assert_eq!(peak.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_panic_frees_the_slot() {
        let lane = Lane::new("test", 1);
        let cancel = CancellationToken::new();
        let result = lane.run(&cancel, || panic!("boom")).await;
        assert!(matches!(result, Err(LaneError::Panicked { lane: "test" })));
        lane.run(&cancel, || ()).await.unwrap();
    }
}
