//! Reads the resource blocks off the modules. The build script does it, so that the page carries what was read and not
//! the modules for it.

use super::multiplicity::Multiplicity;

/// The resource blocks of a module with these `.tf` files, each with how often it is made; `None` for an expression that
/// is not known here.
pub(crate) fn of_module<'a>(texts: &[&'a str]) -> Vec<(&'a str, Option<Multiplicity<'a>>)> {
    texts
        .iter()
        .flat_map(|text| blocks(text))
        .map(|(kind, repeated)| {
            let times = match repeated {
                Some(expression) => Multiplicity::read(expression, texts),
                None => Some(Multiplicity::Always(1)),
            };
            (kind, times)
        })
        .collect()
}

impl<'a> Multiplicity<'a> {
    /// Reads the expression of `count` or `for_each` with which `text` begins, in a module of these files.
    fn read(text: &'a str, files: &[&str]) -> Option<Self> {
        let first = text.lines().next()?;
        Some(match first {
            // Each of the ring's ports for the one group of the flat root's tasks.
            "local.ring_client_rules" => Self::WithFlatNames(local("ring_ports", files)?),
            "local.zone_index" => Self::Zones,
            "local.nat_zones" | "aws_subnet.public" => Self::NatZones,
            // Every root gives one: the ring of the Temporal services.
            "var.client_security_group_ids" => Self::Always(1),
            _ if let Some(values) = listed(first) => values,
            _ => match switch(first, files) {
                Some((variable, times)) => Self::If(variable, times),
                None => Self::Always(match first.strip_prefix("local.") {
                    Some(name) => local(name, files)?,
                    None => literal(text)?,
                }),
            },
        })
    }
}

/// What is made for the values of a variable: `toset(var.x)`, `var.x` for a map, `length(var.x) > 0 ? 1 : 0`, `var.x == null ? 0 : 1`.
fn listed(expression: &str) -> Option<Multiplicity<'_>> {
    let between = |start: &str, end: &str| expression.strip_prefix(start)?.strip_suffix(end);
    if let Some(variable) = between("toset(var.", ")") {
        return Some(Multiplicity::ForEach(variable));
    }
    if let Some(variable) = expression.strip_prefix("var.")
        && variable
            .bytes()
            .all(|letter| letter.is_ascii_lowercase() || letter == b'_')
    {
        return Some(Multiplicity::ForEach(variable));
    }
    between("length(var.", ") > 0 ? 1 : 0")
        .or_else(|| between("var.", " == null ? 0 : 1"))
        .map(Multiplicity::IfGiven)
}

/// The variable that decides whether there is a resource, and how often it is made then: `var.x ? 1 : 0`, or
/// `var.x ? local.y : toset([])`.
fn switch<'a>(expression: &'a str, files: &[&str]) -> Option<(&'a str, usize)> {
    let (variable, values) = expression.strip_prefix("var.")?.split_once(" ? ")?;
    let times = match values {
        "1 : 0" => 1,
        values => {
            let value = values.strip_suffix(" : toset([])")?;
            local(value.strip_prefix("local.")?, files)?
        }
    };
    Some((variable, times))
}

/// The resource blocks of a file that `terraform fmt` has formatted: their types, and what follows `count` or
/// `for_each`.
fn blocks(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    text.split("\nresource \"")
        .enumerate()
        .filter_map(|(index, part)| match index {
            0 => part.strip_prefix("resource \""),
            _ => Some(part),
        })
        .filter_map(|part| {
            let (kind, _) = part.split_once('"')?;
            let (body, _) = part.split_once("\n}")?;
            let repeated = ["\n  count = ", "\n  for_each = "]
                .iter()
                .find_map(|argument| body.split_once(argument))
                .map(|(_, after)| after);
            Some((kind, repeated))
        })
}

/// How many elements the module's local value `name` is written with.
fn local(name: &str, files: &[&str]) -> Option<usize> {
    let assignment = format!("\n  {name} = ");
    let value = files
        .iter()
        .find_map(|text| text.split_once(&assignment))?
        .1;
    literal(value)
}

/// How many elements the map or set has that `text` begins with. Over several lines it has one on each line of the
/// least depth.
fn literal(text: &str) -> Option<usize> {
    let mut lines = text.lines();
    let first = lines.next()?;
    if let Some(inline) = first
        .strip_prefix("toset([\"")
        .and_then(|rest| rest.strip_suffix("\"])"))
    {
        return Some(inline.split("\", \"").count());
    }
    if first != "{" && first != "toset([" {
        return None;
    }
    let is_element = |line: &&str| {
        line.strip_prefix("    ").is_some_and(|line| {
            line.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"')
        })
    };
    Some(
        lines
            .take_while(|line| !matches!(*line, "  }" | "  ])"))
            .filter(is_element)
            .count(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates;

    #[test]
    fn every_block_is_read() {
        for (path, text) in templates::ALL {
            if path.ends_with(".tf") {
                let written = text.lines().filter(|line| line.starts_with("resource \""));
                assert_eq!(of_module(&[text]).len(), written.count(), "{path}");
            }
        }
    }

    #[test]
    fn elements_are_counted() {
        assert_eq!(literal("toset([\"a\", \"b\"])\n"), Some(2));
        assert_eq!(
            literal("toset([\n    \"a\", # one\n    # two\n    \"b\",\n  ])\n}\n"),
            Some(2)
        );
        assert_eq!(
            literal("{\n    a = {\n      b = 1\n    }\n    c = 2\n  }\n}\n"),
            Some(2)
        );
        assert_eq!(literal("var.zones\n"), None);
    }
}
