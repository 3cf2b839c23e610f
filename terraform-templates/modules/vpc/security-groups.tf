# Attach this group to every task and every instance. It allows outbound HTTPS, and the endpoints below accept traffic
# only from this group. So no group has to be open to the whole VPC.
resource "aws_security_group" "egress" {
  #checkov:skip=CKV2_AWS_5:the root attaches it to tasks of other modules
  name_prefix = "${var.project_name}-egress-"
  description = "Attached to every task and host: HTTPS to AWS, registries and the interface endpoints"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.project_name}-egress" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.egress.id
  description       = "HTTPS to AWS services and container registries"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443

  # Public registries and AWS services without an endpoint have no address range that this rule could name.
  cidr_ipv4 = "0.0.0.0/0"
}

resource "aws_security_group" "vpc_endpoints" {
  count = var.endpoints ? 1 : 0

  name        = var.kept_names.vpc_endpoints_security_group
  name_prefix = var.kept_names.vpc_endpoints_security_group == null ? "${var.project_name}-vpc-endpoints-" : null
  description = coalesce(var.kept_names.vpc_endpoints_security_group_description, "Interface endpoints of the VPC")
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.project_name}-vpc-endpoints" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "vpc_endpoints_https" {
  count = var.endpoints ? 1 : 0

  security_group_id            = aws_security_group.vpc_endpoints[0].id
  description                  = "HTTPS from tasks and hosts"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.egress.id
}
