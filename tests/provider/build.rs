//! Makes the protocol's messages and servers from `proto/`, without `protoc`.

fn main() -> anyhow::Result<()> {
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
