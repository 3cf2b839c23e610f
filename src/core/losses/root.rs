//! A root with its modules, worked out as far as its files tell: what `terraform plan` knows before it asks AWS.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use hcl::expr::{
    BinaryOperator, Conditional, ForExpr, FuncCall, ObjectKey, Operation, TemplateExpr, Traversal,
    TraversalOperator, UnaryOperator,
};
use hcl::structure::Body;
use hcl::template::{Directive, Element, Template};
use hcl::{Expression, Structure};

use super::functions::{self, EvaluationError};
use super::source::{Source, attribute};
use super::value::{Each, Instance, Value};
use crate::value_files::{self, Unreadable};

type Result<T> = std::result::Result<T, EvaluationError>;

/// Texts by their paths.
pub type Files<'a> = BTreeMap<&'a str, &'a str>;

/// How deep expressions may refer to each other, in case they do in a circle.
const DEEPEST: usize = 200;

/// How a variable is described that no file gives a value.
const ASKED_FOR: &str = "var.";

/// The Terraform of a tree. Roots share its modules, so each folder is read once.
#[derive(Debug)]
pub struct Terraform<'a> {
    files: Files<'a>,
    /// What was read, by its folder.
    sources: RefCell<BTreeMap<String, Rc<Source>>>,
}

impl<'a> From<Files<'a>> for Terraform<'a> {
    fn from(files: Files<'a>) -> Self {
        Self {
            files,
            sources: RefCell::default(),
        }
    }
}

impl<'a> Terraform<'a> {
    /// What stands in `folder`.
    fn source(&'a self, folder: &str) -> std::result::Result<Rc<Source>, (String, Unreadable)> {
        if let Some(source) = self.sources.borrow().get(folder) {
            return Ok(source.clone());
        }
        let files = self
            .inside(folder)
            .filter(|(name, _)| name.ends_with(".tf"));
        let files = files.map(|(name, text)| (format!("{folder}/{name}"), text));
        let source = Rc::new(Source::read(folder, files)?);
        let mut sources = self.sources.borrow_mut();
        sources.insert(folder.to_owned(), source.clone());
        Ok(source)
    }

    /// The files of a folder, each by its name.
    fn inside(&'a self, folder: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let start = format!("{folder}/");
        self.files.iter().filter_map(move |(path, text)| {
            let name = path.strip_prefix(start.as_str())?;
            (!name.contains('/')).then_some((name, *text))
        })
    }
}

/// A root and the modules that it calls.
pub(super) struct Root<'a> {
    tree: &'a Terraform<'a>,
    /// Each call of a module; the first is the root itself.
    scopes: RefCell<Vec<Rc<Scope>>>,
    /// Former addresses, each with the present one.
    moved: Vec<(String, String)>,
    depth: RefCell<usize>,
}

/// A module as it is called.
struct Scope {
    /// Its address, with a dot behind; nothing of the root.
    path: String,
    source: Rc<Source>,
    /// The module that calls it, the block there, and what `each` is; `None` for the root.
    call: Option<(usize, Body, Each)>,
    /// The values of the files of values, in the root.
    given: BTreeMap<String, Value>,
    known: RefCell<BTreeMap<String, Value>>,
}

/// Where an expression stands.
#[derive(Clone)]
pub(super) struct At {
    scope: usize,
    each: Each,
    /// Names of `for` and of dynamic blocks.
    names: BTreeMap<String, Value>,
}

/// A resource that Terraform manages.
pub(super) struct ManagedResource {
    pub(super) kind: String,
    pub(super) instance: Instance,
}

/// How often a block stands.
enum Repetition {
    Once,
    Count(usize),
    Each(Vec<(String, Value)>),
    /// It isn't known.
    Unknown,
}

impl<'a> Root<'a> {
    /// Reads the root in `folder`.
    ///
    /// # Errors
    /// If a file can't be read, with its path.
    pub(super) fn read(
        tree: &'a Terraform<'a>,
        folder: &str,
    ) -> std::result::Result<Self, (String, Unreadable)> {
        let source = tree.source(folder)?;
        // All modules, so that nothing that is evaluated later can't be read.
        let mut seen = BTreeSet::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let source = tree.source(&folder)?;
            let calls = source.calls.values();
            let called = calls.filter_map(|call| called(&folder, call));
            folders.extend(called.filter(|called| !seen.contains(called)));
            seen.insert(folder);
        }
        let root = Self {
            tree,
            scopes: RefCell::default(),
            moved: Vec::new(),
            depth: RefCell::new(0),
        };
        let mut given = BTreeMap::new();
        let mut names: Vec<&str> = tree
            .inside(folder)
            .map(|(name, _)| name)
            .filter(|name| value_files::is_read(name))
            .collect();
        names.sort_by_key(|name| value_files::rank(name));
        root.scopes.borrow_mut().push(Rc::new(Scope {
            path: String::new(),
            source: source.clone(),
            call: None,
            given: BTreeMap::new(),
            known: RefCell::default(),
        }));
        for name in names {
            let path = format!("{folder}/{name}");
            let text = tree.files[path.as_str()];
            let values = root.values(name, text).map_err(|error| (path, error))?;
            given.extend(values);
        }
        root.scopes.borrow_mut()[0] = Rc::new(Scope {
            path: String::new(),
            source,
            call: None,
            given,
            known: RefCell::default(),
        });
        Ok(root)
    }

    /// The same, whose resources have the addresses to which `moved` blocks lead.
    pub(super) fn after_moves(mut self, moved: Vec<(String, String)>) -> Self {
        self.moved = moved;
        self
    }

    /// The address to which a `moved` block leads.
    fn present_address(&self, address: String) -> String {
        for (from, to) in &self.moved {
            if let Some(rest) = address.strip_prefix(from.as_str())
                && (rest.is_empty() || rest.starts_with(['.', '[']))
            {
                return format!("{to}{rest}");
            }
        }
        address
    }

    /// The values in a file of values.
    fn values(
        &self,
        name: &str,
        text: &str,
    ) -> std::result::Result<BTreeMap<String, Value>, Unreadable> {
        if name.ends_with(".json") {
            let json: serde_json::Map<_, _> =
                serde_json::from_str(text).map_err(|error| Unreadable {
                    line: Some(error.line()),
                    reason: error.to_string(),
                })?;
            let values = json.into_iter();
            return Ok(values.map(|(key, it)| (key, Value::from(it))).collect());
        }
        let body = Body::from(value_files::parsed(text)?);
        let at = At::in_scope(0, Each::One);
        Ok(body
            .attributes()
            .map(|it| (it.key().to_owned(), self.lenient(it.expr(), &at)))
            .collect())
    }

    fn scope(&self, number: usize) -> Rc<Scope> {
        self.scopes.borrow()[number].clone()
    }

    /// The region of the provider `aws`.
    pub(super) fn region(&self) -> Value {
        let scope = self.scope(0);
        let provider = scope
            .source
            .providers
            .iter()
            .find(|(name, _)| name == "aws");
        let region = provider.and_then(|(_, body)| attribute(body, "region"));
        region.map_or(Value::Null, |it| {
            self.lenient(it, &At::in_scope(0, Each::One))
        })
    }

    /// Every resource that Terraform manages, and the former and present addresses of its `moved` blocks.
    pub(super) fn managed(&self) -> (Vec<ManagedResource>, Vec<(String, String)>) {
        let mut managed = Vec::new();
        let mut moved = Vec::new();
        let mut scopes = vec![0];
        while let Some(number) = scopes.pop() {
            let scope = self.scope(number);
            let source = &scope.source;
            for (from, to) in &source.moved {
                moved.push((
                    format!("{}{from}", scope.path),
                    format!("{}{to}", scope.path),
                ));
            }
            for (index, block) in source.blocks.iter().enumerate() {
                if !block.is_data {
                    let found = instances(self.block(number, index)).into_iter();
                    managed.extend(found.map(|instance| ManagedResource {
                        kind: block.kind.clone(),
                        instance,
                    }));
                }
            }
            for name in source.calls.keys() {
                modules_in(&self.module(number, name), &mut scopes);
            }
        }
        (managed, moved)
    }

    /// What a resource's block says: its attributes, and its blocks as lists.
    pub(super) fn body(&self, instance: &Instance) -> BTreeMap<String, Value> {
        let scope = self.scope(instance.scope);
        let block = &scope.source.blocks[instance.block];
        let at = At::in_scope(instance.scope, instance.each.clone());
        self.body_at(&block.body, &at, true)
    }

    /// The block that an instance is of.
    pub(super) fn block_of<T>(&self, instance: &Instance, read: impl FnOnce(&Body) -> T) -> T {
        let scope = self.scope(instance.scope);
        read(&scope.source.blocks[instance.block].body)
    }

    /// The value of what stands in an instance's block.
    pub(super) fn value_in(&self, instance: &Instance, expression: &Expression) -> Value {
        let at = At::in_scope(instance.scope, instance.each.clone());
        self.lenient(expression, &at)
    }

    fn body_at(&self, body: &Body, at: &At, is_resource: bool) -> BTreeMap<String, Value> {
        const OF_TERRAFORM: [&str; 7] = [
            "connection",
            "count",
            "depends_on",
            "for_each",
            "lifecycle",
            "provider",
            "provisioner",
        ];
        let is_own = |name: &str| !is_resource || !OF_TERRAFORM.contains(&name);
        let mut found: BTreeMap<String, Value> = BTreeMap::new();
        let mut add = |name: &str, value: Value| {
            let list = found
                .entry(name.to_owned())
                .or_insert(Value::List(Vec::new()));
            match (list, value) {
                (Value::List(items), Value::List(more)) => items.extend(more),
                (list, value) => *list = value,
            }
        };
        for structure in body.iter() {
            match structure {
                Structure::Block(block) if block.identifier() == "dynamic" => {
                    let name = block.labels().first().map_or("", |label| label.as_str());
                    add(name, self.dynamic(name, block.body(), at));
                }
                Structure::Block(block) if is_own(block.identifier()) => {
                    let inside = Value::Map(self.body_at(block.body(), at, false));
                    add(block.identifier(), Value::List(vec![inside]));
                }
                _ => {}
            }
        }
        for attribute in body.attributes().filter(|it| is_own(it.key())) {
            let value = self.lenient(attribute.expr(), at);
            // As if it weren't there.
            if value != Value::Null {
                found.insert(attribute.key().to_owned(), value);
            }
        }
        found
    }

    /// The blocks that a dynamic one makes.
    fn dynamic(&self, name: &str, body: &Body, at: &At) -> Value {
        let given = |name| attribute(body, name);
        let collection = given("for_each").map_or(Value::Null, |it| self.lenient(it, at));
        let iterator = given("iterator").map_or(name.to_owned(), ToString::to_string);
        let items: Vec<(Value, Value)> = match &collection {
            Value::Null => Vec::new(),
            Value::List(items) => items.iter().map(|it| (it.clone(), it.clone())).collect(),
            Value::Map(entries) => entries
                .iter()
                .map(|(key, value)| (Value::Text(key.clone()), value.clone()))
                .collect(),
            other => return Value::unknown(format!("blocks of {}", other.described()), [other]),
        };
        let content = super::source::nested(body, "content");
        let blocks = items.into_iter().map(|(key, value)| {
            let entry = BTreeMap::from([("key".to_owned(), key), ("value".to_owned(), value)]);
            let mut at = at.clone();
            at.names.insert(iterator.clone(), Value::Map(entry));
            Value::Map(content.map_or_else(BTreeMap::new, |body| self.body_at(body, &at, false)))
        });
        Value::List(blocks.collect())
    }

    /// The value, where an error is as good as any other unknown value.
    fn lenient(&self, expression: &Expression, at: &At) -> Value {
        self.value(expression, at)
            .unwrap_or_else(|_| Value::unknown(format!("refused: {expression}"), []))
    }

    fn value(&self, expression: &Expression, at: &At) -> Result<Value> {
        if *self.depth.borrow() > DEEPEST {
            return Err(EvaluationError);
        }
        *self.depth.borrow_mut() += 1;
        let value = self.value_inside(expression, at);
        *self.depth.borrow_mut() -= 1;
        value
    }

    fn value_inside(&self, expression: &Expression, at: &At) -> Result<Value> {
        Ok(match expression {
            Expression::Null => Value::Null,
            Expression::Bool(is_true) => Value::Bool(*is_true),
            Expression::Number(number) => Value::Number(number.as_f64().unwrap_or_default()),
            Expression::String(text) => Value::Text(text.clone()),
            Expression::Array(items) => Value::List(
                items
                    .iter()
                    .map(|it| self.value(it, at))
                    .collect::<Result<_>>()?,
            ),
            Expression::Object(entries) => {
                let mut found = BTreeMap::new();
                let mut unknown = Vec::new();
                for (key, value) in entries {
                    let key = match key {
                        ObjectKey::Identifier(name) => Value::Text(name.to_string()),
                        ObjectKey::Expression(key) => self.value(key, at)?,
                        _ => return Err(EvaluationError),
                    };
                    let value = self.value(value, at)?;
                    match key.as_text() {
                        Some(key) => {
                            found.insert(key, value);
                        }
                        None => unknown.extend([key, value]),
                    }
                }
                if unknown.is_empty() {
                    Value::Map(found)
                } else {
                    unknown.push(Value::Map(found));
                    let text = Value::List(unknown.clone()).described();
                    Value::unknown(format!("object of {text}"), &unknown)
                }
            }
            Expression::TemplateExpr(template) => self.template(template, at)?,
            Expression::Variable(name) => self.named(name.as_str(), at)?,
            Expression::Traversal(traversal) => self.traversal(traversal, at)?,
            Expression::FuncCall(call) => self.function(call, at)?,
            Expression::Parenthesis(inside) => self.value(inside, at)?,
            Expression::Conditional(conditional) => self.conditional(conditional, at)?,
            Expression::Operation(operation) => self.operation(operation, at)?,
            Expression::ForExpr(for_expr) => self.loops(for_expr, at)?,
            _ => return Err(EvaluationError),
        })
    }

    fn template(&self, expression: &TemplateExpr, at: &At) -> Result<Value> {
        let template = Template::from_expr(expression).map_err(|_| EvaluationError)?;
        self.elements(&template, at)
    }

    fn elements(&self, template: &Template, at: &At) -> Result<Value> {
        // One that is nothing but a value is that value.
        if let [Element::Interpolation(only)] = template.elements() {
            let value = self.value(&only.expr, at)?;
            return Ok(value.as_text().map_or(value, Value::Text));
        }
        let mut parts = Vec::new();
        for element in template.elements() {
            parts.push(match element {
                Element::Literal(text) => Value::Text(text.clone()),
                Element::Interpolation(it) => self.value(&it.expr, at)?,
                Element::Directive(directive) => match &**directive {
                    Directive::If(it) => match self.value(&it.cond_expr, at)?.as_bool() {
                        Some(true) => self.elements(&it.true_template, at)?,
                        Some(false) => match &it.false_template {
                            Some(template) => self.elements(template, at)?,
                            None => Value::Text(String::new()),
                        },
                        None => return Err(EvaluationError),
                    },
                    Directive::For(_) => return Err(EvaluationError),
                },
            });
        }
        let known: Option<Vec<String>> = parts.iter().map(Value::as_text).collect();
        Ok(match known {
            Some(texts) => Value::Text(texts.concat()),
            None => {
                let texts: Vec<_> = parts.iter().map(Value::described).collect();
                Value::unknown(format!("text({})", texts.join(", ")), &parts)
            }
        })
    }

    /// A name by itself.
    fn named(&self, name: &str, at: &At) -> Result<Value> {
        at.names.get(name).cloned().ok_or(EvaluationError)
    }

    fn traversal(&self, traversal: &Traversal, at: &At) -> Result<Value> {
        let Expression::Variable(name) = &traversal.expr else {
            let value = self.value(&traversal.expr, at)?;
            return self.follow(value, &traversal.operators, at);
        };
        let name = name.as_str();
        if let Some(value) = at.names.get(name) {
            return self.follow(value.clone(), &traversal.operators, at);
        }
        let operators = traversal.operators.as_slice();
        let attribute = |index: usize| match operators.get(index) {
            Some(TraversalOperator::GetAttr(name)) => Ok(name.as_str()),
            _ => Err(EvaluationError),
        };
        let first = attribute(0)?;
        let (value, used) = match (name, first) {
            ("var", name) => (self.variable(at.scope, name)?, 1),
            ("local", name) => (self.local(at.scope, name)?, 1),
            ("module", name) => (self.module(at.scope, name), 1),
            ("each", "key") => match &at.each {
                Each::Entry(key, _) => (Value::Text(key.clone()), 1),
                _ => return Err(EvaluationError),
            },
            ("each", "value") => match &at.each {
                Each::Entry(_, value) => ((**value).clone(), 1),
                _ => return Err(EvaluationError),
            },
            ("count", "index") => match at.each {
                Each::Index(index) => (Value::Number(index as f64), 1),
                _ => return Err(EvaluationError),
            },
            ("path", "module") => (Value::Text(self.scope(at.scope).source.folder.clone()), 1),
            ("path", _) => (Value::Text(self.scope(0).source.folder.clone()), 1),
            ("terraform" | "self", name) => (Value::unknown(format!("terraform.{name}"), []), 1),
            ("data", kind) => {
                let block = self.scope(at.scope).source.block(true, kind, attribute(1)?);
                (self.block(at.scope, block.ok_or(EvaluationError)?), 2)
            }
            (kind, name) => {
                let block = self.scope(at.scope).source.block(false, kind, name);
                (self.block(at.scope, block.ok_or(EvaluationError)?), 1)
            }
        };
        self.follow(value, &operators[used..], at)
    }

    /// What the operators lead to.
    fn follow(&self, value: Value, operators: &[TraversalOperator], at: &At) -> Result<Value> {
        let Some((operator, rest)) = operators.split_first() else {
            return Ok(value);
        };
        let next = match operator {
            TraversalOperator::GetAttr(name) => self.attribute(&value, name.as_str())?,
            TraversalOperator::Index(index) => {
                let index = self.value(index, at)?;
                self.element(&value, &index)?
            }
            TraversalOperator::LegacyIndex(index) => {
                self.element(&value, &Value::Number(*index as f64))?
            }
            TraversalOperator::AttrSplat | TraversalOperator::FullSplat => {
                let items = match value {
                    Value::List(items) => items,
                    Value::Null => Vec::new(),
                    Value::Unknown(_) => {
                        let each = Value::unknown(format!("{}[*]", value.described()), [&value]);
                        return self.follow(each, rest, at);
                    }
                    one => vec![one],
                };
                let items = items.into_iter().map(|item| self.follow(item, rest, at));
                return Ok(Value::List(items.collect::<Result<_>>()?));
            }
        };
        self.follow(next, rest, at)
    }

    fn attribute(&self, value: &Value, name: &str) -> Result<Value> {
        Ok(match value {
            Value::Map(entries) => entries.get(name).ok_or(EvaluationError)?.clone(),
            Value::Unknown(_) => Value::unknown(format!("{}.{name}", value.described()), [value]),
            Value::Instance(instance) => self.of_instance(instance, name),
            Value::Module(number) => self.output(*number, name)?,
            _ => return Err(EvaluationError),
        })
    }

    fn element(&self, value: &Value, index: &Value) -> Result<Value> {
        Ok(match (value, index) {
            (Value::Map(_) | Value::Instance(_) | Value::Module(_), Value::Text(name)) => {
                self.attribute(value, name)?
            }
            (Value::List(items), index) if index.as_number().is_some() => {
                let index = index.as_number().unwrap_or_default() as usize;
                items.get(index).ok_or(EvaluationError)?.clone()
            }
            (Value::Null, _) => return Err(EvaluationError),
            _ => {
                let text = format!("{}[{}]", value.described(), index.described());
                Value::unknown(text, [value, index])
            }
        })
    }

    /// An attribute of a resource, or of what a data source reads.
    fn of_instance(&self, instance: &Instance, name: &str) -> Value {
        let scope = self.scope(instance.scope);
        let block = &scope.source.blocks[instance.block];
        if block.is_data {
            let known = format!("{}.{name}", instance.address);
            let kept = scope.known.borrow().get(&known).cloned();
            return kept.unwrap_or_else(|| {
                // What it reads follows from what it is asked for.
                let asked = Value::Map(self.body(instance));
                let text = format!("{}.{name} of {}", instance.address, asked.described());
                let value = Value::unknown(text, [&asked]);
                scope.known.borrow_mut().insert(known, value.clone());
                value
            });
        }
        if let Some(expression) = attribute(&block.body, name) {
            let value = self.value_in(instance, expression);
            if value != Value::Null {
                return value;
            }
        }
        Value::computed(format!("{}.{name}", instance.address), &instance.address)
    }

    fn conditional(&self, conditional: &Conditional, at: &At) -> Result<Value> {
        let condition = self.value(&conditional.cond_expr, at)?;
        match condition.as_bool() {
            Some(true) => self.value(&conditional.true_expr, at),
            Some(false) => self.value(&conditional.false_expr, at),
            None => {
                let branches = [&conditional.true_expr, &conditional.false_expr];
                let [yes, no] = branches.map(|branch| self.lenient(branch, at));
                let parts = [condition, yes, no];
                let text = parts.each_ref().map(Value::described).join(", ");
                Ok(Value::unknown(format!("if({text})"), &parts))
            }
        }
    }

    fn operation(&self, operation: &Operation, at: &At) -> Result<Value> {
        let binary = match operation {
            Operation::Unary(unary) => {
                let value = self.value(&unary.expr, at)?;
                return Ok(match (unary.operator, &value) {
                    (UnaryOperator::Not, it) if it.as_bool().is_some() => {
                        Value::Bool(it.as_bool() == Some(false))
                    }
                    (UnaryOperator::Neg, Value::Number(number)) => Value::Number(-number),
                    _ => Value::unknown(format!("not {}", value.described()), [&value]),
                });
            }
            Operation::Binary(binary) => binary,
        };
        let left = self.value(&binary.lhs_expr, at)?;
        let right = self.lenient(&binary.rhs_expr, at);
        // Terraform asks for a variable without a value, and gets one.
        let is_unknown = |value: &Value| match value {
            Value::Unknown(unknown) => !unknown.text.starts_with(ASKED_FOR),
            _ => false,
        };
        let equal = || match (&left, &right) {
            // What stands there isn't `null`; of a value that an apply makes nobody knows.
            (Value::Null, other) | (other, Value::Null) => {
                (!is_unknown(other)).then_some(*other == Value::Null)
            }
            (left, right) if left.is_known() && right.is_known() => Some(left == right),
            _ => None,
        };
        let calculated = match binary.operator {
            BinaryOperator::Eq => equal().map(Value::Bool),
            BinaryOperator::NotEq => equal().map(|is_equal| Value::Bool(!is_equal)),
            BinaryOperator::And => match (left.as_bool(), right.as_bool()) {
                (Some(false), _) | (_, Some(false)) => Some(Value::Bool(false)),
                (Some(true), Some(true)) => Some(Value::Bool(true)),
                _ => None,
            },
            BinaryOperator::Or => match (left.as_bool(), right.as_bool()) {
                (Some(true), _) | (_, Some(true)) => Some(Value::Bool(true)),
                (Some(false), Some(false)) => Some(Value::Bool(false)),
                _ => None,
            },
            operator => match (left.as_number(), right.as_number()) {
                (Some(left), Some(right)) => Some(match operator {
                    BinaryOperator::Plus => Value::Number(left + right),
                    BinaryOperator::Minus => Value::Number(left - right),
                    BinaryOperator::Mul => Value::Number(left * right),
                    BinaryOperator::Div => Value::Number(left / right),
                    BinaryOperator::Mod => Value::Number(left % right),
                    BinaryOperator::Less => Value::Bool(left < right),
                    BinaryOperator::LessEq => Value::Bool(left <= right),
                    BinaryOperator::Greater => Value::Bool(left > right),
                    _ => Value::Bool(left >= right),
                }),
                _ => None,
            },
        };
        Ok(calculated.unwrap_or_else(|| {
            let operator = binary.operator;
            let text = format!("({} {operator} {})", left.described(), right.described());
            Value::unknown(text, [&left, &right])
        }))
    }

    fn loops(&self, expression: &ForExpr, at: &At) -> Result<Value> {
        let collection = self.value(&expression.collection_expr, at)?;
        let items: Vec<(Value, Value)> = match &collection {
            Value::List(items) => items
                .iter()
                .enumerate()
                .map(|(index, it)| (Value::Number(index as f64), it.clone()))
                .collect(),
            Value::Map(entries) => entries
                .iter()
                .map(|(key, it)| (Value::Text(key.clone()), it.clone()))
                .collect(),
            _ => return Ok(self.unknown_loop(expression, &collection, at)),
        };
        let mut list = Vec::new();
        let mut map: BTreeMap<String, Value> = BTreeMap::new();
        for (key, value) in items {
            let mut at = at.clone();
            if let Some(name) = &expression.key_var {
                at.names.insert(name.to_string(), key);
            }
            at.names.insert(expression.value_var.to_string(), value);
            if let Some(condition) = &expression.cond_expr {
                match self.value(condition, &at)?.as_bool() {
                    Some(true) => {}
                    Some(false) => continue,
                    None => return Ok(self.unknown_loop(expression, &collection, &at)),
                }
            }
            let value = self.value(&expression.value_expr, &at)?;
            let Some(key) = &expression.key_expr else {
                list.push(value);
                continue;
            };
            let Some(key) = self.value(key, &at)?.as_text() else {
                return Ok(self.unknown_loop(expression, &collection, &at));
            };
            if expression.grouping {
                match map.entry(key).or_insert(Value::List(Vec::new())) {
                    Value::List(items) => items.push(value),
                    _ => return Err(EvaluationError),
                }
            } else {
                map.insert(key, value);
            }
        }
        Ok(match expression.key_expr {
            Some(_) => Value::Map(map),
            None => Value::List(list),
        })
    }

    /// What a loop makes of a collection whose items or keys aren't known: it is the same where it makes the same of an item
    /// that stands for all.
    fn unknown_loop(&self, expression: &ForExpr, collection: &Value, at: &At) -> Value {
        let each = |what: &str| {
            let text = format!("{what} of {}", collection.described());
            Value::unknown(text, [collection])
        };
        let mut at = at.clone();
        if let Some(name) = &expression.key_var {
            at.names.insert(name.to_string(), each("a key"));
        }
        let item = &expression.value_var;
        at.names.insert(item.to_string(), each("an item"));
        let of = |part: Option<&Expression>| part.map_or(Value::Null, |it| self.lenient(it, &at));
        let parts = [
            collection.clone(),
            of(expression.cond_expr.as_ref()),
            of(expression.key_expr.as_ref()),
            of(Some(&expression.value_expr)),
            Value::Bool(expression.grouping),
        ];
        let text = parts.each_ref().map(Value::described).join(", ");
        Value::unknown(format!("for({text})"), &parts)
    }

    fn function(&self, call: &FuncCall, at: &At) -> Result<Value> {
        let name = call.name.name.as_str();
        match name {
            "try" => {
                let mut values = call.args.iter().map(|it| self.value(it, at));
                return values
                    .find_map(std::result::Result::ok)
                    .ok_or(EvaluationError);
            }
            "can" => {
                let value = call.args.first().ok_or(EvaluationError)?;
                return Ok(Value::Bool(self.value(value, at).is_ok()));
            }
            _ => {}
        }
        let mut arguments = Vec::new();
        for argument in &call.args {
            arguments.push(self.value(argument, at)?);
        }
        if call.expand_final
            && let Some(last) = arguments.pop()
        {
            match last {
                Value::List(items) => arguments.extend(items),
                other => arguments.push(Value::unknown(
                    format!("{}...", other.described()),
                    [&other],
                )),
            }
        }
        // What a file says decides too.
        if matches!(name, "file" | "templatefile" | "filebase64" | "fileset")
            && let Some(Value::Text(path)) = arguments.first()
        {
            let text = self
                .tree
                .files
                .get(normal(path).as_str())
                .copied()
                .unwrap_or_default();
            if name == "file" {
                return Ok(Value::Text(text.to_owned()));
            }
            arguments.push(Value::Text(text.to_owned()));
        }
        functions::call(name, &arguments)
    }

    /// A value that is worked out once.
    fn kept(
        &self,
        number: usize,
        key: &str,
        make: impl FnOnce() -> Result<Value>,
    ) -> Result<Value> {
        let scope = self.scope(number);
        if let Some(value) = scope.known.borrow().get(key) {
            return Ok(value.clone());
        }
        let value = make()?;
        scope
            .known
            .borrow_mut()
            .insert(key.to_owned(), value.clone());
        Ok(value)
    }

    fn local(&self, number: usize, name: &str) -> Result<Value> {
        self.kept(number, &format!("local.{name}"), || {
            let scope = self.scope(number);
            let expression = scope.source.locals.get(name).ok_or(EvaluationError)?;
            self.value(expression, &At::in_scope(number, Each::One))
        })
    }

    fn output(&self, number: usize, name: &str) -> Result<Value> {
        self.kept(number, &format!("output.{name}"), || {
            let scope = self.scope(number);
            let expression = scope.source.outputs.get(name).ok_or(EvaluationError)?;
            self.value(expression, &At::in_scope(number, Each::One))
        })
    }

    fn variable(&self, number: usize, name: &str) -> Result<Value> {
        self.kept(number, &format!("var.{name}"), || {
            let scope = self.scope(number);
            let declared = scope.source.variables.get(name).ok_or(EvaluationError)?;
            let here = At::in_scope(number, Each::One);
            let given = match &scope.call {
                Some((caller, call, each)) => attribute(call, name)
                    .map(|expression| self.value(expression, &At::in_scope(*caller, each.clone()))),
                None => scope.given.get(name).cloned().map(Ok),
            };
            let takes_null = attribute(declared, "nullable") != Some(&Expression::Bool(false));
            let value = match given {
                Some(value) => Some(value?).filter(|it| takes_null || *it != Value::Null),
                None => None,
            };
            let value = match (value, attribute(declared, "default")) {
                (Some(value), _) => value,
                (None, Some(default)) => self.value(default, &here)?,
                // Terraform asks for it.
                (None, None) => Value::unknown(format!("{ASKED_FOR}{name}"), []),
            };
            Ok(match attribute(declared, "type") {
                Some(kind) => self.converted(value, kind, &here),
                None => value,
            })
        })
    }

    /// A value as the type of a variable takes it.
    fn converted(&self, value: Value, kind: &Expression, at: &At) -> Value {
        let call = match kind {
            Expression::Variable(name) => {
                return match (name.as_str(), &value) {
                    ("string", it) => it.as_text().map_or(value, Value::Text),
                    ("number", it) => it.as_number().map_or(value, Value::Number),
                    ("bool", it) => it.as_bool().map_or(value, Value::Bool),
                    _ => value,
                };
            }
            Expression::FuncCall(call) => call,
            _ => return value,
        };
        match (call.name.name.as_str(), call.args.first(), value) {
            ("optional", Some(inside), value) => self.converted(value, inside, at),
            ("map", Some(inside), Value::Map(entries)) => Value::Map(
                entries
                    .into_iter()
                    .map(|(key, value)| (key, self.converted(value, inside, at)))
                    .collect(),
            ),
            (kind @ ("list" | "set"), Some(inside), Value::List(items)) => {
                let items = items.into_iter();
                let items = Value::List(items.map(|it| self.converted(it, inside, at)).collect());
                match kind {
                    "set" => {
                        functions::call("toset", std::slice::from_ref(&items)).unwrap_or(items)
                    }
                    _ => items,
                }
            }
            ("object", Some(Expression::Object(kinds)), Value::Map(mut entries)) => {
                let mut found = BTreeMap::new();
                for (key, kind) in kinds {
                    let name = match key {
                        ObjectKey::Identifier(name) => name.to_string(),
                        ObjectKey::Expression(Expression::String(name)) => name.clone(),
                        _ => continue,
                    };
                    let default = || match kind {
                        Expression::FuncCall(call) if call.name.name.as_str() == "optional" => {
                            let default = call.args.get(1)?;
                            self.value(default, at).ok()
                        }
                        _ => None,
                    };
                    let given = entries.remove(&name).filter(|it| *it != Value::Null);
                    let value = given.or_else(default).unwrap_or(Value::Null);
                    found.insert(name, self.converted(value, kind, at));
                }
                Value::Map(found)
            }
            (_, _, value) => value,
        }
    }

    /// How often a block stands.
    fn repeated(&self, body: &Body, number: usize) -> Repetition {
        let at = At::in_scope(number, Each::One);
        if let Some(count) = attribute(body, "count") {
            return match self.lenient(count, &at).as_number() {
                Some(count) => Repetition::Count(count as usize),
                None => Repetition::Unknown,
            };
        }
        let Some(each) = attribute(body, "for_each") else {
            return Repetition::Once;
        };
        match functions::entries(&self.lenient(each, &at)) {
            Some(entries) => Repetition::Each(entries),
            None => Repetition::Unknown,
        }
    }

    /// Calls `make` for each time that a block stands, with the end of the address.
    fn repeat(
        &self,
        body: &Body,
        number: usize,
        mut make: impl FnMut(String, Each) -> Value,
    ) -> Value {
        match self.repeated(body, number) {
            Repetition::Once => make(String::new(), Each::One),
            Repetition::Count(count) => {
                let all = 0..count;
                let all = all.map(|index| make(format!("[{index}]"), Each::Index(index)));
                Value::List(all.collect())
            }
            Repetition::Each(entries) => {
                let entries = entries.into_iter().map(|(key, value)| {
                    let end = format!("[{}]", serde_json::Value::from(key.as_str()));
                    let made = make(end, Each::Entry(key.clone(), Box::new(value)));
                    (key, made)
                });
                Value::Map(entries.collect())
            }
            Repetition::Unknown => make("[*]".to_owned(), Each::One),
        }
    }

    /// The resources of a block: one, a list or a map.
    fn block(&self, number: usize, index: usize) -> Value {
        let scope = self.scope(number);
        let block = &scope.source.blocks[index];
        let mode = if block.is_data { "data." } else { "" };
        let address = format!("{}{mode}{}.{}", scope.path, block.kind, block.name);
        let kept = self.kept(number, &address, || {
            Ok(self.repeat(&block.body, number, |end, each| {
                Value::Instance(Instance {
                    address: Rc::from(self.present_address(format!("{address}{end}"))),
                    scope: number,
                    block: index,
                    each,
                })
            }))
        });
        kept.unwrap_or(Value::Null)
    }

    /// The modules of a call: one, a list or a map.
    fn module(&self, number: usize, name: &str) -> Value {
        let kept = self.kept(number, &format!("module.{name}"), || {
            let scope = self.scope(number);
            let call = scope.source.calls.get(name).ok_or(EvaluationError)?;
            let folder = called(&scope.source.folder, call).ok_or(EvaluationError)?;
            let source = self.tree.source(&folder).map_err(|_| EvaluationError)?;
            Ok(self.repeat(call, number, |end, each| {
                let mut scopes = self.scopes.borrow_mut();
                scopes.push(Rc::new(Scope {
                    path: format!("{}module.{name}{end}.", scope.path),
                    source: source.clone(),
                    call: Some((number, call.clone(), each)),
                    given: BTreeMap::new(),
                    known: RefCell::default(),
                }));
                Value::Module(scopes.len() - 1)
            }))
        });
        kept.unwrap_or_else(|_| Value::unknown(format!("module.{name}"), []))
    }
}

impl At {
    fn in_scope(scope: usize, each: Each) -> Self {
        Self {
            scope,
            each,
            names: BTreeMap::new(),
        }
    }
}

/// The folder of the module that a block in `folder` calls; `None` for one that isn't in the tree.
fn called(folder: &str, call: &Body) -> Option<String> {
    match attribute(call, "source")? {
        Expression::String(source) if source.starts_with('.') => {
            Some(normal(&format!("{folder}/{source}")))
        }
        _ => None,
    }
}

/// A path without `.` and `..`.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The resources in a value.
pub(super) fn instances(value: Value) -> Vec<Instance> {
    let mut found = Vec::new();
    instances_in(value, &mut found);
    found
}

fn instances_in(value: Value, found: &mut Vec<Instance>) {
    match value {
        Value::Instance(instance) => found.push(instance),
        Value::List(items) => items.into_iter().for_each(|it| instances_in(it, found)),
        Value::Map(entries) => entries.into_values().for_each(|it| instances_in(it, found)),
        _ => {}
    }
}

fn modules_in(value: &Value, found: &mut Vec<usize>) {
    match value {
        Value::Module(number) => found.push(*number),
        Value::List(items) => items.iter().for_each(|it| modules_in(it, found)),
        Value::Map(entries) => entries.values().for_each(|it| modules_in(it, found)),
        _ => {}
    }
}

/// The addresses that a value is taken from.
pub(super) fn taken_from(value: &Value) -> BTreeSet<Rc<str>> {
    let mut from = BTreeSet::new();
    value.collect(&mut from);
    from
}
