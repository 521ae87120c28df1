//! The worker: claims jobs, runs them, keeps their leases, records how they ended.

use crate::{shutdown::Shutdown, stages::Stages};
use archive::{
    CatalogError, ClaimedJob, JobKind, Outcome, Progress, Queue, StageError, queue::JobState,
    verdict,
};
use std::{sync::Arc, time::Duration};
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
        let mut places = JoinSet::new();
        for lane in lanes {
            for _ in 0..lane.slots {
                let (worker, shutdown) = (self.clone(), shutdown.clone());
                places.spawn(async move { worker.run_place(lane.kinds, until, &shutdown).await });
            }
        }
        while let Some(ended) = places.join_next().await {
            ended??;
        }
        Ok(())
    }

    /// One place of a lane: takes one job after another.
    async fn run_place(
        &self,
        kinds: &[JobKind],
        until: Until,
        shutdown: &Shutdown,
    ) -> anyhow::Result<()> {
        loop {
            if shutdown.drain.is_cancelled() {
                return Ok(());
            }
            // Listened to from before the look, so that a job queued in between is not slept over.
            let ended = self.ended.notified();
            match self.queue.claim(kinds, &self.name, LEASE).await {
                Ok(Some(job)) => {
                    self.run_job(&job, shutdown).await;
                    self.ended.notify_waiters();
                    continue;
                }
                Ok(None) if until == Until::Idle && self.is_idle().await? => return Ok(()),
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

    async fn is_idle(&self) -> Result<bool, CatalogError> {
        let jobs = self.queue.overview().await?;
        Ok(jobs.iter().all(|it| matches!(it.state, JobState::Failed { .. })))
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
        let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let recorded = match ran {
            Ok(outcome) => {
                tracing::info!(duration_ms, "{} of {} is done", job.kind, job.recording);
                self.queue.complete(job, &outcome).await
            }
            Err(_) if shutdown.abort.is_cancelled() => self.queue.give_back(job).await,
            Err(error) => {
                let cause = format!("{:#}", error.source);
                let verdict = verdict(job.attempt, error.disposition);
                tracing::warn!(
                    duration_ms,
                    cause,
                    ?verdict,
                    "{} of {} failed",
                    job.kind,
                    job.recording
                );
                self.queue.fail(job, &cause, verdict).await
            }
        };
        if let Err(error) = recorded {
            report("cannot record how a job ended", &error);
        }
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

    /// Renews the lease again and again; returns only when it is lost.
    async fn keep_lease(&self, job: &ClaimedJob, progress: &Progress) -> CatalogError {
        let mut beat = interval(LEASE / 3);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick is at once, and the claim was just now.
        beat.tick().await;
        loop {
            beat.tick().await;
            match self.queue.renew(job, progress, LEASE).await {
                Ok(()) => (),
                Err(lost @ CatalogError::LeaseLost { .. }) => return lost,
                Err(error) => report("cannot renew a lease", &error),
            }
        }
    }
}

fn report(what: &str, error: &CatalogError) {
    let cause = format!("{:#}", anyhow::Error::msg(error.to_string()));
    let source = std::error::Error::source(error).map(ToString::to_string);
    tracing::error!(cause, source, "{what}");
}
