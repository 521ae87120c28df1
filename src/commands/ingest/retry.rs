//! `plenary ingest --retry`

use super::tried;
use crate::{commands::print, config::Config, intake, library::Library};
use archive::{ArrivalId, ArrivalState, Viewer, Way};
use std::{collections::HashSet, process::ExitCode};
use tokio_util::sync::CancellationToken;

/// Tries everything again that failed and that this machine can try: what was named to
/// `plenary ingest` is named to it again.
pub(super) async fn ingest(config: &Config, library: &Library) -> anyhow::Result<ExitCode> {
    let intake = intake::intake(config, library)?;
    let ways = intake.ways();
    let arrivals = library.catalog.arrivals();
    let curator = Viewer::program().curator().expect("the program may do anything");
    let mut again: HashSet<ArrivalId> = HashSet::new();
    for arrival in arrivals.list(&curator).await? {
        let failed = matches!(arrival.state, ArrivalState::Failed { .. });
        if failed && ways.contains(&arrival.way) && arrivals.retry(&curator, &arrival.id).await? {
            again.insert(arrival.id);
        } else if failed && arrival.way == Way::Command {
            print(&format!("failed {}: name it to `plenary ingest` again\n", arrival.place))?;
        }
    }
    intake.take_waiting(&ways, &CancellationToken::new()).await;
    let (lines, code) = tried(library, |it| again.contains(&it.id)).await?;
    print(&lines.concat())?;
    print(&format!("{} tried again\n", again.len()))?;
    Ok(code)
}
