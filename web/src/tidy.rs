//! What the pages clear away by themselves.

use crate::{failure::chain, library::Library, routes::push};
use std::{sync::Arc, time::Duration};

const PAUSE: Duration = Duration::from_secs(60 * 60);

/// Clears away what a killed program left. Before the first request.
pub(crate) async fn begin(library: &Library) {
    if let Err(error) = library.uploads.sweep_half_made().await {
        tracing::error!(cause = chain(&error), "cannot clear unfinished uploads away");
    }
    if let Some(spool) = &library.spool
        && let Err(error) = push::sweep(spool).await
    {
        tracing::error!(%error, "cannot clear what was not wholly pushed away");
    }
}

/// Clears away, now and then, what has run out.
pub(crate) async fn go_on(library: Arc<Library>) {
    loop {
        let swept = library.uploads.sweep(&library.catalog.arrivals(), library.clock.now()).await;
        match swept {
            Ok(0) => (),
            Ok(removed) => tracing::info!(removed, "threw away uploads whose time was over"),
            Err(error) => tracing::error!(cause = chain(&error), "cannot look after uploads"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}
