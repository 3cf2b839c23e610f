# Nothing connects to an instance: tasks have their own network interfaces, and shells use Session Manager. The group
# has no rules. The groups in `security_group_ids` allow outbound traffic.
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
