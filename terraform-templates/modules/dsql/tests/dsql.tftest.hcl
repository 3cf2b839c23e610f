mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }
}

override_resource {
  target          = aws_dsql_cluster.this
  override_during = plan
  values          = { identifier = "abcdefghijklmnopqrstuvwxyz" }
}

variables {
  project_name = "temporal-test"
}

run "protected_means_protected" {
  command = plan

  assert {
    condition     = aws_dsql_cluster.this.deletion_protection_enabled && !aws_dsql_cluster.this.force_destroy
    error_message = "Neither AWS nor Terraform deletes it."
  }

  assert {
    condition     = output.endpoint == "abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws"
    error_message = "The endpoint is made of identifier and region."
  }
}

run "may_go_when_told" {
  command = plan

  variables {
    deletion_protection = false
  }

  assert {
    condition     = !aws_dsql_cluster.this.deletion_protection_enabled && aws_dsql_cluster.this.force_destroy
    error_message = "Both protections follow the one switch."
  }
}
