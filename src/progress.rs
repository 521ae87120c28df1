//! Progress bars for long work in a terminal; nothing at all where the output is piped.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal as _};

/// A bar that counts bytes and tells the time left.
pub(crate) fn of_bytes(what: &str) -> ProgressBar {
    bar(what, "{msg:30!} {wide_bar} {bytes}/{total_bytes} {eta}")
}

/// A bar that counts things and tells the time left.
pub(crate) fn of_things(what: &str) -> ProgressBar {
    bar(what, "{msg:30!} {wide_bar} {pos}/{len} {eta}")
}

fn bar(what: &str, template: &str) -> ProgressBar {
    let target = if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let style = ProgressStyle::with_template(template).expect("the template is well formed");
    ProgressBar::with_draw_target(None, target).with_style(style).with_message(what.to_owned())
}
