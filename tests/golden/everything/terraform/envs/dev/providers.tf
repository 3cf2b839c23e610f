provider "aws" {
  region = var.region

  # Refuses to run with the credentials of another account.
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = merge(var.tags, {
      Project     = var.project
      Environment = "dev"
      ManagedBy   = "terraform"
    })
  }
}
