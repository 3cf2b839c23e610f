mock_provider "aws" {}

variables {
  project_name = "temporal-test"
}

run "limiter_only" {
  command = plan

  assert {
    condition     = length(aws_dynamodb_table.conn_lease) == 0 && output.conn_lease_table_name == null && output.conn_lease_table_arn == null
    error_message = "Leases are a choice."
  }

  assert {
    condition     = aws_dynamodb_table.rate_limiter.deletion_protection_enabled && aws_dynamodb_table.rate_limiter.server_side_encryption[0].enabled
    error_message = "Protected and encrypted unless told otherwise."
  }
}

run "with_leases" {
  command = plan

  variables {
    conn_lease_enabled  = true
    deletion_protection = false
  }

  assert {
    condition     = output.conn_lease_table_name == "temporal-test-dsql-conn-lease"
    error_message = "The lease table is there."
  }

  assert {
    condition     = !aws_dynamodb_table.conn_lease[0].deletion_protection_enabled
    error_message = "An environment that may go has tables that may go."
  }
}
