# Needs no AWS account: `terraform init && terraform test`.

mock_provider "aws" {
  mock_resource "aws_lb" {
    defaults = {
      arn      = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/acme-prod-frontend/0123456789abcdef"
      dns_name = "acme-prod-frontend-0123456789abcdef.elb.eu-west-1.amazonaws.com"
    }
  }

  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/acme-prod-frontend/0123456789abcdef" }
  }
}

variables {
  project_name               = "acme-prod"
  vpc_id                     = "vpc-1a2b"
  subnet_ids                 = ["subnet-1a", "subnet-1b"]
  frontend_security_group_id = "sg-frontend"
  http_check_enabled         = true
}

run "only_the_group_for_clients_reaches_it_by_default" {
  assert {
    condition     = aws_lb.this.internal && aws_lb.this.load_balancer_type == "network" && length(aws_lb.this.security_groups) == 1
    error_message = "The load balancer is internal and has its group from the start."
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.client_network) + length(aws_vpc_security_group_ingress_rule.client_group) == 0
    error_message = "Nobody else may connect."
  }

  assert {
    condition     = output.address == "acme-prod-frontend-0123456789abcdef.elb.eu-west-1.amazonaws.com:7233" && output.endpoint_service_name == null
    error_message = "The address is the load balancer's own."
  }

  assert {
    condition     = aws_lb.this.enforce_security_group_inbound_rules_on_private_link_traffic == "on"
    error_message = "Without principals, nothing bypasses the rules."
  }

  assert {
    condition     = aws_lb_listener.this.protocol == "TCP" && aws_lb_listener.this.tcp_idle_timeout_seconds > 60
    error_message = "A connection must outlive the time between two pings of the frontend."
  }

  assert {
    condition     = tonumber(aws_lb_target_group.this.deregistration_delay) >= 70
    error_message = "A task must outlive the long polls that it serves, which the frontend ends after 70 s at most."
  }
}

run "the_check_asks_the_server_itself" {
  command = plan

  assert {
    condition     = aws_lb_target_group.this.health_check[0].protocol == "HTTP" && aws_lb_target_group.this.health_check[0].port == "7243"
    error_message = "The proxy of Service Connect does not serve the HTTP port."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.http[0].from_port == 7243 && aws_vpc_security_group_ingress_rule.http[0].security_group_id == "sg-frontend"
    error_message = "The check needs both rules."
  }
}

run "an_image_with_its_own_configuration_may_have_no_http_port" {
  command = plan

  variables {
    http_check_enabled = false
  }

  assert {
    condition     = aws_lb_target_group.this.health_check[0].protocol == "TCP" && length(aws_vpc_security_group_egress_rule.http) == 0
    error_message = "The check must use the gRPC port, and no rule may open another."
  }
}

run "who_is_listed_may_connect_to_one_port" {
  command = plan

  variables {
    client_cidrs              = ["10.60.0.0/16", "192.168.7.9/32"]
    client_security_group_ids = ["sg-0123456789abcdef0"]
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.client_network : rule.cidr_ipv4]) == toset(["10.60.0.0/16", "192.168.7.9/32"])
    error_message = "Each network has a rule."
  }

  assert {
    condition     = alltrue([for rule in concat(values(aws_vpc_security_group_ingress_rule.client_network), values(aws_vpc_security_group_ingress_rule.client_group)) : rule.from_port == 7233 && rule.to_port == 7233])
    error_message = "Nothing but gRPC."
  }
}

run "a_certificate_brings_tls_with_http_2" {
  command = plan

  variables {
    certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
    hostname        = "temporal.example.com"
  }

  assert {
    condition     = aws_lb_listener.this.protocol == "TLS" && aws_lb_listener.this.alpn_policy == "HTTP2Preferred"
    error_message = "gRPC clients need HTTP/2 by ALPN."
  }

  assert {
    condition     = aws_route53_zone.this[0].name == "temporal.example.com" && aws_route53_record.this[0].name == "temporal.example.com"
    error_message = "The zone holds one name and hides no other."
  }

  assert {
    condition     = output.address == "temporal.example.com:7233"
    error_message = "The address is the name that the certificate has."
  }
}

run "principals_bring_an_endpoint_service" {
  command = plan

  variables {
    allowed_principals = ["arn:aws:iam::210987654321:root"]
  }

  assert {
    condition     = aws_vpc_endpoint_service.this[0].allowed_principals == toset(["arn:aws:iam::210987654321:root"])
    error_message = "Only these principals."
  }
}

run "a_wildcard_is_no_principal" {
  command = plan

  variables {
    allowed_principals = ["*"]
  }

  expect_failures = [var.allowed_principals]
}

run "the_internet_is_no_client" {
  command = plan

  variables {
    client_cidrs = ["0.0.0.0/0"]
  }

  expect_failures = [var.client_cidrs]
}
