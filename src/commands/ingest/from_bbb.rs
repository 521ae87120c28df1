//! `plenary ingest --from-bbb URL`

use super::tried;
use crate::{
    cli::IngestArguments, commands::print, config::Config, intake, library::Library, telemetry,
};
use anyhow::bail;
use archive::{NewArrival, Way};
use ingest::{
    IntakeConfig,
    bbb::{RecordingQuery, Secret, ServerRecording, States, Which},
};
use std::{collections::HashSet, process::ExitCode};
use tokio_util::sync::CancellationToken;

/// Lists what the server has, notes what is new or changed, and takes that in.
pub(super) async fn ingest(
    config: &Config,
    library: &Library,
    url: &str,
    arguments: &IngestArguments,
) -> anyhow::Result<ExitCode> {
    let mut bbb = config.bbb.clone();
    bbb.playback_hosts.extend(arguments.playback_host.iter().cloned());
    let server = intake::server(url, secret(config, arguments)?, &bbb)?;
    let listing = server.0.list(&query(arguments)).await?;
    let mut code = ExitCode::SUCCESS;
    for problem in &listing.problems {
        telemetry::print_error(&anyhow::anyhow!(problem.clone()));
        code = ExitCode::FAILURE;
    }
    let mut places = HashSet::new();
    for recording in &listing.recordings {
        let new = NewArrival {
            way: Way::Server,
            place: format!("{}#{}", server.0.address(), recording.id),
            fingerprint: fingerprint(recording),
            recording: Some(recording.id.clone()),
            details: "{}".to_owned(),
        };
        library.catalog.arrivals().note(&new).await?;
        places.insert(new.place);
    }
    let at_once = arguments.at_once.map_or(config.intake.at_once, usize::from);
    let watched = IntakeConfig { at_once, ..config.intake.clone() };
    let intake = intake::intake_of(config, library, watched, Some(server));
    let stop = CancellationToken::new();
    let taken = {
        let stop = stop.clone();
        tokio::select! {
            taken = intake.take_waiting(&[Way::Server], &stop) => taken,
            signal = tokio::signal::ctrl_c() => {
                signal?;
                bail!("interrupted: what has come so far is kept, and the rest goes on from there");
            }
        }
    };
    stop.cancel();
    let (lines, tried) = tried(library, |it| places.contains(&it.place)).await?;
    print(&lines.concat())?;
    print(&format!("{} on the server, {taken} of them looked at\n", listing.recordings.len()))?;
    Ok(if code == ExitCode::SUCCESS { tried } else { code })
}

fn secret(config: &Config, arguments: &IngestArguments) -> anyhow::Result<Secret> {
    let secret = match &arguments.secret_file {
        Some(file) => Some(intake::secret_in(file)?),
        None => intake::secret(&config.bbb)?,
    };
    let Some(secret) = secret else {
        bail!("the server's secret is missing: set PLENARY_BBB_SECRET, or name --secret-file");
    };
    Ok(secret)
}

fn query(arguments: &IngestArguments) -> RecordingQuery {
    let IngestArguments { recording, meeting, .. } = arguments;
    match (recording.as_slice(), meeting.as_slice()) {
        ([], []) => RecordingQuery::published(),
        ([], meetings) => RecordingQuery {
            which: Which::Meetings(meetings.to_vec()),
            ..RecordingQuery::published()
        },
        (recordings, _) => {
            RecordingQuery { which: Which::Recordings(recordings.to_vec()), states: States::Any }
        }
    }
}

/// What changes when the server has something else of a recording.
fn fingerprint(recording: &ServerRecording) -> String {
    let mut formats: Vec<String> = recording
        .playback
        .iter()
        .map(|it| format!("{} {} {}", it.kind, it.url, it.size_bytes.unwrap_or_default()))
        .collect();
    formats.sort();
    let state = recording.state.map_or("", ingest::bbb::RecordingState::as_str);
    format!("{state} {} {}", recording.published, formats.join(" "))
}
