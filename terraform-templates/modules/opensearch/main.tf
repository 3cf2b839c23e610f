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
  #checkov:skip=CKV2_AWS_52:an option, opensearch.access_control; without it, the access policy allows two roles alone
  #checkov:skip=CKV_AWS_317:an option, opensearch.audit_log; it needs opensearch.access_control
  #checkov:skip=CKV_AWS_318:an option, opensearch.dedicated_masters; without it, the data nodes elect their master
  #checkov:skip=CKV2_AWS_59:an option, opensearch.dedicated_masters; without it, the data nodes elect their master
  #checkov:skip=CKV_AWS_247:an option, opensearch.kms_key_arn; without it, the domain is encrypted with a key of AWS
  domain_name    = local.domain_name
  engine_version = var.engine_version

  cluster_config {
    instance_type          = var.instance_type
    instance_count         = var.instance_count
    zone_awareness_enabled = local.zone_count > 1

    # AWS spreads three over two or three zones by itself, and refuses an even number.
    dedicated_master_enabled = var.dedicated_masters
    dedicated_master_count   = var.dedicated_masters ? 3 : null
    dedicated_master_type    = var.dedicated_masters ? var.master_type : null

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
    enabled    = true
    kms_key_id = var.kms_key_arn
  }

  node_to_node_encryption {
    enabled = true
  }

  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }

  # The block is there when it is off too: without it, Terraform would leave access control on silently.
  advanced_security_options {
    enabled                        = var.access_control
    internal_user_database_enabled = false

    dynamic "master_user_options" {
      for_each = var.access_control ? [aws_iam_role.setup.arn] : []

      content {
        master_user_arn = master_user_options.value
      }
    }
  }

  # Required service updates that are postponed too long isolate the domain. They run in the off-peak window.
  software_update_options {
    auto_software_update_enabled = true
  }

  dynamic "log_publishing_options" {
    for_each = local.log_groups

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
