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

  # ECS attaches trunks with this role.
  depends_on = [aws_iam_service_linked_role.this]
}

# -----------------------------------------------------------------------------
# Service-linked roles
# -----------------------------------------------------------------------------

# AWS creates these roles by itself when a person first uses a service in the console. But they may come too late for an
# API call that needs one: a cluster, a domain in a VPC or an Auto Scaling group then fails.
resource "aws_iam_service_linked_role" "this" {
  for_each = var.service_linked_roles

  aws_service_name = each.key
}
