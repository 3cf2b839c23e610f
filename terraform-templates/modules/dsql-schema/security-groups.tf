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
