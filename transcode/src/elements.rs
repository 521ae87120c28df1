use crate::error::TranscodeError;
use gstreamer as gst;

/// A `GStreamer` element that this machine lacks, and the Debian package that brings it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingElement {
    pub element: &'static str,
    pub debian_package: &'static str,
}

const CORE: &str = "libgstreamer1.0-0";
const BASE: &str = "gstreamer1.0-plugins-base";
const GOOD: &str = "gstreamer1.0-plugins-good";
const BAD: &str = "gstreamer1.0-plugins-bad";
const UGLY: &str = "gstreamer1.0-plugins-ugly";
const LIBAV: &str = "gstreamer1.0-libav";

/// Every element that any pipeline of this crate is built of.
const ELEMENTS: &[(&str, &str)] = &[
    ("aacparse", GOOD),
    ("appsink", BASE),
    ("appsrc", BASE),
    ("audioconvert", BASE),
    ("audioresample", BASE),
    ("av1dec", BAD),
    ("avdec_aac", LIBAV),
    ("avdec_h264", LIBAV),
    ("avenc_aac", LIBAV),
    ("capsfilter", CORE),
    ("fakesink", CORE),
    ("filesrc", CORE),
    ("flacdec", GOOD),
    ("h264parse", BAD),
    ("jpegdec", GOOD),
    ("jpegenc", GOOD),
    ("matroskademux", GOOD),
    ("oggdemux", BASE),
    ("opusdec", BASE),
    ("pngdec", GOOD),
    ("qtdemux", GOOD),
    ("queue", CORE),
    ("rsvgdec", BAD),
    ("tee", CORE),
    ("videoconvert", BASE),
    ("videoscale", BASE),
    ("vorbisdec", BASE),
    ("vp8dec", GOOD),
    ("vp9dec", GOOD),
    ("vp9parse", BAD),
    ("x264enc", UGLY),
];

/// The elements that are needed and not there; empty where all is well.
///
/// Looks each up in `GStreamer`'s registry, which the first call of a process loads: a tenth of a
/// second, or some seconds after plugins were installed. Where `GStreamer` itself does not start,
/// everything is missing.
pub fn missing_elements() -> Vec<MissingElement> {
    let started = gst::init().is_ok();
    ELEMENTS
        .iter()
        .filter(|(element, _)| !started || gst::ElementFactory::find(element).is_none())
        .map(|&(element, debian_package)| MissingElement { element, debian_package })
        .collect()
}

/// Makes an element, to be given its properties.
///
/// # Panics
///
/// If the element is not in the table above: `plenary check` would not know of it.
pub(crate) fn make(name: &str) -> Result<gst::Element, TranscodeError> {
    let (_, debian_package) = ELEMENTS
        .iter()
        .find(|(element, _)| *element == name)
        .expect("every element that is used stands in the table");
    gst::ElementFactory::make(name)
        .build()
        .map_err(|_| TranscodeError::MissingElement { element: name.to_owned(), debian_package })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_this_machine_has_all_of_it() {
        assert!(ELEMENTS.is_sorted());
        assert_eq!(missing_elements(), []);
    }
}
