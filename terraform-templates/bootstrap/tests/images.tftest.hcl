mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/images" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/codebuild/images" }
  }
  mock_resource "aws_ecr_repository" {
    defaults = { arn = "arn:aws:ecr:eu-west-1:123456789012:repository/temporal/server" }
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
  environment_images   = {}
}

run "nothing_unless_asked_for" {
  command = plan

  assert {
    condition     = length(aws_ecr_repository.image) == 0 && length(aws_codebuild_project.images) == 0 && output.images == null
    error_message = "Own images need no repository."
  }
}

run "a_repository_for_each_image_of_any_environment" {
  variables {
    environment_images = {
      dev  = { temporal_image = "server", ui_image = "temporalio/ui:2.52.0" }
      prod = { temporal_image = "server", loki_image = "registry.example.com:5000/a/loki:3.7.6@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
    }
  }

  assert {
    condition     = toset([for repository in aws_ecr_repository.image : repository.name]) == toset(["temporal/server", "temporal/ui", "temporal/loki"])
    error_message = "The last part of a name is the repository."
  }

  assert {
    condition     = alltrue([for repository in aws_ecr_repository.image : repository.image_tag_mutability == "IMMUTABLE" && one(repository.image_scanning_configuration).scan_on_push])
    error_message = "Tags are fixed, and each image is scanned."
  }

  assert {
    condition = alltrue([
      for policy in aws_ecr_lifecycle_policy.image :
      jsondecode(policy.policy).rules[*].selection == [{ tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 30 }]
    ])
    error_message = "No image with a tag expires: an environment may run it."
  }

  assert {
    condition     = one(aws_codebuild_project.images[0].environment).type == "ARM_CONTAINER" && one(aws_codebuild_project.images[0].environment).privileged_mode
    error_message = "Docker builds for ARM64."
  }

  assert {
    condition     = output.images.environments == var.environment_images && output.images.project == "temporal-images"
    error_message = "The script learns all from the output."
  }
}

run "no_image_without_a_name" {
  command = plan

  variables {
    environment_images = { dev = { ui_image = "temporalio/ui:" } }
  }

  expect_failures = [var.environment_images]
}
