mock_provider "aws" {}

variables {
  project_name = "temporal-test"
  cluster_name = "temporal-test-cluster"
  cpu_percent  = 60

  services = {
    frontend = { service_name = "temporal-test-temporal-frontend", max_count = 6 }
    worker   = { service_name = "temporal-test-temporal-worker", max_count = 4 }
  }
}

run "starts_nothing_by_itself" {
  command = plan

  assert {
    condition     = alltrue([for target in aws_appautoscaling_target.this : target.min_capacity == 0])
    error_message = "A minimum would start tasks before there is a schema."
  }

  assert {
    condition     = alltrue([for target in aws_appautoscaling_target.this : target.suspended_state[0].dynamic_scaling_out_suspended && target.suspended_state[0].dynamic_scaling_in_suspended])
    error_message = "Scaling begins with scale-services.sh."
  }
}

run "tracks_the_cpu_of_each_service" {
  command = plan

  assert {
    condition     = output.targets == { frontend = "service/temporal-test-cluster/temporal-test-temporal-frontend", worker = "service/temporal-test-cluster/temporal-test-temporal-worker" }
    error_message = "A target is named by cluster and service."
  }

  assert {
    condition     = { for name, target in aws_appautoscaling_target.this : name => target.max_capacity } == { frontend = 6, worker = 4 }
    error_message = "Each service has its own maximum."
  }

  assert {
    condition     = alltrue([for policy in aws_appautoscaling_policy.cpu : policy.target_tracking_scaling_policy_configuration[0].target_value == 60])
    error_message = "The policies track the same CPU use."
  }
}

run "history_keeps_its_tasks" {
  command = plan

  variables {
    services = {
      history = { service_name = "temporal-test-temporal-history", max_count = 8 }
    }
  }

  expect_failures = [var.services]
}

run "a_maximum_is_a_task_or_more" {
  command = plan

  variables {
    services = {
      frontend = { service_name = "temporal-test-temporal-frontend", max_count = 0 }
    }
  }

  expect_failures = [var.services]
}
