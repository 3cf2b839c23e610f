//! The files that are copied as they are: the modules, `bootstrap` and the scripts.

/// Every template with its path inside `terraform-templates`, sorted.
pub const ALL: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// The files below `folder`, each with its path inside it.
pub fn below(folder: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    ALL.iter().filter_map(move |&(path, text)| {
        path.strip_prefix(folder)?
            .strip_prefix('/')
            .map(|inside| (inside, text))
    })
}
