//! Originals lie under their digests, where nothing replaces them.

use crate::{MIB, noise, places::Place, recording};
use archive::{ObjectKey, StoreError};
use bytes::Bytes;
use futures_util::stream;
use sha2::{Digest as _, Sha256};
use std::io;

pub(crate) async fn an_original_lies_under_its_digest(place: Place) {
    let (store, recording) = (&place.store, &recording());
    for bytes in [Bytes::new(), noise(100), noise(9 * MIB)] {
        let expected = hex::encode(Sha256::digest(&bytes));
        let length = bytes.len().try_into().unwrap();
        let mut etags = Vec::new();
        for _ in 0..2 {
            let open = || stream::iter([Ok(bytes.clone())]);
            let stored = store.put_original(recording, length, open).await.unwrap();
            assert_eq!((stored.size_bytes, &stored.sha256), (length, &expected));
            let key = ObjectKey::Original { recording, sha256: &stored.sha256 };
            assert!(store.stream(&key, None).await.unwrap().is_some());
            let local = store.local(&key, place.scratch.path()).await.unwrap();
            assert!(std::fs::read(local.path()).unwrap() == bytes);
            etags.push(store.head(&key).await.unwrap().unwrap().modified);
        }
        assert_eq!(etags[0], etags[1], "the second put wrote nothing");
    }
    assert!(place.leftovers().is_empty(), "{:?}", place.leftovers());
}

pub(crate) async fn an_original_that_fails_or_changes_is_not_put(place: Place) {
    let (store, recording) = (&place.store, &recording());
    let open = || stream::iter([Ok(noise(MIB)), Err(io::Error::other("unplugged"))]);
    let error = store.put_original(recording, 2 << 20, open).await.unwrap_err();
    assert!(matches!(error, StoreError::Input { .. }), "{error}");
    let mut reading = 0_u8;
    let open = || {
        reading += 1;
        stream::iter([Ok(Bytes::from(vec![reading; 1_000]))])
    };
    // A folder reads once, and what it read is what it has.
    let put = store.put_original(recording, 1_000, open).await;
    assert_eq!(put.is_ok(), reading == 1);
    for read in [[1; 1_000], [2; 1_000]] {
        let sha256 = hex::encode(Sha256::digest(read));
        let key = ObjectKey::Original { recording, sha256: &sha256 };
        let got = store.get(&key).await.unwrap();
        assert_eq!(got.is_some(), put.is_ok() && read[0] == 1);
    }

    // What another hand-over put meanwhile stays, whole.
    let mut reading = 0_u8;
    let open = || {
        reading += 1;
        let second = reading == 2;
        stream::once(async move {
            if second {
                let same = || stream::iter([Ok(Bytes::from(vec![3; 1_000]))]);
                store.put_original(recording, 1_000, same).await.unwrap();
            }
            Ok(Bytes::from(vec![if second { 4 } else { 3 }; 1_000]))
        })
    };
    let put = store.put_original(recording, 1_000, open).await;
    assert_eq!(put.is_ok(), reading == 1);
    let sha256 = hex::encode(Sha256::digest([3; 1_000]));
    let got = store.get(&ObjectKey::Original { recording, sha256: &sha256 }).await.unwrap();
    assert!(got.is_some_and(|it| *it == [3; 1_000]));
    assert!(place.leftovers().is_empty(), "{:?}", place.leftovers());
}
