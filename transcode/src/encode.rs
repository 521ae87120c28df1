//! Feeds raw pictures or sound into a pipeline of encoders whose outputs are taken as they come.

use crate::{
    error::TranscodeError,
    pipeline::{Heard, Running, STALL_LIMIT, StallWatch},
};
use gstreamer::{self as gst, prelude::*};
use gstreamer_app::{AppSink, AppSinkCallbacks, AppSrc};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Takes what an encoder makes, on the encoder's thread.
pub(crate) trait Taker: Send + 'static {
    fn take(&mut self, sample: &gst::Sample) -> Result<(), TranscodeError>;
}

/// What all outputs of one pipeline share.
#[derive(Default)]
pub(crate) struct Outputs {
    taken: AtomicU64,
    error: Mutex<Option<TranscodeError>>,
}

/// Makes a sink that gives what arrives to `taker`.
///
/// The taker is shared, so that whoever made it gets it back when the pipeline is at its end.
pub(crate) fn sink_into<T: Taker>(outputs: &Arc<Outputs>, taker: &Arc<Mutex<T>>) -> AppSink {
    let (outputs, taker) = (Arc::clone(outputs), Arc::clone(taker));
    let callbacks = AppSinkCallbacks::builder().new_sample(move |sink| {
        let sample = sink.pull_sample().map_err(|_| gst::FlowError::Eos)?;
        outputs.taken.fetch_add(1, Ordering::Relaxed);
        let mut taker = taker.lock().expect("a taker returns errors");
        taker.take(&sample).map(|()| gst::FlowSuccess::Ok).map_err(|error| {
            outputs.error.lock().expect("no holder panics").get_or_insert(error);
            gst::FlowError::Error
        })
    });
    AppSink::builder().sync(false).enable_last_sample(false).callbacks(callbacks.build()).build()
}

/// A pipeline of encoders that is running.
pub(crate) struct Feed {
    what: &'static str,
    running: Running,
    source: AppSrc,
    outputs: Arc<Outputs>,
    watch: StallWatch,
    fed: u64,
}

/// Buffers that wait for the encoders: enough to keep them busy, little enough to fit in memory.
const WAITING: u64 = 8;

impl Feed {
    /// The entrance of a pipeline of encoders.
    pub(crate) fn source(caps: &gst::Caps) -> AppSrc {
        AppSrc::builder().caps(caps).format(gst::Format::Time).max_bytes(0).build()
    }

    pub(crate) fn start(
        what: &'static str,
        pipeline: gst::Pipeline,
        source: AppSrc,
        outputs: Arc<Outputs>,
    ) -> Result<Self, TranscodeError> {
        let running = Running::start(pipeline).map_err(|it| it.in_pipeline(what))?;
        Ok(Self { what, running, source, outputs, watch: StallWatch::new(STALL_LIMIT), fed: 0 })
    }

    /// Gives a buffer to the encoders, once they have room for it.
    ///
    /// Waits here rather than inside `GStreamer`, which would wait for ever for encoders that failed.
    pub(crate) fn push(&mut self, buffer: gst::Buffer) -> Result<(), TranscodeError> {
        while WAITING <= self.source.current_level_buffers() {
            self.check(Duration::from_millis(1))?;
        }
        self.fed += 1;
        match self.source.push_buffer(buffer) {
            Ok(_) => Ok(()),
            Err(flow) => {
                self.check(Duration::from_secs(1))?;
                Err(TranscodeError::Pipeline {
                    what: self.what,
                    element: self.source.name().into(),
                    message: flow.to_string(),
                })
            }
        }
    }

    /// Changes what the buffers from here on are.
    pub(crate) fn set_caps(&self, caps: &gst::Caps) {
        self.source.set_caps(Some(caps));
    }

    /// Says that there is no more and waits until everything has come out.
    pub(crate) fn finish(mut self) -> Result<(), TranscodeError> {
        // Refused only when the pipeline failed, which the loop finds.
        self.source.end_of_stream().ok();
        while self.check(Duration::from_millis(50))? == Heard::Nothing {}
        Ok(())
    }

    fn check(&mut self, wait: Duration) -> Result<Heard, TranscodeError> {
        let heard = self.running.listen(wait);
        // What a taker says is the cause; what the bus says then is its echo.
        if let Some(error) = self.outputs.error.lock().expect("no holder panics").take() {
            return Err(error);
        }
        let heard = heard.map_err(|it| it.in_pipeline(self.what))?;
        self.watch.see(self.fed + self.outputs.taken.load(Ordering::Relaxed), self.what)?;
        Ok(heard)
    }
}

/// Links elements in a row and adds them to a pipeline.
pub(crate) fn chain(
    what: &'static str,
    pipeline: &gst::Pipeline,
    elements: &[gst::Element],
) -> Result<(), TranscodeError> {
    let build =
        |source: gst::glib::BoolError| TranscodeError::Build { what, source: source.into() };
    for it in elements {
        if it.parent().is_none() {
            pipeline.add(it).map_err(build)?;
        }
    }
    gst::Element::link_many(elements).map_err(build)
}

/// Makes a filter that lets only `caps` through.
pub(crate) fn filter(caps: &gst::Caps) -> Result<gst::Element, TranscodeError> {
    let filter = crate::elements::make("capsfilter")?;
    filter.set_property("caps", caps);
    Ok(filter)
}

/// Makes a queue, which gives what follows a thread of its own, that holds a few buffers.
pub(crate) fn queue() -> Result<gst::Element, TranscodeError> {
    let queue = crate::elements::make("queue")?;
    queue.set_property("max-size-buffers", 8_u32);
    queue.set_property("max-size-bytes", 0_u32);
    queue.set_property("max-size-time", 0_u64);
    Ok(queue)
}

/// The decoder configuration that an encoder puts into the caps of its output.
pub(crate) fn codec_data(
    what: &'static str,
    sample: &gst::Sample,
) -> Result<Vec<u8>, TranscodeError> {
    let data = sample
        .caps()
        .and_then(|it| it.structure(0))
        .and_then(|it| it.get::<gst::Buffer>("codec_data").ok());
    let readable = data.as_ref().and_then(|it| it.map_readable().ok());
    readable.map(|it| it.to_vec()).ok_or_else(|| TranscodeError::Pipeline {
        what,
        element: "encoder".to_owned(),
        message: "it does not say how its output is to be decoded".to_owned(),
    })
}

/// The bytes of an encoded frame.
pub(crate) fn bytes(
    what: &'static str,
    buffer: &gst::BufferRef,
) -> Result<Vec<u8>, TranscodeError> {
    let readable = buffer.map_readable();
    readable
        .map(|it| it.to_vec())
        .map_err(|source| TranscodeError::Build { what, source: source.into() })
}
