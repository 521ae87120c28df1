//! Speech models: which there are, how to get them, and what they hear.
//!
//! In this project *model* always means a speech model.

mod convert;
pub mod fetch;
mod folder;
mod manifest;

pub use fetch::{FetchError, FetchPlan, FetchProgress, FetchStep, fetch};
pub use folder::{ModelProblem, check, installed};
pub use manifest::{Languages, Model, Purpose, UnknownModel, list, model};
