//! The service's tests, in one binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    unreachable_pub
)]

mod clients;
mod documentation;
mod door;
mod five_days;
mod kill;
mod pages;
mod render;
mod running;
mod same_as_run;
mod service;
mod shop;
mod store;
mod troubles;
