use archive::Disposition;
use std::{path::PathBuf, time::Duration};

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// Why a media job made nothing, as the child process that ran it understood it.
///
/// Every variant says what was being done and to what; the cause is in `source()`, never repeated
/// in the message. Files are named as the recording names them.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TranscodeError {
    #[error("cannot open `{input}`")]
    Open { input: String, source: std::io::Error },

    #[error("`{input}` is empty")]
    Empty { input: String },

    #[error("`{input}` is no media file that is understood (WebM or Matroska, MP4, Ogg)")]
    NotMedia { input: String },

    #[error("`{input}` cannot be read as media: {message}")]
    Unreadable { input: String, message: String },

    #[error("no decoder for `{codec}` in `{input}`")]
    UnsupportedCodec { input: String, codec: String },

    #[error("`{input}` has no picture")]
    NoPicture { input: String },

    #[error("nothing in `{input}` can be decoded: {message}")]
    NothingDecodable { input: String, message: String },

    #[error("`{input}` claims to last longer than {limit:?}")]
    TooLong { input: String, limit: Duration },

    #[error("the GStreamer element `{element}` is missing, package `{debian_package}` has it")]
    MissingElement { element: String, debian_package: &'static str },

    #[error("cannot build the pipeline that {what}")]
    Build { what: &'static str, source: BoxError },

    #[error("element `{element}` failed in the pipeline that {what}: {message}")]
    Pipeline { what: &'static str, element: String, message: String },

    #[error("the pipeline that {what} made no progress for {stalled_for:?}")]
    Stalled { what: &'static str, stalled_for: Duration },

    #[error("cannot write an MP4 box")]
    Box { source: BoxError },

    #[error("cannot write `{}`", path.display())]
    Write { path: PathBuf, source: std::io::Error },
}

impl TranscodeError {
    /// The match names every variant on purpose: a new one must choose.
    pub(crate) fn disposition(&self) -> Disposition {
        match self {
            Self::Empty { .. }
            | Self::NotMedia { .. }
            | Self::Unreadable { .. }
            | Self::UnsupportedCodec { .. }
            | Self::NoPicture { .. }
            | Self::NothingDecodable { .. }
            | Self::TooLong { .. }
            | Self::Build { .. }
            | Self::Box { .. } => Disposition::Fail,
            // A missing element is installed, a full disk is emptied, a busy machine calms down.
            Self::Open { .. }
            | Self::MissingElement { .. }
            | Self::Pipeline { .. }
            | Self::Stalled { .. }
            | Self::Write { .. } => Disposition::Retry,
        }
    }
}

/// An error and all its causes on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_says_each_thing_once() {
        let error = TranscodeError::Write {
            path: "/scratch/webcams-480p.mp4".into(),
            source: std::io::Error::other("no space left on device"),
        };
        assert_eq!(
            chain(&error),
            "cannot write `/scratch/webcams-480p.mp4`: no space left on device"
        );
        assert_eq!(error.disposition(), Disposition::Retry);
    }

    #[test]
    fn a_bad_file_is_not_tried_again_and_is_named() {
        let error = TranscodeError::NotMedia { input: "video/webcams.webm".to_owned() };
        assert_eq!(error.disposition(), Disposition::Fail);
        assert!(chain(&error).contains("`video/webcams.webm`"));
    }
}
