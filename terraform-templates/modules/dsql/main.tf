data "aws_region" "current" {}

resource "aws_dsql_cluster" "this" {
  deletion_protection_enabled = var.deletion_protection

  # With this, the provider removes the protection by itself before it destroys the cluster. A protected cluster must
  # stay protected: to destroy it, set deletion_protection to false, apply, and then destroy.
  force_destroy = !var.deletion_protection

  # A cluster has no other name.
  tags = { Name = var.project_name }
}
