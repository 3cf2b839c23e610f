terraform {
  backend "s3" {
    bucket              = "states"
    key                 = "temporal/dev/terraform.tfstate"
    region              = "eu-west-1"
    encrypt             = true
    use_lockfile        = true
    allowed_account_ids = ["012345678901"]
  }
}
