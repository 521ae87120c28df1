use crate::both::on_both;
use archive::{
    Catalog, Collection, CollectionId, Role, Timestamp, Viewer, Visibility,
    testing::{NOW, admission, member, recording_id},
};
use std::time::Duration;

fn housing() -> Collection {
    Collection {
        id: "housing".parse().unwrap(),
        title: "Housing".into(),
        note: "Where we began.".into(),
        visibility: Visibility::Public,
    }
}

async fn order(catalog: &Catalog, id: &CollectionId) -> Vec<(u32, String)> {
    let items = catalog.collection_items(&Viewer::program(), id).await.unwrap();
    let number = |id: &archive::RecordingId| (1..9).find(|&n| recording_id(n) == *id).unwrap();
    items.into_iter().map(|it| (number(&it.recording.id), it.reason)).collect()
}

#[tokio::test]
async fn a_collection_keeps_the_order_that_its_curator_gives_it() {
    on_both(async |it| {
        let curator = Viewer::program().curator().unwrap();
        let collection = housing();
        let id = &collection.id;
        let catalog = &it.catalog;
        assert!(catalog.create_collection(&curator, &collection).await.unwrap());
        assert!(!catalog.create_collection(&curator, &collection).await.unwrap(), "taken");
        let put = async |n, reason: &str| {
            catalog.put_in_collection(&curator, id, &recording_id(n), reason).await.unwrap()
        };
        for n in 1..=3 {
            catalog.admit(&admission(n, "Assembly", Visibility::Public)).await.unwrap();
            let reason = format!("reason {n}");
            assert!(put(n, &reason).await);
        }
        let numbers =
            async || order(catalog, id).await.into_iter().map(|(n, _)| n).collect::<Vec<_>>();
        assert_eq!(numbers().await, [1, 2, 3]);
        assert!(catalog.move_in_collection(&curator, id, &recording_id(3), 0).await.unwrap());
        assert_eq!(numbers().await, [3, 1, 2]);
        assert!(catalog.move_in_collection(&curator, id, &recording_id(3), 99).await.unwrap());
        assert_eq!(numbers().await, [1, 2, 3]);
        assert!(put(2, "another reason").await);
        assert_eq!(order(catalog, id).await[1], (2, "another reason".into()));
        assert!(catalog.take_from_collection(&curator, id, &recording_id(1)).await.unwrap());
        assert!(!catalog.take_from_collection(&curator, id, &recording_id(1)).await.unwrap());
        assert_eq!(numbers().await, [2, 3]);
        assert!(!put(8, "").await, "no such recording");

        assert!(catalog.delete_collection(&curator, id).await.unwrap());
        assert!(!catalog.delete_collection(&curator, id).await.unwrap());
        assert_eq!(catalog.recordings(&Viewer::visitor(), None, 9).await.unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn sessions_end_on_time_on_sign_out_and_on_a_new_password() {
    on_both(async |it| {
        let catalog = &it.catalog;
        let ada = member("ada", Role::Archivist);
        assert!(catalog.create_member(&ada, "$argon2id$1").await.unwrap());
        assert!(!catalog.create_member(&member("ada", Role::Member), "x").await.unwrap());
        let (found, hash) = catalog.member_with_password(&ada.name).await.unwrap().unwrap();
        assert_eq!((found, hash.as_str()), (ada.clone(), "$argon2id$1"));
        assert_eq!(catalog.members().await.unwrap(), std::slice::from_ref(&ada));

        let hour = Duration::from_secs(3_600);
        let expires: Timestamp = NOW.plus(hour);
        for digest in ["first", "second"] {
            catalog.open_session(digest, &ada.id, expires).await.unwrap();
        }
        assert_eq!(catalog.session("first").await.unwrap(), Some(ada.clone()));
        catalog.close_session("first").await.unwrap();
        assert_eq!(catalog.session("first").await.unwrap(), None);
        assert!(catalog.set_password(&ada.name, "$argon2id$2").await.unwrap());
        assert_eq!(catalog.session("second").await.unwrap(), None);

        catalog.open_session("third", &ada.id, expires).await.unwrap();
        it.clock.advance(hour);
        assert_eq!(catalog.session("third").await.unwrap(), None, "its time is over");
        assert!(!catalog.set_password(&"nobody".parse().unwrap(), "x").await.unwrap());
    })
    .await;
}
