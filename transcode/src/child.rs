use crate::{
    audio,
    error::{TranscodeError, chain},
    pictures,
    report::Reporter,
    task::{Limits, Made, Report, Task, Work},
    video,
};
use archive::Disposition;
use gstreamer as gst;
use rustix::process::{Resource, Rlimit, Signal};
use std::{
    io::{self, BufRead as _, BufReader, Read as _},
    process::ExitCode,
};

/// Runs one media job: the whole of the child process.
///
/// Reads the task as one line of JSON from standard input, writes progress and the result as lines
/// of JSON to standard output. Succeeds whenever a result was written, also one that says what is
/// wrong with the file.
///
/// The process gives itself up when its standard input ends: nothing else tells it that the program
/// that waits for it was killed. (A parent-death signal would be bound to the thread that started
/// it, not to the program.)
pub fn child_main() -> ExitCode {
    let report = Reporter::to(io::stdout());
    let mut input = BufReader::new(io::stdin());
    let mut line = String::new();
    let task = input
        .read_line(&mut line)
        .map_err(anyhow::Error::from)
        .and_then(|_| serde_json::from_str::<Task>(&line).map_err(anyhow::Error::from));
    let task = match task {
        Ok(task) => task,
        Err(error) => {
            let message = format!("the task cannot be read: {error:#}");
            report.write(&Report::Failed { retry: true, message });
            return ExitCode::FAILURE;
        }
    };
    std::thread::spawn(move || end_with_parent(input));
    let result = prepare(&task.limits).and_then(|()| run(&task, &report).map_err(Refusal::from));
    match result {
        Ok(made) => report.write(&Report::Done { made }),
        Err(Refusal { retry, message }) => report.write(&Report::Failed { retry, message }),
    }
    ExitCode::SUCCESS
}

struct Refusal {
    retry: bool,
    message: String,
}

impl From<TranscodeError> for Refusal {
    fn from(error: TranscodeError) -> Self {
        Self { retry: error.disposition() == Disposition::Retry, message: chain(&error) }
    }
}

fn end_with_parent(mut input: BufReader<io::Stdin>) {
    let mut ignored = [0; 64];
    while input.read(&mut ignored).is_ok_and(|read| 0 < read) {}
    // Exiting would run destructors under the feet of threads that still encode.
    let myself = rustix::process::getpid();
    rustix::process::kill_process(myself, Signal::KILL).ok();
}

/// Takes on the limits, then starts `GStreamer`.
fn prepare(limits: &Limits) -> Result<(), Refusal> {
    let set = |resource, most| {
        let most = Rlimit { current: Some(most), maximum: Some(most) };
        rustix::process::setrlimit(resource, most)
    };
    set(Resource::Data, limits.memory_bytes)
        .and_then(|()| set(Resource::Nofile, limits.open_files))
        // A crash is reported; its image would fill the disk.
        .and_then(|()| set(Resource::Core, 0))
        // Whoever watches a recording goes before whoever waits for one.
        .and_then(|()| rustix::process::nice(10).map(drop))
        .map_err(|error| refusal(&format!("cannot take on the limits: {error}")))?;
    gst::init().map_err(|error| refusal(&format!("GStreamer does not start: {error}")))
}

fn refusal(message: &str) -> Refusal {
    Refusal { retry: true, message: message.to_owned() }
}

fn run(task: &Task, report: &Reporter) -> Result<Made, TranscodeError> {
    match &task.work {
        Work::Audio { inputs } => audio::run(inputs, &task.out, report),
        Work::Video { track, input, audio } => {
            video::run(*track, input, audio.as_ref(), task.threads, &task.out, report)
        }
        Work::Pictures { slide, deskshare, webcams, shares } => {
            let sources = pictures::Sources {
                slide: slide.as_ref(),
                deskshare: deskshare.as_ref(),
                webcams: webcams.as_ref(),
                shares,
            };
            pictures::run(&sources, &task.out, report)
        }
    }
}
