//! The worker: claims jobs, runs them, keeps their leases, records how they ended.

use crate::{shutdown::Shutdown, stages::Stages};
use anyhow::Context as _;
use archive::{
    CatalogError, ClaimedJob, Disposition, JobKind, Outcome, Progress, Queue, StageError,
    queue::JobState, verdict,
};
use std::{error::Error as _, sync::Arc, time::Duration};
use tokio::{
    sync::Notify,
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep},
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

/// How long a job stays a silent worker's. Renewed three times in that span.
const LEASE: Duration = Duration::from_secs(60);

/// How often an idle worker looks for work that another process queued.
const POLL: Duration = Duration::from_millis(500);

/// Kinds of job that share a number of places.
#[derive(Debug, Clone)]
pub(crate) struct WorkLane {
    pub(crate) kinds: &'static [JobKind],
    pub(crate) slots: usize,
}

/// What a worker works on and under what name.
#[derive(Clone)]
pub(crate) struct Worker {
    pub(crate) queue: Queue,
    pub(crate) stages: Arc<Stages>,
    /// Written beside each claim. Of two running workers no two have the same.
    pub(crate) name: String,
    /// Told whenever a job ended: its successors may be due.
    pub(crate) ended: Arc<Notify>,
}

/// When a worker ends, besides being told to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// Never.
    Stopped,
    /// As soon as no job waits or runs.
    Idle,
}

impl Worker {
    /// Works on all lanes until told to stop, or until nothing is left.
    pub(crate) async fn run(
        &self,
        lanes: Vec<WorkLane>,
        until: Until,
        shutdown: &Shutdown,
    ) -> anyhow::Result<()> {
        let all: Arc<[JobKind]> = lanes.iter().flat_map(|it| it.kinds).copied().collect();
        let mut places = JoinSet::new();
        for lane in lanes {
            for _ in 0..lane.slots {
                let (worker, shutdown, all) = (self.clone(), shutdown.clone(), Arc::clone(&all));
                places.spawn(
                    async move { worker.run_place(lane.kinds, &all, until, &shutdown).await },
                );
            }
        }
        while let Some(ended) = places.join_next().await {
            ended.context("a worker panicked")?;
        }
        Ok(())
    }

    /// One place of a lane: takes one job of `kinds` after another. `all` are the worker's.
    async fn run_place(
        &self,
        kinds: &[JobKind],
        all: &[JobKind],
        until: Until,
        shutdown: &Shutdown,
    ) {
        loop {
            if shutdown.drain.is_cancelled() {
                return;
            }
            // Listened to from before the look, so that a job queued in between is not slept over.
            let ended = self.ended.notified();
            match self.queue.claim(kinds, &self.name, LEASE).await {
                Ok(Some(job)) => {
                    self.run_job(&job, shutdown).await;
                    self.ended.notify_waiters();
                    continue;
                }
                Ok(None) if until == Until::Idle && self.is_idle(all).await => return,
                Ok(None) => (),
                // The database may be away for a while; jobs are not lost by it.
                Err(error) => report("cannot claim a job", &error),
            }
            tokio::select! {
                () = ended => (),
                () = sleep(POLL) => (),
                () = shutdown.drain.cancelled() => (),
            }
        }
    }

    /// Whether no job of `kinds` waits or runs. What other processes do, such as the index, is
    /// theirs; a job of ours may still bring more of ours.
    async fn is_idle(&self, kinds: &[JobKind]) -> bool {
        match self.queue.overview().await {
            Ok(jobs) => jobs
                .iter()
                .filter(|it| kinds.contains(&it.kind))
                .all(|it| matches!(it.state, JobState::Failed { .. })),
            Err(error) => {
                report("cannot list jobs", &error);
                false
            }
        }
    }

    /// Runs one claimed job to its end and records which one that was.
    async fn run_job(&self, job: &ClaimedJob, shutdown: &Shutdown) {
        let span = tracing::info_span!(
            "job",
            job.kind = %job.kind,
            job.attempt = job.attempt,
            recording.id = %job.recording,
        );
        self.run_in_span(job, shutdown).instrument(span).await;
    }

    async fn run_in_span(&self, job: &ClaimedJob, shutdown: &Shutdown) {
        let started = Instant::now();
        let cancel = shutdown.abort.child_token();
        let progress = Progress::default();
        let ran = tokio::select! {
            ran = self.run_stage(job, &progress, &cancel) => ran,
            lost = self.keep_lease(job, &progress) => {
                cancel.cancel();
                tracing::warn!(cause = %lost, "{} of {} went to another worker", job.kind, job.recording);
                return;
            }
        };
        let took = started.elapsed();
        match ran {
            Ok(outcome) => self.record(job, &outcome, &progress, took).await,
            Err(_) if shutdown.abort.is_cancelled() => {
                let given = self.queue.give_back(job).await;
                report_if_failed("cannot give a job back", given);
            }
            Err(error) => {
                let cause = format!("{:#}", error.source);
                self.lay_aside(job, &cause, error.disposition).await;
            }
        }
    }

    /// Records what a job made. The database may be away just now, and hours of work are not thrown
    /// away for that: the lease is kept meanwhile. What it will never take is laid aside.
    async fn record(
        &self,
        job: &ClaimedJob,
        outcome: &Outcome,
        progress: &Progress,
        took: Duration,
    ) {
        let mut wait = Duration::from_millis(500);
        loop {
            match self.queue.complete(job, outcome).await {
                Ok(()) => {
                    tracing::info!(?took, "{} of {} is done", job.kind, job.recording);
                    return;
                }
                Err(error @ CatalogError::LeaseLost { .. }) => {
                    report("a result came too late", &error);
                    return;
                }
                Err(error) if wait < LEASE => {
                    report("cannot record a result, trying again", &error);
                    sleep(wait).await;
                    wait *= 2;
                    let renewed = self.queue.renew(job, progress, LEASE).await;
                    report_if_failed("cannot renew a lease", renewed);
                }
                Err(error) => {
                    let disposition = error.disposition();
                    let cause = format!("its result could not be recorded: {}", chain(&error));
                    self.lay_aside(job, &cause, disposition).await;
                    return;
                }
            }
        }
    }

    async fn lay_aside(&self, job: &ClaimedJob, cause: &str, disposition: Disposition) {
        let verdict = verdict(job.attempt, disposition);
        tracing::warn!(cause, ?verdict, "{} of {} failed", job.kind, job.recording);
        let recorded = self.queue.fail(job, cause, verdict).await;
        report_if_failed("cannot record how a job failed", recorded);
    }

    async fn run_stage(
        &self,
        job: &ClaimedJob,
        progress: &Progress,
        cancel: &CancellationToken,
    ) -> Result<Outcome, StageError> {
        let limit = self.stages.time_limit(job.kind);
        match tokio::time::timeout(limit, self.stages.run(job, progress, cancel)).await {
            Ok(ran) => ran,
            Err(_) => {
                cancel.cancel();
                Err(StageError::retry(anyhow::anyhow!("ran past its limit of {limit:?}")))
            }
        }
    }

    /// Renews the lease again and again; returns only when it is lost, or has to be taken for lost
    /// because the database did not answer for as long as it lasts.
    async fn keep_lease(&self, job: &ClaimedJob, progress: &Progress) -> CatalogError {
        let mut beat = interval(LEASE / 3);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick is at once, and the claim was just now.
        beat.tick().await;
        let mut held_since = Instant::now();
        loop {
            beat.tick().await;
            let asked = Instant::now();
            match self.queue.renew(job, progress, LEASE).await {
                Ok(()) => held_since = asked,
                Err(lost @ CatalogError::LeaseLost { .. }) => return lost,
                Err(error) if held_since.elapsed() >= LEASE => return error,
                Err(error) => report("cannot renew a lease", &error),
            }
        }
    }
}

fn report_if_failed(what: &str, result: Result<(), CatalogError>) {
    if let Err(error) = result {
        report(what, &error);
    }
}

fn report(what: &str, error: &CatalogError) {
    tracing::error!(cause = chain(error), "{what}");
}

/// An error with its causes, in one line.
fn chain(error: &CatalogError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(it) = cause {
        text.push_str(&format!(": {it}"));
        cause = it.source();
    }
    text
}
