terraform {
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.66, < 7.0"
    }

    # A part of Terraform: nothing is downloaded. It reads files of values, see locals.tf.
    terraform = {
      source = "terraform.io/builtin/terraform"
    }
  }
}
