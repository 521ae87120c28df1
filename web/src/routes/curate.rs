//! Making, editing, ordering and deleting collections.

use super::{
    Answered, App, asked,
    edit::{LONGEST_TEXT, LONGEST_TITLE, cut, visibilities},
    page,
};
use crate::{
    failure::Failure,
    library::Library,
    links,
    pages::{
        collections::{CollectionDeletePage, CollectionEditPage, ExistingCollection, OrderedItem},
        titled,
    },
    visit::{CollectionPath, Curating, Sent, Visit},
};
use archive::{Collection, CollectionId, CollectionItem, RecordingId, Visibility};
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};

/// `GET /collections/new`
#[tracing::instrument(name = "web.collection.new", skip_all)]
pub(crate) async fn new(Curating { visit, .. }: Curating) -> Answered {
    page(&blank(&visit, String::new(), String::new(), Visibility::Private))
}

/// `POST /collections/new`
#[tracing::instrument(name = "web.collection.create", skip_all)]
pub(crate) async fn create(
    State(library): App,
    Curating { visit, curator }: Curating,
    sent: Sent,
) -> Answered {
    let (title, note, visibility) = fields(&sent)?;
    let mut form = blank(&visit, title.clone(), note.clone(), visibility);
    if title.is_empty() {
        form.title_problem = Some(visit.words.say("field-title-empty").into_owned());
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&form)?).into_response());
    }
    let id = CollectionId::from_title(&title).map_or_else(drawn_id, Ok)?;
    let collection = Collection { id, title, note, visibility };
    if !library.catalog.create_collection(&curator, &collection).await? {
        form.title_problem = Some(visit.words.say("field-title-taken").into_owned());
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&form)?).into_response());
    }
    Ok(Redirect::to(&format!("{}?saved=1", edit_url(&collection.id))).into_response())
}

/// For a title without any letter that an address may hold.
fn drawn_id() -> Result<CollectionId, Failure> {
    let mut bytes = [0; 6];
    getrandom::fill(&mut bytes).map_err(|error| Failure::broken("draw an address", error))?;
    let id = format!("c-{}", hex::encode(bytes)).parse();
    id.map_err(|error| Failure::broken("draw an address", error))
}

/// `GET /collections/{id}/edit`
#[tracing::instrument(name = "web.collection.edit", skip_all, fields(collection.id = %id))]
pub(crate) async fn edit(
    State(library): App,
    Curating { visit, .. }: Curating,
    CollectionPath(id): CollectionPath,
    RawQuery(query): RawQuery,
) -> Answered {
    let collection = seen(&library, &visit, &id).await?;
    let mut form = form(&library, &visit, &collection).await?;
    form.saved = !asked(query.as_deref(), "saved").is_empty();
    page(&form)
}

/// `POST /collections/{id}/edit`
#[tracing::instrument(name = "web.collection.save", skip_all, fields(collection.id = %id))]
pub(crate) async fn save(
    State(library): App,
    Curating { visit, curator }: Curating,
    CollectionPath(id): CollectionPath,
    sent: Sent,
) -> Answered {
    let (title, note, visibility) = fields(&sent)?;
    let collection = Collection { id, title, note, visibility };
    if collection.title.is_empty() {
        seen(&library, &visit, &collection.id).await?;
        let mut form = form(&library, &visit, &collection).await?;
        form.title_problem = Some(visit.words.say("field-title-empty").into_owned());
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&form)?).into_response());
    }
    if !library.catalog.edit_collection(&curator, &collection).await? {
        return Err(Failure::NotFound);
    }
    Ok(Redirect::to(&format!("{}?saved=1", edit_url(&collection.id))).into_response())
}

/// `POST /collections/{id}/items`: what is done with one recording of it, by the button pressed.
#[tracing::instrument(name = "web.collection.items", skip_all, fields(collection.id = %id))]
pub(crate) async fn arrange(
    State(library): App,
    Curating { visit, curator }: Curating,
    CollectionPath(id): CollectionPath,
    sent: Sent,
) -> Answered {
    seen(&library, &visit, &id).await?;
    let recording: RecordingId = sent.one("recording").parse().map_err(|_| Failure::Unreadable)?;
    let items = library.catalog.collection_items(&visit.viewer, &id).await?;
    let position = items.iter().position(|it| it.recording.id == recording);
    // Somebody else may have taken it out: the page then simply shows what is in it now.
    if let Some(position) = position {
        let catalog = &library.catalog;
        match sent.one("do") {
            "up" => {
                let above = position.saturating_sub(1);
                move_to(&library, &curator, &id, &recording, above).await?;
            }
            "down" => {
                let below = (position + 1).min(items.len() - 1);
                move_to(&library, &curator, &id, &recording, below).await?;
            }
            "reason" => {
                let reason = cut(sent.one("reason"), 1_000);
                catalog.put_in_collection(&curator, &id, &recording, &reason).await?;
            }
            "remove" => {
                catalog.take_from_collection(&curator, &id, &recording).await?;
            }
            _ => return Err(Failure::Unreadable),
        }
    }
    Ok(Redirect::to(&format!("{}?saved=1", edit_url(&id))).into_response())
}

async fn move_to(
    library: &Library,
    curator: &archive::Curator,
    id: &CollectionId,
    recording: &RecordingId,
    position: usize,
) -> Result<(), Failure> {
    let position = u32::try_from(position).unwrap_or(u32::MAX);
    library.catalog.move_in_collection(curator, id, recording, position).await?;
    Ok(())
}

/// `GET /collections/{id}/delete`
#[tracing::instrument(name = "web.collection.ask_delete", skip_all, fields(collection.id = %id))]
pub(crate) async fn ask_delete(
    State(library): App,
    Curating { visit, .. }: Curating,
    CollectionPath(id): CollectionPath,
) -> Answered {
    let collection = seen(&library, &visit, &id).await?;
    page(&confirmation(&library, &visit, &collection, false).await?)
}

/// `POST /collections/{id}/delete`, confirmed by the collection's title.
#[tracing::instrument(name = "web.collection.delete", skip_all, fields(collection.id = %id))]
pub(crate) async fn delete(
    State(library): App,
    Curating { visit, curator }: Curating,
    CollectionPath(id): CollectionPath,
    sent: Sent,
) -> Answered {
    let collection = seen(&library, &visit, &id).await?;
    let shown = titled(visit.words, &collection.title);
    if sent.one("title").trim() != shown.trim() {
        let page = page(&confirmation(&library, &visit, &collection, true).await?)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    library.catalog.delete_collection(&curator, &id).await?;
    Ok(Redirect::to("/collections").into_response())
}

async fn seen(library: &Library, visit: &Visit, id: &CollectionId) -> Result<Collection, Failure> {
    library.catalog.collection(&visit.viewer, id).await?.ok_or(Failure::NotFound)
}

fn fields(sent: &Sent) -> Result<(String, String, Visibility), Failure> {
    let title = cut(sent.one("title"), LONGEST_TITLE);
    let note = cut(&sent.one("note").replace("\r\n", "\n"), LONGEST_TEXT);
    let visibility = sent.one("visibility").parse().map_err(|_| Failure::Unreadable)?;
    Ok((title, note, visibility))
}

fn blank(visit: &Visit, title: String, note: String, visibility: Visibility) -> CollectionEditPage {
    CollectionEditPage {
        frame: visit.frame("page-edit"),
        action: "/collections/new".to_owned(),
        existing: None,
        title,
        note,
        visibilities: visibilities(visit.words, visibility),
        title_problem: None,
        saved: false,
    }
}

async fn form(
    library: &Library,
    visit: &Visit,
    collection: &Collection,
) -> Result<CollectionEditPage, Failure> {
    let items = library.catalog.collection_items(&visit.viewer, &collection.id).await?;
    let last = items.len().saturating_sub(1);
    let ordered = |(n, it): (usize, CollectionItem)| OrderedItem {
        recording: it.recording.id.to_string(),
        url: links::recording(&it.recording.id),
        title: titled(visit.words, &it.recording.title),
        date: visit.words.day(it.recording.started_at, &library.zone),
        reason: it.reason,
        first: n == 0,
        last: n == last,
    };
    let url = links::collection(&collection.id);
    Ok(CollectionEditPage {
        frame: visit.frame("page-edit"),
        action: edit_url(&collection.id),
        existing: Some(ExistingCollection {
            items_url: format!("{url}/items"),
            delete_url: format!("{url}/delete"),
            url,
            items: items.into_iter().enumerate().map(ordered).collect(),
        }),
        title: collection.title.clone(),
        note: collection.note.clone(),
        visibilities: visibilities(visit.words, collection.visibility),
        title_problem: None,
        saved: false,
    })
}

async fn confirmation(
    library: &Library,
    visit: &Visit,
    collection: &Collection,
    mistyped: bool,
) -> Result<CollectionDeletePage, Failure> {
    let items = library.catalog.collection_items(&visit.viewer, &collection.id).await?;
    Ok(CollectionDeletePage {
        frame: visit.frame("page-message"),
        action: format!("{}/delete", links::collection(&collection.id)),
        back: edit_url(&collection.id),
        title: titled(visit.words, &collection.title),
        items: items.len(),
        mistyped,
    })
}

fn edit_url(id: &CollectionId) -> String {
    format!("{}/edit", links::collection(id))
}
