# Pass the bucket when you initialise the root, once on each machine:
# terraform init -backend-config=bucket=NAME
terraform {
  backend "s3" {
    key          = "temporal/dev/terraform.tfstate"
    region       = "eu-west-1"
    encrypt      = true
    use_lockfile = true
  }
}
