//! The interface endpoints of an environment that has them.

/// How many the module `vpc` makes. Each is billed in every zone, and takes an address in every private subnet.
pub(crate) const INTERFACE_ENDPOINTS: i64 = 12;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates;

    #[test]
    fn there_are_as_many_as_the_module_lists() {
        let (_, text) = templates::ALL
            .iter()
            .find(|(path, _)| *path == "modules/vpc/endpoints.tf")
            .unwrap();
        let (_, list) = text.split_once("interface_endpoints = toset([\n").unwrap();
        let (list, _) = list.split_once("])").unwrap();
        let is_entry = |line: &&str| line.trim_start().starts_with('"');
        assert_eq!(
            list.lines().filter(is_entry).count() as i64,
            INTERFACE_ENDPOINTS
        );
    }
}
