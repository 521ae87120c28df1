use crate::bbb::ChecksumAlgorithm;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, time::Duration};

/// What is watched, and what is done with it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IntakeConfig {
    /// A folder that recordings are put into as `.tar`, `.tar.gz` or `.zip`, for example Scalelite's
    /// spool or the target of the hook scripts. Each is taken in and then moved to `done/` in it, or
    /// to `failed/` with the reason beside it. Names that begin with a dot are left alone.
    pub spool: Option<PathBuf>,

    /// Whether what was taken in from the spool is deleted rather than moved to `done/`.
    pub delete_taken: bool,

    /// BigBlueButton's data folder, such as `/var/bigbluebutton`, or a copy of it: what is published
    /// there is taken in, and what is unpublished or deleted there is marked so here. It is only read.
    pub tree: Option<PathBuf>,

    /// How often spool and tree are looked at, in seconds. A recording that BigBlueButton reports as
    /// published (`status/published`) is seen within five seconds.
    pub rescan_seconds: u32,

    /// How long something must lie unchanged before it is taken for whole, in seconds. Not waited for
    /// where BigBlueButton's own marker says that it is.
    pub settle_seconds: u32,

    /// Whether a recording that was unpublished or deleted on its server is hidden from all but
    /// archivists, until it is published again or an archivist decides. Nothing is erased either way.
    pub hide_withdrawn: bool,

    /// How many arrivals are taken in at once.
    pub at_once: usize,

    /// For how many days after a recording came in the names behind its speakers are kept. Left out,
    /// for ever. The originals, which are never served, keep them.
    pub names_days: Option<u32>,
}

impl Default for IntakeConfig {
    fn default() -> Self {
        Self {
            spool: None,
            delete_taken: false,
            tree: None,
            rescan_seconds: 60,
            settle_seconds: 30,
            hide_withdrawn: true,
            at_once: 2,
            names_days: None,
        }
    }
}

impl IntakeConfig {
    /// What no type can tell: each problem as `setting: what must be`.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.rescan_seconds == 0 {
            problems.push("rescan_seconds: must be at least 1".to_owned());
        }
        if !(1..=16).contains(&self.at_once) {
            problems.push("at_once: must be 1 to 16".to_owned());
        }
        problems
    }

    pub(crate) fn rescan(&self) -> Duration {
        Duration::from_secs(self.rescan_seconds.into())
    }

    pub(crate) fn settle(&self) -> Duration {
        Duration::from_secs(self.settle_seconds.into())
    }
}

/// The BigBlueButton server that announces recordings, and that recordings are fetched from.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BbbConfig {
    /// Its address as `bbb-conf --secret` prints it, for example
    /// `https://bbb.example.org/bigbluebutton/`. With it and the secret, this library answers at
    /// `/ingest/bbb/webhook` and `/ingest/bbb/recording-ready`.
    pub url: Option<String>,

    /// The server's shared secret. Better in the environment or in `secret_file` than in this file.
    pub secret: Option<String>,

    /// A file that holds the secret and nothing else.
    pub secret_file: Option<PathBuf>,

    /// Further servers that this one may name as the place where recordings are played from, such as
    /// `https://recordings.example.org`. No other is ever contacted.
    pub playback_hosts: Vec<String>,

    /// The address that was registered with bbb-webhooks, byte for byte: it is part of what is signed.
    /// Left out, `/ingest/bbb/webhook` below `web.public_url`.
    pub webhook_url: Option<String>,

    /// How calls are signed: `sha1`, `sha256`, `sha384` or `sha512`. Left out, SHA-256, and SHA-1
    /// where the server refuses that.
    pub checksum: Option<String>,
}

impl BbbConfig {
    /// What no type can tell: each problem as `setting: what must be`.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let has_secret = self.secret.is_some() || self.secret_file.is_some();
        // A secret alone is for `plenary ingest --from-bbb`.
        if self.url.is_some() && !has_secret {
            problems.push("url: wants secret or secret_file beside it".to_owned());
        }
        if self.secret.is_some() && self.secret_file.is_some() {
            problems.push("secret: one of secret and secret_file is enough".to_owned());
        }
        if self.checksum.as_ref().is_some_and(|it| it.parse::<ChecksumAlgorithm>().is_err()) {
            problems.push("checksum: must be `sha1`, `sha256`, `sha384` or `sha512`".to_owned());
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_usable_and_every_problem_is_said() {
        assert_eq!(IntakeConfig::default().problems(), Vec::<String>::new());
        assert_eq!(BbbConfig::default().problems(), Vec::<String>::new());
        let intake = IntakeConfig { rescan_seconds: 0, at_once: 0, ..IntakeConfig::default() };
        assert_eq!(intake.problems().len(), 2);
        let bbb = BbbConfig {
            url: Some("https://bbb.example.org".to_owned()),
            checksum: Some("md5".to_owned()),
            ..BbbConfig::default()
        };
        assert_eq!(bbb.problems().len(), 2);
        let secret = Some("s3cret".to_owned());
        assert_eq!(BbbConfig { secret, ..BbbConfig::default() }.problems(), Vec::<String>::new());
    }
}
