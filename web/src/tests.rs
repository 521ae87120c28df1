//! The whole router against a real catalog, store and index.

mod announcing;
mod curating;
mod files;
mod full_disk;
mod ingest;
mod pages;
mod pushing;
mod rights;
mod signing_in;
mod uploading;
mod world;
mod written;
