use crate::error::TranscodeError;
use gstreamer::{self as gst, prelude::*};
use std::time::{Duration, Instant};

/// A pipeline that is stopped and released when this value is dropped, on every path.
///
/// `GStreamer` frees a pipeline's threads and files only in state `Null`; a pipeline dropped while
/// playing leaks them.
pub(crate) struct Running {
    pipeline: gst::Pipeline,
    bus: gst::Bus,
}

/// Why a pipeline stopped on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) element: String,
    pub(crate) message: String,
}

impl Fault {
    /// A fault of the program's own machinery rather than of a source.
    pub(crate) fn in_pipeline(self, what: &'static str) -> TranscodeError {
        TranscodeError::Pipeline { what, element: self.element, message: self.message }
    }
}

/// What the bus said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Heard {
    Nothing,
    End,
}

impl Running {
    /// Sets the pipeline going.
    pub(crate) fn start(pipeline: gst::Pipeline) -> Result<Self, Fault> {
        let bus = pipeline.bus().expect("a pipeline always has a bus");
        // From here on the pipeline is owned, so that a failure below also releases it.
        let running = Self { pipeline, bus };
        match running.pipeline.set_state(gst::State::Playing) {
            Ok(_) => Ok(running),
            // The reason is on the bus, not in the return value.
            Err(_) => Err(running.fault().unwrap_or_else(|| Fault {
                element: running.pipeline.name().into(),
                message: "refused to start".to_owned(),
            })),
        }
    }

    pub(crate) const fn pipeline(&self) -> &gst::Pipeline {
        &self.pipeline
    }

    /// Waits up to `wait` for the end of the stream or an error.
    pub(crate) fn listen(&self, wait: Duration) -> Result<Heard, Fault> {
        let wait = gst::ClockTime::from_mseconds(u64::try_from(wait.as_millis()).unwrap_or(0));
        let kinds = [gst::MessageType::Error, gst::MessageType::Eos];
        match self.bus.timed_pop_filtered(wait, &kinds) {
            None => Ok(Heard::Nothing),
            Some(message) => match message.view() {
                gst::MessageView::Error(error) => Err(fault(error)),
                _ => Ok(Heard::End),
            },
        }
    }

    /// The first error that waits on the bus.
    pub(crate) fn fault(&self) -> Option<Fault> {
        let message = self.bus.pop_filtered(&[gst::MessageType::Error])?;
        match message.view() {
            gst::MessageView::Error(error) => Some(fault(error)),
            _ => None,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Err(error) = self.pipeline.set_state(gst::State::Null) {
            tracing::error!(%error, "cannot stop pipeline `{}`", self.pipeline.name());
        }
    }
}

fn fault(error: &gst::message::Error) -> Fault {
    Fault {
        element: error.src().map_or_else(|| "?".to_owned(), |it| it.name().to_string()),
        // The first line of the debug text is a place in GStreamer's source; the rest is the reason.
        message: match error.debug().as_deref().and_then(|it| it.split_once('\n')) {
            Some((_, reason)) => format!("{} ({})", error.error(), reason.trim()),
            None => error.error().to_string(),
        },
    }
}

/// Notices when something that should move stands still.
#[derive(Debug)]
pub(crate) struct StallWatch {
    limit: Duration,
    last: u64,
    since: Instant,
}

/// Longer than anything takes that works at all, on a machine that does other things too.
pub(crate) const STALL_LIMIT: Duration = Duration::from_secs(120);

impl StallWatch {
    pub(crate) fn new(limit: Duration) -> Self {
        Self { limit, last: 0, since: Instant::now() }
    }

    /// Fails once `position` has been the same for longer than the limit.
    pub(crate) fn see(&mut self, position: u64, what: &'static str) -> Result<(), TranscodeError> {
        if position != self.last {
            (self.last, self.since) = (position, Instant::now());
        }
        if self.limit < self.since.elapsed() {
            return Err(TranscodeError::Stalled { what, stalled_for: self.limit });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "the descriptions are constants")]
    fn pipeline(description: &str) -> gst::Pipeline {
        gst::init().unwrap();
        gst::parse::launch(description).unwrap().downcast().unwrap()
    }

    #[test]
    fn runs_to_the_end_and_lets_go() {
        let pipeline = pipeline("videotestsrc num-buffers=30 ! fakesink");
        let running = Running::start(pipeline.clone()).unwrap();
        assert_eq!(running.listen(Duration::from_secs(30)), Ok(Heard::End));
        drop(running);
        assert_eq!(pipeline.current_state(), gst::State::Null);
    }

    #[test]
    fn a_fault_names_its_element_and_reason() {
        let pipeline = pipeline("filesrc name=file location=/nonexistent.webm ! fakesink");
        let fault = Running::start(pipeline.clone())
            .and_then(|it| it.listen(Duration::from_secs(30)))
            .unwrap_err();
        assert_eq!(fault.element, "file");
        assert!(fault.message.contains("/nonexistent.webm"), "{fault:?}");
        assert_eq!(pipeline.current_state(), gst::State::Null);
    }

    #[test]
    fn standing_still_is_an_error() {
        let mut watch = StallWatch::new(Duration::from_millis(20));
        watch.see(1, "tests").unwrap();
        std::thread::sleep(Duration::from_millis(30));
        watch.see(2, "tests").unwrap();
        std::thread::sleep(Duration::from_millis(30));
        let result = watch.see(2, "tests");
        assert!(matches!(result, Err(TranscodeError::Stalled { .. })), "{result:?}");
    }
}
