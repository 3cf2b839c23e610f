# Repositories for the images of the environments, and a project that builds and copies them. In a separate file, because
# it is not needed if all images come from elsewhere.

variable "environment_images" {
  description = "Images of each environment by the variable of its root. Without a slash, an image is the recipe in images/ that builds it, such as `server`. With a slash, it is the public image to copy, such as `temporalio/ui:2.52.0`."
  type        = map(map(string))
  default     = {}

  validation {
    condition = alltrue(flatten([
      for images in values(var.environment_images) : [
        for image in values(images) : can(regex("^[a-z0-9-]+$|/[a-z0-9._-]+(:[A-Za-z0-9._-]+)?(@sha256:[0-9a-f]{64})?$", image))
      ]
    ]))
    error_message = "Each image in environment_images must be the name of a recipe, such as server, or a public image, such as temporalio/ui:2.52.0."
  }
}

locals {
  # The last part of an image's name is its repository.
  image_repositories = toset(flatten([
    for images in values(var.environment_images) : [
      for image in values(images) : regex("([^/:@]+)(?::[^/@]*)?(?:@.*)?$", image)[0]
    ]
  ]))
  images_name   = "${var.project}-images"
  builds_images = length(local.image_repositories) > 0
}

resource "aws_ecr_repository" "image" {
  #checkov:skip=CKV_AWS_136:ECR encrypts it with a key of AWS; images are no secret
  for_each = local.image_repositories

  name = "${var.project}/${each.key}"

  # A tag is the hash of a recipe, or a public image's own. It never names another image.
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }
}

# Task definitions name images by digest, also in old revisions. Every image that an environment runs has a tag, and ECR
# doesn't know which of them run. So none with a tag expires, only what has none. ECR keeps the images that a
# multi-architecture image consists of as long as this one.
resource "aws_ecr_lifecycle_policy" "image" {
  for_each = aws_ecr_repository.image

  repository = each.value.name

  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Images without a tag, after 30 days"
        selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 30 }
        action       = { type = "expire" }
      },
    ]
  })
}

# -----------------------------------------------------------------------------
# Builds
# -----------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "images" {
  #checkov:skip=CKV_AWS_338:nobody reads the log of a build after weeks
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts every log group with a key of AWS
  count = local.builds_images ? 1 : 0

  name              = "/aws/codebuild/${local.images_name}"
  retention_in_days = 30
}

resource "aws_iam_role" "images" {
  count = local.builds_images ? 1 : 0

  name = "${local.images_name}-${var.region}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "codebuild.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.images.account_id } }
    }]
  })
}

data "aws_caller_identity" "images" {}

resource "aws_iam_role_policy" "images" {
  count = local.builds_images ? 1 : 0

  name = "build-images"
  role = aws_iam_role.images[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.images[0].arn}:*"
      },
      {
        # A token is for the whole registry.
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*"
      },
      {
        Effect = "Allow"
        Action = [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:CompleteLayerUpload",
          "ecr:GetDownloadUrlForLayer",
          "ecr:InitiateLayerUpload",
          "ecr:PutImage",
          "ecr:UploadLayerPart",
        ]
        Resource = [for repository in aws_ecr_repository.image : repository.arn]
      },
    ]
  })
}

# scripts/images.sh starts it and brings the commands.
resource "aws_codebuild_project" "images" {
  #checkov:skip=CKV_AWS_316:it builds images in containers, which needs it
  count = local.builds_images ? 1 : 0

  name          = local.images_name
  description   = "Builds and copies the images of ${var.project}, for scripts/images.sh"
  service_role  = aws_iam_role.images[0].arn
  build_timeout = 60

  artifacts {
    type = "NO_ARTIFACTS"
  }

  environment {
    type         = "ARM_CONTAINER"
    compute_type = "BUILD_GENERAL1_LARGE"
    image        = "aws/codebuild/amazonlinux-aarch64-standard:3.0"

    # Docker runs in the build's container.
    privileged_mode = true
  }

  logs_config {
    cloudwatch_logs {
      group_name = aws_cloudwatch_log_group.images[0].name
    }
  }

  source {
    type      = "NO_SOURCE"
    buildspec = jsonencode({ version = 0.2, phases = { build = { commands = ["echo 'use scripts/images.sh'; exit 1"] } } })
  }

  depends_on = [aws_iam_role_policy.images]
}

output "images" {
  description = "What scripts/images.sh needs: region, CodeBuild project, repository URLs, and the images of each environment. Null if this root builds no images."
  value = local.builds_images ? {
    region       = var.region
    project      = aws_codebuild_project.images[0].name
    repositories = { for name, repository in aws_ecr_repository.image : name => repository.repository_url }
    environments = var.environment_images
  } : null
}
