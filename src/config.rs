//! The configuration: a TOML file, and over it `PLENARY_…` environment variables.
//!
//! One section per crate, defined in that crate. Every problem is reported at once, each with the
//! name of its setting and where it was set.

mod layers;
mod template;

pub(crate) use template::template;

use archive::catalog::without_password;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// All settings.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// The library's folder: catalog, objects, index and models lie in it unless a setting below
    /// says otherwise. Back up this folder and you have everything.
    pub(crate) data: PathBuf,

    /// The address and port to serve at. Put a reverse proxy with TLS before it to serve the world.
    pub(crate) listen: SocketAddr,

    /// Where speech models lie. Left out, `models` in the library's folder.
    pub(crate) models: Option<PathBuf>,

    pub(crate) database: DatabaseConfig,
    pub(crate) store: StoreConfig,
    pub(crate) ingest: ingest::IngestConfig,
    pub(crate) intake: ingest::IntakeConfig,
    pub(crate) bbb: ingest::BbbConfig,
    pub(crate) worker: WorkerConfig,
    pub(crate) speech: SpeechSection,
    pub(crate) web: web::WebConfig,
    pub(crate) log: LogConfig,
}

/// Where the catalog and the queue of jobs are kept.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct DatabaseConfig {
    /// `postgres://user:password@host/database`, for a library on several machines. Left out,
    /// SQLite in the library's folder.
    pub(crate) url: Option<String>,
}

/// Where originals and what is made of them are kept.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct StoreConfig {
    /// `s3://bucket/prefix?endpoint=https://host`, with the key in `AWS_ACCESS_KEY_ID` and
    /// `AWS_SECRET_ACCESS_KEY`, or `file:///folder`. Left out, a folder in the library's.
    pub(crate) url: Option<String>,
}

/// How much this process does at once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WorkerConfig {
    /// Encodes at once. Each starts encoder threads of its own, as many as there are cores.
    pub(crate) media_slots: usize,

    /// Transcriptions at once. Each holds about 500 MB with the model `base`.
    pub(crate) speech_slots: usize,

    /// Where unfinished files go. It must have room for the largest recording twice. Left out,
    /// `scratch` in the library's folder.
    pub(crate) scratch: Option<PathBuf>,

    /// The most memory that one encode may take, in bytes. One that wants more is ended and tried
    /// again later.
    pub(crate) media_memory: u64,
}

/// Speech recognition.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SpeechSection {
    /// The speech model, by its name in `plenary models list`.
    pub(crate) model: String,

    /// Threads for one transcription. 0 takes as many as there are cores.
    pub(crate) threads: usize,

    /// A folder that `plenary models fetch` asks for ready model files before anything else.
    pub(crate) mirror: Option<PathBuf>,
}

/// What the program says about its doings, on standard error.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LogConfig {
    /// `text` for people, `json` for machines.
    pub(crate) format: LogFormat,

    /// Which lines are written, for example `info` or `warn,plenary=debug`. Left out, `info` for
    /// `serve` and `work`, `warn` for everything else.
    pub(crate) filter: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    #[default]
    Text,
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: "./plenary-data".into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            models: None,
            database: DatabaseConfig::default(),
            store: StoreConfig::default(),
            ingest: ingest::IngestConfig::default(),
            intake: ingest::IntakeConfig::default(),
            bbb: ingest::BbbConfig::default(),
            worker: WorkerConfig::default(),
            speech: SpeechSection::default(),
            web: web::WebConfig::default(),
            log: LogConfig::default(),
        }
    }
}

impl Default for WorkerConfig {
    fn default() -> Self {
        Self { media_slots: 1, speech_slots: 1, scratch: None, media_memory: 4 << 30 }
    }
}

impl Default for SpeechSection {
    fn default() -> Self {
        Self { model: "base".to_owned(), threads: 0, mirror: None }
    }
}

/// Everything that is wrong with the configuration.
#[derive(Debug, thiserror::Error)]
#[error("the configuration is not usable:\n{}", problems.join("\n"))]
pub(crate) struct ConfigError {
    problems: Vec<String>,
}

/// The file that is read if it is there and no other was named.
const DEFAULT_FILE: &str = "plenary.toml";

impl Config {
    /// Reads `file`, or [`DEFAULT_FILE`] if it is there, and the environment over it.
    ///
    /// Relative paths in a file count from the folder of that file.
    pub(crate) fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let file = file.map(Path::to_owned).or_else(|| {
            let default = PathBuf::from(DEFAULT_FILE);
            default.exists().then_some(default)
        });
        let text = match &file {
            None => String::new(),
            Some(path) => std::fs::read_to_string(path).map_err(|error| ConfigError {
                problems: vec![format!("cannot read `{}`: {error}", path.display())],
            })?,
        };
        layers::merge(&text, file.as_deref().and_then(Path::parent), std::env::vars_os())
    }

    /// What no type can tell: each problem as `setting: what must be`.
    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (setting, slots) in [
            ("worker.media_slots", self.worker.media_slots),
            ("worker.speech_slots", self.worker.speech_slots),
        ] {
            if slots == 0 {
                problems.push(format!("{setting}: must be at least 1"));
            }
        }
        if self.worker.media_memory < 256 << 20 {
            problems.push("worker.media_memory: must be at least 268435456 (256 MiB)".to_owned());
        }
        problems.extend(self.intake.problems().into_iter().map(|it| format!("intake.{it}")));
        problems.extend(self.bbb.problems().into_iter().map(|it| format!("bbb.{it}")));
        problems.extend(self.web.problems().into_iter().map(|it| format!("web.{it}")));
        problems
    }

    /// The settings as they may be shown, with passwords and tokens left out.
    pub(crate) fn without_secrets(&self) -> Self {
        let mut shown = self.clone();
        shown.database.url = shown.database.url.map(|it| without_password(&it));
        for secret in
            [&mut shown.web.metrics_token, &mut shown.web.push_token, &mut shown.bbb.secret]
        {
            *secret = secret.take().map(|_| "(set)".to_owned());
        }
        shown
    }

    pub(crate) fn scratch(&self) -> PathBuf {
        self.worker.scratch.clone().unwrap_or_else(|| self.data.join("scratch"))
    }

    pub(crate) fn models(&self) -> PathBuf {
        self.models.clone().unwrap_or_else(|| self.data.join("models"))
    }

    /// Where uploads lie until they are taken in.
    pub(crate) fn uploads(&self) -> PathBuf {
        self.data.join("uploads")
    }

    /// Where recordings of a server are downloaded to.
    pub(crate) fn downloads(&self) -> PathBuf {
        self.scratch().join("downloads")
    }

    pub(crate) fn index(&self) -> PathBuf {
        self.data.join("index")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_holds_no_secret() {
        let mut config = Config::default();
        config.database.url = Some("postgres://ada:s3cret@db/plenary".to_owned());
        config.web.metrics_token = Some("s3cret-s3cret-s3cret".to_owned());
        config.web.push_token = Some("s3cret-s3cret-s3cret".to_owned());
        config.bbb.secret = Some("s3cret".to_owned());
        let shown = toml::to_string(&config.without_secrets()).unwrap();
        assert!(!shown.contains("s3cret"), "{shown}");
        assert!(shown.contains("ada@db"), "{shown}");
    }
}
