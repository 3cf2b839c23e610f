//! The files that are copied as they are: the modules, `bootstrap` and the scripts.

/// Every template with its path inside `terraform-templates`, sorted.
pub const ALL: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// The same without their texts.
pub(crate) const NAMES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/names.rs"));

/// [`ALL`] or [`NAMES`].
pub(crate) type Templates = &'static [(&'static str, &'static str)];

/// The files of `templates` below `folder`, each with its path inside it.
pub(crate) fn below(
    templates: Templates,
    folder: &str,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    templates.iter().filter_map(move |&(path, text)| {
        path.strip_prefix(folder)?
            .strip_prefix('/')
            .map(|inside| (inside, text))
    })
}
