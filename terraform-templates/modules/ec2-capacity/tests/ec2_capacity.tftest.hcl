mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_ssm_parameter" {
    defaults = { insecure_value = "ami-0123456789abcdef0" }
  }
}

variables {
  project_name       = "temporal-test"
  cluster_name       = "temporal-test-cluster"
  vpc_id             = "vpc-1"
  subnet_ids         = ["subnet-1", "subnet-2"]
  security_group_ids = ["sg-1"]
  instance_type      = "m7g.xlarge"
  instance_count     = 2
  max_count          = 5
}

run "hosts_are_closed_to_tasks" {
  command = plan

  assert {
    condition = (
      aws_launch_template.this.metadata_options[0].http_tokens == "required" &&
      aws_launch_template.this.metadata_options[0].http_put_response_hop_limit == 1
    )
    error_message = "IMDSv2 with one hop."
  }

  assert {
    condition     = strcontains(base64decode(aws_launch_template.this.user_data), "ECS_AWSVPC_BLOCK_IMDS=true\n")
    error_message = "The agent blocks metadata for tasks."
  }

  assert {
    condition     = strcontains(base64decode(aws_launch_template.this.user_data), "ECS_CLUSTER=temporal-test-cluster\n")
    error_message = "Hosts join the cluster."
  }

  assert {
    condition     = aws_launch_template.this.block_device_mappings[0].ebs[0].encrypted == "true"
    error_message = "The root volume is encrypted."
  }
}

run "images_are_pulled_as_ecs_does_by_default" {
  command = plan

  assert {
    condition     = strcontains(base64decode(aws_launch_template.this.user_data), "\nECS_IMAGE_PULL_BEHAVIOR=default\n")
    error_message = "A tag may name another image tomorrow."
  }
}

run "an_image_that_is_there_is_not_pulled_again" {
  command = plan

  variables {
    image_pull_behavior = "once"
  }

  assert {
    condition     = strcontains(base64decode(aws_launch_template.this.user_data), "\nECS_IMAGE_PULL_BEHAVIOR=once\n")
    error_message = "The agent gets the variable."
  }
}

run "scales_from_zero" {
  command = plan

  variables {
    workload       = "benchmark"
    instance_count = 0
    max_count      = 4
  }

  assert {
    condition     = aws_autoscaling_group.this.min_size == 0 && aws_autoscaling_group.this.desired_capacity == 0
    error_message = "No host without a task."
  }

  assert {
    condition     = aws_ecs_capacity_provider.this.auto_scaling_group_provider[0].managed_scaling[0].maximum_scaling_step_size == 4
    error_message = "All hosts may come in one step."
  }
}

run "instances_with_tasks_are_protected" {
  command = plan

  assert {
    condition = (
      aws_autoscaling_group.this.protect_from_scale_in &&
      aws_ecs_capacity_provider.this.auto_scaling_group_provider[0].managed_termination_protection == "ENABLED"
    )
    error_message = "ECS removes an instance only when it has no task."
  }

  assert {
    condition     = aws_autoscaling_group.this.max_instance_lifetime == 0 && length(aws_autoscaling_group.this.instance_maintenance_policy) == 0
    error_message = "No instance is replaced because of its age."
  }
}

run "a_lifetime_turns_the_protection_off" {
  command = plan

  variables {
    max_instance_lifetime_days = 30
  }

  assert {
    condition     = aws_autoscaling_group.this.max_instance_lifetime == 2592000
    error_message = "30 days in seconds."
  }

  assert {
    condition = (
      !aws_autoscaling_group.this.protect_from_scale_in &&
      aws_ecs_capacity_provider.this.auto_scaling_group_provider[0].managed_termination_protection == "DISABLED" &&
      aws_ecs_capacity_provider.this.auto_scaling_group_provider[0].managed_draining == "ENABLED"
    )
    error_message = "Auto Scaling never replaces a protected instance. ECS drains it instead."
  }

  assert {
    condition     = aws_autoscaling_group.this.instance_maintenance_policy[0].min_healthy_percentage == 100
    error_message = "The new instance comes first."
  }
}

run "a_lifetime_of_more_than_a_year_is_refused" {
  command = plan

  variables {
    max_instance_lifetime_days = 366
  }

  expect_failures = [var.max_instance_lifetime_days]
}

run "half_a_day_is_refused" {
  command = plan

  variables {
    max_instance_lifetime_days = 0.5
  }

  expect_failures = [var.max_instance_lifetime_days]
}

run "bad_inputs_are_refused" {
  command = plan

  variables {
    project_name   = "ecs-test"
    instance_type  = "m7i.xlarge"
    instance_count = 6
    workload       = "web"
  }

  expect_failures = [
    var.project_name,
    var.instance_type,
    var.max_count,
    var.workload,
  ]
}

run "names_are_kept" {
  command = plan

  variables {
    kept_names = {
      asg                        = "old-asg"
      capacity_provider          = "old-provider"
      instance_profile           = "old-profile"
      launch_template_prefix     = "old-template-"
      role                       = "old-role"
      security_group             = "old-group"
      security_group_description = "Old group"
    }
  }

  assert {
    condition = (
      aws_autoscaling_group.this.name == "old-asg" &&
      aws_ecs_capacity_provider.this.name == "old-provider" &&
      aws_iam_instance_profile.host.name == "old-profile" &&
      aws_launch_template.this.name_prefix == "old-template-" &&
      aws_iam_role.host.name == "old-role" &&
      aws_security_group.host.name == "old-group" &&
      aws_security_group.host.description == "Old group"
    )
    error_message = "What is given stays; the generated names are left out, since AWS takes one or the other."
  }
}

run "a_key_that_is_a_default_tag_as_well_is_given_once" {
  command = plan

  override_data {
    target = data.aws_default_tags.current
    values = { tags = { Name = "theirs", AmazonECSManaged = "theirs", Team = "a" } }
  }

  assert {
    condition = { for tag in aws_autoscaling_group.this.tag : tag.key => "${tag.value} ${tag.propagate_at_launch}"... } == {
      AmazonECSManaged = [" true"]
      Name             = ["temporal-test-main false"]
      Team             = ["a false"]
    }
    error_message = "The group's own value, once."
  }
}
