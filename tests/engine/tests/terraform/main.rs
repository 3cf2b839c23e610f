//! The real Terraform on what is composed.
#![allow(missing_docs, reason = "tests say what they are by their names")]

mod backend;
mod connections;
mod cost;
mod dashboards;
mod losses;
mod placement;
mod presets;
mod protecting;
mod reach;
mod replacing;
mod toggles;
mod values;
mod variations;
