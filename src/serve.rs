//! `plenary serve`: pages and, unless told otherwise, the jobs.

use crate::{
    announcements::FromServer,
    config::Config,
    intake,
    library::{FolderLock, Library},
    shutdown::Shutdown,
    stages::Stages,
    work::{Until, Worker},
};
use anyhow::Context as _;
use archive::Catalog;
use rustix::system::uname;
use search::{Index, IndexStage};
use std::{io::Write as _, sync::Arc, time::Duration};
use tokio::net::TcpListener;

/// How long answers under way may take once the program is told to stop. A film that is being watched
/// goes on after the restart: a player asks again for the piece that it misses.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// Serves until the first signal and until what runs is finished.
pub(crate) async fn serve(config: &Config, works: bool) -> anyhow::Result<()> {
    let library = Library::open(config).await?;
    let _lock = FolderLock::take(&config.data)?;
    let shutdown = Shutdown::on_signals()?;
    let index = Index::open(&config.index())?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen at {}", config.listen))?;
    let address = listener.local_addr().context("cannot tell the address")?;

    let intake = intake::intake(config, &library)?;
    // Without an address, what is announced could be fetched from nowhere.
    let secret = intake::secret(&config.bbb)?.filter(|_| config.bbb.url.is_some());
    let announcements = secret.map(|secret| {
        let clock = Arc::clone(&library.clock);
        let heard = FromServer::new(config, intake.clone(), secret, clock);
        Arc::new(heard) as Arc<dyn web::Announcements>
    });
    let site = web::Site {
        catalog: library.catalog.clone(),
        store: library.store.clone(),
        searcher: index.searcher(),
        config: config.web.clone(),
        clock: Arc::clone(&library.clock),
        uploads: config.uploads(),
        spool: config.intake.spool.clone(),
        announcements,
    };
    let serving = answer(listener, site, &shutdown);
    let stage = IndexStage::new(library.catalog.clone(), index.clone());
    let stages = Arc::new(Stages::new(config, &library, Some(stage))?);
    let lanes = if works { stages.lanes(config) } else { stages.index_lane() };
    let worker = Worker {
        queue: library.catalog.queue(),
        stages,
        // Nobody else has this name: the lock on the folder sees to that.
        name: format!("serve on {} in {}", host(), config.data.canonicalize()?.display()),
        ended: Arc::default(),
    };
    let released = worker.queue.release(&worker.name).await?;
    if released > 0 {
        tracing::info!(released, "going on with what the last run did not finish");
    }
    let rebuilding = rebuild_if_needed(&index, &library.catalog);
    announce(&format!("Plenary serves at http://{address}/\n"))?;
    let working = worker.run(lanes, Until::Stopped, &shutdown);
    // Whichever fails ends the others; on a signal all end by themselves.
    let rebuilding = async {
        tokio::select! {
            rebuilt = rebuilding => rebuilt,
            () = shutdown.drain.cancelled() => Ok(()),
        }
    };
    let taking_in = async {
        intake.run(&shutdown.drain).await;
        Ok(())
    };
    tokio::try_join!(serving, working, rebuilding, taking_in)?;
    library.catalog.close().await;
    Ok(())
}

/// Answers requests until the first signal, then those under way until they are done, or their time
/// is over, or the second signal.
async fn answer(listener: TcpListener, site: web::Site, shutdown: &Shutdown) -> anyhow::Result<()> {
    let Shutdown { drain, abort } = shutdown.clone();
    let last_call = async move {
        drain.cancelled().await;
        tokio::time::sleep(LAST_ANSWERS).await;
    };
    tokio::select! {
        served = web::serve(listener, site, shutdown.drain.clone().cancelled_owned()) => {
            served.context("serving failed")
        }
        () = last_call => Ok(()),
        () = abort.cancelled() => Ok(()),
    }
}

/// `plenary work`: the jobs that need no index.
pub(crate) async fn work(config: &Config, until: Until) -> anyhow::Result<()> {
    let library = Library::open(config).await?;
    let shutdown = Shutdown::on_signals()?;
    let stages = Arc::new(Stages::new(config, &library, None)?);
    let lanes = stages.lanes(config);
    let worker = Worker {
        queue: library.catalog.queue(),
        stages,
        name: format!("work on {} process {}", host(), std::process::id()),
        ended: Arc::default(),
    };
    worker.run(lanes, until, &shutdown).await?;
    library.catalog.close().await;
    Ok(())
}

/// Builds the index anew, beside everything else, where it is missing or of another version.
async fn rebuild_if_needed(index: &Index, catalog: &Catalog) -> anyhow::Result<()> {
    if index.needs_rebuild() {
        tracing::info!("building the search index anew");
        index.rebuild(catalog, |_| ()).await.context("cannot build the search index anew")?;
        tracing::info!("the search index is built");
    }
    Ok(())
}

fn host() -> String {
    uname().nodename().to_string_lossy().into_owned()
}

/// Says where the library is, on standard output, where scripts look for it.
fn announce(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(line.as_bytes()).and_then(|()| out.flush()).context("cannot write the address")
}
