use crate::{
    attempts::Attempts, config::WebConfig, cookies::Cookies, metrics::Metrics, password::Checks,
};
use archive::{Catalog, Clock, Store};
use search::Searcher;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What the pages are made of, handed over by the program.
#[derive(Clone)]
pub struct Site {
    pub catalog: Catalog,
    pub store: Store,
    pub searcher: Searcher,
    pub config: WebConfig,
    pub clock: Arc<dyn Clock>,
}

/// The site with what the pages keep for themselves; one for all requests.
pub(crate) struct Library {
    pub(crate) catalog: Catalog,
    pub(crate) store: Store,
    pub(crate) searcher: Searcher,
    pub(crate) config: WebConfig,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) cookies: Cookies,
    pub(crate) zone: jiff::tz::TimeZone,
    pub(crate) attempts: Attempts,
    pub(crate) passwords: Checks,
    pub(crate) metrics: Metrics,
    /// Fires when the program ends at once; a check that has not begun is then not begun.
    pub(crate) cancel: CancellationToken,
}

impl Library {
    pub(crate) fn new(site: Site) -> Self {
        let Site { catalog, store, searcher, config, clock } = site;
        Self {
            catalog,
            store,
            searcher,
            cookies: Cookies { secure: config.cookies_are_secure() },
            zone: config.zone(),
            attempts: Attempts::default(),
            passwords: Checks::new(),
            metrics: Metrics::new(),
            cancel: CancellationToken::new(),
            config,
            clock,
        }
    }
}
