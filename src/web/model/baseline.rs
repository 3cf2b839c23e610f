//! What the files are compared with.

use std::borrow::Cow;
use std::rc::Rc;

use composer_core::sizing::cost::Cost;
use composer_core::sorted::SortedMap;
use composer_core::{Spec, Tree, check, compose, manifest};

use crate::model::composition::Composition;
use crate::model::costs::{costs, costs_of};
use crate::model::earlier_download::EarlierDownload;

/// What the files are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Baseline {
    /// The files before the last step.
    LastChange,
    /// The files of the preset that the spec began as.
    Preset,
    /// The files that were opened.
    Opened,
}

impl Baseline {
    /// The name that its option has in the form.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::LastChange => "last",
            Self::Preset => "preset",
            Self::Opened => "opened",
        }
    }
}

/// Files that somebody opened: those of an earlier archive, or those that a spec's file composes to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OpenedFiles {
    /// What was opened, such as `temporal-terraform.zip`.
    pub(crate) name: String,
    /// The text of each file by its path in the tree.
    pub(crate) files: SortedMap<String, Cow<'static, str>>,
    /// The spec that they were composed from.
    pub(crate) spec: Spec,
    /// The download that they are of, which can be updated; none of what a spec composes to.
    pub(crate) download: Option<Rc<EarlierDownload>>,
}

impl OpenedFiles {
    /// The files of an earlier archive.
    #[must_use]
    pub(crate) fn of_tree(name: &str, tree: &Tree, spec: &Spec) -> Self {
        Self {
            spec: spec.clone(),
            download: None,
            name: name.to_owned(),
            files: tree
                .files()
                // The manifest is no file that somebody reads, and is made only for a download.
                .filter(|(path, _)| !path.starts_with(manifest::FOLDER))
                .map(|(path, file)| (path.to_owned(), file.text.clone()))
                .collect(),
        }
    }

    /// What `spec` composes to; `None` where it has errors.
    #[must_use]
    pub(crate) fn of_spec(name: &str, spec: &Spec) -> Option<Self> {
        let tree = compose(&check(spec).blueprint?);
        Some(Self::of_tree(name, &tree, spec))
    }
}

/// The files that a comparison begins with.
#[derive(Clone)]
pub(crate) enum BaselineFiles {
    /// Composed ones.
    Composed(Rc<Composition>),
    /// Opened ones.
    Opened(Rc<OpenedFiles>),
}

impl PartialEq for BaselineFiles {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Composed(one), Self::Composed(other)) => Rc::ptr_eq(one, other) || one == other,
            (Self::Opened(one), Self::Opened(other)) => Rc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl BaselineFiles {
    /// The text of the file at `path`.
    #[must_use]
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        match self {
            Self::Composed(composition) => composition.tree.file(path).map(|file| &*file.text),
            Self::Opened(opened) => opened.files.get(path).map(|text| &**text),
        }
    }

    /// What its environments cost.
    #[must_use]
    pub(crate) fn costs(&self) -> Vec<Cost> {
        match self {
            Self::Composed(composition) => costs(&composition.blueprint.environments),
            Self::Opened(opened) => costs_of(&opened.spec),
        }
    }

    /// The paths of the files, sorted, each with the file's text.
    pub(crate) fn files(&self) -> Box<dyn Iterator<Item = (&str, &str)> + '_> {
        match self {
            Self::Composed(composition) => {
                let files = composition.tree.files();
                Box::new(files.map(|(path, file)| (path, &*file.text)))
            }
            Self::Opened(opened) => {
                let files = opened.files.iter();
                Box::new(files.map(|(path, text)| (path.as_str(), &**text)))
            }
        }
    }
}
