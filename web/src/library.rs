use crate::{
    announcements::Announcements, attempts::Attempts, config::WebConfig, cookies::Cookies,
    metrics::Metrics, password::Checks, routes::announced, uploads::Uploads,
};
use archive::{Catalog, Clock, Store};
use search::Searcher;
use std::{path::PathBuf, sync::Arc};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// What the pages are made of, handed over by the program.
#[derive(Clone)]
pub struct Site {
    pub catalog: Catalog,
    pub store: Store,
    pub searcher: Searcher,
    pub config: WebConfig,
    pub clock: Arc<dyn Clock>,
    /// Where uploads lie, in a folder each; made with the first.
    pub uploads: PathBuf,
    /// Where pushed recordings go. `None`: nothing can be pushed.
    pub spool: Option<PathBuf>,
    /// Who hears what BigBlueButton servers announce. `None`: nobody does.
    pub announcements: Option<Arc<dyn Announcements>>,
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
    pub(crate) uploads: Uploads,
    pub(crate) spool: Option<PathBuf>,
    pub(crate) announcements: Option<Arc<dyn Announcements>>,
    /// Places for those who announce something.
    pub(crate) announced: Semaphore,
    /// Fires when the program ends at once; a check that has not begun is then not begun.
    pub(crate) cancel: CancellationToken,
}

impl Library {
    pub(crate) fn new(site: Site) -> Self {
        let Site { catalog, store, searcher, config, clock, uploads, spool, announcements } = site;
        Self {
            catalog,
            store,
            searcher,
            cookies: Cookies { secure: config.cookies_are_secure() },
            zone: config.zone(),
            attempts: Attempts::default(),
            passwords: Checks::new(),
            metrics: Metrics::new(),
            uploads: Uploads::new(uploads),
            spool,
            announcements,
            announced: Semaphore::new(announced::AT_ONCE),
            cancel: CancellationToken::new(),
            config,
            clock,
        }
    }
}
