# Nothing comes in to Grafana: a port that Session Manager forwards ends inside the
# task. Loki lets in whoever asks with a rule of its own group; the modules of the
# services add theirs.

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
