//! A private `PostgreSQL` server for tests.

use crate::Scratch;
use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

/// Makes an empty database on a server that only this process uses, and returns its URL; `None` if
/// `PostgreSQL` is not installed here.
///
/// The server is started at the first call and ends with the process. It listens on a socket in a
/// temporary folder, so it meets no other server.
///
/// # Panics
///
/// If `PostgreSQL` is installed but does not start, or is missing while `CI` is set: there a suite
/// that leaves one of the two databases out must not look like one that passed.
pub fn empty_database() -> Option<String> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = SERVER.get_or_init(Server::start).as_ref()?;
    let name = format!("test{}", COUNT.fetch_add(1, Ordering::SeqCst));
    server.run("createdb", &[&name]);
    Some(server.url(&name))
}

struct Server {
    binaries: PathBuf,
    /// Stays for as long as the process; the next one removes it.
    scratch: Scratch,
}

impl Server {
    fn start() -> Option<Self> {
        let Some(binaries) = binaries() else {
            assert!(std::env::var_os("CI").is_none(), "PostgreSQL's `initdb` is not installed");
            return None;
        };
        // Whole, in one place, and not in the build folder: a socket's path has 107 bytes at most.
        let place = std::env::temp_dir().join("plenary-postgresql");
        let scratch = Scratch::sweep(&place)
            .and_then(|_| Scratch::make(&place))
            .expect("a temporary folder can be made");
        fs::set_permissions(scratch.folder(), fs::Permissions::from_mode(0o777))
            .expect("a temporary folder can be opened to the server's user");
        let server = Self { binaries, scratch };
        let data = server.scratch.folder().join("data");
        server.run("initdb", &["-D", path(&data), "-A", "trust", "-U", "postgres", "-N"]);
        server.serve(&data);
        Some(server)
    }

    /// Starts the server on a thread that lives as long as the process: the kernel ends the server
    /// when the *thread* that started it ends.
    fn serve(&self, data: &Path) {
        let mut command = as_server_user(&self.binaries.join("postgres"), true);
        command
            .args(["-D", path(data), "-k", path(self.scratch.folder()), "-h", ""])
            .args(["-c", "fsync=off", "-c", "max_connections=200"])
            .current_dir("/")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let (started, result) = mpsc::channel();
        thread::spawn(move || {
            let child = command.spawn();
            started.send(child.as_ref().map(|_| ()).map_err(ToString::to_string)).ok();
            // The server ends by the kernel's hand; waiting for it keeps this thread alive.
            if let Ok(mut child) = child {
                child.wait().ok();
            }
        });
        result.recv().expect("the thread answers").expect("the server can be started");
        let deadline = Instant::now() + Duration::from_secs(60);
        while !self.command("pg_isready", &[]).status().is_ok_and(|it| it.success()) {
            assert!(Instant::now() < deadline, "PostgreSQL did not start within a minute");
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn url(&self, database: &str) -> String {
        let host = path(self.scratch.folder()).replace('/', "%2F");
        format!("postgres://postgres@{host}/{database}")
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = as_server_user(&self.binaries.join(program), false);
        command
            .args(arguments)
            .env("PGHOST", self.scratch.folder())
            .env("PGUSER", "postgres")
            .current_dir("/")
            .stdout(Stdio::null());
        command
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let output = self.command(program, arguments).output().expect("the program can be run");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} failed: {stderr}");
    }
}

/// `PostgreSQL` refuses to run as root; Debian's package made a user for it.
fn as_server_user(program: &Path, ends_with_us: bool) -> Command {
    let mut command = Command::new("setpriv");
    if ends_with_us {
        command.arg("--pdeathsig=KILL");
    }
    if is_root() {
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    }
    command.arg("--").arg(program);
    command
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0)
}

/// Debian keeps the server's programs out of `PATH`, in a folder for each version.
fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders: Vec<PathBuf> = versions
        .filter_map(|it| Some(it.ok()?.path().join("bin")))
        .filter(|it| it.join("initdb").exists())
        .collect();
    folders.sort();
    folders.pop()
}

fn path(path: &Path) -> &str {
    path.to_str().expect("temporary folders have plain names")
}
