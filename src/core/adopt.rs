//! Values that somebody edited in the files of a composed root, as options of its spec.
//!
//! A value counts as edited where the root gives another one than as it was composed. So three are compared: what was
//! composed, what is there, and what the spec says now. Where the last two both changed, the spec stays.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::archive::SPEC_FILE;
use crate::fix::Setting;
use crate::options::{self, DefaultValue, DerivedDefault, Kind, OptionRow, Scope};
use crate::path::FieldPath;
use crate::problem::Problem;
use crate::problem_code::ProblemCode;
use crate::read;
use crate::spec::Spec;
use crate::tree::Tree;
use crate::update::Present;
use crate::value::{Value, excerpt};
use crate::value_files::{
    Content, FileValue, Root, TFVARS, Unreadable, is_read, option_at, unknown, variable_of,
};

/// The file that `scripts/images.sh` writes. Its images are what was built: in the spec they would be images of one's own,
/// which the script leaves out.
const BUILT_IMAGES: &str = "images.auto.tfvars.json";

/// The file that declares a root's variables.
const VARIABLES: &str = "variables.tf";

/// What an adoption changes and what it leaves.
#[derive(Clone)]
pub struct Adoption {
    /// The spec with the edited values. They are not checked yet.
    pub spec: Spec,
    /// How to get there. A value that is the default is not stated.
    pub settings: Vec<Setting>,
    /// The values that become options, in the order of the form.
    pub adopted: Vec<AdoptedValue>,
    /// Values that follow from them: the next update changes them, too.
    pub follows: Vec<Follows>,
    /// Values that are not adopted.
    pub left: Vec<UnadoptedValue>,
    /// Values that no option has, whatever the spec says, each with its place.
    pub problems: Vec<(Problem, Place)>,
}

/// A value that becomes an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdoptedValue {
    /// The option.
    pub at: FieldPath,
    /// Its value until now.
    pub before: Option<Value>,
    /// Its new value; `None` where it has none any more.
    pub after: Option<Value>,
    /// Where that stands.
    pub place: Place,
}

/// A value that follows from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follows {
    /// The option.
    pub at: FieldPath,
    /// Its value until now.
    pub before: Option<Value>,
    /// Its new value.
    pub after: Option<Value>,
}

/// A value that is not adopted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnadoptedValue {
    /// Where it stands.
    pub place: Place,
    /// Its address in the file: `history.replicas`.
    pub address: String,
    /// Why, and what to do about it.
    pub why: String,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The path of the file in the folder of the composition.
    pub path: String,
    /// The line, counted from one; `None` where the value is not there any more, or in a JSON file.
    pub line: Option<usize>,
}

/// A file that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}{}: {reason}", line.map_or(String::new(), |line| format!(":{line}")))]
pub struct ReadError {
    path: String,
    line: Option<usize>,
    reason: String,
}

/// Takes the values that were edited in `present`, the files of a folder, since `base` was composed there, into `spec`.
///
/// # Errors
/// If a file of a root can't be read.
pub fn adopt(
    base: &Tree,
    present: &BTreeMap<String, Present>,
    spec: &Spec,
) -> Result<Adoption, ReadError> {
    let base_spec = base.file(SPEC_FILE).map(|file| read::read(&file.text).spec);
    let base_spec = base_spec.unwrap_or_default();
    let mut adopting = Adopting {
        base: &base_spec,
        spec,
        found: Adoption {
            spec: spec.clone(),
            settings: Vec::new(),
            adopted: Vec::new(),
            follows: Vec::new(),
            left: Vec::new(),
            problems: Vec::new(),
        },
    };
    let mut roots = 0;
    let names = base_spec.environments();
    for name in names.iter().copied() {
        let folder = format!("terraform/envs/{name}");
        let before = composed(base, &folder);
        if before.is_empty() || !spec.environments().contains(&name) || !spec.is_enabled(name) {
            continue;
        }
        roots += 1;
        let after = edited(base, &before, present, &folder)?;
        let read = |files: &BTreeMap<String, String>| {
            let files = files.iter();
            Root::read(files.map(|(name, text)| (name.as_str(), text.as_str())))
                .map_err(|(name, error)| not_read(&folder, &name, error))
        };
        let (before, after) = (read(&before)?, read(&after)?);
        let environment = RootEdit {
            name,
            folder: &folder,
            before,
            after,
        };
        adopting.environment(&environment);
    }
    adopting.keep_project(roots);
    adopting.settle();
    Ok(adopting.found)
}

fn not_read(folder: &str, name: &str, error: Unreadable) -> ReadError {
    ReadError {
        path: format!("{folder}/{name}"),
        line: error.line,
        reason: error.reason,
    }
}

/// Whether a file of this name declares variables or gives them values.
fn is_of_values(name: &str) -> bool {
    (name.ends_with(".tf") || is_read(name)) && name != BUILT_IMAGES
}

/// The files of a root as they were composed, by name.
fn composed(base: &Tree, folder: &str) -> BTreeMap<String, String> {
    let files = base.files().filter_map(|(path, file)| {
        let name = path.strip_prefix(folder)?.strip_prefix('/')?;
        // No other composed file declares variables.
        (name == VARIABLES || is_read(name)).then(|| (name.to_owned(), file.text.to_string()))
    });
    files.collect()
}

/// The files of a root as they are, by name. One that was removed gives what it gave.
fn edited(
    base: &Tree,
    composed: &BTreeMap<String, String>,
    present: &BTreeMap<String, Present>,
    folder: &str,
) -> Result<BTreeMap<String, String>, ReadError> {
    let mut files = composed.clone();
    for (path, file) in present {
        let name = path
            .strip_prefix(folder)
            .and_then(|it| it.strip_prefix('/'));
        let Some(name) = name.filter(|name| !name.contains('/') && is_of_values(name)) else {
            continue;
        };
        let Present::Text { text, .. } = file else {
            let error = Unreadable {
                line: None,
                reason: "it is not text".to_owned(),
            };
            return Err(not_read(folder, name, error));
        };
        let is_composed = base.file(path).is_some_and(|file| *file.text == **text);
        if !is_composed {
            files.insert(name.to_owned(), text.clone());
        }
    }
    Ok(files)
}

/// An environment's root.
struct RootEdit<'a> {
    name: &'a str,
    folder: &'a str,
    before: Root,
    after: Root,
}

impl RootEdit<'_> {
    fn place(&self, file: &str, line: Option<usize>) -> Place {
        Place {
            path: format!("{}/{file}", self.folder),
            line,
        }
    }

    /// Where the new value of a variable stands, or the file that had the old one.
    fn place_of(&self, name: &str, attribute: Option<&str>) -> Place {
        let was = self.before.value(name, attribute);
        match self.after.value(name, attribute) {
            // A value that was removed, so that the default holds, which nobody edited.
            Some((file, now))
                if was.is_none_or(|(was, _)| was == file)
                    || self.before.default_of(name, attribute) != now.plain() =>
            {
                self.place(file, now.line)
            }
            _ => self.place(was.map_or(TFVARS, |(file, _)| file), None),
        }
    }
}

struct Adopting<'a> {
    /// The spec that was composed.
    base: &'a Spec,
    /// The spec now.
    spec: &'a Spec,
    found: Adoption,
}

impl Adopting<'_> {
    fn environment(&mut self, root: &RootEdit<'_>) {
        let project = options::in_scope(Scope::Spec).filter(|row| row.key == "project");
        for row in project.chain(options::in_scope(Scope::Environment)) {
            // The environments' rows have no variable of this name.
            let variable = if row.key == "project" {
                Some(("project", None))
            } else {
                variable_of(row)
            };
            if let Some((name, attribute)) = variable {
                self.option(root, row, name, attribute);
            }
        }
        for (file, values) in &root.after.files {
            for value in unknown(values, &root.after.variables) {
                if option_at(&value.address).is_none() {
                    self.left(
                        root.place(file, value.line),
                        &value.address,
                        format!("no variable takes it: {}", value.advice),
                    );
                }
            }
            for (name, given) in values {
                let is_own = root.after.variables.contains_key(name)
                    && !root.before.variables.contains_key(name)
                    && !options::in_scope(Scope::Environment)
                        .any(|row| variable_of(row).is_some_and(|(known, _)| known == name));
                if is_own {
                    let why = "no option has it: the variable is your own, so it stays here";
                    self.left(root.place(file, given.line), name, why.to_owned());
                }
            }
        }
    }

    fn left(&mut self, place: Place, address: &str, why: String) {
        self.found.left.push(UnadoptedValue {
            place,
            address: address.to_owned(),
            why,
        });
    }

    fn option(
        &mut self,
        root: &RootEdit<'_>,
        row: &'static OptionRow,
        name: &str,
        attribute: Option<&str>,
    ) {
        let [was, now] = [&root.before, &root.after].map(|root| root.value(name, attribute));
        let plain = |found: Option<(&str, &FileValue)>| found.map(|(_, given)| given.plain());
        if plain(was) == plain(now) {
            return;
        }
        let address = attribute.map_or(name.to_owned(), |attribute| format!("{name}.{attribute}"));
        let place = root.place_of(name, attribute);
        // Without what it needs, the environment has no variable for it.
        if let Some((needed, wanted)) = self.spec.unmet_need_in_turn(row, root.name) {
            let (key, wanted) = (needed.key, Value::from(wanted));
            let why = format!("it needs `{key} = {wanted}` in composition.toml");
            self.left(place, &address, why);
            return;
        }
        if row.is_map() {
            self.map(
                root,
                row,
                &address,
                [was, now].map(|found| found.map(|(_, it)| it)),
                place,
            );
            return;
        }
        let at = row.path(root.name);
        let after = match now.map(|(_, given)| value(row.kind, given)) {
            None => None,
            Some(Ok(value)) => Some(value),
            Some(Err(found)) => return self.refuse(row, at, &address, found, place),
        };
        let effective = |spec: &Spec| spec.effective(row, root.name).value;
        let (base, before) = (effective(self.base), effective(self.spec));
        let is_stated = self.spec.get(&at).is_some();
        let follows = matches!(
            row.default,
            DefaultValue::Derived(DerivedDefault::SameAs(_))
        );
        if after == before || after.is_none() && follows && !is_stated {
            return;
        }
        if base != before {
            self.changed_too(place, &address, before);
            return;
        }
        let default = self.spec.default_of(row, root.name).value;
        match (&after, default) {
            (None, Some(default)) if !follows => {
                let why = format!(
                    "it has no value here, and would be {default}: change `{at}` in composition.toml"
                );
                self.left(place, &address, why);
            }
            _ => self.take(at, before, after, place),
        }
    }

    fn map(
        &mut self,
        root: &RootEdit<'_>,
        row: &'static OptionRow,
        address: &str,
        [was, now]: [Option<&FileValue>; 2],
        place: Place,
    ) {
        let entries = |given: Option<&FileValue>| match given.map(|given| &given.content) {
            None => Some(BTreeMap::new()),
            Some(Content::Object(entries)) => Some(entries.iter().cloned().collect()),
            Some(_) => None,
        };
        let map = row.path(root.name).parent().unwrap_or_default();
        let (was, now): (BTreeMap<String, FileValue>, BTreeMap<String, FileValue>) =
            match (entries(was), entries(now)) {
                (Some(was), Some(now)) => (was, now),
                _ => return self.refuse(row, map, address, Mismatch::of(now), place),
            };
        let keys: BTreeSet<&String> = was.keys().chain(now.keys()).collect();
        for key in keys {
            let (was, now) = (was.get(key), now.get(key));
            if was.map(FileValue::plain) == now.map(FileValue::plain) {
                continue;
            }
            let at = map.key(key);
            let address = format!("{address}.{key}");
            let place = Place {
                line: now.and_then(|given| given.line),
                ..place.clone()
            };
            let after = match now
                .filter(|given| !given.is_null())
                .map(|it| value(row.kind, it))
            {
                None => None,
                Some(Ok(value)) => Some(value),
                Some(Err(found)) => {
                    self.refuse(row, at, &address, found, place);
                    continue;
                }
            };
            // Tags of the spec are those of each environment.
            let of_all = FieldPath::of(&["tags", key]);
            let of_all = |spec: &Spec| match row.key {
                "tags.*" => spec.get(&of_all).cloned(),
                _ => None,
            };
            let effective = |spec: &Spec| spec.get(&at).cloned().or_else(|| of_all(spec));
            let (base, before) = (effective(self.base), effective(self.spec));
            if after == before {
                continue;
            }
            if base != before {
                self.changed_too(place, &address, before);
            } else if after.is_none() && of_all(self.spec).is_some() {
                let why =
                    format!("all environments have it: remove `tags.{key}` in composition.toml");
                self.left(place, &address, why);
            } else {
                self.take(at, before, after, place);
            }
        }
    }

    fn take(&mut self, at: FieldPath, before: Option<Value>, after: Option<Value>, place: Place) {
        self.found.adopted.push(AdoptedValue {
            at,
            before,
            after,
            place,
        });
    }

    fn changed_too(&mut self, place: Place, address: &str, spec: Option<Value>) {
        let spec = spec.map_or("no value".to_owned(), |value| value.to_string());
        let why = format!("composition.toml has changed it too, to {spec}: make them the same");
        self.left(place, address, why);
    }

    /// A value that the option can't have, or that only Terraform can calculate.
    fn refuse(
        &mut self,
        row: &OptionRow,
        at: FieldPath,
        address: &str,
        found: Mismatch,
        place: Place,
    ) {
        let allowed =
            if row.is_map() && at.last() == row.path("").parent().unwrap_or_default().last() {
                "an object".to_owned()
            } else {
                row.kind.allowed()
            };
        match found {
            Mismatch::Expression => {
                let why = "it is an expression: write the value itself, so that it can be adopted";
                self.left(place, address, why.to_owned());
            }
            Mismatch::Wrong(found) => {
                let message = format!("`{}` is {found}, allowed is {allowed}", excerpt(address));
                let problem = Problem::new(ProblemCode::Type, at, message);
                self.found.problems.push((problem, place));
            }
        }
    }

    /// Keeps a new name of the project only if each of the `roots` has it.
    fn keep_project(&mut self, roots: usize) {
        let at = FieldPath::of(&["project"]);
        let (mut project, others): (Vec<_>, Vec<_>) =
            self.found.adopted.drain(..).partition(|it| it.at == at);
        self.found.adopted = others;
        let is_same = project.iter().all(|it| it.after == project[0].after);
        if is_same && project.len() == roots {
            project.truncate(1);
            self.found.adopted.splice(..0, project);
            return;
        }
        for it in project {
            let why =
                "all environments have one project: change it in each, or in composition.toml";
            self.left(it.place, "project", why.to_owned());
        }
    }

    /// Makes the spec, and what is to be written for it.
    fn settle(&mut self) {
        let Adoption {
            spec,
            settings,
            adopted,
            follows,
            ..
        } = &mut self.found;
        for it in adopted.iter() {
            match &it.after {
                Some(value) => spec.put(it.at.clone(), value.clone()),
                None => spec.unset(&it.at),
            }
        }
        let environment = |at: &FieldPath| at.environment().unwrap_or_default().to_owned();
        for it in adopted.iter() {
            if let Some(row) = options::find(&it.at)
                && it.after.is_some()
                && default(spec, row, &it.at) == it.after
            {
                spec.unset(&it.at);
            }
            let value = spec.get(&it.at).cloned();
            if value.is_some() || self.spec.get(&it.at).is_some() {
                settings.push(Setting {
                    at: it.at.clone(),
                    value,
                });
            }
        }
        let changed: BTreeSet<String> = adopted.iter().map(|it| environment(&it.at)).collect();
        for name in spec
            .environments()
            .iter()
            .filter(|name| changed.contains(**name))
        {
            for row in options::in_scope(Scope::Environment) {
                let at = row.path(name);
                if variable_of(row).is_none()
                    || row.is_map()
                    || self.spec.unmet_need_in_turn(row, name).is_some()
                    || adopted.iter().any(|it| it.at == at)
                {
                    continue;
                }
                let before = self.spec.effective(row, name).value;
                let after = spec.effective(row, name).value;
                // One that stays null in Terraform follows without an update.
                let is_null = matches!(
                    row.default,
                    DefaultValue::Derived(DerivedDefault::SameAs(_))
                );
                if before != after && !is_null {
                    follows.push(Follows { at, before, after });
                }
            }
        }
    }
}

/// What the option at `at` is if the spec does not state it there.
fn default(spec: &Spec, row: &OptionRow, at: &FieldPath) -> Option<Value> {
    match (row.key, at.last()) {
        ("tags.*", Some(key)) => spec.get(&FieldPath::of(&["tags", key])).cloned(),
        _ if row.is_map() => None,
        _ => {
            spec.default_of(row, at.environment().unwrap_or_default())
                .value
        }
    }
}

/// Why a value is none of an option.
enum Mismatch {
    /// Only Terraform can calculate it.
    Expression,
    /// What it is.
    Wrong(String),
}

impl Mismatch {
    fn of(given: Option<&FileValue>) -> Self {
        match given.map(|given| &given.content) {
            Some(Content::Expression) => Self::Expression,
            Some(Content::Object(_)) => Self::Wrong("an object".to_owned()),
            Some(Content::List(_)) => Self::Wrong("a list".to_owned()),
            Some(Content::Literal(scalar)) => {
                Self::Wrong(format!("`{}`", excerpt(&scalar.to_string())))
            }
            None => Self::Wrong("nothing".to_owned()),
        }
    }
}

/// The value of an option of this kind, converted as Terraform does it. One of another kind is left as it is, for the check
/// to refuse.
fn value(kind: Kind, given: &FileValue) -> Result<Value, Mismatch> {
    let wrong = || Mismatch::of(Some(given));
    match (kind, &given.content) {
        (Kind::List { .. }, Content::List(items)) => {
            let items = items.iter().map(|item| match &item.content {
                Content::Literal(scalar) => text(scalar).ok_or_else(|| Mismatch::of(Some(item))),
                _ => Err(Mismatch::of(Some(item))),
            });
            items.collect::<Result<_, _>>().map(Value::List)
        }
        (_, Content::Literal(scalar)) => converted(kind, scalar).ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

fn converted(kind: Kind, scalar: &Json) -> Option<Value> {
    let text = text(scalar)?;
    Some(match kind {
        Kind::Boolean => match text.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => Value::Text(text),
        },
        Kind::Integer { .. } | Kind::OneOf { .. } => match text.parse() {
            Ok(number) => Value::Integer(number),
            Err(_) if scalar.is_number() => return None,
            Err(_) => Value::Text(text),
        },
        Kind::Choice(_) | Kind::Text(_) | Kind::Duration { .. } | Kind::List { .. } => {
            Value::Text(text)
        }
    })
}

/// A scalar as Terraform makes text of it.
fn text(scalar: &Json) -> Option<String> {
    match scalar {
        Json::String(text) => Some(text.clone()),
        Json::Bool(truth) => Some(truth.to_string()),
        // `2.0` is a whole number.
        Json::Number(number) => Some(match number.as_f64() {
            Some(float) if number.as_i64().is_none() && float.fract() == 0.0 => {
                format!("{float:.0}")
            }
            _ => number.to_string(),
        }),
        _ => None,
    }
}
