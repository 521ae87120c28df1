use std::io;

/// A step of the hand-over at which tests make the program fail.
///
/// With the feature `failure-points` and the variable `PLENARY_FAILURE_POINT` as `NAME=kill` it is
/// killed there (SIGKILL), as `NAME=eio` reading fails there with an error of the machine (EIO).
/// Otherwise nothing happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "failure-points"),
    expect(unreachable_pub, reason = "there is nothing to be seen without the feature")
)]
pub struct FailurePoint(&'static str);

impl FailurePoint {
    /// It is known what was handed over; nothing was stored.
    pub(crate) const LOOKED: Self = Self("looked");
    /// A piece of an original was read, to be stored.
    pub(crate) const READING: Self = Self("reading");
    /// An original is in the store, and not all are.
    pub(crate) const OBJECT: Self = Self("object");
    /// All originals are in the store.
    pub(crate) const OBJECTS: Self = Self("objects");
    /// They were found there.
    pub(crate) const VERIFIED: Self = Self("verified");
    /// A file is read for what it holds.
    pub(crate) const UNDERSTANDING: Self = Self("understanding");
    /// The manifest is in the store.
    pub(crate) const MANIFEST: Self = Self("manifest");
    /// The transaction is about to begin.
    pub(crate) const COMMITTING: Self = Self("committing");
    /// The transaction is done; nobody was told.
    pub(crate) const COMMITTED: Self = Self("committed");

    #[cfg(not(feature = "failure-points"))]
    pub(crate) const fn reached(self) -> io::Result<()> {
        let Self(_) = self;
        Ok(())
    }
}

#[cfg(feature = "failure-points")]
impl FailurePoint {
    pub const ALL: [Self; 9] = [
        Self::LOOKED,
        Self::READING,
        Self::OBJECT,
        Self::OBJECTS,
        Self::VERIFIED,
        Self::UNDERSTANDING,
        Self::MANIFEST,
        Self::COMMITTING,
        Self::COMMITTED,
    ];

    pub const VARIABLE: &str = "PLENARY_FAILURE_POINT";

    pub const fn name(self) -> &'static str {
        self.0
    }

    pub(crate) fn reached(self) -> io::Result<()> {
        use rustix::{
            io::Errno,
            process::{Signal, getpid, kill_process},
        };
        static WANTED: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
        let wanted = WANTED.get_or_init(|| std::env::var(Self::VARIABLE).ok());
        match wanted.as_deref().and_then(|it| it.split_once('=')) {
            Some((name, "kill")) if name == self.0 => {
                kill_process(getpid(), Signal::KILL)?;
                // It takes a moment to arrive, in which nothing must happen.
                loop {
                    std::thread::park();
                }
            }
            Some((name, "eio")) if name == self.0 => Err(Errno::IO.into()),
            _ => Ok(()),
        }
    }
}
