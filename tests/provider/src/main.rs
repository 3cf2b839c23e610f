//! A stand-in for the AWS provider.
fn main() {}
