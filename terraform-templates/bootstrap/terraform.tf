terraform {
  required_version = ">= 1.11.0"

  # No backend on purpose. This root makes the bucket that the others keep their state in, so its own state
  # is a local file, one workspace per account and region.

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.66, < 7.0"
    }
  }
}
