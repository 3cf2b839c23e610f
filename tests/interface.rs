//! What other programs use of the tool: variables, links, completions, manual pages, the schema.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use boon::{Compiler, SchemaIndex, Schemas};
use composer_core::presets::PRESETS;
use composer_core::{ProblemCode, link, read, spec_schema};
use serde_json::Value as Json;
use toml_edit::{Item, TableLike, Value};

use crate::bad_specs::{START, TABLE};
use crate::harness::run;

#[test]
fn a_variable_sets_a_value_before_the_arguments_and_is_named() {
    let said = run(&["export", "--preset", "dev-lean", "--out", "a"])
        .variable("COMPOSER_SET_PROJECT", "orders")
        .variable("COMPOSER_SET_ENVIRONMENTS__DEV__UI__ENABLED", "false")
        .say();
    assert_eq!(said.code, 0, "{}", said.stderr);
    let (first, _) = said.stderr.split_once('\n').unwrap();
    assert_eq!(
        first,
        "values from the environment: COMPOSER_SET_ENVIRONMENTS__DEV__UI__ENABLED, COMPOSER_SET_PROJECT"
    );
    let spec = fs::read_to_string(said.path("a/composition.toml")).unwrap();
    assert!(spec.contains("project = \"orders\""), "{spec}");
    let said = run(&["link", "--preset", "dev-lean", "--set", "project=billing"])
        .variable("COMPOSER_SET_PROJECT", "orders")
        .say();
    let text = String::from_utf8(said.stdout).unwrap();
    assert_eq!(text, "#v=1&preset=dev-lean&project=billing\n");
}

#[test]
fn a_wrong_variable_is_the_place_of_the_problem() {
    let said = run(&["validate", "--preset", "dev-lean"])
        .variable("COMPOSER_SET_ENVIRONMENTS__DEV__HISTROY__CPU", "512")
        .say();
    assert_eq!(said.code, 3);
    assert!(
        said.stderr.contains(
            "error[unknown-key]: there is no key `environments.dev.histroy.cpu`\n  \
             --> COMPOSER_SET_ENVIRONMENTS__DEV__HISTROY__CPU=512\n"
        ),
        "{}",
        said.stderr
    );
    run(&["validate", "--fix"])
        .variable("COMPOSER_SET_PROJECT", "orders")
        .file("composition.toml", "version = 1\nproject = \"a\"\nregion = \"eu-west-1\"\n[environments.dev]\n")
        .expect(
            64,
            "",
            "values from the environment: COMPOSER_SET_PROJECT\n\
             error: `--fix` changes the file, but COMPOSER_SET_PROJECT sets a value beside it\nhint: unset the variable\n",
        );
}

#[test]
fn a_link_opens_the_same_composition() {
    let said = run(&[
        "link",
        "--page",
        "https://example.org/composer/#old",
        "--preset",
        "ha-prod",
        "--set",
        "tags.\"a b\"=x & y",
    ])
    .say();
    let text = String::from_utf8(said.stdout).unwrap();
    let fragment = text
        .strip_prefix("https://example.org/composer/#v=1&")
        .unwrap();
    let opened = link::read(&format!("#v=1&{}", fragment.trim_end())).unwrap();
    assert_eq!(opened.problems.0, []);
    assert!(opened.spec.to_toml().contains("\"a b\" = \"x & y\""));
    let long = format!("tags.a={}", "x".repeat(70_000));
    let said = run(&["link", "--preset", "ha-prod", "--set", &long]).say();
    assert_eq!(said.code, 64);
    assert!(
        said.stderr
            .starts_with("error: this composition has no link: it has 70"),
        "{}",
        said.stderr
    );
}

#[test]
fn bash_completes_commands_and_options() {
    let said = run(&["completions", "bash"]).say();
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let script = said.path("completions.bash");
    fs::write(&script, &said.stdout).unwrap();
    let complete = |words: &[&str]| {
        let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        let last = words.len() - 1;
        let code = format!(
            "source {}; COMP_WORDS=({}); COMP_CWORD={last}; \
             f=$(complete -p temporal-composer); f=${{f#*-F }}; ${{f%% *}} temporal-composer \"${{COMP_WORDS[{last}]}}\" \"${{COMP_WORDS[{}]}}\"; \
             printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            script.display(),
            quoted.join(" "),
            last - 1,
        );
        let output = Command::new("bash").args(["-c", &code]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(complete(&["temporal-composer", "exp"]), "export\nexplain\n");
    assert_eq!(
        complete(&["temporal-composer", "export", "--ou"]),
        "--out\n"
    );
    for shell in ["zsh", "fish", "powershell", "elvish"] {
        let said = run(&["completions", shell]).say();
        let text = String::from_utf8(said.stdout).unwrap();
        assert!(
            text.contains("validate") && text.contains("dry-run"),
            "{shell}"
        );
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let said = run(&["man"]).say();
    let page = String::from_utf8(said.stdout).unwrap();
    assert!(page.contains(".TH temporal-composer 1"), "{page}");
    let help = String::from_utf8(run(&["--help"]).say().stdout).unwrap();
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let mut count = 0;
    for line in commands.lines().take_while(|line| !line.is_empty()) {
        let name = line.split_whitespace().next().unwrap();
        let page = String::from_utf8(run(&["man", name]).say().stdout).unwrap();
        assert!(
            page.contains(&format!(".TH temporal-composer-{name} 1")),
            "{name}"
        );
        assert!(page.contains(".SH SYNOPSIS"), "{name}");
        count += 1;
    }
    assert!(count > 12, "{count}");
    run(&["man", "exprot"]).expect(
        64,
        "",
        "error: there is no command `exprot`\nhint: the commands are export, update, adopt, check, diff, validate, size, cost, target, migrate, \
         init, list, explain, link, schema, completions, man\n",
    );
}

/// The schema that the tool prints, as a validator of another program reads it.
fn schema() -> (Schemas, SchemaIndex) {
    let said = run(&["schema"]).say();
    let json: Json = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(json, spec_schema::schema());
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    compiler.add_resource("spec.json", json).unwrap();
    let index = compiler.compile("spec.json", &mut schemas).unwrap();
    (schemas, index)
}

/// A TOML text as JSON; `None` if it isn't TOML.
fn json(text: &str) -> Option<Json> {
    let document: toml_edit::DocumentMut = text.parse().ok()?;
    Some(of_table(document.as_table()))
}

fn of_table(table: &dyn TableLike) -> Json {
    let fields = table.iter().map(|(key, item)| {
        let value = match item {
            Item::Value(value) => of_value(value),
            Item::ArrayOfTables(tables) => tables.iter().map(|table| of_table(table)).collect(),
            other => of_table(other.as_table_like().unwrap()),
        };
        (key.to_owned(), value)
    });
    fields.collect()
}

fn of_value(value: &Value) -> Json {
    match value {
        Value::String(text) => text.value().as_str().into(),
        Value::Integer(number) => (*number.value()).into(),
        Value::Float(number) => (*number.value()).into(),
        Value::Boolean(is_true) => (*is_true.value()).into(),
        Value::Datetime(time) => time.value().to_string().into(),
        Value::Array(values) => values.iter().map(of_value).collect(),
        Value::InlineTable(table) => of_table(table),
    }
}

#[test]
fn the_schema_that_is_published_is_the_one_that_the_tool_prints() {
    let said = run(&["schema"]).say();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/composition.schema.json");
    if env::var_os("BLESS").is_some() {
        fs::write(&file, &said.stdout).unwrap();
    }
    let published = fs::read_to_string(&file).unwrap();
    assert_eq!(
        published,
        String::from_utf8(said.stdout).unwrap(),
        "BLESS=1 writes it"
    );
}

#[test]
fn the_schema_takes_what_the_tool_takes() {
    let (schemas, index) = schema();
    let mut specs: Vec<(String, String)> = PRESETS
        .iter()
        .map(|preset| (preset.name.to_owned(), preset.spec().to_toml()))
        .collect();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    for entry in fs::read_dir(cases).unwrap() {
        let path = entry.unwrap().path();
        specs.push((
            path.display().to_string(),
            fs::read_to_string(path).unwrap(),
        ));
    }
    specs.push(("every default".to_owned(), crate::init::every_default()));
    for (name, text) in specs {
        let spec = json(&text).unwrap();
        if let Err(error) = schemas.validate(&spec, index) {
            panic!("{name}: {error}");
        }
    }
}

#[test]
fn the_schema_refuses_what_has_a_wrong_form() {
    let (schemas, index) = schema();
    let (mut refused, mut taken) = (0, Vec::new());
    for (text, ..) in TABLE {
        let whole = match text.strip_prefix('!') {
            Some(whole) => whole.to_owned(),
            None => format!("{START}{text}"),
        };
        let found = read::read(&whole);
        let is_of_form = |code| {
            matches!(
                code,
                ProblemCode::UnknownKey | ProblemCode::WrongType | ProblemCode::OutOfRange
            )
        };
        let mut problems = found.problems.0;
        problems.extend(composer_core::check(&found.spec).problems.0);
        let Some(spec) = json(&whole) else { continue };
        if problems.iter().any(|problem| is_of_form(problem.code)) {
            match schemas.validate(&spec, index) {
                Ok(()) => taken.push(*text),
                Err(_) => refused += 1,
            }
        }
    }
    // No pattern compares durations: their bounds only the check knows.
    assert_eq!(
        taken,
        ["[environments.prod.reservoir]\nbase_lifetime = \"2h\""]
    );
    assert!(refused > 12, "{refused}");
}
