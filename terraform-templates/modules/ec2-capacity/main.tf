# Changes when AWS publishes a new image. The plan then shows a new version of the launch template, and instances
# use it when they are replaced.
data "aws_ssm_parameter" "ami" {
  name = "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"
}

# Instances and volumes do not inherit the provider's default tags, so the launch template sets them.
data "aws_default_tags" "current" {}

data "aws_partition" "current" {}

locals {
  name = "${var.project_name}-${var.workload}"

  # Auto Scaling leaves protected instances alone, whatever their age, so with a maximum lifetime none is protected:
  # https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-max-instance-lifetime.html
  has_lifetime = var.max_instance_lifetime_days > 0
}

# -----------------------------------------------------------------------------
# Instances
# -----------------------------------------------------------------------------

# Terraform creates a new capacity provider before it destroys the old one, and extends this order to everything
# that the provider depends on. So the names in this module are generated: the old and the new resource must be
# able to exist at the same time. A resource with a kept name cannot, so Terraform destroys the old one first.

resource "aws_launch_template" "this" {
  name_prefix            = coalesce(var.kept_names.launch_template_prefix, "${local.name}-")
  description            = "ECS hosts of ${local.name}"
  update_default_version = true
  image_id               = data.aws_ssm_parameter.ami.insecure_value
  instance_type          = var.instance_type
  vpc_security_group_ids = concat([aws_security_group.host.id], var.security_group_ids)

  user_data = base64encode(templatefile("${path.module}/templates/user-data.sh.tftpl", {
    cluster_name        = var.cluster_name
    image_pull_behavior = var.image_pull_behavior
    workload            = var.workload
  }))

  iam_instance_profile {
    arn = aws_iam_instance_profile.host.arn
  }

  # One hop: the response reaches the instance and its agent, but never a container behind a bridge.
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
  min_size            = coalesce(var.min_count, var.instance_count)
  desired_capacity    = var.instance_count
  max_size            = var.max_count

  # ECS removes the protection from an instance when no task is left on it.
  protect_from_scale_in = !local.has_lifetime
  max_instance_lifetime = var.max_instance_lifetime_days * 86400

  # Draining adds a termination hook to every instance, and nothing answers it after the provider is destroyed.
  # This setting destroys the group without waiting for the hook.
  force_delete = true

  enabled_metrics = ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupMaxSize", "GroupPendingInstances"]

  launch_template {
    id      = aws_launch_template.this.id
    version = "$Latest"
  }

  # The new instance starts before the old one is drained. Without this, the old one goes first.
  dynamic "instance_maintenance_policy" {
    for_each = local.has_lifetime ? [true] : []

    content {
      min_healthy_percentage = 100
      max_healthy_percentage = 110
    }
  }

  # ECS manages only groups with the tag AmazonECSManaged and the empty value that it writes itself. The tags are one
  # map, because a group would accept a key twice and keep either value.
  dynamic "tag" {
    for_each = merge(data.aws_default_tags.current.tags, { Name = local.name, AmazonECSManaged = "" })

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = tag.key == "AmazonECSManaged"
    }
  }

  # An instance that starts before its role has permissions never registers.
  depends_on = [aws_iam_role_policy_attachment.host]

  lifecycle {
    create_before_destroy = true

    # Managed scaling sets this after the first apply.
    ignore_changes = [desired_capacity]
  }
}

# -----------------------------------------------------------------------------
# Capacity provider
# -----------------------------------------------------------------------------

resource "aws_ecs_capacity_provider" "this" {
  # The generated name of the group. A provider cannot change its group, so it is replaced together with the group
  # and needs another name each time.
  name = coalesce(var.kept_names.capacity_provider, aws_autoscaling_group.this.name)

  auto_scaling_group_provider {
    auto_scaling_group_arn         = aws_autoscaling_group.this.arn
    managed_draining               = "ENABLED"
    managed_termination_protection = local.has_lifetime ? "DISABLED" : "ENABLED"

    managed_scaling {
      status                    = "ENABLED"
      target_capacity           = 100
      instance_warmup_period    = 120
      minimum_scaling_step_size = 1
      maximum_scaling_step_size = max(1, var.max_count - var.instance_count)
    }
  }

  # On removal, Terraform first changes the cluster's list and then destroys the provider. In the other order, AWS
  # waits for a provider that is in use until the apply times out:
  # https://github.com/hashicorp/terraform-provider-aws/issues/29152
  lifecycle {
    create_before_destroy = true
  }
}
