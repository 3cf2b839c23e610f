//! The files that give values to a root's variables (`terraform.tfvars`, `*.auto.tfvars` and their JSON), and what its
//! variables take. Terraform drops what no variable takes: an attribute of an object silently.

use std::collections::BTreeMap;

use hcl::Expression as EvaluatedExpression;
use hcl::edit::Span as _;
use hcl::edit::expr::{Expression, FuncCall, ObjectKey};
use hcl::edit::parser::{parse_body, parse_expr};
use hcl::edit::structure::Structure;
use hcl::eval::{Context, Evaluate as _};
use serde_json::Value as Json;

use crate::options::{self, OptionRow, Scope, Terraform};
use crate::unknown_key::nearest;
use crate::value::Value;

/// The file that Terraform reads first.
pub(crate) const TFVARS: &str = "terraform.tfvars";

/// A value in a file.
#[derive(Clone, Debug)]
pub(crate) struct FileValue {
    /// What it is.
    pub(crate) content: Content,
    /// Its line, counted from one; `None` where it is not known, as in a JSON file with escapes that HCL doesn't have.
    pub(crate) line: Option<usize>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// A scalar or `null`.
    Literal(Json),
    /// A list.
    List(Vec<FileValue>),
    /// An object or a map.
    Object(Vec<(String, FileValue)>),
    /// Something that only Terraform can calculate.
    Expression,
}

/// Values by their names, in the order of the file.
pub(crate) type Values = Vec<(String, FileValue)>;

/// A variable of a root.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    kind: Kind,
    default: Option<FileValue>,
}

/// Variables by their names.
pub(crate) type Variables = BTreeMap<String, Variable>;

/// The part of a type that may drop something.
#[derive(Clone, Debug)]
enum Kind {
    Any,
    Each(Box<Kind>),
    Object(BTreeMap<String, Variable>),
}

/// A value that no variable takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownValue {
    /// Its address: `history.replicas`.
    pub address: String,
    /// Its line, counted from one; `None` in a JSON file.
    pub line: Option<usize>,
    /// What to do, as the end of a sentence.
    pub advice: String,
}

/// Why a file can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The line, counted from one; `None` where it is not known.
    pub line: Option<usize>,
    /// What is wrong.
    pub reason: String,
}

/// Whether Terraform reads the file called `name` for values by itself.
pub(crate) fn is_read(name: &str) -> bool {
    let stem = name.strip_suffix(".json").unwrap_or(name);
    stem == TFVARS || stem.ends_with(".auto.tfvars")
}

/// Where Terraform reads the file called `name`: a later one overrides.
pub(crate) fn rank(name: &str) -> (usize, &str) {
    match name {
        TFVARS => (0, ""),
        "terraform.tfvars.json" => (1, ""),
        other => (2, other),
    }
}

/// The values in the text of a file called `name`.
///
/// # Errors
/// If the text can't be read.
pub(crate) fn values(name: &str, text: &str) -> Result<Values, Unreadable> {
    if name.ends_with(".json") {
        let values: serde_json::Map<String, Json> =
            serde_json::from_str(text).map_err(|error| Unreadable {
                line: Some(error.line()),
                reason: error.to_string(),
            })?;
        return Ok(with_lines(text, &values).unwrap_or_else(|| of_json(values)));
    }
    let mut values = Vec::new();
    for structure in parsed(text)? {
        match structure {
            Structure::Attribute(attribute) => {
                let line = line(text, attribute.key.span());
                let given = given(text, &attribute.value, line);
                values.push((attribute.key.as_str().to_owned(), given));
            }
            Structure::Block(block) => {
                return Err(Unreadable {
                    line: line(text, block.ident.span()),
                    reason: format!("`{}` is a block, not a value", block.ident.as_str()),
                });
            }
        }
    }
    Ok(values)
}

/// The variables that the text of a Terraform file declares.
///
/// # Errors
/// If the text can't be read.
pub(crate) fn variables(text: &str) -> Result<Variables, Unreadable> {
    let mut variables = Variables::new();
    for structure in parsed(text)? {
        if let Structure::Block(block) = structure
            && block.has_ident("variable")
            && let Some(label) = block.labels.first()
        {
            let body = &block.body;
            let kind = body.get_attribute("type");
            let default = body.get_attribute("default");
            let variable = Variable {
                kind: kind.map_or(Kind::Any, |kind| self::kind(text, &kind.value)),
                default: default.map(|it| given(text, &it.value, line(text, it.key.span()))),
            };
            variables.insert(label.as_str().to_owned(), variable);
        }
    }
    Ok(variables)
}

/// The blocks and attributes of a text in HCL.
///
/// # Errors
/// If it can't be read.
pub(crate) fn parsed(text: &str) -> Result<hcl::edit::structure::Body, Unreadable> {
    parse_body(text).map_err(|error| Unreadable {
        line: Some(error.location().line()),
        reason: match error.message() {
            message if message.contains("redefined") => "the name is set a second time",
            // Behind it stands every character that would be allowed.
            message => message.split(';').next().unwrap_or_default(),
        }
        .to_owned(),
    })
}

fn line(text: &str, span: Option<std::ops::Range<usize>>) -> Option<usize> {
    Some(text.get(..span?.start)?.matches('\n').count() + 1)
}

/// The values of a JSON text with their lines. JSON is an expression of HCL too, but for some escapes and for texts that HCL
/// takes for templates: `None` for those.
fn with_lines(text: &str, values: &serde_json::Map<String, Json>) -> Option<Values> {
    let expression = parse_expr(text.trim_end()).ok()?;
    let found = given(text, &expression, Some(1));
    let is_same = found.plain()? == Json::Object(values.clone());
    match found.content {
        Content::Object(found) if is_same => Some(found),
        _ => None,
    }
}

fn of_json(values: serde_json::Map<String, Json>) -> Values {
    fn given(value: Json) -> FileValue {
        FileValue {
            content: match value {
                Json::Array(items) => Content::List(items.into_iter().map(given).collect()),
                Json::Object(entries) => Content::Object(of_json(entries)),
                scalar => Content::Literal(scalar),
            },
            line: None,
        }
    }
    let values = values.into_iter();
    values.map(|(name, value)| (name, given(value))).collect()
}

fn given(text: &str, expression: &Expression, line: Option<usize>) -> FileValue {
    let content = match expression {
        Expression::Array(items) => {
            let items = items.iter();
            Content::List(
                items
                    .map(|item| given(text, item, self::line(text, item.span()).or(line)))
                    .collect(),
            )
        }
        Expression::Object(entries) => {
            let mut values = Vec::new();
            for (key, value) in entries.iter() {
                let (name, span) = match key {
                    ObjectKey::Ident(name) => (Some(name.as_str().to_owned()), name.span()),
                    ObjectKey::Expression(key) => match scalar(key) {
                        Some(Json::String(name)) => (Some(name), key.span()),
                        Some(other) => (Some(other.to_string()), key.span()),
                        None => (None, None),
                    },
                };
                let Some(name) = name else {
                    return FileValue {
                        content: Content::Expression,
                        line,
                    };
                };
                let line = self::line(text, span).or(line);
                values.push((name, given(text, value.expr(), line)));
            }
            Content::Object(values)
        }
        other => scalar(other).map_or(Content::Expression, Content::Literal),
    };
    FileValue { content, line }
}

/// The scalar that `expression` is without any variable or function; `None` for any other.
fn scalar(expression: &Expression) -> Option<Json> {
    let value = EvaluatedExpression::from(expression.clone())
        .evaluate(&Context::new())
        .ok()?;
    let value = serde_json::to_value(value).ok()?;
    (!value.is_array() && !value.is_object()).then_some(value)
}

fn kind(text: &str, expression: &Expression) -> Kind {
    let Expression::FuncCall(call) = expression else {
        return Kind::Any;
    };
    let FuncCall { name, args, .. } = &**call;
    match (name.name.as_str(), args.iter().next()) {
        ("optional", Some(inside)) => kind(text, inside),
        ("map" | "list" | "set", Some(inside)) => Kind::Each(Box::new(kind(text, inside))),
        ("object", Some(Expression::Object(kinds))) => {
            let mut attributes = BTreeMap::new();
            for (key, value) in kinds.iter() {
                let (name, line) = match key {
                    ObjectKey::Ident(name) => (name.as_str().to_owned(), line(text, name.span())),
                    ObjectKey::Expression(key) => match scalar(key) {
                        Some(Json::String(name)) => (name, line(text, key.span())),
                        _ => continue,
                    },
                };
                let default = match value.expr() {
                    Expression::FuncCall(call) if call.name.name.as_str() == "optional" => {
                        let default = call.args.iter().nth(1);
                        default.map(|default| given(text, default, line))
                    }
                    _ => None,
                };
                let kind = kind(text, value.expr());
                attributes.insert(name, Variable { kind, default });
            }
            Kind::Object(attributes)
        }
        _ => Kind::Any,
    }
}

/// The values that no variable takes.
pub(crate) fn unknown(values: &Values, variables: &Variables) -> Vec<UnknownValue> {
    let mut found = Vec::new();
    for (name, value) in values {
        match (variables.get(name), &value.content) {
            (Some(variable), _) => push_unknown(&variable.kind, value, name, &mut found),
            // An object of a part that is off, or of its switch.
            (None, Content::Object(entries)) if is_section(name) => {
                let entries = entries.iter();
                found.extend(entries.map(|(key, value)| (format!("{name}.{key}"), value.line)));
            }
            (None, _) => found.push((name.clone(), value.line)),
        }
    }
    found
        .into_iter()
        .map(|(address, line)| UnknownValue {
            advice: advice(&address, variables),
            address,
            line,
        })
        .collect()
}

/// Whether options have this name before their own.
fn is_section(name: &str) -> bool {
    options::in_scope(Scope::Environment).any(|row| row.section() == name)
}

/// Adds the addresses below `at` of what `value` has and a variable of the type `kind` has not.
fn push_unknown(
    kind: &Kind,
    value: &FileValue,
    at: &str,
    found: &mut Vec<(String, Option<usize>)>,
) {
    match (kind, &value.content) {
        (Kind::Each(kind), Content::Object(values)) => {
            for (key, value) in values {
                push_unknown(kind, value, &format!("{at}.{key}"), found);
            }
        }
        (Kind::Each(kind), Content::List(values)) => {
            for (index, value) in values.iter().enumerate() {
                push_unknown(kind, value, &format!("{at}[{index}]"), found);
            }
        }
        (Kind::Object(attributes), Content::Object(values)) => {
            for (key, value) in values {
                let at = format!("{at}.{key}");
                match attributes.get(key) {
                    Some(attribute) => push_unknown(&attribute.kind, value, &at, found),
                    None => found.push((at, value.line)),
                }
            }
        }
        _ => {}
    }
}

/// The option that the value at `address` sets; `None` if it sets none.
pub(crate) fn option_at(address: &str) -> Option<&'static OptionRow> {
    options::in_scope(Scope::Environment).find(|row| {
        variable_of(row).is_some_and(|(name, attribute)| is_at(address, name, attribute))
    })
}

fn is_at(address: &str, name: &str, attribute: Option<&str>) -> bool {
    match attribute {
        None => address == name,
        Some(attribute) => address.split_once('.') == Some((name, attribute)),
    }
}

/// The variable of an option, and the attribute in it.
pub(crate) fn variable_of(row: &OptionRow) -> Option<(&'static str, Option<&'static str>)> {
    match row.terraform {
        Terraform::Structure => None,
        Terraform::Variable(name) => Some((name, None)),
        Terraform::Attribute {
            variable,
            attribute,
        } => Some((variable, Some(attribute))),
    }
}

/// What to do about the value at `address`, which none of `variables` takes, as the end of a sentence.
fn advice(address: &str, variables: &Variables) -> String {
    if let Some(row) = option_at(address) {
        return match row.needs {
            Some((key, wanted)) => format!(
                "it needs `{key} = {}` in composition.toml",
                Value::from(wanted)
            ),
            None => "`temporal-composer adopt` sets it in composition.toml".to_owned(),
        };
    }
    match options::option(Scope::Environment, address).map(variable_of) {
        Some(None) => {
            return "set it in composition.toml, and run `temporal-composer update`".to_owned();
        }
        Some(Some((name, None))) => return format!("did you mean `{name}`?"),
        Some(Some((name, Some(attribute)))) => {
            return format!("did you mean `{name}.{attribute}`?");
        }
        None => {}
    }
    let inside = address
        .split_once('.')
        .and_then(|(name, rest)| Some((name, rest, variables.get(name)?)));
    let (wrong, known, prefix) = match inside {
        Some((
            name,
            rest,
            Variable {
                kind: Kind::Object(attributes),
                ..
            },
        )) => (rest, attributes, format!("{name}.")),
        _ => (address, variables, String::new()),
    };
    let names: Vec<String> = known.keys().cloned().collect();
    match nearest(wrong, &names) {
        Some(name) => format!("did you mean `{prefix}{name}`?"),
        None if prefix.is_empty() => "variables.tf lists the variables".to_owned(),
        None => format!(
            "`{}` takes {}",
            prefix.trim_end_matches('.'),
            names
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    }
}

/// What a root's files give to its variables.
#[derive(Debug, Default)]
pub(crate) struct Root {
    /// The variables that it declares.
    pub(crate) variables: Variables,
    /// The files of values, each with its name, in the order in which Terraform reads them.
    pub(crate) files: Vec<(String, Values)>,
}

impl Root {
    /// Reads the files of a root: name and text of each.
    ///
    /// # Errors
    /// If one can't be read, with its name.
    pub(crate) fn read<'a>(
        files: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, (String, Unreadable)> {
        let mut root = Self::default();
        for (name, text) in files {
            let of_file = |error| (name.to_owned(), error);
            if name.ends_with(".tf") {
                root.variables.extend(variables(text).map_err(of_file)?);
            } else if is_read(name) {
                let values = values(name, text).map_err(of_file)?;
                root.files.push((name.to_owned(), values));
            }
        }
        root.files.sort_by(|a, b| rank(&a.0).cmp(&rank(&b.0)));
        Ok(root)
    }

    /// The value of a variable, or of its attribute, with the name of the file that gives it: a default stands in
    /// `variables.tf`. `None` where nothing gives one.
    pub(crate) fn value(&self, name: &str, attribute: Option<&str>) -> Option<(&str, &FileValue)> {
        let declared = self.variables.get(name);
        let given = self.files.iter().rev().find_map(|(file, values)| {
            let (_, given) = values.iter().find(|(known, _)| known == name)?;
            Some((file.as_str(), given))
        });
        let default = declared.and_then(|it| it.default.as_ref());
        let whole = given
            .filter(|(_, given)| !given.is_null())
            .or(default.map(|default| ("variables.tf", default)));
        let Some(attribute) = attribute else {
            return whole.filter(|(_, given)| !given.is_null());
        };
        let inside = match whole {
            Some((file, given)) => match &given.content {
                Content::Object(entries) => {
                    let found = entries.iter().find(|(key, _)| key == attribute);
                    found.map(|(_, given)| (file, given))
                }
                // No object: what is wrong about it is said of the attribute.
                _ => return whole,
            },
            None => None,
        };
        inside.filter(|(_, given)| !given.is_null()).or_else(|| {
            let Kind::Object(attributes) = &declared?.kind else {
                return None;
            };
            let default = attributes.get(attribute)?.default.as_ref()?;
            Some(("variables.tf", default))
        })
    }

    /// The default of a variable, or of its attribute, without lines.
    pub(crate) fn default_of(&self, name: &str, attribute: Option<&str>) -> Option<Json> {
        let variable = self.variables.get(name)?;
        match (attribute, &variable.kind) {
            (None, _) => variable.default.as_ref()?.plain(),
            (Some(attribute), Kind::Object(attributes)) => {
                attributes.get(attribute)?.default.as_ref()?.plain()
            }
            (Some(_), _) => None,
        }
    }
}

impl FileValue {
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.content, Content::Literal(Json::Null))
    }

    /// It without the lines; `None` for an expression.
    pub(crate) fn plain(&self) -> Option<Json> {
        Some(match &self.content {
            Content::Literal(scalar) => scalar.clone(),
            Content::List(items) => {
                Json::Array(items.iter().map(Self::plain).collect::<Option<_>>()?)
            }
            Content::Object(entries) => Json::Object(
                entries
                    .iter()
                    .map(|(key, value)| Some((key.clone(), value.plain()?)))
                    .collect::<Option<_>>()?,
            ),
            Content::Expression => return None,
        })
    }
}

/// The values in the text of a file called `name`, by their addresses; `None` where it can't be read, or has expressions.
pub(crate) fn by_address(name: &str, text: &str) -> Option<BTreeMap<String, Json>> {
    fn add(found: &mut BTreeMap<String, Json>, at: String, value: Json) {
        match value {
            Json::Object(entries) if !entries.is_empty() => {
                for (key, value) in entries {
                    add(found, format!("{at}.{key}"), value);
                }
            }
            other => {
                found.insert(at, other);
            }
        }
    }
    let mut found = BTreeMap::new();
    for (name, value) in values(name, text).ok()? {
        add(&mut found, name, value.plain()?);
    }
    Some(found)
}
