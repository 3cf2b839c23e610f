resource "aws_security_group" "this" {
  #checkov:skip=CKV2_AWS_5:a script runs the task with it
  name_prefix = "${local.name}-"
  description = "Schema task: PostgreSQL to Aurora DSQL"
  vpc_id      = var.vpc_id

  tags = { Name = local.name }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "dsql" {
  security_group_id = aws_security_group.this.id
  description       = "PostgreSQL to Aurora DSQL"
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432

  # The public endpoint has no address range or prefix list that this rule could name.
  cidr_ipv4 = "0.0.0.0/0"
}

# The same task definition also creates Temporal's namespaces, with this group in place of the other one: it may call
# the frontend, and connects to no database.
resource "aws_security_group" "namespaces" {
  #checkov:skip=CKV2_AWS_5:a script runs the task with it
  name_prefix = "${var.project_name}-namespaces-"
  description = "Task that creates namespaces: Temporal frontend"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.project_name}-namespaces" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "frontend" {
  security_group_id            = aws_security_group.namespaces.id
  description                  = "Temporal frontend"
  ip_protocol                  = "tcp"
  from_port                    = 7233
  to_port                      = 7233
  referenced_security_group_id = var.frontend_security_group_id
}

resource "aws_vpc_security_group_ingress_rule" "frontend" {
  security_group_id            = var.frontend_security_group_id
  description                  = "Task that creates namespaces"
  ip_protocol                  = "tcp"
  from_port                    = 7233
  to_port                      = 7233
  referenced_security_group_id = aws_security_group.namespaces.id
}
