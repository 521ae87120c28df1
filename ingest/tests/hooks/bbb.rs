//! A `BigBlueButton` server as the scripts see it: its folders, its configuration, its calls.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

pub(crate) const ID: &str = "183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1700000000000";
pub(crate) const OTHER: &str = "183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1700000100000";
pub(crate) const TOKEN: &str = "a-token-that-is-nowhere-else-4711";

pub(crate) struct Bbb {
    folder: tempfile::TempDir,
}

impl Bbb {
    /// A server whose configuration ends with these lines; nothing where a program is missing that
    /// every such server has.
    pub(crate) fn new(settings: &str) -> Option<Self> {
        for program in ["ruby", "rsync", "tar"] {
            let found = Command::new(program).arg("--version").output().is_ok();
            assert!(found || std::env::var_os("CI").is_none(), "{program} is not installed");
            if !found {
                archive::testing::skipped(&format!("the hooks were not tried: no {program}"));
                return None;
            }
        }
        let bbb = Self { folder: tempfile::tempdir().unwrap() };
        for folder in
            ["queue", "published", "recording/status/published", "recording/status/archived"]
        {
            fs::create_dir_all(bbb.path(folder)).unwrap();
        }
        bbb.token(0o640);
        bbb.configure(settings);
        Some(bbb)
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    pub(crate) fn configure(&self, settings: &str) {
        let root = self.folder.path().display();
        let text = format!(
            "queue: {root}/queue\nlog: {root}/log\ntoken_file: {root}/token\n\
             recording_dir: {root}/recording\npublished_dir: {root}/published\n{settings}\n"
        );
        fs::write(self.path("plenary.yml"), text).unwrap();
    }

    pub(crate) fn token(&self, mode: u32) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.path("token");
        fs::write(&path, format!("{TOKEN}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn write(&self, relative: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Publishes `format` as `BigBlueButton` does: the folder, then the mark.
    pub(crate) fn publish(&self, id: &str, format: &str) {
        self.write(&format!("published/{format}/{id}/metadata.xml"), format);
        self.write(&format!("recording/status/published/{id}-{format}.done"), "");
    }

    pub(crate) fn archive_raw(&self, id: &str) {
        for file in ["events.xml", "audio/one.opus", "video/cam.webm", "notes/notes.txt"] {
            self.write(&format!("recording/raw/{id}/{file}"), file);
        }
        self.write(&format!("recording/status/archived/{id}.done"), "");
    }

    /// Runs a hook as `BigBlueButton` does, which reads its output to the end.
    pub(crate) fn hook(&self, stage: &str, arguments: &[&str]) -> Output {
        self.hook_command(stage, arguments).output().unwrap()
    }

    pub(crate) fn hook_command(&self, stage: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("ruby");
        command
            .arg(hooks().join(stage).join("plenary.rb"))
            .args(arguments)
            .env("PLENARY_PUSH", hooks())
            .env("PLENARY_PUSH_CONFIG", self.path("plenary.yml"));
        command
    }

    /// Waits until the log holds `text` `times` times: on a busy machine a hook may return before the
    /// part that nobody waits for is done.
    pub(crate) fn logged(&self, text: &str, times: usize) {
        for _ in 0..6_000 {
            if self.log().matches(text).count() >= times {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("`{text}` is not in the log:\n{}", self.log());
    }

    /// Puts an entry into the queue as a hook does, with nobody to work it.
    pub(crate) fn ask(&self, name: &str) {
        self.write(&format!("queue/{name}"), r#"{"asked":1700000000}"#);
    }

    pub(crate) fn push(&self, how: &str) -> Output {
        self.push_command(how).output().unwrap()
    }

    pub(crate) fn push_in_background(&self) -> Child {
        self.push_command("--once").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    fn push_command(&self, how: &str) -> Command {
        let mut command = Command::new(hooks().join("plenary-push"));
        command.arg(how).arg("--config").arg(self.path("plenary.yml"));
        command
    }

    /// What `--status` prints, and whether it found something that was tried in vain.
    pub(crate) fn status(&self) -> (String, bool) {
        let output = self.push("--status");
        let text = String::from_utf8(output.stdout).unwrap();
        match output.status.code() {
            Some(0) => (text, false),
            Some(1) => (text, true),
            other => panic!("--status ended with {other:?}: {text}"),
        }
    }

    /// The names of entries that nobody has taken, and of those that were taken.
    pub(crate) fn entries(&self) -> (Vec<String>, Vec<String>) {
        (names(&self.path("queue")), names(&self.path("queue/taken")))
    }

    /// What runs for this server, as folders below `/proc`.
    pub(crate) fn processes(&self) -> Vec<PathBuf> {
        let configuration = self.path("plenary.yml").display().to_string();
        fs::read_dir("/proc")
            .unwrap()
            .map_while(Result::ok)
            .map(|it| it.path())
            .filter(|it| {
                ["cmdline", "environ"].iter().any(|of| read(&it.join(of)).contains(&configuration))
            })
            .collect()
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }
}

/// A push that still hangs would write into a folder that is being removed.
impl Drop for Bbb {
    fn drop(&mut self) {
        for process in self.processes() {
            Command::new("kill").arg("-9").arg(process.file_name().unwrap()).status().ok();
        }
        while !self.processes().is_empty() {
            std::thread::yield_now();
        }
    }
}

/// A file below `/proc`, whose process may be gone, or somebody else's.
pub(crate) fn read(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
}

pub(crate) fn hooks() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks")
}

/// The names of the visible files in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> = entries
        .map(Result::unwrap)
        .filter(|it| it.file_type().unwrap().is_file())
        .map(|it| it.file_name().into_string().unwrap())
        .filter(|it| !it.starts_with('.'))
        .collect();
    names.sort();
    names
}

/// What a real tar lists in `bytes`.
pub(crate) fn listed(bytes: &[u8]) -> Vec<String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    let output = Command::new("tar").arg("-tf").arg(file.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}
