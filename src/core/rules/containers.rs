//! Containers: images, and the variables that their programs get.

use super::row::{Input, Row, Validation, is_lower_or_digit};
use crate::text::is_hidden;

pub(super) const IMAGE: Row = Row {
    noun: "a container image",
    allowed: "`[registry/]name:tag` or `[registry/]name@sha256:digest`, such as \
              `123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal:1.29.0`",
    accepts: is_image,
    known: None,
    terraform: Some(
        Validation::matches(
            "^(([A-Za-z0-9][A-Za-z0-9-]*[.][A-Za-z0-9.-]*|[A-Za-z0-9][A-Za-z0-9.-]*:[0-9]+)/)?[a-z0-9]([a-z0-9._-]*[a-z0-9])?(/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$",
        )
        .except("^.{256}"),
    ),
    input: Input::LongLine,
    good: &[
        "grafana/alloy:v1.18.1",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/temporal:1.29.0",
        "localhost:5000/a/b_c:1",
        "a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "nginx",
    ],
    #[cfg(test)]
    bad: &["A:1", "a:", "a/:1", "a@sha256:12", "/a", "a b:1", "a:1:2/x"],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) const VARIABLE_NAME: Row = Row {
    noun: "the name of an environment variable",
    allowed: "1 to 128 letters, digits and underscores, no digit first, such as `LOG_LEVEL`",
    accepts: |text| {
        (1..=128).contains(&text.len())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !text.starts_with(|c: char| c.is_ascii_digit())
    },
    known: None,
    terraform: None,
    input: Input::Line,
    good: &["LOG_LEVEL", "_x"],
    #[cfg(test)]
    bad: &["1A", "A-B"],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) const VARIABLE_VALUE: Row = Row {
    noun: "a value for an environment variable",
    allowed: "up to 1,024 characters without line breaks, control characters and invisible ones",
    accepts: |text| text.chars().count() <= 1024 && !text.contains(is_hidden),
    known: None,
    terraform: None,
    // What ends a string or begins a template elsewhere is allowed here: it is escaped.
    input: Input::Line,
    good: &[
        "",
        "${x} \"y\"",
        "a b\"",
        "${x}",
        "%{if x}",
        "a\\",
        "<b>",
        "`id`",
        "$(id)",
        "${x} %{y} \"z\" \\ <b> 'q' `id` $(id)",
    ],
    #[cfg(test)]
    bad: &["\u{1b}[0m"],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) const SERVER_KEY: Row = Row {
    noun: "a key of the server's dynamic configuration",
    allowed: "1 to 128 letters, digits, periods and hyphens, such as `frontend.rps`",
    accepts: |text| {
        (1..=128).contains(&text.len())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-')
    },
    known: None,
    terraform: Some(Validation::matches("^[A-Za-z0-9.-]{1,128}$")),
    input: Input::Line,
    good: &["frontend.rps", "internal-frontend.x", "a"],
    #[cfg(test)]
    bad: &["a_b"],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

pub(super) const METRIC_NAME: Row = Row {
    noun: "the name of a metric",
    allowed: "1 to 128 letters, digits and underscores, no digit first, such as `service_requests`",
    accepts: VARIABLE_NAME.accepts,
    known: None,
    terraform: Some(Validation::matches("^[A-Za-z_][A-Za-z0-9_]{0,127}$")),
    input: Input::Line,
    good: &["service_requests", "_x"],
    #[cfg(test)]
    bad: &["1a", "a-b"],
    #[cfg(test)]
    bad_but_for_terraform: &[],
};

/// The tag or digest of an image reference; `None` where it states neither.
#[must_use]
pub(crate) fn image_version(image: &str) -> Option<&str> {
    if let Some((_, digest)) = image.split_once('@') {
        return Some(digest);
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    last.split_once(':').map(|(_, tag)| tag)
}

/// An image reference without its tag and digest.
#[must_use]
pub(crate) fn repository(image: &str) -> &str {
    let image = image.split_once('@').map_or(image, |(name, _)| name);
    let last = image.rfind('/').map_or(0, |slash| slash + 1);
    let end = image[last..]
        .find(':')
        .map_or(image.len(), |colon| last + colon);
    &image[..end]
}

/// The three numbers of a tag such as `3.7.6` or `v1.18.1`; `None` for any other.
pub(crate) fn version(tag: &str) -> Option<(u32, u32, u32)> {
    let mut parts = tag.trim_start_matches('v').split('.');
    let mut next = || parts.next()?.parse().ok();
    let version = (next()?, next()?, next()?);
    parts.next().is_none().then_some(version)
}

fn is_image(text: &str) -> bool {
    if text.is_empty() || text.len() > 255 || !text.starts_with(|c: char| c.is_ascii_alphanumeric())
    {
        return false;
    }
    let (name, digest) = match text.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (text, None),
    };
    let digest_is_right = digest.is_none_or(|digest| {
        digest.strip_prefix("sha256:").is_some_and(|hash| {
            hash.len() == 64
                && hash
                    .chars()
                    .all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
        })
    });
    let (registry, path) = match name.split_once('/') {
        Some((first, rest)) if first.contains('.') || first.contains(':') => (Some(first), rest),
        _ => (None, name),
    };
    let registry_is_right = registry.is_none_or(|registry| {
        let (host, port) = registry.split_once(':').unwrap_or((registry, "443"));
        !host.is_empty()
            && host
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-".contains(c))
            && !port.is_empty()
            && port.chars().all(|c| c.is_ascii_digit())
    });
    let (repository, tag) = match path.rsplit_once(':') {
        Some((repository, tag)) => (repository, Some(tag)),
        None => (path, None),
    };
    let repository_is_right = repository.split('/').all(|part| {
        part.starts_with(is_lower_or_digit)
            && part.ends_with(is_lower_or_digit)
            && part
                .chars()
                .all(|c| is_lower_or_digit(c) || "._-".contains(c))
    });
    let tag_is_right = tag.is_none_or(|tag| {
        (1..=128).contains(&tag.len())
            && tag
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
            && tag.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
    });
    digest_is_right && registry_is_right && repository_is_right && tag_is_right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_states_its_version_after_its_name() {
        assert_eq!(image_version("a/b:1.2"), Some("1.2"));
        assert_eq!(image_version("localhost:5000/a"), None);
    }
}
