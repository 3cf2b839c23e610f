//! Addresses of resources, as Terraform writes them.

use crate::text::is_hidden;

/// Whether `text` is an address: `aws_vpc.main`, `data.aws_region.current`, `module.a["b"].aws_subnet.c[0]`.
pub(super) fn is_address(text: &str) -> bool {
    is_data_source(text).is_some()
}

/// Whether the address `text` is that of a data source; `None` if it is no address.
pub(super) fn is_data_source(text: &str) -> Option<bool> {
    // Terraform escapes hidden characters: <https://github.com/hashicorp/terraform/blob/v1.11.4/internal/addrs/instance_key.go>
    if text.contains(is_hidden) {
        return None;
    }
    let parts = parts(text)?;
    let mut rest = parts.as_slice();
    while let [first, _, after @ ..] = rest
        && first.name == "module"
        && !first.has_index
    {
        rest = after;
    }
    let is_data = matches!(rest, [first, _, _] if first.name == "data" && !first.has_index);
    if is_data {
        rest = &rest[1..];
    }
    matches!(rest, [kind, _] if !kind.has_index).then_some(is_data)
}

struct Part<'a> {
    name: &'a str,
    has_index: bool,
}

/// The parts of an address between its dots, each a name with or without an index.
fn parts(text: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let end = rest
            // An identifier of HCL may have letters of any script.
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            return None;
        }
        let (has_index, after) = match after.strip_prefix('[') {
            Some(index) => (true, after_index(index)?),
            None => (false, after),
        };
        parts.push(Part { name, has_index });
        if after.is_empty() {
            return Some(parts);
        }
        rest = after.strip_prefix('.')?;
    }
}

/// What follows an index whose bracket is already open: digits, or a string that may hold any character.
fn after_index(text: &str) -> Option<&str> {
    if let Some(string) = text.strip_prefix('"') {
        let mut is_escaped = false;
        for (at, character) in string.char_indices() {
            match character {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => return string[at + 1..].strip_prefix(']'),
                _ => {}
            }
        }
        return None;
    }
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    (digits > 0).then_some(())?;
    text[digits..].strip_prefix(']')
}

/// The type in an address: `aws_subnet` of `module.vpc.aws_subnet.private["a"]`.
pub(super) fn kind_of(address: &str) -> &str {
    let name = address.find('[').map_or(address, |at| {
        // An index may stand in the middle, at a module, or at the end.
        if address[at..].contains("].") {
            address.rsplit_once("].").map_or(address, |(_, rest)| rest)
        } else {
            &address[..at]
        }
    });
    let name = name.split_once('[').map_or(name, |(name, _)| name);
    name.rsplit('.').nth(1).unwrap_or(name)
}

/// The address without the index at its end.
pub(super) fn without_index(address: &str) -> &str {
    match address.strip_suffix(']') {
        Some(_) => address.split_once('[').map_or(address, |(name, _)| name),
        None => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_of_an_address_is_found_behind_modules_and_before_its_index() {
        for address in [
            "aws_vpc.main",
            "aws_vpc.main[0]",
            "module.a.aws_vpc.main",
            "module.a[\"x.y\"].aws_vpc.main",
            "module.a.module.b.aws_vpc.main[\"c.d\"]",
            "module.a[\"x\"].aws_vpc.main[\"c\"]",
        ] {
            assert_eq!(kind_of(address), "aws_vpc", "{address}");
        }
    }
    #[test]
    fn a_data_source_is_known_by_its_address_in_modules_too() {
        assert_eq!(
            is_data_source("module.a[0].data.aws_x.y[\"z\"]"),
            Some(true)
        );
        assert_eq!(is_data_source("module.a.aws_x.y"), Some(false));
    }
}
