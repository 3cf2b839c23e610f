mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
}

variables {
  project = "temporal"
  region  = "eu-west-1"
}

run "the_name_is_made_of_what_is_unique" {
  command = plan

  assert {
    condition     = aws_s3_bucket.state.bucket == "temporal-tfstate-123456789012-eu-west-1"
    error_message = "Project, account and region."
  }
}

run "a_name_of_your_own" {
  command = plan

  variables {
    state_bucket = "example-terraform-state"
  }

  assert {
    condition     = output.state_bucket == "example-terraform-state"
    error_message = "The name given is the name used."
  }
}

run "a_name_that_s3_refuses" {
  command = plan

  variables {
    state_bucket = "Example_State"
  }

  expect_failures = [var.state_bucket]
}
