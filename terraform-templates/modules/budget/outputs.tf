output "name" {
  description = "Name of the budget, for the Billing and Cost Management console."
  value       = aws_budgets_budget.this.name
}
