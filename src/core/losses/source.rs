//! The blocks of a folder of Terraform.

use std::collections::BTreeMap;

use hcl::structure::{Block, Body};
use hcl::{Expression, Structure};

use crate::value_files::{Unreadable, parsed};

/// What the files of a folder have.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// The folder.
    pub(super) folder: String,
    pub(super) variables: BTreeMap<String, Body>,
    pub(super) locals: BTreeMap<String, Expression>,
    pub(super) outputs: BTreeMap<String, Expression>,
    /// Its calls of modules.
    pub(super) calls: BTreeMap<String, Body>,
    /// Its resources and data sources.
    pub(super) blocks: Vec<ResourceBlock>,
    /// The providers, each with its name.
    pub(super) providers: Vec<(String, Body)>,
    /// The addresses of `moved` blocks: the former and the present one.
    pub(super) moved: Vec<(String, String)>,
}

/// A resource or a data source.
#[derive(Debug)]
pub(super) struct ResourceBlock {
    pub(super) is_data: bool,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) body: Body,
}

impl Source {
    /// Reads the files of `folder`: path and text of each.
    ///
    /// # Errors
    /// If one can't be read, with its path.
    pub(super) fn read<'a>(
        folder: &str,
        files: impl Iterator<Item = (String, &'a str)>,
    ) -> Result<Self, (String, Unreadable)> {
        let mut source = Self {
            folder: folder.to_owned(),
            ..Self::default()
        };
        for (path, text) in files {
            let body = parsed(text).map_err(|error| (path, error))?;
            for structure in Body::from(body) {
                if let Structure::Block(block) = structure {
                    source.add(block);
                }
            }
        }
        Ok(source)
    }

    fn add(&mut self, block: Block) {
        let labels: Vec<&str> = block.labels().iter().map(|label| label.as_str()).collect();
        let label = labels.first().map(|label| (*label).to_owned());
        match (block.identifier(), labels.as_slice()) {
            ("variable", [name]) => {
                self.variables.insert((*name).to_owned(), block.body);
            }
            ("output", [name]) => {
                let value = attribute(&block.body, "value").cloned();
                self.outputs
                    .insert((*name).to_owned(), value.unwrap_or(Expression::Null));
            }
            ("locals", []) => {
                for structure in block.body {
                    if let Structure::Attribute(local) = structure {
                        self.locals.insert(local.key().to_owned(), local.expr);
                    }
                }
            }
            ("module", [name]) => {
                self.calls.insert((*name).to_owned(), block.body);
            }
            ("provider", [_]) => self.providers.push((label.unwrap_or_default(), block.body)),
            (mode @ ("resource" | "data"), [kind, name]) => {
                let block = ResourceBlock {
                    is_data: mode == "data",
                    kind: (*kind).to_owned(),
                    name: (*name).to_owned(),
                    body: block.body.clone(),
                };
                self.blocks.push(block);
            }
            ("moved", []) => {
                let [from, to] = ["from", "to"].map(|name| {
                    let address = attribute(&block.body, name).map(ToString::to_string);
                    address.unwrap_or_default()
                });
                self.moved.push((from, to));
            }
            // A data source may stand in a check.
            ("check", [_]) => {
                for structure in block.body {
                    if let Structure::Block(block) = structure {
                        self.add(block);
                    }
                }
            }
            _ => {}
        }
    }

    /// The number of a block.
    pub(super) fn block(&self, is_data: bool, kind: &str, name: &str) -> Option<usize> {
        let mut blocks = self.blocks.iter();
        blocks.position(|it| it.is_data == is_data && it.kind == kind && it.name == name)
    }
}

/// The expression of an attribute.
pub(super) fn attribute<'a>(body: &'a Body, name: &str) -> Option<&'a Expression> {
    let mut attributes = body.attributes();
    attributes
        .find(|it| it.key() == name)
        .map(|attribute| attribute.expr())
}

/// The block of this name.
pub(super) fn nested<'a>(body: &'a Body, name: &str) -> Option<&'a Body> {
    let mut blocks = body.blocks();
    blocks
        .find(|it| it.identifier() == name)
        .map(|block| block.body())
}
