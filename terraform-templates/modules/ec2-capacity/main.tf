# Changes when AWS publishes an image: the plan then shows a new launch template version, and hosts take it
# when they are replaced.
data "aws_ssm_parameter" "ami" {
  name = "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"
}

# Instances and volumes do not inherit the provider's default tags, so they are handed on.
data "aws_default_tags" "current" {}

data "aws_partition" "current" {}

locals {
  name = "${var.project_name}-${var.workload}"
}

# -----------------------------------------------------------------------------
# Hosts
# -----------------------------------------------------------------------------

# The capacity provider is replaced before it is destroyed, and Terraform extends that to all it depends on.
# Hence the generated names in this module: the old and the new one must be able to stand side by side. Names
# that are kept can't, so what has one is replaced only after its name was given up.

resource "aws_launch_template" "this" {
  name_prefix            = coalesce(var.kept_names.launch_template_prefix, "${local.name}-")
  description            = "ECS hosts of ${local.name}"
  update_default_version = true
  image_id               = data.aws_ssm_parameter.ami.insecure_value
  instance_type          = var.instance_type
  vpc_security_group_ids = concat([aws_security_group.host.id], var.security_group_ids)

  user_data = base64encode(templatefile("${path.module}/templates/user-data.sh.tftpl", {
    cluster_name = var.cluster_name
    workload     = var.workload
  }))

  iam_instance_profile {
    arn = aws_iam_instance_profile.host.arn
  }

  # One hop: the answer reaches the host and its agent, never a container behind a bridge.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "disabled"
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = var.root_volume_size
      encrypted             = true
      delete_on_termination = true
    }
  }

  dynamic "tag_specifications" {
    for_each = toset(["instance", "volume"])

    content {
      resource_type = tag_specifications.key
      tags          = merge(data.aws_default_tags.current.tags, { Name = local.name })
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_autoscaling_group" "this" {
  name                = var.kept_names.asg
  name_prefix         = var.kept_names.asg == null ? "${local.name}-" : null
  vpc_zone_identifier = var.subnet_ids
  min_size            = var.instance_count
  desired_capacity    = var.instance_count
  max_size            = var.max_count

  # ECS takes the protection off a host once no task is left on it.
  protect_from_scale_in = true

  # Draining puts a termination hook on every host that nobody answers once the provider is gone. This
  # destroys the group without waiting for it.
  force_delete = true

  enabled_metrics = ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupMaxSize", "GroupPendingInstances"]

  launch_template {
    id      = aws_launch_template.this.id
    version = "$Latest"
  }

  # ECS manages only groups that carry AmazonECSManaged, with the empty value that it writes itself. One map, since a
  # group would take a key twice and keep either value.
  dynamic "tag" {
    for_each = merge(data.aws_default_tags.current.tags, { Name = local.name, AmazonECSManaged = "" })

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = tag.key == "AmazonECSManaged"
    }
  }

  # A host that comes up before its role has rights never registers.
  depends_on = [aws_iam_role_policy_attachment.host]

  lifecycle {
    create_before_destroy = true

    # Belongs to managed scaling after the first apply.
    ignore_changes = [desired_capacity]
  }
}

# -----------------------------------------------------------------------------
# Capacity provider
# -----------------------------------------------------------------------------

resource "aws_ecs_capacity_provider" "this" {
  # The generated name of the group: a provider cannot be pointed at another group, so it is replaced with
  # it and needs another name each time.
  name = coalesce(var.kept_names.capacity_provider, aws_autoscaling_group.this.name)

  auto_scaling_group_provider {
    auto_scaling_group_arn         = aws_autoscaling_group.this.arn
    managed_draining               = "ENABLED"
    managed_termination_protection = "ENABLED"

    managed_scaling {
      status                    = "ENABLED"
      target_capacity           = 100
      instance_warmup_period    = 120
      minimum_scaling_step_size = 1
      maximum_scaling_step_size = max(1, var.max_count - var.instance_count)
    }
  }

  # On removal the cluster's list is changed first and the provider destroyed after it. The other way round
  # AWS waits for a provider that is in use until the apply times out:
  # https://github.com/hashicorp/terraform-provider-aws/issues/29152
  lifecycle {
    create_before_destroy = true
  }
}
