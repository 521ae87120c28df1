use super::{
    Answered, App,
    home::{collection_lines, meeting},
    page,
};
use crate::{
    failure::Failure,
    pages::{
        VisibilityLabel,
        collections::{CollectionPage, CollectionsPage},
        paragraphs, titled,
    },
    visit::{CollectionPath, Visit},
};
use axum::extract::State;

/// `GET /collections`
#[tracing::instrument(name = "web.collections", skip_all)]
pub(crate) async fn list(State(library): App, visit: Visit) -> Answered {
    page(&CollectionsPage {
        frame: visit.frame("page-collections"),
        collections: collection_lines(&library, &visit).await?,
    })
}

/// `GET /collections/{id}`
#[tracing::instrument(name = "web.collection", skip_all, fields(collection.id = %id))]
pub(crate) async fn show(
    State(library): App,
    visit: Visit,
    CollectionPath(id): CollectionPath,
) -> Answered {
    let collection = library.catalog.collection(&visit.viewer, &id).await?;
    let collection = collection.ok_or(Failure::NotFound)?;
    let mut items = Vec::new();
    for item in library.catalog.collection_items(&visit.viewer, &id).await? {
        let mut meeting = meeting(&library, &visit, &item.recording).await?;
        meeting.reason = item.reason;
        items.push(meeting);
    }
    page(&CollectionPage {
        frame: visit.frame("page-collection"),
        title: titled(visit.words, &collection.title),
        note: paragraphs(&collection.note),
        visibility: VisibilityLabel::unless_public(visit.words, collection.visibility),
        items,
        edit_url: visit.viewer.curator().map(|_| format!("/collections/{id}/edit")),
    })
}
