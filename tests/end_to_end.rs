//! The real program on the sample recordings: taken in, worked on, killed and started again, searched
//! and watched in a real browser.

#![expect(clippy::unwrap_used, reason = "a test says by a panic that it failed")]

#[path = "end_to_end/command_line.rs"]
mod command_line;
#[path = "end_to_end/program.rs"]
mod program;
#[path = "end_to_end/real_speech.rs"]
mod real_speech;
#[path = "end_to_end/requests.rs"]
mod requests;
#[path = "end_to_end/samples.rs"]
mod samples;
#[path = "end_to_end/uploading.rs"]
mod uploading;
#[path = "end_to_end/whole_path.rs"]
mod whole_path;
