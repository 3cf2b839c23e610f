mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/temporal-test-schedule" }
  }
}

variables {
  project_name   = "temporal-test"
  cluster_name   = "temporal-test-cluster"
  asg_name       = "temporal-test-main-1"
  instance_count = 2
  sleep          = "0 20 * * MON-FRI"
  wake           = "30 7 1 * *"
  timezone       = "Europe/Berlin"

  scheduled_services = {
    frontend = { service_name = "temporal-test-temporal-frontend", count = 2 }
  }
}

run "stops_and_starts_each_service" {
  command = plan

  assert {
    condition     = aws_scheduler_schedule.sleep["frontend"].schedule_expression == "cron(0 20 ? * MON-FRI *)"
    error_message = "A day of the week leaves the day of the month open."
  }

  assert {
    condition     = aws_scheduler_schedule.wake["frontend"].schedule_expression == "cron(30 7 1 * ? *)"
    error_message = "A day of the month leaves the day of the week open."
  }

  assert {
    condition     = aws_scheduler_schedule.wake["frontend"].schedule_expression_timezone == "Europe/Berlin"
    error_message = "Times are those of the time zone."
  }
}

run "starts_what_is_configured" {
  assert {
    condition     = [for key in ["sleep", "wake"] : jsondecode({ sleep = aws_scheduler_schedule.sleep, wake = aws_scheduler_schedule.wake }[key]["frontend"].target[0].input).DesiredCount] == [0, 2]
    error_message = "No task at night, the configured ones by day."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.this.policy).Statement[0].Resource == ["arn:aws:ecs:eu-west-1:123456789012:service/temporal-test-cluster/temporal-test-temporal-frontend"]
    error_message = "The role changes these services and no other."
  }
}

run "instances_follow" {
  command = plan

  assert {
    condition     = aws_autoscaling_schedule.wake.min_size == -1 && aws_autoscaling_schedule.wake.max_size == -1
    error_message = "No size that Terraform sets may change."
  }

  assert {
    condition     = aws_autoscaling_schedule.wake.desired_capacity == 2
    error_message = "The instances are there again."
  }
}

run "days_of_the_week_have_names" {
  command = plan

  variables {
    sleep = "0 20 * * 1-5"
  }

  expect_failures = [var.sleep]
}
