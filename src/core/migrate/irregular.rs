//! What a state at rest doesn't have, such as tainted resources: the first plan would do more than migrate.

use serde::Serialize;

/// Something in a state that a state at rest doesn't have, or that is not known here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Irregular {
    /// The address, or what stands in its place.
    pub address: String,
    /// What it is.
    #[serde(flatten)]
    pub kind: Irregularity,
}

/// How something in a state is irregular.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "found", rename_all = "kebab-case")]
pub enum Irregularity {
    /// It is marked to be replaced.
    Tainted,
    /// It has an object that was replaced and is still to be destroyed, with this key.
    Deposed(String),
    /// It belongs to another provider than `hashicorp/aws`, with this address.
    Provider(String),
    /// It is neither a resource nor a data source: the state has this mode.
    Mode(String),
    /// Its address can't be read.
    Unreadable,
}

impl Irregularity {
    /// What it is, and its consequence.
    #[must_use]
    pub fn effect(&self) -> String {
        match self {
            Self::Tainted => "is tainted: the next plan replaces it".to_owned(),
            Self::Deposed(key) => {
                format!("has the deposed object `{key}`: the next plan destroys it")
            }
            Self::Provider(provider) => {
                format!("uses the provider `{provider}`: the composed root can't plan with it")
            }
            Self::Mode(mode) => {
                format!("has the unknown mode `{mode}`: the migration ignores it")
            }
            Self::Unreadable => {
                "is not the address of a resource: the migration ignores it".to_owned()
            }
        }
    }

    /// What to do about it in the flat root.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Tainted => {
                "run `terraform apply` in the flat root, or `terraform untaint ADDRESS`"
            }
            Self::Deposed(_) => "run `terraform apply` in the flat root",
            Self::Provider(_) => {
                "run `terraform state replace-provider FROM hashicorp/aws` in the flat root"
            }
            Self::Mode(_) | Self::Unreadable => "",
        }
    }
}
