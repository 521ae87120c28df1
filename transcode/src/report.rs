use crate::task::Report;
use std::{io::Write, sync::Mutex};

/// Writes reports, one a line, where the program reads them.
pub(crate) struct Reporter(Mutex<State>);

struct State {
    out: Box<dyn Write + Send>,
    /// Progress that was last told, in thousandths.
    told: u16,
}

impl Reporter {
    pub(crate) fn to(out: impl Write + Send + 'static) -> Self {
        Self(Mutex::new(State { out: Box::new(out), told: 0 }))
    }

    #[cfg(test)]
    pub(crate) fn silent() -> Self {
        Self::to(std::io::sink())
    }

    /// Says how far the work is, where that is a thousandth further than what was said before.
    pub(crate) fn progress(&self, done: u64, all: u64) {
        let permille = u128::from(done) * 1_000 / u128::from(all.max(1));
        let permille = u16::try_from(permille).unwrap_or(1_000).min(1_000);
        let mut state = self.0.lock().expect("no holder panics");
        if state.told < permille {
            state.told = permille;
            state.write(&Report::Progress { fraction: f64::from(permille) / 1_000.0 });
        }
    }

    /// Says what is wrong with the input and did not stop the work.
    pub(crate) fn warn(&self, message: &str) {
        self.write(&Report::Warning { message: message.to_owned() });
    }

    pub(crate) fn write(&self, report: &Report) {
        self.0.lock().expect("no holder panics").write(report);
    }
}

impl State {
    fn write(&mut self, report: &Report) {
        let mut line = serde_json::to_vec(report).expect("a report is plain data");
        line.push(b'\n');
        // When nobody listens any more the process is about to end; see `child::end_with_parent`.
        self.out.write_all(&line).and_then(|()| self.out.flush()).ok();
    }
}
