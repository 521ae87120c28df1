//! The client against a server over a real connection. The server is the test's own: it says what
//! each request gets, and what was asked for.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod downloads;
mod lists;
mod resumes;
mod server;
