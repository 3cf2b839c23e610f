output "init_container_definition" {
  description = "Container that writes Alloy's configuration and ends. For the task's container definitions."
  value       = local.init_container
}

output "sidecar_container_definition" {
  description = "Container that runs Alloy. For the task's container definitions."
  value       = local.sidecar_container
}

output "volumes" {
  description = "Volumes that the task must have: one for the configuration and, with Loki, the Docker socket of the host."
  value       = local.volumes
}

output "cpu" {
  description = "CPU units that the sidecar takes from the task."
  value       = local.cpu
}

output "memory" {
  description = "MiB that both containers take from the task: ECS counts the init container too, though it ends before the others start."
  value       = local.memory + local.init_memory
}

output "ssm_parameter_arn" {
  description = "ARN of the parameter with Alloy's configuration, which the execution role of the task must be able to read."
  value       = aws_ssm_parameter.config.arn
}

output "sidecar" {
  description = "All of it in one value, as the service modules take it."
  value = {
    init_container      = local.init_container
    container           = local.sidecar_container
    volumes             = local.volumes
    cpu                 = local.cpu
    memory              = local.memory + local.init_memory
    prometheus_endpoint = var.prometheus_endpoint
  }
}
