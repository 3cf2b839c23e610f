resource "aws_iam_role" "host" {
  name        = var.kept_names.role
  name_prefix = var.kept_names.role == null ? "${local.name}-host-" : null
  description = "ECS hosts of ${local.name}: join the cluster, pull images, Session Manager"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })

  lifecycle {
    create_before_destroy = true
  }
}

# This role has no permissions for the tasks: access to databases, tables and metrics is in the task roles.
resource "aws_iam_role_policy_attachment" "host" {
  for_each = toset([
    "AmazonSSMManagedInstanceCore",
    "service-role/AmazonEC2ContainerServiceforEC2Role",
  ])

  role       = aws_iam_role.host.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/${each.key}"
}

resource "aws_iam_instance_profile" "host" {
  name        = var.kept_names.instance_profile
  name_prefix = var.kept_names.instance_profile == null ? "${local.name}-host-" : null
  role        = aws_iam_role.host.name

  lifecycle {
    create_before_destroy = true
  }
}
