//! The messages of Terraform's plugin protocol, and the schema in them.

use std::collections::HashMap;

use crate::schema::{Block, Nesting, Provider, Schema};

#[allow(
    clippy::all,
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    reason = "generated from proto/tfplugin5.proto"
)]
pub(crate) mod tfplugin5 {
    tonic::include_proto!("tfplugin5");
}

#[allow(
    clippy::all,
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    reason = "generated from proto/controller.proto"
)]
pub(crate) mod plugin {
    tonic::include_proto!("plugin");
}

use tfplugin5::schema::nested_block::NestingMode;

pub(crate) fn provider_schema(provider: &Provider) -> tfplugin5::get_provider_schema::Response {
    let all = |schemas: &std::collections::BTreeMap<String, Schema>| -> HashMap<_, _> {
        schemas
            .iter()
            .map(|(name, schema)| (name.clone(), message(schema.version, &schema.block)))
            .collect()
    };
    tfplugin5::get_provider_schema::Response {
        provider: Some(message(0, &provider.configuration)),
        resource_schemas: all(&provider.resources),
        data_source_schemas: all(&provider.data_sources),
        ephemeral_resource_schemas: all(&provider.ephemeral_resources),
        diagnostics: Vec::new(),
        server_capabilities: Some(tfplugin5::ServerCapabilities {
            plan_destroy: true,
            get_provider_schema_optional: true,
        }),
    }
}

fn message(version: i64, block: &Block) -> tfplugin5::Schema {
    tfplugin5::Schema {
        version,
        block: Some(block_message(block)),
    }
}

fn block_message(block: &Block) -> tfplugin5::schema::Block {
    let attributes = block
        .attributes
        .iter()
        .map(|(name, attribute)| tfplugin5::schema::Attribute {
            name: name.clone(),
            r#type: attribute.kind_json.clone(),
            description: String::new(),
            required: attribute.required,
            optional: attribute.optional,
            computed: attribute.computed,
            sensitive: attribute.sensitive,
            deprecated: attribute.deprecated,
            write_only: attribute.write_only,
        })
        .collect();
    let block_types = block
        .blocks
        .iter()
        .map(|(name, nested)| tfplugin5::schema::NestedBlock {
            type_name: name.clone(),
            block: Some(block_message(&nested.block)),
            nesting: match nested.nesting {
                Nesting::Single => NestingMode::Single,
                Nesting::List => NestingMode::List,
                Nesting::Set => NestingMode::Set,
            }
            .into(),
            min_items: nested.min_items,
            max_items: nested.max_items,
        })
        .collect();
    tfplugin5::schema::Block {
        version: 0,
        attributes,
        block_types,
        description: String::new(),
        deprecated: false,
    }
}
