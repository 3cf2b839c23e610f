data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  # A domain name has at most 28 characters, so a project name has at most 17.
  domain_name = "${var.project_name}-visibility"

  # Built here instead of read from the domain: the log policy that names the domain must exist before it.
  domain_arn = "arn:${data.aws_partition.current.partition}:es:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:domain/${local.domain_name}"

  # Each zone needs the same number of nodes, and a domain in a VPC needs one subnet per zone.
  nodes_fit_three_zones = var.instance_count % 3 == 0 && length(var.subnet_ids) >= 3
  nodes_fit_two_zones   = var.instance_count % 2 == 0 && length(var.subnet_ids) >= 2
  zone_count            = !var.zone_awareness ? 1 : local.nodes_fit_three_zones ? 3 : local.nodes_fit_two_zones ? 2 : 1
}

# -----------------------------------------------------------------------------
# Domain
# -----------------------------------------------------------------------------

resource "aws_opensearch_domain" "this" {
  #checkov:skip=CKV2_AWS_52:only the task role and the setup role have access, and only from this network
  #checkov:skip=CKV_AWS_317:audit logs need fine-grained access with users of its own; access is by IAM role
  #checkov:skip=CKV_AWS_318:the data nodes elect their master; three of them survive the loss of one
  #checkov:skip=CKV2_AWS_59:the data nodes elect their master; three of them survive the loss of one
  #checkov:skip=CKV_AWS_247:the domain is encrypted with a key of AWS
  domain_name    = local.domain_name
  engine_version = var.engine_version

  cluster_config {
    instance_type          = var.instance_type
    instance_count         = var.instance_count
    zone_awareness_enabled = local.zone_count > 1

    dynamic "zone_awareness_config" {
      for_each = local.zone_count > 1 ? [local.zone_count] : []

      content {
        availability_zone_count = zone_awareness_config.value
      }
    }
  }

  ebs_options {
    ebs_enabled = true
    volume_type = "gp3"
    volume_size = var.volume_size
  }

  vpc_options {
    subnet_ids         = slice(var.subnet_ids, 0, local.zone_count)
    security_group_ids = [aws_security_group.domain.id]
  }

  encrypt_at_rest {
    enabled = true
  }

  node_to_node_encryption {
    enabled = true
  }

  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }

  # Required service updates that are postponed too long isolate the domain. They run in the off-peak window.
  software_update_options {
    auto_software_update_enabled = true
  }

  dynamic "log_publishing_options" {
    for_each = aws_cloudwatch_log_group.domain

    content {
      log_type                 = log_publishing_options.key
      cloudwatch_log_group_arn = log_publishing_options.value.arn
    }
  }

  # AWS tries to write to the log groups before it accepts the domain.
  depends_on = [aws_cloudwatch_log_resource_policy.domain]

  lifecycle {
    precondition {
      condition     = !var.zone_awareness || local.zone_count > 1 || var.instance_count == 1 || (var.instance_count % 2 != 0 && var.instance_count % 3 != 0)
      error_message = "${var.instance_count} nodes must be spread over ${var.instance_count % 2 == 0 ? "two or three" : "three"} zones with one subnet each, but subnet_ids has only ${length(var.subnet_ids)}. Add subnets or change instance_count."
    }
  }
}

# A number of nodes that fits no number of zones is allowed: all nodes are in one zone. This is only a warning.
check "zones" {
  assert {
    condition     = !var.zone_awareness || var.instance_count == 1 || var.instance_count % 2 == 0 || var.instance_count % 3 == 0
    error_message = "${var.instance_count} OpenSearch nodes are not a multiple of two or three, so all of them are in one zone."
  }
}

# Separate from the domain, because the policy names a role, and the policy of that role names the domain.
resource "aws_opensearch_domain_policy" "this" {
  domain_name = aws_opensearch_domain.this.domain_name

  access_policies = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Temporal"
        Effect    = "Allow"
        Principal = { AWS = var.temporal_task_role_arn }
        Action    = ["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"]
        Resource  = "${local.domain_arn}/*"
      },
      {
        Sid       = "Setup"
        Effect    = "Allow"
        Principal = { AWS = aws_iam_role.setup.arn }
        Action    = local.setup_actions
        Resource  = "${local.domain_arn}/*"
      },
    ]
  })
}
