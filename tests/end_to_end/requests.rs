//! Asking the server. By curl: a client of our own would share our own mistakes.

use serde_json::Value;
use std::process::Command;

pub(crate) fn get_json(url: &str) -> Value {
    let (status, body) = get(url);
    assert_eq!(status, "200", "{url}: {body}");
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{url}: {error}: {body}"))
}

/// Status and body.
pub(crate) fn get(url: &str) -> (String, String) {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--noproxy", "*", "--write-out", "\n%{http_code}", url])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let (body, status) = text
        .rsplit_once('\n')
        .unwrap_or_else(|| panic!("{url}: {}", String::from_utf8_lossy(&output.stderr)));
    (status.to_owned(), body.to_owned())
}
