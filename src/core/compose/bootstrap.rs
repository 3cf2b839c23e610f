//! `terraform/bootstrap`: what is set once for an account and region, so that no environment owns it.

use crate::blueprint::Blueprint;
use crate::environment::{Backend, Environment};
use crate::hcl::{self, Body, Expr};
use crate::parts::images;
use crate::path::FieldPath;
use crate::sorted::{SortedMap, SortedSet};
use crate::templates;
use crate::tree::{File, Tree};

/// An account and region that some environment uses.
#[derive(Clone, Debug, Default)]
pub(super) struct AccountRegion {
    /// The account, if an environment names one.
    pub(super) account_id: Option<String>,
    pub(super) region: String,
    /// Whether instances run there, and with trunking.
    eni_trunking: bool,
    /// Whether some environment runs there, or only its state is kept.
    has_environment: bool,
    /// Buckets that are named.
    buckets: SortedSet<String>,
    /// Whether an environment leaves its bucket open.
    pub(super) has_open_bucket: bool,
    /// Whether it is the first region of its account, which alone makes the service-linked roles.
    is_first_of_account: bool,
    /// The environment that brings it in.
    from: FieldPath,
}

impl AccountRegion {
    /// Whether `environment` runs there.
    fn has(&self, environment: &Environment) -> bool {
        self.account_id == environment.account_id && self.region == environment.region
    }

    /// Its name: workspace and variables file.
    pub(super) fn name(&self) -> String {
        match &self.account_id {
            Some(account_id) => format!("{account_id}-{}", self.region),
            None => self.region.clone(),
        }
    }
}

/// The accounts and regions of all environments and their states, in order.
pub(super) fn places(blueprint: &Blueprint) -> Vec<AccountRegion> {
    let mut places: SortedMap<(Option<String>, String), AccountRegion> = SortedMap::new();
    for environment in &blueprint.environments {
        let at = |region: &str| (environment.account_id.clone(), region.to_owned());
        let new = |region: &str| AccountRegion {
            account_id: environment.account_id.clone(),
            region: region.to_owned(),
            from: environment.address(),
            ..AccountRegion::default()
        };
        let own = places.get_or_insert(at(&environment.region), new(&environment.region));
        own.eni_trunking |= environment.compute.eni_trunking;
        own.has_environment = true;
        if let Backend::S3 { bucket, region, .. } = &environment.backend {
            let state = places.get_or_insert(at(region), new(region));
            match bucket {
                Some(bucket) => {
                    state.buckets.insert(bucket.clone());
                }
                None => state.has_open_bucket = true,
            }
        }
    }
    let mut places: Vec<AccountRegion> = places.into_values().collect();
    let mut accounts: SortedSet<Option<String>> = SortedSet::new();
    let mut named: SortedSet<String> = SortedSet::new();
    for place in &mut places {
        if place.has_environment {
            place.is_first_of_account = accounts.insert(place.account_id.clone());
        }
        // A bucket that environments of several accounts share is made once.
        place.buckets.retain(|bucket| named.insert(bucket.clone()));
    }
    places
}

/// Whether some environment keeps its state in S3.
pub(super) fn has_bucket(blueprint: &Blueprint) -> bool {
    blueprint
        .environments
        .iter()
        .any(|environment| environment.backend != Backend::Local)
}

/// The value that brings the file at `path`, inside the root's folder; `None` where no environment needs it.
pub(super) fn origin(path: &str, blueprint: &Blueprint) -> Option<FieldPath> {
    match path {
        "state-bucket.tf" | "state-bucket.md" | "tests/state_bucket.tftest.hcl" => {
            has_bucket(blueprint).then(|| FieldPath::of(&["backend", "bucket"]))
        }
        "images.tf" | "images.md" | "tests/images.tftest.hcl" => {
            blueprint.first_with(images::BUILT)
        }
        _ => Some(FieldPath::root()),
    }
}

/// Adds the root and the values for each place.
pub(super) fn add(blueprint: &Blueprint, tree: &mut Tree) {
    for (path, text) in templates::below("bootstrap") {
        if let Some(from) = origin(path, blueprint) {
            tree.add(
                format!("terraform/bootstrap/{path}"),
                File::copied(text, from),
            );
        }
    }
    let places = places(blueprint);
    let is_only_one = places.len() == 1;
    for place in places {
        let name = if is_only_one {
            "terraform".to_owned()
        } else {
            place.name()
        };
        tree.add(
            format!("terraform/bootstrap/{name}.tfvars"),
            hcl::file(&values(blueprint, &place)),
        );
    }
}

/// The values of `terraform/bootstrap` for a place.
pub(super) fn values(blueprint: &Blueprint, place: &AccountRegion) -> Body {
    let mut file = Body::new();
    file.origin(&place.from)
        .text("project", &blueprint.project)
        .text("region", &place.region);
    if let Some(account_id) = &place.account_id {
        file.text("account_id", account_id);
    }
    let all = FieldPath::of(&["tags"]);
    let tags: Vec<_> = blueprint
        .spec
        .entries(&all)
        .map(|(key, value)| (all.key(key), hcl::key(key), Expr::value(value)))
        .collect();
    if !tags.is_empty() {
        file.attribute("tags", Expr::Object(tags));
    }
    file.blank()
        .code("eni_trunking", place.eni_trunking.to_string());
    if !place.is_first_of_account {
        file.blank()
            .comment("Roles belong to the account: another region of it makes them.")
            .attribute("service_linked_roles", Expr::List(Vec::new()));
    }
    add_images(blueprint, place, &mut file);
    if has_bucket(blueprint) {
        file.origin(&FieldPath::of(&["backend", "bucket"])).blank();
        let key_at = FieldPath::of(&["backend", "kms_key_arn"]);
        if place.has_open_bucket {
            file.code("default_state_bucket", "true");
            if let Some(key) = key_of(blueprint, Some(place), None) {
                file.origin(&key_at)
                    .text("default_state_bucket_kms_key_arn", key)
                    .origin(&FieldPath::of(&["backend", "bucket"]));
            }
        }
        if !place.buckets.is_empty() {
            file.comment("Leave out a bucket that exists already.")
                .attribute(
                    "state_buckets",
                    Expr::List(
                        place
                            .buckets
                            .iter()
                            .map(|bucket| Expr::text(bucket))
                            .collect(),
                    ),
                );
            let keys: Vec<_> = place
                .buckets
                .iter()
                .filter_map(|bucket| {
                    let key = key_of(blueprint, None, Some(bucket))?;
                    Some((key_at.clone(), hcl::key(bucket), Expr::text(key)))
                })
                .collect();
            if !keys.is_empty() {
                file.origin(&key_at)
                    .attribute("state_bucket_kms_key_arns", Expr::Object(keys))
                    .origin(&FieldPath::of(&["backend", "bucket"]));
            }
        }
        if !place.has_open_bucket && place.buckets.is_empty() {
            file.comment("The state of the environments here is kept elsewhere.")
                .code("default_state_bucket", "false");
        }
    }
    file
}

/// Whether images are built or copied for an environment of `place`.
pub(super) fn has_images(blueprint: &Blueprint, place: &AccountRegion) -> bool {
    let mut all = blueprint.environments.iter();
    all.any(|environment| place.has(environment) && images::BUILT.is_on(environment))
}

/// The images that are built or copied for each environment of `place`.
fn add_images(blueprint: &Blueprint, place: &AccountRegion, file: &mut Body) {
    if !has_images(blueprint, place) {
        return;
    }
    let mut environments = Vec::new();
    for environment in &blueprint.environments {
        if place.has(environment) && images::BUILT.is_on(environment) {
            let address = environment.address();
            let mut variables = Vec::new();
            for build in images::builds(environment) {
                let from = address.join(build.key);
                variables.push((from, build.variable.to_owned(), Expr::text(&build.source)));
            }
            let name = hcl::key(&environment.name);
            environments.push((address, name, Expr::Object(variables)));
        }
    }
    file.blank()
        .comment(
            "What `scripts/images.sh` makes for each environment: the variable of its root, and a recipe in images/ or\n\
             the public image to copy.",
        )
        .attribute("environment_images", Expr::Object(environments))
        .origin(&place.from);
}

/// The key that all environments ask for whose state is in `bucket`, or in the one of `place` that has no name yet.
fn key_of<'a>(
    blueprint: &'a Blueprint,
    place: Option<&AccountRegion>,
    bucket: Option<&str>,
) -> Option<&'a str> {
    let keys: SortedSet<Option<&str>> = blueprint
        .environments
        .iter()
        .filter_map(|environment| match &environment.backend {
            Backend::S3 {
                bucket: its,
                region,
                kms_key_arn,
                ..
            } if its.as_deref() == bucket
                && place.is_none_or(|place| {
                    place.account_id == environment.account_id && place.region == *region
                }) =>
            {
                Some(kms_key_arn.as_deref())
            }
            Backend::S3 { .. } | Backend::Local => None,
        })
        .collect();
    match keys.iter().next() {
        Some(key) if keys.len() == 1 => *key,
        _ => None,
    }
}
