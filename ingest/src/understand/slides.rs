//! Slides: pages of presentations, when they were on the screen, and what is written on them.

mod texts;

pub(crate) use texts::Texts;

use super::{shapes::Picture, text};
use crate::Warning;
use archive::{MediaTime, Slide, SlideShowing, SourcePath, TimeRange};
use std::collections::HashMap;

/// A page of a presentation; counts from 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Page {
    pub(crate) presentation: String,
    pub(crate) number: u32,
}

/// What may be on the screen: a page, and the picture of it if that is named.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Shown {
    /// As it stands in `shapes.svg`; empty where the event log says the page.
    href: String,
    page: Option<Page>,
}

/// What the pictures of `shapes.svg` show, unordered. Times past `end` (BigBlueButton's last ones may
/// lie there) are cut off, and what is left of no length is left out.
pub(crate) fn of_pictures(pictures: &[Picture], end: Option<MediaTime>) -> Vec<(TimeRange, Shown)> {
    let mut shown = Vec::new();
    for picture in pictures.iter().filter(|it| !is_placeholder(&it.href)) {
        for &(from, to) in &picture.shown {
            let to = to.or(end).unwrap_or(from);
            let to = end.map_or(to, |end| to.min(end));
            if from < to {
                let href = picture.href.clone();
                let page = page(&href);
                shown.push((TimeRange::from_or_at(from, to), Shown { href, page }));
            }
        }
    }
    shown
}

/// What the event log says was shown.
pub(crate) fn of_pages(
    pages: Vec<(TimeRange, Page)>,
    end: Option<MediaTime>,
) -> Vec<(TimeRange, Shown)> {
    let shown = pages.into_iter().map(|(range, page)| {
        let to = end.map_or(range.end(), |end| range.end().min(end));
        let shown = Shown { href: String::new(), page: Some(page) };
        (TimeRange::from_or_at(range.start(), to), shown)
    });
    shown.filter(|(range, _)| !range.length().is_zero()).collect()
}

/// The pages that are shown.
pub(crate) fn pages(shown: &[(TimeRange, Shown)]) -> impl Iterator<Item = &Page> {
    shown.iter().filter_map(|(_, it)| it.page.as_ref())
}

/// Numbers the slides and puts the showings in order. `has` says whether an original file exists.
pub(crate) fn assemble(
    mut shown: Vec<(TimeRange, Shown)>,
    texts: &Texts,
    has: impl Fn(&SourcePath) -> bool,
    warnings: &mut Vec<Warning>,
) -> (Vec<Slide>, Vec<SlideShowing>) {
    shown.sort_by_key(|(range, _)| range.start());
    let (mut slides, mut showings) = (Vec::new(), Vec::new());
    let (mut missing, mut first_missing) = (0, None);
    let mut numbers: HashMap<&Shown, Option<u32>> = HashMap::new();
    for (range, shown) in &shown {
        let number = *numbers.entry(shown).or_insert_with(|| {
            let page = shown.page.as_ref();
            let Some((page, image)) = page.and_then(|it| Some((it, shown.image(&has)?))) else {
                missing += 1;
                first_missing.get_or_insert_with(|| shown.name());
                return None;
            };
            let thumbnail = page.files(&THUMBNAILS, &has);
            let number = u32::try_from(slides.len() + 1).ok()?;
            slides.push(Slide { number, image, thumbnail, text: texts.of(page) });
            Some(number)
        });
        showings.extend(number.map(|slide| SlideShowing { slide, range: *range }));
    }
    if let Some(first) = first_missing {
        warnings.push(Warning::NoSuchSlides { count: missing, first });
    }
    (slides, showings)
}

/// Where a page's picture lies, the best first: published, in the raw archive, and what 2011 has.
const IMAGES: [&str; 10] = [
    "presentation/presentation/{id}/svgs/slide{n}.svg",
    "presentation/presentation/{id}/slide-{n}.png",
    "raw/presentation/{id}/svgs/slide{n}.svg",
    "raw/presentation/{id}/pngs/slide-{n}.png",
    "raw/presentation/{id}/pngs/slide{n}.png",
    "raw/presentation/{id}/slide-{n}.png",
    "presentation/presentation/{id}/thumbnails/thumb-{n}.png",
    "raw/presentation/{id}/thumbnails/thumb-{n}.png",
    "raw/presentations/{id}/slide-{n}.png",
    "raw/presentations/{id}/thumbnails/thumb-{n}.png",
];
const THUMBNAILS: [&str; 3] = [
    "presentation/presentation/{id}/thumbnails/thumb-{n}.png",
    "raw/presentation/{id}/thumbnails/thumb-{n}.png",
    "raw/presentations/{id}/thumbnails/thumb-{n}.png",
];
/// Where a page's text lies.
const TEXTS: [&str; 3] = [
    "presentation/presentation/{id}/textfiles/slide-{n}.txt",
    "raw/presentation/{id}/textfiles/slide-{n}.txt",
    "raw/presentations/{id}/textfiles/slide-{n}.txt",
];

impl Shown {
    /// Only a page's picture is shown to people: an address can name any file that was handed over,
    /// such as `metadata.xml` with its secrets.
    fn image(&self, has: impl Fn(&SourcePath) -> bool) -> Option<SourcePath> {
        let page = self.page.as_ref()?;
        if self.href.is_empty() {
            return page.files(&IMAGES, has);
        }
        format!("presentation/{}", self.href).parse().ok().filter(has)
    }

    /// What a warning calls it.
    fn name(&self) -> String {
        match &self.page {
            Some(Page { presentation, number }) if self.href.is_empty() => {
                text::line(&format!("{presentation}/{number}"))
            }
            _ => text::line(&self.href),
        }
    }
}

impl Page {
    /// Files that may hold the page's text, in this order.
    pub(crate) fn texts(&self) -> impl Iterator<Item = SourcePath> {
        TEXTS.iter().filter_map(|it| self.file(it))
    }

    fn files(&self, forms: &[&str], has: impl Fn(&SourcePath) -> bool) -> Option<SourcePath> {
        forms.iter().filter_map(|it| self.file(it)).find(has)
    }

    fn file(&self, form: &str) -> Option<SourcePath> {
        // A presentation's ID is one folder's name.
        if self.presentation.contains(['/', '{']) {
            return None;
        }
        let number = self.number.to_string();
        form.replace("{n}", &number).replace("{id}", &self.presentation).parse().ok()
    }
}

/// Before the first slide BigBlueButton shows its logo, during a screen share a picture that says
/// so. Neither is a slide.
fn is_placeholder(href: &str) -> bool {
    matches!(href.rsplit('/').next(), Some("logo.png" | "deskshare.png"))
}

/// Which page `presentation/ID/slide-N.png` (up to 2.5) or `presentation/ID/svgs/slideN.svg` shows.
fn page(href: &str) -> Option<Page> {
    let parts: Vec<&str> = href.split('/').collect();
    let (["presentation", presentation, file] | ["presentation", presentation, "svgs", file]) =
        parts[..]
    else {
        return None;
    };
    let (name, kind) = file.rsplit_once('.')?;
    let number = name.strip_prefix("slide")?;
    let number = number.strip_prefix('-').unwrap_or(number);
    let known = matches!(kind, "png" | "jpg" | "jpeg" | "svg")
        && number.bytes().all(|it| it.is_ascii_digit());
    let number = known.then(|| number.parse().ok())??;
    Some(Page { presentation: presentation.to_owned(), number })
}

#[cfg(test)]
mod tests;
