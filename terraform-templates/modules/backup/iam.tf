data "aws_partition" "current" {}

# Two roles, so that what runs every night can't create clusters. Nobody can pass a role to a service in another account, so
# the trust needs no condition on the source.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
locals {
  policies = {
    backup  = "AWSBackupServiceRolePolicyForBackup"
    restore = "AWSBackupServiceRolePolicyForRestores"
  }
}

resource "aws_iam_role" "this" {
  for_each = local.policies

  name        = "${var.project_name}-${each.key}"
  description = "Lets AWS Backup ${each.key} the DSQL cluster of ${var.project_name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "backup.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = local.policies

  role       = aws_iam_role.this[each.key].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/${each.value}"
}
