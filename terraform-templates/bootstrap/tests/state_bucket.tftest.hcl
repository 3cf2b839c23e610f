mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
}

mock_provider "aws" {
  alias = "account"
}

# All of them, so that terraform.tfvars beside this root decides nothing here.
variables {
  project              = "temporal"
  region               = "eu-west-1"
  account_id           = null
  tags                 = {}
  eni_trunking         = false
  service_linked_roles = []
  state_buckets        = []
  default_state_bucket = false

  state_bucket_kms_key_arns        = {}
  default_state_bucket_kms_key_arn = null
}

run "no_bucket_unless_asked_for" {
  command = plan

  assert {
    condition     = length(aws_s3_bucket.state) == 0
    error_message = "A region whose state is elsewhere gets none."
  }
}

run "the_name_is_made_of_what_is_unique" {
  command = plan

  variables {
    default_state_bucket = true
  }

  assert {
    condition     = output.default_state_bucket == "temporal-tfstate-123456789012-eu-west-1"
    error_message = "Project, account and region."
  }
}

run "a_name_of_your_own" {
  command = plan

  variables {
    state_buckets = ["example-terraform-state"]
  }

  assert {
    condition     = toset(output.state_buckets) == toset(["example-terraform-state"])
    error_message = "The name given is the name used."
  }
}

run "a_name_with_dots" {
  command = plan

  variables {
    state_buckets = ["states.example.com"]
  }

  assert {
    condition     = toset(output.state_buckets) == toset(["states.example.com"])
    error_message = "S3 takes single dots."
  }
}

run "a_name_in_the_accounts_own_namespace" {
  command = plan

  variables {
    state_buckets = ["states-123456789012-eu-west-1-an"]
  }

  assert {
    condition     = one(values(aws_s3_bucket.state)).bucket_namespace == "account-regional"
    error_message = "S3 takes -an only where the namespace is asked for."
  }
}

run "a_name_that_s3_refuses" {
  command = plan

  variables {
    state_buckets = ["Example_State"]
  }

  expect_failures = [var.state_buckets]
}

run "a_name_with_two_dots_side_by_side" {
  command = plan

  variables {
    state_buckets = ["states..example"]
  }

  expect_failures = [var.state_buckets]
}

run "a_name_like_an_address" {
  command = plan

  variables {
    state_buckets = ["192.168.5.4"]
  }

  expect_failures = [var.state_buckets]
}

run "a_name_that_s3_keeps" {
  command = plan

  variables {
    state_buckets = ["states-s3alias"]
  }

  expect_failures = [var.state_buckets]
}

run "without_a_key_s3_has_its_own" {
  command = plan

  variables {
    default_state_bucket = true
  }

  assert {
    condition = (
      one(one(aws_s3_bucket_server_side_encryption_configuration.state["temporal-tfstate-123456789012-eu-west-1"].rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    )
    error_message = "Encrypted in any case."
  }
}

run "a_key_of_your_own_is_the_default_of_its_bucket" {
  command = plan

  variables {
    state_buckets                    = ["example-terraform-state", "other-terraform-state"]
    default_state_bucket             = true
    state_bucket_kms_key_arns        = { example-terraform-state = "arn:aws:kms:eu-west-1:123456789012:key/example" }
    default_state_bucket_kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/default"
  }

  assert {
    condition = tomap({
      for name, encryption in aws_s3_bucket_server_side_encryption_configuration.state :
      name => one(one(encryption.rule).apply_server_side_encryption_by_default).sse_algorithm
      }) == tomap({
      example-terraform-state                 = "aws:kms"
      other-terraform-state                   = "AES256"
      temporal-tfstate-123456789012-eu-west-1 = "aws:kms"
    })
    error_message = "A bucket without a key of its own has S3's."
  }

  assert {
    condition = [
      for name in ["example-terraform-state", "temporal-tfstate-123456789012-eu-west-1"] :
      one(one(aws_s3_bucket_server_side_encryption_configuration.state[name].rule).apply_server_side_encryption_by_default).kms_master_key_id
    ] == [var.state_bucket_kms_key_arns["example-terraform-state"], var.default_state_bucket_kms_key_arn]
    error_message = "Each bucket its own key."
  }
}

run "a_key_for_no_bucket" {
  command = plan

  variables {
    state_bucket_kms_key_arns = { example-terraform-state = "arn:aws:kms:eu-west-1:123456789012:key/example" }
  }

  expect_failures = [var.state_bucket_kms_key_arns]
}
