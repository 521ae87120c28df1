//! The shared notes, as plain text.

use super::{html, text};
use std::io::{self, Read};

/// What is read of a file.
const BYTES: u64 = 16 << 20;
const TEXT_LENGTH: usize = 1_000_000;

/// Where notes lie, the best first. A file that the server was told to make otherwise (`notes.pdf`,
/// `notes.odt`) is kept and not read.
pub(crate) const FILES: [&str; 6] = [
    "presentation/notes.html",
    "notes/notes.html",
    "notes/notes.txt",
    "raw/notes/notes.html",
    "raw/notes/notes.txt",
    "presentation/notes/notes.html",
];

/// Reads notes; `name` says how they are written.
pub(crate) fn read(input: impl Read, name: &str) -> io::Result<String> {
    let mut bytes = Vec::new();
    input.take(BYTES).read_to_end(&mut bytes)?;
    let written = String::from_utf8_lossy(&bytes);
    let text = match name.ends_with(".html") {
        true => html::document(&written),
        false => text::clean(written.trim_start_matches('\u{feff}')),
    };
    Ok(text::cut(&text, TEXT_LENGTH).map(ToOwned::to_owned).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_text_however_they_are_written() {
        let html = "<html><body>Monday:<br>soil<br><br>Friday</body></html>";
        assert_eq!(read(html.as_bytes(), "a.html").unwrap(), "Monday:\nsoil\n\nFriday");
        let plain = "\u{feff}Monday: <soil>\r\n\r\nFriday";
        assert_eq!(read(plain.as_bytes(), "a.txt").unwrap(), "Monday: <soil>\n\nFriday");
        assert_eq!(read(&b"\xff"[..], "a.txt").unwrap(), "\u{fffd}");
    }
}
