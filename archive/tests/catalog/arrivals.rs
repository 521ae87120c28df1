use crate::both::on_both;
use archive::{
    ArrivalState, Arrivals, CatalogError, ClaimedArrival, Ended, NewArrival, Noted, Viewer, Way,
    testing::{TestArchive, recording_id},
};
use std::time::Duration;

const LEASE: Duration = Duration::from_secs(30);

fn at(place: &str, fingerprint: &str) -> NewArrival {
    NewArrival {
        way: Way::Spool,
        place: place.to_owned(),
        fingerprint: fingerprint.to_owned(),
        recording: None,
        details: "{}".to_owned(),
    }
}

async fn claim(arrivals: &Arrivals) -> Option<ClaimedArrival> {
    arrivals.claim(&[Way::Spool], "", LEASE).await.unwrap()
}

async fn states(it: &TestArchive) -> Vec<ArrivalState> {
    let curator = Viewer::program().curator().unwrap();
    let listed = it.catalog.arrivals().list(&curator).await.unwrap();
    listed.into_iter().map(|it| it.state).collect()
}

fn done() -> Ended {
    Ended::Done { recording: Some(recording_id(1)), message: "new".to_owned() }
}

#[tokio::test]
async fn what_lies_at_a_place_is_taken_once_and_again_when_it_has_changed() {
    on_both(async |it| {
        let arrivals = it.catalog.arrivals();
        assert_eq!(arrivals.note(&at("a.tar", "1")).await.unwrap(), Noted::Waits);
        assert_eq!(arrivals.note(&at("a.tar", "1")).await.unwrap(), Noted::Known);
        let first = claim(&arrivals).await.unwrap();
        assert_eq!((first.place.as_str(), first.attempt), ("a.tar", 1));
        assert_eq!(claim(&arrivals).await, None, "leased");
        arrivals.finish(&first, &done()).await.unwrap();
        assert_eq!(arrivals.note(&at("a.tar", "1")).await.unwrap(), Noted::Known);
        assert_eq!(claim(&arrivals).await, None, "done");

        assert_eq!(arrivals.note(&at("a.tar", "2")).await.unwrap(), Noted::Waits);
        let again = claim(&arrivals).await.unwrap();
        assert_eq!((again.id, again.recording), (first.id, Some(recording_id(1))));
        let known = arrivals.fingerprints(Way::Spool).await.unwrap();
        assert_eq!(known.get("a.tar").map(String::as_str), Some("2"));
        assert_eq!(arrivals.fingerprints(Way::Tree).await.unwrap().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn what_changed_while_it_was_taken_in_waits_again() {
    on_both(async |it| {
        let arrivals = it.catalog.arrivals();
        arrivals.note(&at("a.tar", "1")).await.unwrap();
        let first = claim(&arrivals).await.unwrap();
        arrivals.note(&at("a.tar", "2")).await.unwrap();
        assert_eq!(claim(&arrivals).await, None, "somebody is at it");
        arrivals.finish(&first, &done()).await.unwrap();
        let second = claim(&arrivals).await.unwrap();
        arrivals.finish(&second, &done()).await.unwrap();
        assert!(matches!(states(&it).await[..], [ArrivalState::Done { .. }]));
    })
    .await;
}

#[tokio::test]
async fn a_dead_taker_loses_its_arrival_and_cannot_end_it() {
    on_both(async |it| {
        let arrivals = it.catalog.arrivals();
        arrivals.note(&at("a.tar", "1")).await.unwrap();
        let dead = claim(&arrivals).await.unwrap();
        it.clock.advance(LEASE);
        let living = claim(&arrivals).await.unwrap();
        assert_eq!(living.attempt, 2);
        for refused in [
            arrivals.finish(&dead, &done()).await,
            arrivals.renew(&dead, LEASE).await,
            arrivals.give_back(&dead).await,
        ] {
            assert!(matches!(refused, Err(CatalogError::LeaseLost { .. })));
        }
        arrivals.renew(&living, LEASE).await.unwrap();
        arrivals.give_back(&living).await.unwrap();
        assert_eq!(claim(&arrivals).await.unwrap().attempt, 2, "the try was given back");
    })
    .await;
}

#[tokio::test]
async fn a_failed_arrival_waits_for_a_person_and_a_later_one_for_its_time() {
    on_both(async |it| {
        let arrivals = it.catalog.arrivals();
        arrivals.note(&at("a.tar", "1")).await.unwrap();
        let first = claim(&arrivals).await.unwrap();
        let wait = Duration::from_secs(60);
        let later = Ended::Later { wait, message: "the disk is full".to_owned() };
        arrivals.finish(&first, &later).await.unwrap();
        assert_eq!(claim(&arrivals).await, None);
        it.clock.advance(wait);
        let second = claim(&arrivals).await.unwrap();
        assert_eq!(second.attempt, 2);
        let failed = Ended::Failed { message: "no recording".to_owned() };
        arrivals.finish(&second, &failed).await.unwrap();
        it.clock.advance(wait);
        assert_eq!(claim(&arrivals).await, None);
        assert!(matches!(states(&it).await[..], [ArrivalState::Failed { .. }]));

        let curator = Viewer::program().curator().unwrap();
        assert!(arrivals.retry(&curator, &second.id).await.unwrap());
        assert!(!arrivals.retry(&curator, &second.id).await.unwrap(), "it waits already");
        assert_eq!(claim(&arrivals).await.unwrap().attempt, 1);
    })
    .await;
}

#[tokio::test]
async fn who_names_a_place_takes_it_at_once_whatever_became_of_it() {
    on_both(async |it| {
        let arrivals = it.catalog.arrivals();
        let first = arrivals.begin(&at("a.tar", "1"), LEASE).await.unwrap().unwrap();
        assert_eq!(arrivals.begin(&at("a.tar", "1"), LEASE).await.unwrap(), None, "it runs");
        arrivals.finish(&first, &done()).await.unwrap();
        let again = arrivals.begin(&at("a.tar", "1"), LEASE).await.unwrap().unwrap();
        assert_eq!((again.id, again.attempt), (first.id, 1));
    })
    .await;
}

#[tokio::test]
async fn what_one_server_announced_is_not_asked_of_another() {
    on_both(async |it| {
        let arrivals = it.catalog.arrivals();
        let place = "https://a.example.org/api/#1".to_owned();
        let new = NewArrival { way: Way::Server, place, ..at("", "1") };
        arrivals.note(&new).await.unwrap();
        let ways = [Way::Server, Way::Spool];
        let other = arrivals.claim(&ways, "https://b.example.org/api/#", LEASE).await.unwrap();
        assert_eq!(other, None);
        let own = arrivals.claim(&ways, "https://a.example.org/api/#", LEASE).await.unwrap();
        arrivals.finish(&own.unwrap(), &done()).await.unwrap();
        let ended = arrivals.ended(Way::Server).await.unwrap();
        assert_eq!(ended.into_iter().collect::<Vec<_>>(), [new.place]);
    })
    .await;
}

#[tokio::test]
async fn a_command_that_died_is_not_waited_for() {
    on_both(async |it| {
        let arrivals = it.catalog.arrivals();
        let new = NewArrival { way: Way::Command, ..at("a.tar", "1") };
        arrivals.begin(&new, LEASE).await.unwrap().unwrap();
        assert!(matches!(states(&it).await[..], [ArrivalState::Running]));
        it.clock.advance(LEASE);
        assert!(matches!(states(&it).await[..], [ArrivalState::Failed { .. }]));
        assert!(arrivals.begin(&new, LEASE).await.unwrap().is_some());
    })
    .await;
}
