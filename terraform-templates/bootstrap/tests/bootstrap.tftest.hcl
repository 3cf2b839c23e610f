mock_provider "aws" {}

mock_provider "aws" {
  alias = "account"
}

# All of them, so that terraform.tfvars beside this root decides nothing here.
variables {
  project              = "temporal"
  region               = "eu-west-1"
  account_id           = null
  tags                 = {}
  eni_trunking         = true
  service_linked_roles = ["autoscaling.amazonaws.com", "ecs.amazonaws.com", "elasticloadbalancing.amazonaws.com", "opensearchservice.amazonaws.com"]
}

run "first_region_of_an_account" {
  command = plan

  assert {
    condition     = length(aws_iam_service_linked_role.this) == 4
    error_message = "ECS, OpenSearch, Auto Scaling and load balancers."
  }

  assert {
    condition     = one(aws_ecs_account_setting_default.eni_trunking[*].value) == "enabled"
    error_message = "Trunking is switched on."
  }
}

run "second_region_of_an_account" {
  command = plan

  variables {
    service_linked_roles = []
    eni_trunking         = false
  }

  assert {
    condition     = length(aws_iam_service_linked_role.this) == 0 && length(aws_ecs_account_setting_default.eni_trunking) == 0
    error_message = "What exists is left alone."
  }
}

run "bad_inputs_are_refused" {
  command = plan

  variables {
    region               = "eu-west-1a"
    account_id           = "12345"
    service_linked_roles = ["ecs.amazonaws.com", "s3.amazonaws.com"]
  }

  expect_failures = [
    var.region,
    var.account_id,
    var.service_linked_roles,
  ]
}
