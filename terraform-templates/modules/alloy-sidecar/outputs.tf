output "init_container_definition" {
  description = "Container definition of the init container, which writes Alloy's configuration and then ends. For the task definition."
  value       = local.init_container
}

output "sidecar_container_definition" {
  description = "Container definition of Alloy, for the task definition."
  value       = local.sidecar_container
}

output "volumes" {
  description = "Volumes that the task definition must have: one for the configuration and, with Loki, one for the instance's Docker socket."
  value       = local.volumes
}

output "cpu" {
  description = "CPU units of the task that the sidecar uses."
  value       = var.cpu
}

output "memory" {
  description = "Memory of the task in MiB that both containers use. ECS counts the init container too, although it ends before the other containers start."
  value       = var.memory + local.init_memory
}

output "ssm_parameter_arn" {
  description = "ARN of the SSM parameter with Alloy's configuration. The execution role of the task must be allowed to read it."
  value       = aws_ssm_parameter.config.arn
}

output "sidecar" {
  description = "All of the above in one object, for the input `sidecar` of the service modules."
  value = {
    init_container      = local.init_container
    container           = local.sidecar_container
    volumes             = local.volumes
    cpu                 = var.cpu
    memory              = var.memory + local.init_memory
    prometheus_endpoint = var.prometheus_endpoint
  }
}
