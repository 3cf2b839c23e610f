output "rate_limiter_table_name" {
  description = "Table that limits the new connections per second of all tasks together."
  value       = aws_dynamodb_table.rate_limiter.name
}

output "rate_limiter_table_arn" {
  description = "ARN of the rate limiter table, for the task role."
  value       = aws_dynamodb_table.rate_limiter.arn
}

output "conn_lease_table_name" {
  description = "Table that counts the open connections of all tasks. Null without leases."
  value       = one(aws_dynamodb_table.conn_lease[*].name)
}

output "conn_lease_table_arn" {
  description = "ARN of the lease table, for the task role. Null without leases."
  value       = one(aws_dynamodb_table.conn_lease[*].arn)
}
