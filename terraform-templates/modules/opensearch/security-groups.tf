resource "aws_security_group" "domain" {
  name        = var.kept_names.security_group
  name_prefix = var.kept_names.security_group == null ? "${var.project_name}-opensearch-" : null
  description = coalesce(var.kept_names.security_group_description, "OpenSearch domain: HTTPS from its clients")
  vpc_id      = var.vpc_id

  tags = { Name = "${var.project_name}-opensearch" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "client" {
  for_each = var.client_security_group_ids

  security_group_id            = aws_security_group.domain.id
  description                  = "HTTPS from ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = each.value
}

resource "aws_vpc_security_group_ingress_rule" "setup" {
  security_group_id            = aws_security_group.domain.id
  description                  = "HTTPS from the setup task"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.setup.id
}

# No rules: this group identifies the setup task, and the groups in `security_group_ids` allow its outbound traffic.
resource "aws_security_group" "setup" {
  #checkov:skip=CKV2_AWS_5:a script runs the task with it
  name        = var.kept_names.setup_security_group
  name_prefix = var.kept_names.setup_security_group == null ? "${var.project_name}-opensearch-setup-" : null
  description = coalesce(var.kept_names.setup_security_group_description, "OpenSearch setup task")
  vpc_id      = var.vpc_id

  tags = { Name = "${var.project_name}-opensearch-setup" }

  lifecycle {
    create_before_destroy = true
  }
}
