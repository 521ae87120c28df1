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
use std::collections::HashSet;

pub(crate) const LONGEST_TITLE: usize = 300;
pub(crate) const LONGEST_TEXT: usize = 20_000;

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
    let recording = library.catalog.recording(&visit.viewer, &id).await?;
    let recording = recording.ok_or(Failure::NotFound)?;
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
    let chosen: HashSet<CollectionId> =
        sent.all("collection").filter_map(|it| it.parse().ok()).collect();
    let Some(language) = language.filter(|_| !title.is_empty()) else {
        let words = visit.words;
        let attempted = Recording { title, description, licence, visibility, ..recording };
        let mut form = form(&library, &visit, &attempted).await?;
        form.language = typed_language.chars().take(20).collect();
        form.title_problem =
            attempted.title.is_empty().then(|| words.say("field-title-empty").into_owned());
        form.language_problem =
            language.is_none().then(|| words.say("field-language-wrong").into_owned());
        for choice in &mut form.collections {
            choice.chosen = chosen.iter().any(|it| it.as_str() == choice.value);
        }
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&form)?).into_response());
    };
    let edit = RecordingEdit { title, description, licence, language, visibility };
    if !library.catalog.edit_recording(&curator, &id, &edit).await? {
        return Err(Failure::NotFound);
    }
    let is_in = collections_of(&library, &visit, &id).await?;
    for collection in chosen.difference(&is_in) {
        // One that somebody else has deleted meanwhile is no loss.
        library.catalog.put_in_collection(&curator, collection, &id, "").await?;
    }
    for collection in is_in.difference(&chosen) {
        library.catalog.take_from_collection(&curator, collection, &id).await?;
    }
    Ok(Redirect::to(&format!("{}?saved=1", links::edit_recording(&id))).into_response())
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
    let none = Choice {
        value: String::new(),
        label: words.say("licence-none").into_owned(),
        chosen: recording.licence.is_none(),
    };
    let licences = Licence::ALL.into_iter().map(|it| Choice {
        value: it.as_str().to_owned(),
        label: licence_link(words, it).label,
        chosen: recording.licence == Some(it),
    });
    Ok(RecordingEditPage {
        frame: visit.frame("page-edit"),
        url: links::recording(&recording.id),
        action: links::edit_recording(&recording.id),
        title: recording.title.clone(),
        description: recording.description.clone(),
        licences: std::iter::once(none).chain(licences).collect(),
        language: recording.language.map(|it| it.to_string()).unwrap_or_default(),
        visibilities: visibilities(words, recording.visibility),
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
    })
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
