//! What is handed over: a small published recording, in an older and in a newer version.

use sha2::{Digest as _, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
};

pub(crate) const ID: &str = "5d41402abc4b2a76b9719d911017c592ae2d9e1f-1700000000123";

const METADATA: &str = r#"<recording><id>ID</id><meeting id="ID" name="Room 12"/>
  <playback><format>presentation</format><duration>60000</duration></playback></recording>"#;
const EVENTS: &str = r#"<recording meeting_id="ID">
  <event timestamp="1000" module="PARTICIPANT" eventname="RecordStatusEvent"><status>true</status></event>
  <event timestamp="61000" module="PARTICIPANT" eventname="EndAndKickAllEvent"/></recording>"#;

/// A folder to be taken in, with the raw log beside it.
pub(crate) struct Source {
    root: PathBuf,
}

impl Source {
    /// Writes the older version below `root`, with a film of so many bytes.
    pub(crate) fn write(root: &Path, film_bytes: usize) -> Self {
        let it = Self { root: root.to_owned() };
        it.put("metadata.xml", METADATA.as_bytes());
        it.chat("first");
        it.put("video/webcams.webm", &noise(film_bytes, 1));
        for page in 1..=8 {
            it.put(&format!("presentation/P/slide-{page}.png"), &noise(3_000, page));
        }
        it.put(&format!("../../raw/{ID}/events.xml"), EVENTS.as_bytes());
        it
    }

    /// The newer one: a file is new, two have changed, one of them the film.
    pub(crate) fn renew(&self, film_bytes: usize) {
        self.chat("second");
        self.put("video/webcams.webm", &noise(film_bytes, 2));
        self.put("notes.html", b"<p>new</p>");
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.root.join("presentation").join(ID)
    }

    /// A digest of everything in it.
    pub(crate) fn digest(&self) -> String {
        let mut digest = Sha256::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            let mut paths: Vec<_> =
                fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
            paths.sort();
            for path in paths {
                if path.is_dir() {
                    folders.push(path);
                } else {
                    digest.update(path.to_str().unwrap());
                    digest.update(Sha256::digest(fs::read(path).unwrap()));
                }
            }
        }
        hex::encode(digest.finalize())
    }

    fn chat(&self, text: &str) {
        let xml = format!("<popcorn><chattimeline in='5' name='Bo' message='{text}'/></popcorn>");
        self.put("slides_new.xml", xml.as_bytes());
    }

    fn put(&self, name: &str, content: &[u8]) {
        let mut path = self.folder();
        for part in name.split('/') {
            if part == ".." {
                path.pop();
            } else {
                path.push(part);
            }
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = std::str::from_utf8(content).map(|it| it.replace("ID", ID).into_bytes());
        fs::write(path, text.unwrap_or_else(|_| content.to_owned())).unwrap();
    }
}

fn noise(bytes: usize, seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8 | 0x80
    };
    std::iter::repeat_with(next).take(bytes).collect()
}
