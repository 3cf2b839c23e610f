mock_provider "aws" {}

variables {
  project_name      = "temporal-test"
  environment       = "test"
  monthly_limit_usd = 500
  email             = "costs@example.com"
}

run "counts_the_environment_alone" {
  command = plan

  assert {
    condition     = one([for filter in aws_budgets_budget.this.cost_filter : filter.values if filter.name == "TagKeyValue"]) == tolist(["user:Environment$test"])
    error_message = "The costs are those of the environment's tag."
  }

  assert {
    condition     = aws_budgets_budget.this.limit_amount == "500" && aws_budgets_budget.this.limit_unit == "USD" && aws_budgets_budget.this.time_unit == "MONTHLY"
    error_message = "The limit is a month's, in USD."
  }

  assert {
    condition     = alltrue([for notification in aws_budgets_budget.this.notification : notification.subscriber_email_addresses == toset(["costs@example.com"])])
    error_message = "Every notification goes to the address."
  }

  assert {
    condition     = sort([for notification in aws_budgets_budget.this.notification : "${notification.notification_type} ${notification.threshold}"]) == tolist(["ACTUAL 100", "ACTUAL 80", "FORECASTED 100"])
    error_message = "Near the limit, over it, and before it is likely to be over."
  }
}

run "an_address_has_two_sides" {
  command = plan

  variables {
    email = "costs"
  }

  expect_failures = [var.email]
}
