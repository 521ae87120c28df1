use crate::both::on_both;
use archive::{
    CaptionTrack, Collection, Role, Viewer, Visibility,
    catalog::RecordingEdit,
    testing::{admission, member, recording_id},
};

fn viewers() -> [(Viewer, usize); 3] {
    [
        (Viewer::visitor(), 1),
        (Viewer::signed_in(&member("mem", Role::Member)), 2),
        (Viewer::signed_in(&member("arc", Role::Archivist)), 3),
    ]
}

#[tokio::test]
async fn every_read_of_a_recording_asks_who_reads() {
    on_both(async |it| {
        for (n, visibility) in (1..).zip(Visibility::ALL) {
            let mut given = admission(n, "Assembly", visibility);
            given.contents.captions = vec![CaptionTrack {
                language: "en".parse().unwrap(),
                label: "English".into(),
                file: "presentation/caption_en.vtt".parse().unwrap(),
            }];
            it.catalog.admit(&given).await.unwrap();
        }
        let catalog = &it.catalog;
        for (viewer, sees) in viewers() {
            assert_eq!(catalog.recordings(&viewer, None, 10).await.unwrap().len(), sees);
            let visible = catalog.visible_recordings(&viewer).await.unwrap();
            assert_eq!(visible.len(), sees);
            for (n, visibility) in (1..).zip(Visibility::ALL) {
                let id = recording_id(n);
                let may = viewer.may_see(visibility);
                assert_eq!(visible.contains(id.as_str()), may);
                assert_eq!(catalog.recording(&viewer, &id).await.unwrap().is_some(), may);
                assert_eq!(catalog.contents(&viewer, &id).await.unwrap().is_some(), may);
                assert_eq!(!catalog.sources(&viewer, &id).await.unwrap().is_empty(), may);
                assert_eq!(catalog.slide(&viewer, &id, 1).await.unwrap().is_some(), may);
                assert_eq!(catalog.slide(&viewer, &id, 2).await.unwrap(), None);
                let captions = catalog.caption_track(&viewer, &id, "en".parse().unwrap());
                assert_eq!(captions.await.unwrap().is_some(), may);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn names_of_speakers_are_for_nobody_who_asks() {
    on_both(async |it| {
        it.catalog.admit(&admission(1, "Assembly", Visibility::Public)).await.unwrap();
        for (viewer, _) in viewers() {
            let contents = it.catalog.contents(&viewer, &recording_id(1)).await.unwrap().unwrap();
            assert_eq!(contents.speaker_names, []);
            assert_eq!(contents.turns.len(), 1, "a turn is told under its number");
        }
    })
    .await;
}

#[tokio::test]
async fn a_change_of_rights_counts_from_the_next_question_on() {
    on_both(async |it| {
        it.catalog.admit(&admission(1, "Assembly", Visibility::Public)).await.unwrap();
        let visitor = Viewer::visitor();
        assert_eq!(it.catalog.visible_recordings(&visitor).await.unwrap().len(), 1);
        let edit = RecordingEdit {
            title: "Assembly".into(),
            description: String::new(),
            licence: None,
            language: None,
            visibility: Visibility::Private,
            space: None,
            subjects: Vec::new(),
        };
        let curator = Viewer::program().curator().unwrap();
        it.catalog.edit_recording(&curator, &recording_id(1), &edit).await.unwrap();
        assert!(it.catalog.visible_recordings(&visitor).await.unwrap().is_empty());
        assert!(!it.catalog.edit_recording(&curator, &recording_id(2), &edit).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_collection_shows_each_viewer_their_part_of_it() {
    on_both(async |it| {
        let curator = Viewer::program().curator().unwrap();
        for (n, visibility) in (1..).zip(Visibility::ALL) {
            it.catalog.admit(&admission(n, "Assembly", visibility)).await.unwrap();
            let collection = Collection {
                id: visibility.as_str().parse().unwrap(),
                title: visibility.to_string(),
                note: String::new(),
                visibility,
            };
            assert!(it.catalog.create_collection(&curator, &collection).await.unwrap());
        }
        for visibility in Visibility::ALL {
            let id = visibility.as_str().parse().unwrap();
            for n in 1..=3 {
                let recording = recording_id(n);
                let put = it.catalog.put_in_collection(&curator, &id, &recording, "why").await;
                assert!(put.unwrap());
            }
        }
        for (viewer, sees) in viewers() {
            assert_eq!(it.catalog.collections(&viewer).await.unwrap().len(), sees);
            for visibility in Visibility::ALL {
                let id = visibility.as_str().parse().unwrap();
                let may = viewer.may_see(visibility);
                assert_eq!(it.catalog.collection(&viewer, &id).await.unwrap().is_some(), may);
                let items = it.catalog.collection_items(&viewer, &id).await.unwrap();
                assert_eq!(items.len(), if may { sees } else { 0 });
            }
            for (n, visibility) in (1..).zip(Visibility::ALL) {
                let of = it.catalog.collections_of(&viewer, &recording_id(n)).await.unwrap();
                assert_eq!(of.len(), if viewer.may_see(visibility) { sees } else { 0 });
            }
        }
    })
    .await;
}
