//! What is told and what is left where no room is left: on a real file system of 256 kB.

use super::world::{Who, World};
use crate::WebConfig;
use archive::testing::skipped;
use axum::{body::Body, http::StatusCode};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const TOKEN: &str = "a-token-of-a-hook";
const MORE_THAN_FITS: usize = 1_000_000;

/// A small file system, until this is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where this machine lets nobody mount one.
    fn at(folder: PathBuf) -> Option<Self> {
        fs::create_dir_all(&folder).unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=256k", "tmpfs"])
            .arg(&folder)
            .output();
        if mount.is_ok_and(|it| it.status.success()) {
            return Some(Self(folder));
        }
        skipped("no small file system can be mounted here");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg("--lazy").arg(&self.0).status().ok();
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn a_push_without_room_leaves_nothing() {
    let push_token = Some(TOKEN.to_owned());
    let world = World::with(WebConfig { push_token, ..WebConfig::default() }).await;
    let Some(disk) = SmallDisk::at(world.folder("spool")) else { return };
    let push = async |length: usize| {
        let request = world
            .request(Who::Visitor, "PUT", "/ingest/push/a.tar")
            .header("authorization", format!("Bearer {TOKEN}"));
        world.send(request.body(Body::from(vec![1; length])).unwrap()).await.status
    };
    assert_eq!(push(MORE_THAN_FITS).await, StatusCode::INSUFFICIENT_STORAGE);
    assert_eq!(names(&disk.0), Vec::<String>::new());
    assert_eq!(push(100_000).await, StatusCode::CREATED, "there is room for less");
}

#[tokio::test]
async fn an_upload_without_room_goes_on_when_there_is_some() {
    let world = World::new().await;
    let Some(disk) = SmallDisk::at(world.folder("uploads")) else { return };
    let tus = |method: &str, path: &str| {
        world
            .request(Who::Archivist, method, path)
            .header("tus-resumable", "1.0.0")
            .header("x-form-token", world.form_token(Who::Archivist))
    };
    let begin = tus("POST", "/ingest/uploads")
        .header("upload-length", MORE_THAN_FITS)
        .header("upload-metadata", "filename YS50YXI="); // a.tar
    let begun = world.send(begin.body(Body::empty()).unwrap()).await;
    assert_eq!(begun.status, StatusCode::CREATED);
    let path = begun.header("location");
    let content: Vec<u8> = (0..=250).cycle().take(MORE_THAN_FITS).collect();
    let send = async |offset: usize| {
        let piece = tus("PATCH", path)
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", offset);
        world.send(piece.body(Body::from(content[offset..].to_vec())).unwrap()).await.status
    };
    let stands = async || {
        let look = world.send(tus("HEAD", path).body(Body::empty()).unwrap()).await;
        look.header("upload-offset").parse::<usize>().unwrap()
    };
    assert_eq!(send(0).await, StatusCode::INSUFFICIENT_STORAGE);
    let kept = stands().await;
    assert!(kept < MORE_THAN_FITS);
    assert!(world.arrivals().await.is_empty());
    let grown =
        Command::new("mount").args(["-o", "remount,size=8m"]).arg(&disk.0).status().unwrap();
    assert!(grown.success());
    assert_eq!(send(kept).await, StatusCode::NO_CONTENT);
    let place = &world.arrivals().await[0].place;
    assert_eq!(fs::read(disk.0.join(place)).unwrap(), content);
}
