//! The command line.

use archive::{MemberName, Role};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// A library for finished BigBlueButton meetings: searched, watched and curated.
///
/// Settings come from a TOML file and from `PLENARY_…` environment variables; `plenary config`
/// prints all of them with what they mean.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
pub(crate) struct Arguments {
    /// The configuration file. Left out, `plenary.toml` in the current folder is read if it is there.
    #[arg(long, short, global = true, env = "PLENARY_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serves the library's pages and works on its jobs.
    Serve {
        /// Serves only: another process works on the jobs.
        #[arg(long)]
        no_work: bool,
    },

    /// Works on jobs beside another process that serves, on this or another machine.
    Work {
        /// Ends when nothing is due any more.
        #[arg(long)]
        until_idle: bool,
    },

    /// Takes finished recordings in. Doing it twice changes nothing.
    Ingest(IngestArguments),

    /// Says what the library holds and what is being done.
    Status {
        /// Prints JSON, for scripts.
        #[arg(long)]
        json: bool,
    },

    /// Builds the search index anew from the catalog.
    Reindex,

    /// Speech models: which there are, and getting one.
    Models {
        #[command(subcommand)]
        action: ModelsAction,
    },

    /// People with an account.
    User {
        #[command(subcommand)]
        action: UserAction,
    },

    /// Runs a job again: one that failed, or one whose result shall be made anew, with all that
    /// follows from it.
    Redo(RedoArguments),

    /// Says what is missing on this machine, and how to get it.
    Check,

    /// Prints the settings in force, or all there are with their meaning.
    Config {
        /// Prints a commented file with every setting at its default.
        #[arg(long)]
        template: bool,
    },

    /// Runs one media job for a worker, apart from it.
    #[command(hide = true)]
    MediaJob,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsAction {
    /// Gets a speech model and checks it. One that is there and whole is left alone.
    Fetch {
        /// For example `base`; `plenary models list` names them all.
        name: String,
    },
    /// Lists the known models, with size, memory and whether they are here.
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserAction {
    /// Makes an account. The password is asked for, or read from standard input.
    Add {
        name: MemberName,
        /// `archivist` sees and edits everything; `member` sees what is for members.
        #[arg(long, default_value = "member", value_parser = role)]
        role: Role,
    },
    /// Changes a password and closes that member's sessions.
    Password { name: MemberName },
    /// Lists the accounts.
    List,
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(false)
    .args(["paths", "retry", "from_bbb"])))]
pub(crate) struct IngestArguments {
    /// Published recordings or raw archives, in folders, tars or zips, or media files.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Tries everything again that failed to get in through spool, tree, server or upload.
    #[arg(long)]
    pub(crate) retry: bool,

    /// Fetches the published recordings of a BigBlueButton server, by the address that
    /// `bbb-conf --secret` prints. The secret comes from the configuration (`bbb.secret`, best as
    /// `PLENARY_BBB_SECRET`) or from a file.
    #[arg(long, value_name = "URL")]
    pub(crate) from_bbb: Option<String>,

    /// The file that holds the server's secret.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "retry"])]
    pub(crate) secret_file: Option<PathBuf>,

    /// Only this recording. May be given several times.
    #[arg(long, value_name = "ID", conflicts_with_all = ["paths", "retry", "meeting"])]
    pub(crate) recording: Vec<String>,

    /// Only recordings of this meeting, by its external ID. May be given several times.
    #[arg(long, value_name = "ID", conflicts_with_all = ["paths", "retry"])]
    pub(crate) meeting: Vec<String>,

    /// A further host that the server may name as the place where recordings are played from, such
    /// as `https://recordings.example.org`. May be given several times.
    #[arg(long, value_name = "URL", conflicts_with_all = ["paths", "retry"])]
    pub(crate) playback_host: Vec<String>,

    /// How many recordings are fetched at once. Left out, as many as `intake.at_once` says.
    #[arg(long, value_name = "N", conflicts_with_all = ["paths", "retry"],
          value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) at_once: Option<u8>,
}

#[derive(Debug, Args)]
pub(crate) struct RedoArguments {
    /// The recording, as `plenary status` names it.
    pub(crate) recording: archive::RecordingId,
    /// The kind of job, for example `transcribe`.
    pub(crate) kind: archive::JobKind,
}

fn role(text: &str) -> Result<Role, String> {
    text.parse::<Role>().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn ingest_takes_paths_or_a_server_or_tries_again() {
        let cases = [
            (&["a", "b.tar"][..], true),
            (&["--retry"], true),
            (&["--from-bbb", "https://bbb.example.org", "--meeting", "room"], true),
            (&[], false),
            (&["a", "--retry"], false),
            (&["a", "--meeting", "room"], false),
            (&["--from-bbb", "https://bbb.example.org", "--at-once", "0"], false),
        ];
        for (arguments, expected) in cases {
            let parsed = Arguments::try_parse_from(["plenary", "ingest"].iter().chain(arguments));
            assert_eq!(parsed.is_ok(), expected, "{arguments:?}: {parsed:?}");
        }
    }

    #[test]
    fn a_role_is_one_of_two() {
        assert!(
            Arguments::try_parse_from(["plenary", "user", "add", "ada", "--role", "x"]).is_err()
        );
        assert!(Arguments::try_parse_from(["plenary", "user", "add", "ada"]).is_ok());
    }
}
