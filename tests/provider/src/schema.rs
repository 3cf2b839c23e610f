//! The real provider's schema, as `terraform providers schema -json` prints it.

use std::collections::BTreeMap;
use std::io::Read as _;

use anyhow::{Context as _, bail};
use flate2::read::GzDecoder;
use serde_json::Value as Json;

/// Made by `schema/extract.py`.
const SCHEMA: &[u8] = include_bytes!(concat!(
    "../schema/aws-",
    env!("AWS_PROVIDER_VERSION"),
    ".json.gz"
));

/// The version the schema is of, as the mirror and the lock file name it.
pub const VERSION: &str = env!("AWS_PROVIDER_VERSION");

/// Everything the provider offers.
pub(crate) struct Provider {
    pub(crate) configuration: Block,
    pub(crate) resources: BTreeMap<String, Schema>,
    pub(crate) data_sources: BTreeMap<String, Schema>,
    pub(crate) ephemeral_resources: BTreeMap<String, Schema>,
}

pub(crate) struct Schema {
    pub(crate) version: i64,
    pub(crate) block: Block,
}

#[derive(Default)]
pub(crate) struct Block {
    pub(crate) attributes: BTreeMap<String, Attribute>,
    pub(crate) blocks: BTreeMap<String, NestedBlock>,
}

pub(crate) struct Attribute {
    pub(crate) kind: Type,
    /// The type as JSON, which is how the protocol carries it.
    pub(crate) kind_json: Vec<u8>,
    pub(crate) required: bool,
    pub(crate) optional: bool,
    pub(crate) computed: bool,
    pub(crate) sensitive: bool,
    pub(crate) deprecated: bool,
    pub(crate) write_only: bool,
}

pub(crate) struct NestedBlock {
    pub(crate) nesting: Nesting,
    pub(crate) min_items: i64,
    pub(crate) max_items: i64,
    pub(crate) block: Block,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Nesting {
    Single,
    List,
    Set,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    Bool,
    Number,
    String,
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>),
    Object(BTreeMap<String, Type>),
}

impl Provider {
    pub(crate) fn load() -> anyhow::Result<Self> {
        let mut text = String::new();
        GzDecoder::new(SCHEMA)
            .read_to_string(&mut text)
            .context("cannot unpack the schema")?;
        let json: Json = serde_json::from_str(&text).context("the schema is not JSON")?;
        let provider = json["provider_schemas"]
            .as_object()
            .and_then(|providers| providers.values().next())
            .context("the schema names no provider")?;
        Ok(Self {
            configuration: block(&provider["provider"]["block"])?,
            resources: schemas(&provider["resource_schemas"])?,
            data_sources: schemas(&provider["data_source_schemas"])?,
            ephemeral_resources: schemas(&provider["ephemeral_resource_schemas"])?,
        })
    }
}

fn schemas(json: &Json) -> anyhow::Result<BTreeMap<String, Schema>> {
    entries(json)
        .map(|(name, schema)| {
            let block = block(&schema["block"]).with_context(|| format!("in `{name}`"))?;
            let version = schema["version"].as_i64().unwrap_or(0);
            Ok((name.clone(), Schema { version, block }))
        })
        .collect()
}

fn block(json: &Json) -> anyhow::Result<Block> {
    let attributes = entries(&json["attributes"])
        .map(|(name, json)| Ok((name.clone(), attribute(json)?)))
        .collect::<anyhow::Result<_>>()?;
    let blocks = entries(&json["block_types"])
        .map(|(name, json)| Ok((name.clone(), nested_block(json)?)))
        .collect::<anyhow::Result<_>>()?;
    Ok(Block { attributes, blocks })
}

fn attribute(json: &Json) -> anyhow::Result<Attribute> {
    let flag = |name: &str| json[name].as_bool().unwrap_or(false);
    Ok(Attribute {
        kind: kind(&json["type"])?,
        kind_json: json["type"].to_string().into_bytes(),
        required: flag("required"),
        optional: flag("optional"),
        computed: flag("computed"),
        sensitive: flag("sensitive"),
        deprecated: flag("deprecated"),
        write_only: flag("write_only"),
    })
}

fn nested_block(json: &Json) -> anyhow::Result<NestedBlock> {
    let nesting = match json["nesting_mode"].as_str() {
        Some("single") => Nesting::Single,
        Some("list") => Nesting::List,
        Some("set") => Nesting::Set,
        other => bail!("blocks nested as {other:?}"),
    };
    Ok(NestedBlock {
        nesting,
        min_items: json["min_items"].as_i64().unwrap_or(0),
        max_items: json["max_items"].as_i64().unwrap_or(0),
        block: block(&json["block"])?,
    })
}

fn kind(json: &Json) -> anyhow::Result<Type> {
    Ok(match json {
        Json::String(name) => match name.as_str() {
            "bool" => Type::Bool,
            "number" => Type::Number,
            "string" => Type::String,
            other => bail!("an attribute of type `{other}`"),
        },
        Json::Array(parts) => match (parts[0].as_str(), &parts[1]) {
            (Some("list"), inner) => Type::List(Box::new(kind(inner)?)),
            (Some("set"), inner) => Type::Set(Box::new(kind(inner)?)),
            (Some("map"), inner) => Type::Map(Box::new(kind(inner)?)),
            (Some("object"), fields) => Type::Object(
                entries(fields)
                    .map(|(name, json)| Ok((name.clone(), kind(json)?)))
                    .collect::<anyhow::Result<_>>()?,
            ),
            (other, _) => bail!("an attribute of type {other:?}"),
        },
        other => bail!("an attribute of type {other}"),
    })
}

fn entries(json: &Json) -> impl Iterator<Item = (&String, &Json)> {
    json.as_object().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_loads_with_every_kind_of_resource() {
        let provider = Provider::load().unwrap();
        let subnet = &provider.resources["aws_subnet"].block;
        assert!(subnet.attributes["vpc_id"].required);
        assert_eq!(subnet.blocks["timeouts"].nesting, Nesting::Single);
        let secret = &provider.resources["aws_secretsmanager_secret_version"].block;
        assert!(secret.attributes["secret_string_wo"].write_only);
        assert!(provider.data_sources.contains_key("aws_partition"));
        assert!(
            provider
                .ephemeral_resources
                .contains_key("aws_secretsmanager_random_password")
        );
    }
}
