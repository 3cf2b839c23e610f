# -----------------------------------------------------------------------------
# Network interfaces for tasks
# -----------------------------------------------------------------------------

# Without trunking an m7g.xlarge has room for 3 tasks, with it for 20. A host gets its trunk when it registers:
# hosts that are already there have to be replaced. A setting of the region that belongs to every cluster in it.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-eni.html
resource "aws_ecs_account_setting_default" "eni_trunking" {
  count = var.eni_trunking ? 1 : 0

  name  = "awsvpcTrunking"
  value = "enabled"

  # Trunks are attached by this role.
  depends_on = [aws_iam_service_linked_role.this]
}

# -----------------------------------------------------------------------------
# Service-linked roles
# -----------------------------------------------------------------------------

# AWS makes these by itself the first time a person uses a service in the console, but not reliably in time
# for an API call that needs one: a cluster, a domain in a VPC or an Auto Scaling group then fails.
resource "aws_iam_service_linked_role" "this" {
  for_each = var.service_linked_roles

  aws_service_name = each.key
}
