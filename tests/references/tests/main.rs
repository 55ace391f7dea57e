//! What other libraries say of the same files and points.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests say scores and what they skip, and what fails says so"
)]

mod corpus;
mod zones;
