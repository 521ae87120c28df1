//! What comes by itself gets in: through the spool, the tree, a server, an upload.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[path = "../bbb/server.rs"]
#[expect(dead_code, reason = "the downloads' own tests use the rest")]
mod server;

mod from_server;
mod spool;
mod tree;
mod uploads;
mod world;
