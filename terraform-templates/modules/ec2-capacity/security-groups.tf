# Nobody talks to a host: tasks have network interfaces of their own, and a shell comes through Session Manager.
# The group has no rules; the way out is in the groups given from outside.
resource "aws_security_group" "host" {
  name        = var.kept_names.security_group
  name_prefix = var.kept_names.security_group == null ? "${local.name}-host-" : null
  description = coalesce(var.kept_names.security_group_description, "ECS hosts of ${local.name}")
  vpc_id      = var.vpc_id

  tags = { Name = "${local.name}-host" }

  lifecycle {
    create_before_destroy = true
  }
}
