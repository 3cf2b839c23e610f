//! The composed scripts with the real Terraform, the real AWS CLI and moto.
#![allow(missing_docs, reason = "tests say what they are by their names")]

mod arguments;
mod autoscaling;
mod backup;
mod benchmark;
mod documents;
mod forked_cli;
mod harness;
mod hosts;
mod images;
mod lease;
mod preflight;
mod scaling;
mod setup;
mod status;
mod targets;
mod upgrade;
mod workers;
