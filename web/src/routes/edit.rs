mod seen;
mod subjects;

use super::{Answered, App, asked, page, recording::licence_link};
use crate::{
    failure::Failure,
    library::Library,
    links,
    pages::{Choice, edit::RecordingEditPage, titled, visibility_word},
    visit::{Curating, RecordingPath, Sent, Visit},
    words::Words,
};
use archive::{
    CollectionId, Language, Licence, Recording, RecordingId, Visibility, catalog::RecordingEdit,
};
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use seen::Field;
use std::collections::HashSet;

pub(crate) const LONGEST_TITLE: usize = 300;
pub(crate) const LONGEST_TEXT: usize = 20_000;
const LONGEST_SPACE: usize = 200;

/// `GET /recordings/{id}/edit`
#[tracing::instrument(name = "web.recording.edit", skip_all, fields(recording.id = %id))]
pub(crate) async fn show(
    State(library): App,
    Curating { visit, .. }: Curating,
    RecordingPath(id): RecordingPath,
    RawQuery(query): RawQuery,
) -> Answered {
    let recording = library.catalog.recording(&visit.viewer, &id).await?;
    let recording = recording.ok_or(Failure::NotFound)?;
    let mut form = form(&library, &visit, &recording).await?;
    form.saved = !asked(query.as_deref(), "saved").is_empty();
    page(&form)
}

/// `POST /recordings/{id}/edit`
#[tracing::instrument(name = "web.recording.save", skip_all, fields(recording.id = %id))]
pub(crate) async fn save(
    State(library): App,
    Curating { visit, curator }: Curating,
    RecordingPath(id): RecordingPath,
    sent: Sent,
) -> Answered {
    let stored = library.catalog.recording(&visit.viewer, &id).await?;
    let stored = stored.ok_or(Failure::NotFound)?;
    let title = cut(sent.one("title"), LONGEST_TITLE);
    let description = cut(&sent.one("description").replace("\r\n", "\n"), LONGEST_TEXT);
    let licence = match sent.one("licence") {
        "" => None,
        text => Some(text.parse::<Licence>().map_err(|_| Failure::Unreadable)?),
    };
    let visibility = sent.one("visibility").parse().map_err(|_| Failure::Unreadable)?;
    let typed_language = sent.one("language").trim();
    let language: Option<Option<Language>> =
        if typed_language.is_empty() { Some(None) } else { typed_language.parse().ok().map(Some) };
    let space = Some(cut(sent.one("space"), LONGEST_SPACE)).filter(|it| !it.is_empty());
    let subjects = subjects::read(sent.one("subjects"), &stored.subjects);
    let choice = CollectionChoice::of(&sent);
    let changed = seen::changed(&stored, &sent);
    let problem =
        if changed.is_empty() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::CONFLICT };
    let Some(language) = language.filter(|_| changed.is_empty() && !title.is_empty()) else {
        let mut attempted = Recording {
            title,
            description,
            licence,
            visibility,
            space,
            subjects,
            ..stored.clone()
        };
        let mut form = form(&library, &visit, &attempted).await?;
        form.language = typed_language.chars().take(20).collect();
        // What was not touched here takes what somebody else has made of it.
        for field in changed.iter().filter(|it| seen::is_untouched(**it, &sent)) {
            match field {
                Field::Title => form.title.clone_from(&stored.title),
                Field::Description => form.description.clone_from(&stored.description),
                Field::Licence => attempted.licence = stored.licence,
                Field::Language => {
                    form.language = stored.language.map(|it| it.to_string()).unwrap_or_default();
                }
                Field::Visibility => attempted.visibility = stored.visibility,
                Field::Space => form.space = stored.space.clone().unwrap_or_default(),
                Field::Subjects => form.subjects = subjects::written(&stored.subjects),
            }
        }
        let words = visit.words;
        form.licences = licences(words, attempted.licence);
        form.visibilities = visibilities(words, attempted.visibility);
        form.title_problem =
            form.title.is_empty().then(|| words.say("field-title-empty").into_owned());
        form.language_problem =
            language.is_none().then(|| words.say("field-language-wrong").into_owned());
        form.seen = seen::hidden(&stored);
        form.changed = changed.iter().map(|it| it.said(words, &stored)).collect();
        for it in &mut form.collections {
            it.chosen = choice.holds(&it.value, it.chosen);
        }
        return Ok((problem, page(&form)?).into_response());
    };
    let edit = RecordingEdit { title, description, licence, language, visibility, space, subjects };
    if !library.catalog.edit_recording(&curator, &id, &edit).await? {
        return Err(Failure::NotFound);
    }
    let is_in = collections_of(&library, &visit, &id).await?;
    for collection in choice.chosen.difference(&choice.was).filter(|it| !is_in.contains(*it)) {
        // One that somebody else has deleted meanwhile is no loss.
        library.catalog.put_in_collection(&curator, collection, &id, "").await?;
    }
    for collection in choice.was.difference(&choice.chosen).filter(|it| is_in.contains(*it)) {
        library.catalog.take_from_collection(&curator, collection, &id).await?;
    }
    Ok(Redirect::to(&format!("{}?saved=1", links::edit_recording(&id))).into_response())
}

/// Which boxes were ticked when the form was opened and when it was sent: only the difference is the
/// archivist's doing.
struct CollectionChoice {
    was: HashSet<CollectionId>,
    chosen: HashSet<CollectionId>,
}

impl CollectionChoice {
    fn of(sent: &Sent) -> Self {
        let named = |name| sent.all(name).filter_map(|it| it.parse().ok()).collect();
        Self { was: named("was_collection"), chosen: named("collection") }
    }

    /// Whether a box is ticked, where the recording `is_in` its collection by now.
    fn holds(&self, collection: &str, is_in: bool) -> bool {
        let among = |ids: &HashSet<CollectionId>| ids.iter().any(|it| it.as_str() == collection);
        match (among(&self.was), among(&self.chosen)) {
            (was, chosen) if was == chosen => is_in,
            (_, chosen) => chosen,
        }
    }
}

async fn collections_of(
    library: &Library,
    visit: &Visit,
    id: &RecordingId,
) -> Result<HashSet<CollectionId>, Failure> {
    let collections = library.catalog.collections_of(&visit.viewer, id).await?;
    Ok(collections.into_iter().map(|it| it.id).collect())
}

async fn form(
    library: &Library,
    visit: &Visit,
    recording: &Recording,
) -> Result<RecordingEditPage, Failure> {
    let words = visit.words;
    let is_in = collections_of(library, visit, &recording.id).await?;
    let all = library.catalog.collections(&visit.viewer).await?;
    Ok(RecordingEditPage {
        frame: visit.frame("page-edit"),
        url: links::recording(&recording.id),
        action: links::edit_recording(&recording.id),
        title: recording.title.clone(),
        description: recording.description.clone(),
        licences: licences(words, recording.licence),
        language: recording.language.map(|it| it.to_string()).unwrap_or_default(),
        visibilities: visibilities(words, recording.visibility),
        space: recording.space.clone().unwrap_or_default(),
        subjects: subjects::written(&recording.subjects),
        collections: all
            .iter()
            .map(|it| Choice {
                value: it.id.to_string(),
                label: titled(words, &it.title),
                chosen: is_in.contains(&it.id),
            })
            .collect(),
        title_problem: None,
        language_problem: None,
        saved: false,
        seen: seen::hidden(recording),
        changed: Vec::new(),
        was_in: is_in.iter().map(ToString::to_string).collect(),
    })
}

fn licences(words: Words, chosen: Option<Licence>) -> Vec<Choice> {
    let none = Choice {
        value: String::new(),
        label: words.say("licence-none").into_owned(),
        chosen: chosen.is_none(),
    };
    let licences = Licence::ALL.into_iter().map(|it| Choice {
        value: it.as_str().to_owned(),
        label: licence_link(words, it).label,
        chosen: chosen == Some(it),
    });
    std::iter::once(none).chain(licences).collect()
}

pub(crate) fn visibilities(words: Words, chosen: Visibility) -> Vec<Choice> {
    let choice = |it: Visibility| Choice {
        value: it.as_str().to_owned(),
        label: visibility_word(words, it),
        chosen: it == chosen,
    };
    Visibility::ALL.into_iter().map(choice).collect()
}

/// What was typed, without space around it and not longer than the form allows.
pub(crate) fn cut(text: &str, most: usize) -> String {
    text.trim().chars().take(most).collect()
}
