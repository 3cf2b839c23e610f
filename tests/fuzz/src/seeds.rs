//! Inputs to start from, made from what the program itself writes: ordinary ones, and long and deep ones, which a fuzzer
//! alone would hardly reach.

use composer_core::changes::Changes;
use composer_core::options::OPTIONS;
use composer_core::presets::PRESETS;
use composer_core::{FieldPath, Spec, Value, archive, check, compose, link as links};
use serde_json::{Map, Value as Json, json};

/// A name for its file, and the input.
pub type Seed = (String, Vec<u8>);

/// `terraform state list` of the flat root.
const FLAT: &str = include_str!("../../migrate/flat.list");

/// How many of a thing a long input has.
const MANY: usize = 500;

/// How deep a deep one is.
const DEEP: usize = 2_000;

fn seed(name: &str, content: impl Into<Vec<u8>>) -> Seed {
    (name.to_owned(), content.into())
}

/// The presets, one in which every option has a value, and one with many environments.
fn specs() -> Vec<(String, Spec)> {
    let mut specs: Vec<(String, Spec)> = PRESETS
        .iter()
        .map(|preset| (preset.name.to_owned(), preset.spec()))
        .collect();
    let mut everything = PRESETS[0].spec();
    for row in OPTIONS.iter() {
        let at = if row.is_map() {
            row.path("dev")
                .parent()
                .unwrap_or_default()
                .key("a \"key\" = é")
        } else {
            row.path("dev")
        };
        let value = everything
            .default_of(row, "dev")
            .value
            .unwrap_or_else(|| Value::from("a ${b} %{c} \"d\" \\ é\n<e>"));
        everything.put(at, value);
    }
    specs.push(("everything".to_owned(), everything));
    let mut wide = PRESETS[1].spec();
    for index in 0..40 {
        let at = FieldPath::in_environment(&format!("e{index}"), "profile");
        wide.put(at, Value::from("dev"));
    }
    specs.push(("wide".to_owned(), wide));
    specs
}

/// Of [`crate::spec_toml`].
#[must_use]
pub fn spec_toml() -> Vec<Seed> {
    let mut seeds: Vec<Seed> = specs()
        .into_iter()
        .map(|(name, spec)| seed(&name, spec.to_toml()))
        .collect();
    let head = "version = 1\nproject = \"temporal\"\nregion = \"eu-west-1\"\n[environments.dev]\n";
    let many = |line: fn(usize) -> String| (0..MANY).map(line).collect::<String>();
    seeds.extend([
        seed(
            "notations",
            "version = 1 # text\nproject = 'temporal'\ntags.\"cost center\" = \"\"\"a\\tb\"\"\"\n[environments.dev]\r\n\
             history = { cpu = 1_024, count = 0x2 }\n[environments.prod.network]\navailability_zones = [\n  \
             'eu-west-1a', # one\n]\n",
        ),
        seed("utf-16", utf_16(&PRESETS[1].spec().to_toml())),
        seed(
            "long-value",
            format!("{head}images.ui = \"{}\"\n", "x".repeat(30_000)),
        ),
        seed(
            "unknown-keys",
            format!("{head}{}", many(|index| format!("k{index} = 1\n"))),
        ),
        seed(
            "variables",
            format!(
                "{head}[environments.dev.history.extra_environment]\n{}",
                many(|index| format!("K{index} = \"v\"\n"))
            ),
        ),
        seed("faults", many(|_| "a b c\n".to_owned())),
        seed(
            "deep-table",
            format!("{head}{} = 1\n", vec!["a"; DEEP].join(".")),
        ),
        seed(
            "deep-list",
            format!("{head}zones = {}{}\n", "[".repeat(DEEP), "]".repeat(DEEP)),
        ),
    ]);
    seeds
}

/// As Windows PowerShell writes a file.
fn utf_16(text: &str) -> Vec<u8> {
    std::iter::once(0xfeff)
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect()
}

/// Of [`crate::spec_json`].
#[must_use]
pub fn spec_json() -> Vec<Seed> {
    let mut seeds: Vec<Seed> = specs()
        .into_iter()
        .map(|(name, spec)| seed(&name, as_json(&spec).to_string()))
        .collect();
    let keys: Map<String, Json> = (0..MANY)
        .map(|index| (format!("k{index}"), json!(1)))
        .collect();
    seeds.extend([
        seed("unknown-keys", Json::Object(keys).to_string()),
        seed(
            "deep-object",
            format!("{}1{}", "{\"a\":".repeat(DEEP), "}".repeat(DEEP)),
        ),
        seed(
            "numbers-and-escapes",
            r#"{"version": 1.0, "project": "\u0074\ud83d\ude00", "region": -9223372036854775809, "tags": {"a": null, "a": []}}"#,
        ),
    ]);
    seeds
}

/// The spec as JSON of the shape that is read.
fn as_json(spec: &Spec) -> Json {
    let mut root = json!({ "version": 1 });
    let mut put = |at: &FieldPath, value: Json| {
        let mut node = &mut root;
        for segment in at.segments() {
            node = &mut node[segment];
        }
        if node.is_null() {
            *node = value;
        }
    };
    for (at, value) in spec.values() {
        put(
            at,
            match value {
                Value::Bool(truth) => json!(truth),
                Value::Integer(number) => json!(number),
                Value::Text(text) => json!(text),
                Value::List(texts) => json!(texts),
            },
        );
    }
    for name in spec.environments() {
        put(&FieldPath::of(&["environments", name]), json!({}));
    }
    root
}

/// Of [`crate::link`].
#[must_use]
pub fn link() -> Vec<Seed> {
    let mut seeds: Vec<Seed> = specs()
        .into_iter()
        .map(|(name, spec)| seed(&name, links::write(&Changes::nearest(&spec))))
        .collect();
    let head = "https://example.org/#v=1&preset=standard";
    seeds.extend([
        seed("foreign", "https://example.org/#options"),
        seed(
            "broken",
            format!("{head}&%zz=1&x&environments.dev.histroy.cpu=512&unset=tags.a"),
        ),
        seed(
            "percent",
            format!(
                "{head}&environments.dev.images.ui={}",
                "%C3%A9".repeat(MANY)
            ),
        ),
        seed(
            "unknown-keys",
            format!("{head}{}", "&environments.dev.k=1".repeat(MANY)),
        ),
    ]);
    seeds
}

/// Of [`crate::set`].
#[must_use]
pub fn set() -> Vec<Seed> {
    let mut seeds: Vec<Seed> = specs()
        .into_iter()
        .map(|(name, spec)| {
            let changes = Changes::nearest(&spec);
            let lines: Vec<String> = changes
                .unset
                .iter()
                .map(|at| format!("!{at}\n"))
                .chain(
                    changes
                        .set
                        .iter()
                        .map(|(at, value)| format!("{at}={value}\n")),
                )
                .collect();
            seed(&name, lines.concat())
        })
        .collect();
    seeds.extend([
        seed(
            "notations",
            "environments.dev.worker={cpu=1, count=2}\nenvironments.x={}\ntags.\"a.b\"=\"c\"\n\
             environments.prod.network.availability_zones=[\"eu-west-1a\"]\n!environments.bench\nproject = orders\n",
        ),
        seed("deep", format!("{}=1", vec!["a"; DEEP].join("."))),
        seed("deep-list", format!("region={}", "[".repeat(DEEP))),
    ]);
    seeds
}

/// Of [`crate::prices`].
#[must_use]
pub fn prices() -> Vec<Seed> {
    let many: String = (0..MANY)
        .map(|index| format!("\"m8g.{index}\" = 0.{index}\n"))
        .collect();
    vec![
        seed(
            "usual",
            "source = \"our agreement with AWS\"\ndate = \"2026-11-01\"\n[eu-west-1]\n\"m8g.large\" = 0.092\n\
             nat-hour = 0.048\n[use.prod]\ndsql-requests = 40\nprometheus-series = 3000\n",
        ),
        seed("many", format!("[eu-west-1]\n{many}")),
        seed(
            "numbers",
            "[eu-west-1]\nnat-hour = 1e400\nnat-gb = -0.0\nx = 0x7fffffffffffffff\ny = inf\nz = nan\n",
        ),
    ]
}

/// Of [`crate::zip`].
#[must_use]
pub fn zip() -> Vec<Seed> {
    PRESETS
        .iter()
        .filter_map(|preset| {
            let blueprint = check(&preset.spec()).blueprint?;
            let tree = compose(&blueprint);
            Some(seed(
                preset.name,
                archive(&tree, &compose::folder(&blueprint)),
            ))
        })
        .collect()
}

/// Of [`crate::zip_tree`].
#[must_use]
pub fn zip_tree() -> Vec<Seed> {
    let spec = PRESETS[1].spec().to_toml();
    let deep = "a/".repeat(DEEP);
    let many: String = (0..MANY).map(|index| format!("t/f{index}\0x\0")).collect();
    vec![
        seed(
            "usual",
            format!(
                "t/composition.toml\0{spec}\0t/README.md\0# a\r\nb\0t/scripts/up.sh\0#!/bin/sh\0t/.terraform/x\0y\0r\0s"
            ),
        ),
        seed(
            "nested",
            "a/b/composition.toml\0version = 1\0a/composition.toml\0\u{feff}version = 1\0a/b/x\0y\0../z\0w\0/v\0u\0a\\b\0c",
        ),
        seed("deep", format!("composition.toml\0version = 1\0{deep}x\0y")),
        seed("many", format!("t/composition.toml\0version = 1\0{many}")),
    ]
}

/// Of [`crate::state`].
#[must_use]
pub fn state() -> Vec<Seed> {
    let resources: Vec<Json> = FLAT
        .lines()
        .map(|address| {
            let plain = address.strip_prefix("data.").unwrap_or(address);
            let (kind, name) = plain.split_once('.').unwrap_or((plain, ""));
            let mode = if plain == address { "managed" } else { "data" };
            json!({
                "address": address, "mode": mode, "type": kind, "name": name,
                "values": { "id": "id-1", "name": "temporal-dev", "cidr_block": "10.0.0.0/16", "desired_count": 2,
                    "tags": { "Environment": "dev" } },
            })
        })
        .collect();
    let show = json!({
        "format_version": "1.0", "terraform_version": "1.11.4",
        "values": { "outputs": {}, "root_module": { "resources": resources, "child_modules": [] } },
    });
    let many: String = (0..MANY)
        .map(|index| format!("aws_sns_topic.alerts[\"{index} ` é\"]\n"))
        .collect();
    let modules = "module.a[\"b\"].".repeat(DEEP);
    vec![
        seed("list", FLAT),
        seed("show", show.to_string()),
        seed("many", format!("aws_vpc.main\n{many}")),
        seed(
            "deep-address",
            format!("aws_vpc.main\n{modules}aws_vpc.main\n"),
        ),
        seed(
            "deep-json",
            format!("{{\"format_version\":{}", "[".repeat(DEEP)),
        ),
    ]
}
