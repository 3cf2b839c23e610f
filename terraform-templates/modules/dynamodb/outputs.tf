output "rate_limiter_table_name" {
  description = "Table that limits new connections per second over all tasks."
  value       = aws_dynamodb_table.rate_limiter.name
}

output "rate_limiter_table_arn" {
  description = "ARN of the rate limiter's table, for the task role."
  value       = aws_dynamodb_table.rate_limiter.arn
}

output "conn_lease_table_name" {
  description = "Table that counts open connections over all tasks, null without leases."
  value       = one(aws_dynamodb_table.conn_lease[*].name)
}

output "conn_lease_table_arn" {
  description = "ARN of the lease table for the task role, null without leases."
  value       = one(aws_dynamodb_table.conn_lease[*].arn)
}
