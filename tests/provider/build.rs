//! Makes the protocol's messages and servers from `proto/`, without `protoc`, and finds the schema.

use std::fs;

use anyhow::ensure;

fn main() -> anyhow::Result<()> {
    schema()?;
    println!("cargo:rerun-if-changed=proto");
    let protocol = protox::compile(
        ["proto/tfplugin5.proto", "proto/controller.proto"],
        ["proto"],
    )?;
    tonic_prost_build::configure()
        .build_client(false)
        .compile_fds(protocol)?;
    Ok(())
}

/// The one schema that is there, whose name says the provider's version.
fn schema() -> anyhow::Result<()> {
    println!("cargo:rerun-if-changed=schema");
    let mut versions = Vec::new();
    for entry in fs::read_dir("schema")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let version = name
            .strip_prefix("aws-")
            .and_then(|rest| rest.strip_suffix(".json.gz"));
        versions.extend(version.map(str::to_owned));
    }
    ensure!(
        versions.len() == 1,
        "schema/ must hold one aws-VERSION.json.gz, it has: {versions:?}"
    );
    println!("cargo:rustc-env=AWS_PROVIDER_VERSION={}", versions[0]);
    Ok(())
}
