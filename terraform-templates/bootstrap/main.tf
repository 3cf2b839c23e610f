# -----------------------------------------------------------------------------
# Network interfaces for tasks
# -----------------------------------------------------------------------------

# Without trunking, an m7g.xlarge can run 3 tasks. With trunking, it can run 20. An instance gets its trunk when it
# registers, so existing instances must be replaced. The setting applies to every cluster in the region.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-eni.html
resource "aws_ecs_account_setting_default" "eni_trunking" {
  count = var.eni_trunking ? 1 : 0

  name  = "awsvpcTrunking"
  value = "enabled"

  # The setting belongs to the region. Destroying it would disable trunking for every other project of the account too.
  lifecycle {
    prevent_destroy = true
  }
}

# -----------------------------------------------------------------------------
# Service-linked roles
# -----------------------------------------------------------------------------

# AWS creates these roles by itself when a person first uses a service in the console. But they may come too late for an
# API call that needs one: a cluster, a domain in a VPC or an Auto Scaling group then fails.
resource "aws_iam_service_linked_role" "this" {
  for_each = var.service_linked_roles
  provider = aws.account

  aws_service_name = each.key

  # A role belongs to the account, and several projects may have it in their states. None of them destroys it for the others,
  # or changes back what another one, or AWS, has written on it.
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [description, tags]
  }
}

data "aws_iam_roles" "service_linked" {
  for_each = var.service_linked_roles

  path_prefix = "/aws-service-role/${each.key}/"

  # A role with a suffix is another one, which somebody created for a purpose of their own.
  name_regex = "^AWSServiceRoleFor[A-Za-z]+$"
}

# A role that the account has already. What is in the state is not imported again.
import {
  for_each = merge([
    for service, roles in data.aws_iam_roles.service_linked : { for arn in roles.arns : service => arn }
  ]...)

  to = aws_iam_service_linked_role.this[each.key]
  id = each.value
}
