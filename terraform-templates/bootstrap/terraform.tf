terraform {
  required_version = ">= 1.11.0"

  # Intentionally no backend. This root creates the bucket where the other roots store their state, so its own state
  # is a local file, with one workspace per account and region.

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.66, < 7.0"
    }
  }
}
