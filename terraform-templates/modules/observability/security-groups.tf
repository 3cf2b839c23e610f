# Grafana allows no inbound traffic: Session Manager forwards a port to the inside of
# the task. Loki allows inbound traffic by rules: the modules of its clients add them to
# Loki's group.

resource "aws_security_group" "grafana" {
  name        = var.kept_names.grafana_security_group
  name_prefix = var.kept_names.grafana_security_group == null ? "${local.grafana_name}-" : null
  description = coalesce(var.kept_names.grafana_security_group_description, "Grafana.")
  vpc_id      = var.vpc_id

  tags = {
    Name = local.grafana_name
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group" "loki" {
  count = var.loki_enabled ? 1 : 0

  name_prefix = "${local.loki_name}-"
  description = "Loki."
  vpc_id      = var.vpc_id

  tags = {
    Name = local.loki_name
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "grafana_to_loki" {
  count = var.loki_enabled ? 1 : 0

  security_group_id            = aws_security_group.grafana.id
  description                  = "Loki"
  ip_protocol                  = "tcp"
  from_port                    = local.loki_port
  to_port                      = local.loki_port
  referenced_security_group_id = aws_security_group.loki[0].id
}

resource "aws_vpc_security_group_ingress_rule" "loki_from_grafana" {
  count = var.loki_enabled ? 1 : 0

  security_group_id            = aws_security_group.loki[0].id
  description                  = "Grafana"
  ip_protocol                  = "tcp"
  from_port                    = local.loki_port
  to_port                      = local.loki_port
  referenced_security_group_id = aws_security_group.grafana.id
}
