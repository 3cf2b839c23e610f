provider "aws" {
  region = var.region

  # Refuses to run with the credentials of another account.
  allowed_account_ids = var.account_id == null ? null : [var.account_id]

  default_tags {
    tags = merge(var.tags, {
      Project   = var.project
      ManagedBy = "terraform"
      Root      = "bootstrap"
    })
  }
}

# For what belongs to the account and not to this project: it gets no tags. Two projects would overwrite each other's.
provider "aws" {
  alias  = "account"
  region = var.region

  allowed_account_ids = var.account_id == null ? null : [var.account_id]
}
