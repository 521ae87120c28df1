//! Stopping: the first signal drains, the second aborts.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// What running parts look at to know that they should end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shutdown {
    /// Take no new work; finish what runs.
    pub(crate) drain: CancellationToken,
    /// Let go of what runs.
    pub(crate) abort: CancellationToken,
}

impl Shutdown {
    /// Listens for `SIGINT` and `SIGTERM` from now on.
    pub(crate) fn on_signals() -> anyhow::Result<Self> {
        let shutdown = Self::default();
        let told = shutdown.clone();
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => (),
                    _ = terminate.recv() => (),
                }
                told.signalled();
            }
        });
        Ok(shutdown)
    }

    /// One signal: the first drains, any further one aborts.
    fn signalled(&self) {
        if self.drain.is_cancelled() {
            tracing::warn!("stopping now; what was running will be done again");
            self.abort.cancel();
        } else {
            tracing::info!("finishing what runs, then stopping; once more to stop now");
            self.drain.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_signal_drains_and_the_second_aborts() {
        let shutdown = Shutdown::default();
        shutdown.signalled();
        assert!(shutdown.drain.is_cancelled() && !shutdown.abort.is_cancelled());
        shutdown.signalled();
        assert!(shutdown.abort.is_cancelled());
    }
}
