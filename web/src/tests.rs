//! The whole router against a real catalog, store and index.

mod curating;
mod files;
mod pages;
mod rights;
mod signing_in;
mod world;
mod written;
