//! The binary Terraform starts as `hashicorp/aws`.

fn main() -> anyhow::Result<()> {
    stand_in_provider::serve()
}
