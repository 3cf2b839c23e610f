# Buckets for the state of the environments, with all their settings. In a separate file, because it is not needed if
# the state is stored elsewhere.

data "aws_caller_identity" "current" {}

variable "state_buckets" {
  description = "Names of the state buckets to create for the environments. Leave out buckets that already exist."
  type        = set(string)
  default     = []

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  validation {
    condition = alltrue([
      for name in var.state_buckets : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", name)) && !strcontains(name, "..")
    ])
    error_message = "Each name in state_buckets must have 3 to 63 lower-case letters, digits, hyphens and single dots, and must begin and end with a letter or digit."
  }

  validation {
    condition = alltrue([
      for name in var.state_buckets : !can(regex("^[0-9]{1,3}([.][0-9]{1,3}){3}$|^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|[.]mrap|--x-s3|--table-s3)$", name))
    ])
    error_message = "No name in state_buckets can be an IP address, begin with xn--, sthree- or amzn-s3-demo-, or end with -s3alias, --ol-s3, .mrap, --x-s3 or --table-s3."
  }

  validation {
    condition = alltrue([
      for name in var.state_buckets : !endswith(name, "-an") || can(regex("-[0-9]{12}-[a-z0-9-]+-[0-9]-an$", name))
    ])
    error_message = "A name in state_buckets that ends with -an is in the account's own namespace and must have the form PREFIX-ACCOUNT-REGION-an."
  }
}

variable "default_state_bucket" {
  description = "Whether to create a bucket whose name consists of project, account and region. Nobody else can have taken this name."
  type        = bool
  default     = false
}

variable "state_bucket_kms_key_arns" {
  description = "ARNs of your own KMS keys, by bucket name. A bucket in state_buckets encrypts with its key by default. A bucket without an entry uses the S3 managed key."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.state_bucket_kms_key_arns), var.state_buckets)) == 0
    error_message = "state_bucket_kms_key_arns has ${join(", ", setsubtract(keys(var.state_bucket_kms_key_arns), var.state_buckets))}, which state_buckets doesn't have."
  }

  validation {
    condition     = alltrue([for arn in values(var.state_bucket_kms_key_arns) : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/", arn))])
    error_message = "state_bucket_kms_key_arns must have ARNs of KMS keys or aliases."
  }
}

variable "default_state_bucket_kms_key_arn" {
  description = "ARN of your own KMS key. The bucket of default_state_bucket encrypts with it by default. If null, the bucket uses the S3 managed key."
  type        = string
  default     = null

  validation {
    condition     = var.default_state_bucket_kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/", var.default_state_bucket_kms_key_arn))
    error_message = "default_state_bucket_kms_key_arn must be the ARN of a KMS key or alias."
  }
}

locals {
  default_state_bucket = "${var.project}-tfstate-${data.aws_caller_identity.current.account_id}-${var.region}"
  state_buckets        = setunion(var.state_buckets, var.default_state_bucket ? [local.default_state_bucket] : [])

  state_bucket_kms_key_arns = merge(
    { for name in local.state_buckets : name => name == local.default_state_bucket ? var.default_state_bucket_kms_key_arn : null },
    var.state_bucket_kms_key_arns,
  )
}

resource "aws_s3_bucket" "state" {
  #checkov:skip=CKV2_AWS_62:nothing reacts to a new object
  #checkov:skip=CKV_AWS_144:the state is of no use without its region
  #checkov:skip=CKV_AWS_145:it has a key of yours where backend.kms_key_arn is given, else one of AWS
  #checkov:skip=CKV_AWS_19:a resource of its own encrypts each bucket
  #checkov:skip=CKV_AWS_18:CloudTrail records who reads the state, where data events of the bucket are on
  for_each = local.state_buckets

  bucket = each.key

  # A name that ends with -an is in the account's own namespace and must be requested there.
  bucket_namespace = endswith(each.key, "-an") ? "account-regional" : null

  # Terraform must not empty a bucket that contains states.
  force_destroy = false
}

resource "aws_s3_bucket_versioning" "state" {
  for_each = aws_s3_bucket.state

  bucket = each.value.id

  versioning_configuration {
    status = "Enabled"
  }
}

# The S3 backend requests encryption on every write (encrypt = true, kms_key_id). This is the default for all other
# objects in the bucket.
resource "aws_s3_bucket_server_side_encryption_configuration" "state" {
  for_each = aws_s3_bucket.state

  bucket = each.value.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = local.state_bucket_kms_key_arns[each.key] == null ? "AES256" : "aws:kms"
      kms_master_key_id = local.state_bucket_kms_key_arns[each.key]
    }

    # One KMS call for many objects.
    bucket_key_enabled = local.state_bucket_kms_key_arns[each.key] != null
  }
}

resource "aws_s3_bucket_ownership_controls" "state" {
  for_each = aws_s3_bucket.state

  bucket = each.value.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "state" {
  for_each = aws_s3_bucket.state

  bucket = each.value.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "state" {
  for_each = aws_s3_bucket.state

  bucket = each.value.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyTLS"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [each.value.arn, "${each.value.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "OnlyTLS12"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [each.value.arn, "${each.value.arn}/*"]
        Condition = { NumericLessThan = { "s3:TlsVersion" = "1.2" } }
      },
    ]
  })

  # Both change the bucket's access settings, and S3 rejects two such changes at the same time.
  depends_on = [aws_s3_bucket_public_access_block.state]
}

# Each apply leaves an old version of the state, and each lock leaves a deleted lock file.
resource "aws_s3_bucket_lifecycle_configuration" "state" {
  for_each = aws_s3_bucket.state

  bucket = each.value.id

  rule {
    id     = "old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days           = 90
      newer_noncurrent_versions = 20
    }

    expiration {
      expired_object_delete_marker = true
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.state]
}

output "state_buckets" {
  description = "State buckets that this root created for the environments."
  value       = sort([for bucket in aws_s3_bucket.state : bucket.bucket])
}

output "default_state_bucket" {
  description = "Bucket to pass to `terraform init -backend-config=bucket=…` in environments that have no bucket set. Null if this root created no default bucket."
  value       = var.default_state_bucket ? aws_s3_bucket.state[local.default_state_bucket].bucket : null
}
