# The way in for workers and clients. They don't run in the Service Connect namespace, so `temporal-frontend` has no meaning
# for them: they connect to this load balancer, and it connects to the tasks of the frontend.

locals {
  name = "${var.project_name}-frontend"

  # The ports of the frontend's tasks: gRPC, and the HTTP API of the server's own configuration.
  grpc_port = 7233
  http_port = 7243
}

# -----------------------------------------------------------------------------
# Load balancer
# -----------------------------------------------------------------------------

resource "aws_lb" "this" {
  #checkov:skip=CKV_AWS_91:a Network Load Balancer logs TLS alone; the flow log has all connections
  name               = local.name
  load_balancer_type = "network"
  internal           = true
  subnets            = var.subnet_ids

  # A Network Load Balancer that is created without a group can never get one.
  # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
  security_groups = [aws_security_group.this.id]

  # Otherwise a zone without a healthy task of the frontend serves nobody, and clients may have its address cached.
  enable_cross_zone_load_balancing = true

  enable_deletion_protection = var.deletion_protection

  # Only allowed_principals can connect through the endpoint service. Their addresses belong to other networks, can be the
  # same as addresses of this one, and are in no rule.
  enforce_security_group_inbound_rules_on_private_link_traffic = length(var.allowed_principals) > 0 ? "off" : "on"
}

resource "aws_lb_target_group" "this" {
  name        = local.name
  vpc_id      = var.vpc_id
  port        = local.grpc_port
  protocol    = "TCP"
  target_type = "ip"

  # ECS waits for this time before it stops a task. A long poll lasts up to a minute, so all polls end by themselves. A
  # connection that still exists after this time would keep its client on a task that is gone, so the load balancer ends it.
  deregistration_delay   = 120
  connection_termination = true

  # Service Connect's proxy listens on the gRPC port and takes connections even if the server does not run. The HTTP port is
  # the server's own: it answers only after the frontend has joined the membership ring, and no more when it shuts down.
  # ECS stops a task whose check fails, so two failures in a row decide. A check by TCP has neither path nor matcher, and
  # without a value the provider would keep those of a check by HTTP.
  health_check {
    protocol            = var.http_check_enabled ? "HTTP" : "TCP"
    port                = var.http_check_enabled ? tostring(local.http_port) : "traffic-port"
    path                = var.http_check_enabled ? "/system-info" : ""
    matcher             = var.http_check_enabled ? "200" : ""
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }

  # Without the load balancer, Terraform first takes the target group from the frontend's service, and then destroys it.
  # Otherwise ECS would have tasks in a target group that is gone. Nothing that the module sets replaces a target group, so
  # no second one of this name is created.
  lifecycle {
    create_before_destroy = true
  }
}

# TLS cannot become TCP in place: the provider sends the listener's policy for TLS, and AWS refuses it for TCP.
# https://github.com/hashicorp/terraform-provider-aws/issues/1851
resource "terraform_data" "listener_protocol" {
  input = var.certificate_arn == null ? "TCP" : "TLS"
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  port              = local.grpc_port
  protocol          = var.certificate_arn == null ? "TCP" : "TLS"
  certificate_arn   = var.certificate_arn
  ssl_policy        = var.certificate_arn == null ? null : "ELBSecurityPolicy-TLS13-1-2-2021-06"

  # gRPC is HTTP/2. Its clients refuse a TLS connection that does not negotiate it.
  alpn_policy = var.certificate_arn == null ? null : "HTTP2Preferred"

  # The frontend pings each connection once a minute, so only a dead connection is idle for this time. With TLS, the load
  # balancer has the same time and no way to change it.
  tcp_idle_timeout_seconds = var.certificate_arn == null ? 350 : null

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }

  lifecycle {
    replace_triggered_by = [terraform_data.listener_protocol]
  }
}

# -----------------------------------------------------------------------------
# Name
# -----------------------------------------------------------------------------

# The zone has the name of this one host. So it hides no other name of its domain, which may have a public zone.
resource "aws_route53_zone" "this" {
  count = var.hostname == null ? 0 : 1

  name    = var.hostname
  comment = "Frontend of ${var.project_name}, inside its VPC"

  vpc {
    vpc_id = var.vpc_id
  }
}

resource "aws_route53_record" "this" {
  count = var.hostname == null ? 0 : 1

  zone_id = aws_route53_zone.this[0].zone_id
  name    = var.hostname
  type    = "A"

  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = false
  }
}

# -----------------------------------------------------------------------------
# Other VPCs and accounts
# -----------------------------------------------------------------------------

resource "aws_vpc_endpoint_service" "this" {
  #checkov:skip=CKV_AWS_123:the allowed principals are named one by one
  count = length(var.allowed_principals) > 0 ? 1 : 0

  network_load_balancer_arns = [aws_lb.this.arn]
  allowed_principals         = var.allowed_principals

  # The principals are named one by one, so nobody has to accept each of their endpoints as well.
  acceptance_required = false

  tags = { Name = local.name }
}
