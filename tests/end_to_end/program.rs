//! The binary under test, with a library of its own.

use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Far longer than anything honest takes, on a machine that does ten other things.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40 * 60);

/// A library in a temporary folder and the program on it.
pub(crate) struct Program {
    folder: tempfile::TempDir,
}

impl Program {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("library")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plenary"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PLENARY_") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("PLENARY_DATA", self.data())
            .env("PLENARY_LISTEN", "127.0.0.1:0")
            .env("PLENARY_LOG_FORMAT", "json")
            .env("PLENARY_MODELS", models());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must succeed, and returns what it printed.
    #[track_caller]
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "plenary {}: {stderr}", arguments.join(" "));
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn add_user(&self, name: &str, role: &str, password: &str) {
        let mut child = self
            .command(&["user", "add", name, "--role", role])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
        assert!(child.wait().unwrap().success());
    }

    pub(crate) fn status(&self) -> Value {
        serde_json::from_str(&self.succeed(&["status", "--json"])).unwrap()
    }

    /// Starts the server; its log goes to a file beside the library, after what is there.
    pub(crate) fn serve(&self) -> Server {
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        let mut child =
            self.command(&["serve"]).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.find("http://").map(|at| line[at..].trim().to_owned());
        let log = fs::read_to_string(self.log()).unwrap();
        Server { child, address: address.unwrap_or_else(|| panic!("no address: {line}\n{log}")) }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("serve.log")
    }

    /// How often each job was done, by kind and recording, as the log tells.
    pub(crate) fn jobs_done(&self) -> BTreeMap<(String, String), usize> {
        let mut done = BTreeMap::new();
        for line in fs::read_to_string(self.log()).unwrap().lines() {
            let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
            let message = line["fields"]["message"].as_str().unwrap_or_default();
            if let Some((kind, rest)) = message.split_once(" of ")
                && let Some(recording) = rest.strip_suffix(" is done")
            {
                *done.entry((kind.to_owned(), recording.to_owned())).or_insert(0) += 1;
            }
        }
        done
    }

    /// Waits until `reached` says so of the status.
    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, reached: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let status = self.status();
            if reached(&status) {
                return status;
            }
            assert!(Instant::now() < deadline, "{what} did not come: {status:#}");
            thread::sleep(Duration::from_millis(100));
        }
    }
}

/// A running server, which is killed when this is dropped.
pub(crate) struct Server {
    child: Child,
    /// With a slash at its end.
    pub(crate) address: String,
}

impl Server {
    /// Kills it outright, as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop and waits until it has.
    pub(crate) fn stop(mut self) -> std::process::ExitStatus {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Where speech models lie: the suite says so, or where the suite puts them.
fn models() -> PathBuf {
    std::env::var_os("PLENARY_MODELS")
        .map_or_else(|| Path::new(ROOT).join("models/weights"), PathBuf::from)
}
