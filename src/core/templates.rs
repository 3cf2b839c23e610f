//! The files that are copied as they are: the modules, `bootstrap` and the scripts.

/// Every template with its path inside `terraform-templates`, sorted.
pub const ALL: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// The images that have a recipe in `images/`, such as `server`. Without [`ALL`], which the page loads in its second part.
pub(crate) const RECIPES: &[&str] = include!(concat!(env!("OUT_DIR"), "/recipes.rs"));

/// The templates below `folder`, each with its path inside it.
pub(crate) fn below(folder: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    ALL.iter().filter_map(move |&(path, text)| {
        path.strip_prefix(folder)?
            .strip_prefix('/')
            .map(|inside| (inside, text))
    })
}
