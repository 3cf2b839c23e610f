//! The contract with an image: which variables a container gets.

use std::collections::BTreeSet;

use composer_core::Environment;
use composer_core::contract::{Reader, SERVER};
use composer_core::templates;

use crate::container::Container;

/// Asserts that the container of the service has exactly the variables of the contract whose condition is met, each with a
/// value, and that the files of the tree read those that they should.
#[track_caller]
pub(crate) fn expect(container: &Container, environment: &Environment, service: &str, place: &str) {
    let mut services = environment.services.iter();
    let settled = services.find(|it| it.name() == service).unwrap();
    let wanted: BTreeSet<&str> = SERVER
        .iter()
        .filter(|it| it.when.is_met(environment, settled))
        .map(|it| it.name)
        .collect();
    let found: BTreeSet<&str> = container.environment.keys().map(String::as_str).collect();
    assert_eq!(found, wanted, "{place}");
    let empty = container
        .environment
        .iter()
        .find(|(_, value)| value.is_empty());
    assert_eq!(empty, None, "{place}");
    for it in SERVER {
        let reads = |file: &str| {
            let path = format!("modules/temporal-service/{file}");
            let mut all = templates::ALL.iter();
            let (_, text) = all.find(|(name, _)| name.ends_with(&path)).unwrap();
            text.contains(it.name)
        };
        match it.reader {
            Reader::StartScript => assert!(reads("files/start.sh"), "{}", it.name),
            Reader::Configuration => assert!(reads("templates/server.yaml.tftpl"), "{}", it.name),
            // Their sources are not here.
            Reader::ImageScript | Reader::Plugin | Reader::Sdk => {}
        }
    }
}
