//! Settles an environment: every option's value, once, with its type.

use crate::environment::{Backend, BackendKind, Environment, PartValues, Setting};
use crate::options::{self, DefaultValue, OptionRow, Profile, Scope, Terraform};
use crate::parts::part::Values;
use crate::parts::{PARTS, compute, dsql, endpoints, migration, network, opensearch, services};
use crate::path::FieldPath;
use crate::sorted::SortedMap;
use crate::spec::{Origin, Spec};
use crate::value::Value;

/// The environment named `name`, as far as its values allow: `None` if one of them has the wrong type, which has its
/// own problem.
pub(super) fn settle(spec: &Spec, name: &str) -> Option<Environment> {
    let values = Settling::of(spec, name);
    let profile = spec.profile(name)?;
    let mut parts = PartValues::default();
    for part in PARTS.iter() {
        (part.settle)(&values, &mut parts)?;
    }
    Some(Environment {
        name: name.to_owned(),
        address: FieldPath::of(&["environments", name]),
        profile,
        region: values.text("region")?,
        account_id: values.optional_text("account_id"),
        tags: values.tags(),
        backend: values.backend()?,
        network: network::settle(&values)?,
        endpoints: endpoints::settle(&values)?,
        compute: compute::settle(&values)?,
        services: services::settle(&values, profile)?,
        dsql: dsql::settle(&values)?,
        opensearch: opensearch::settle(&values)?,
        log_retention_days: values.integer("log_retention_days")?,
        deletion_protection: values.boolean("deletion_protection")?,
        history_shards: values.integer("history_shards")?,
        migration: migration::settle(&values)?,
        parts,
        settings: values.settings(profile),
    })
}

/// Looks values up in one environment.
struct Settling<'a> {
    spec: &'a Spec,
    name: &'a str,
    /// An environment of this name, profile and region of which nothing else is stated; `None` without a profile or
    /// region.
    bare: Option<Spec>,
}

impl Values for Settling<'_> {
    fn value(&self, key: &str) -> Option<Value> {
        self.spec
            .effective(options::environment_option(key), self.name)
            .value
    }
}

impl<'a> Settling<'a> {
    fn of(spec: &'a Spec, name: &'a str) -> Self {
        let mut values = Self {
            spec,
            name,
            bare: None,
        };
        values.bare = values.bare();
        values
    }

    fn bare(&self) -> Option<Spec> {
        let mut bare = Spec::default();
        bare.add_environment(self.name);
        let profile = self.spec.profile(self.name)?;
        let region = self.value("region")?;
        for (key, value) in [("profile", Value::from(profile.name())), ("region", region)] {
            bare.put(FieldPath::of(&["environments", self.name, key]), value);
        }
        Some(bare)
    }

    fn optional_text(&self, key: &str) -> Option<String> {
        self.text(key)
    }

    fn backend(&self) -> Option<Backend> {
        Some(match BackendKind::parse(&self.text("backend.kind")?)? {
            BackendKind::Local => Backend::Local,
            BackendKind::S3 => Backend::S3 {
                bucket: self.optional_text("backend.bucket"),
                region: self.text("backend.region")?,
                key: format!(
                    "{}/{}/terraform.tfstate",
                    self.text("backend.key_prefix")?,
                    self.name
                ),
                kms_key_arn: self.optional_text("backend.kms_key_arn"),
            },
        })
    }

    /// The spec's tags, and the environment's over them.
    fn tags(&self) -> SortedMap<String, String> {
        let places = [
            FieldPath::of(&["tags"]),
            FieldPath::of(&["environments", self.name, "tags"]),
        ];
        let mut tags = SortedMap::new();
        for (key, value) in places.iter().flat_map(|place| self.spec.entries(place)) {
            if let Some(value) = value.as_text() {
                tags.insert(key.to_owned(), value.to_owned());
            }
        }
        tags
    }

    /// Every option that reaches Terraform and whose feature is on.
    fn settings(&self, profile: Profile) -> Vec<Setting> {
        let mut settings = Vec::with_capacity(options::OPTIONS.len());
        // Options with the same need are neighbours, so each need is checked once.
        let mut need = None;
        let mut is_met = true;
        for row in options::in_scope(Scope::Environment) {
            let is_meant = row.terraform != Terraform::Structure || row.key == "backend.bucket";
            if is_meant {
                if need != row.needs {
                    need = row.needs;
                    is_met = self.has_effect(row);
                }
                if is_met {
                    settings.push(self.setting(row, profile));
                }
            }
        }
        settings
    }

    fn has_effect(&self, row: &OptionRow) -> bool {
        let Some((key, wanted)) = row.needs else {
            return true;
        };
        let needed = options::option(Scope::Environment, key);
        needed
            .is_some_and(|needed| self.value(key) == Some(wanted.into()) && self.has_effect(needed))
    }

    fn setting(&self, row: &'static OptionRow, profile: Profile) -> Setting {
        let at = row.path(self.name);
        if row.is_map() {
            let map = at.parent().unwrap_or_default();
            // Not collected, which would sort first: kilobytes of the page for a few keys.
            let mut entries = SortedMap::new();
            if row.key == "tags.*" {
                let tags = self.tags().into_iter();
                entries.extend(tags.map(|(key, value)| (key, Value::Text(value))));
            } else {
                let stated = self.spec.entries(&map);
                entries.extend(stated.map(|(key, value)| (key.to_owned(), value.clone())));
            }
            return Setting {
                row,
                value: None,
                entries,
                profile_default: None,
                is_stated: true,
                is_production: false,
                at,
                from: map,
            };
        }
        let effective = self.spec.effective(row, self.name);
        Setting {
            row,
            value: effective.value,
            entries: SortedMap::new(),
            profile_default: self.profile_default(row, profile),
            is_stated: matches!(effective.origin, Origin::Stated(_)),
            is_production: profile == Profile::Prod,
            from: match effective.origin {
                Origin::Stated(at) => at,
                Origin::Default | Origin::None => at.clone(),
            },
            at,
        }
    }

    /// The option's value in the bare environment: the default that `variables.tf` carries. Images are compared with the
    /// pinned ones, not with the spec's.
    fn profile_default(&self, row: &OptionRow, profile: Profile) -> Option<Value> {
        match row.default {
            DefaultValue::Required | DefaultValue::Open(_) | DefaultValue::Absent(_) => None,
            _ if row.key == "region" => None,
            DefaultValue::Same(value) => Some(value.into()),
            DefaultValue::PerProfile(values) => Some(values[profile as usize].into()),
            DefaultValue::Inherited | DefaultValue::Derived(_) => {
                self.bare.as_ref()?.default_of(row, self.name).value
            }
        }
    }
}
