data "aws_region" "current" {}

resource "aws_dsql_cluster" "this" {
  deletion_protection_enabled = var.deletion_protection

  # The provider can lift the protection by itself before it destroys. Protected must mean protected: take
  # deletion_protection away and apply, then destroy.
  force_destroy = !var.deletion_protection

  # The only name a cluster has.
  tags = { Name = var.project_name }
}
