use super::*;
use crate::{Ingest, IngestConfig, IntakeConfig, IntakeParts};
use archive::{Arrival, ArrivalState, NewArrival, Viewer, testing::TestArchive};
use std::fs;

async fn intake(archive: &TestArchive, config: IntakeConfig) -> Intake {
    let (catalog, clock) = (archive.catalog.clone(), archive.clock.clone());
    let (store, settings) = (archive.store.clone(), IngestConfig::default());
    let here = archive.folder.path();
    Intake::new(IntakeParts {
        ingest: Ingest::new(catalog.clone(), store, settings, clock.clone()),
        catalog,
        clock,
        config,
        server: None,
        uploads: here.join("uploads"),
        downloads: here.join("downloads"),
    })
}

async fn taken(archive: &TestArchive, intake: &Intake, way: Way, place: String) -> Arrival {
    let arrivals = archive.catalog.arrivals();
    let new = NewArrival {
        way,
        place,
        fingerprint: "x".to_owned(),
        recording: None,
        details: "{\"file\":\"a.ogg\",\"title\":\"a\"}".to_owned(),
    };
    arrivals.note(&new).await.unwrap();
    assert!(intake.take_one(&[way], &CancellationToken::new()).await);
    let curator = Viewer::program().curator().unwrap();
    arrivals.list(&curator).await.unwrap().pop().unwrap()
}

#[tokio::test]
async fn what_is_gone_with_its_spool_is_not_done() {
    let archive = TestArchive::open().await;
    let intake = intake(&archive, IntakeConfig::default()).await;
    let place = archive.folder.path().join("not-mounted/a.tar");
    let place = place.to_str().unwrap().to_owned();
    let arrival = taken(&archive, &intake, Way::Spool, place).await;
    assert!(matches!(arrival.state, ArrivalState::Waiting { .. }), "{arrival:?}");
}

#[tokio::test]
async fn an_upload_whose_file_was_taken_in_before_is_done() {
    let archive = TestArchive::open().await;
    let intake = intake(&archive, IntakeConfig::default()).await;
    let arrival = taken(&archive, &intake, Way::Upload, "ab12/a.ogg".to_owned()).await;
    assert!(matches!(arrival.state, ArrivalState::Waiting { .. }), "another machine has it");

    let folder = archive.folder.path().join("uploads/cd34");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(".upload.json"), "{}").unwrap();
    let arrivals = archive.catalog.arrivals();
    taken(&archive, &intake, Way::Upload, "cd34/a.ogg".to_owned()).await;
    let listed = arrivals.list(&Viewer::program().curator().unwrap()).await.unwrap();
    let arrival = listed.iter().find(|it| it.place == "cd34/a.ogg").unwrap();
    assert!(matches!(arrival.state, ArrivalState::Done { .. }), "{arrival:?}");
}
