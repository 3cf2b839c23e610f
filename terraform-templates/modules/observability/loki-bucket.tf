locals {
  # Bucket names are unique worldwide, so the name contains the account and the Region.
  loki_bucket_name = "${var.project_name}-loki-${data.aws_caller_identity.current.account_id}-${local.region}"

  # Days in which a deleted object can be restored.
  loki_undelete_days = 7
}

resource "aws_s3_bucket" "loki" {
  #checkov:skip=CKV2_AWS_62:nothing reacts to a new object
  #checkov:skip=CKV_AWS_144:logs of the region are of no use without it
  #checkov:skip=CKV_AWS_145:S3 encrypts it with a key of AWS
  #checkov:skip=CKV_AWS_18:only Loki reads and writes it; a log of that would be larger than the logs
  count = var.loki_enabled ? 1 : 0

  bucket        = local.loki_bucket_name
  force_destroy = !var.deletion_protection

  lifecycle {
    precondition {
      condition     = length(local.loki_bucket_name) <= 63
      error_message = "The bucket name ${local.loki_bucket_name} has more than 63 characters. Use a shorter project_name."
    }
  }
}

resource "aws_s3_bucket_public_access_block" "loki" {
  count = var.loki_enabled ? 1 : 0

  bucket                  = aws_s3_bucket.loki[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "loki" {
  count = var.loki_enabled ? 1 : 0

  bucket = aws_s3_bucket.loki[0].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "loki" {
  count = var.loki_enabled ? 1 : 0

  bucket = aws_s3_bucket.loki[0].id

  # S3 managed keys: a customer managed key would add a price to each of Loki's many
  # small requests, and losing the key would mean losing the logs.
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

# Only protected environments use versioning. Loki deletes and rewrites objects all day,
# and each old version costs money until the rule below deletes it. In a protected
# environment, this is worth it: a wrong retention or a mistake can be undone for a week.
resource "aws_s3_bucket_versioning" "loki" {
  count = var.loki_enabled ? 1 : 0

  bucket = aws_s3_bucket.loki[0].id

  versioning_configuration {
    status = var.deletion_protection ? "Enabled" : "Suspended"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "loki" {
  count = var.loki_enabled ? 1 : 0

  bucket = aws_s3_bucket.loki[0].id

  # Loki's compactor deletes logs after their retention. This rule deletes a week later
  # what the compactor missed.
  rule {
    id     = "expire-logs"
    status = "Enabled"

    filter {}

    expiration {
      days = var.loki_retention_days + 7
    }

    noncurrent_version_expiration {
      noncurrent_days = local.loki_undelete_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  # Removes delete markers without versions. S3 does not allow this together with an expiry in days.
  rule {
    id     = "remove-delete-markers"
    status = "Enabled"

    filter {}

    expiration {
      expired_object_delete_marker = true
    }
  }

  # S3 rejects rules about versions while versioning is being enabled.
  depends_on = [aws_s3_bucket_versioning.loki]
}

resource "aws_s3_bucket_policy" "loki" {
  count = var.loki_enabled ? 1 : 0

  bucket = aws_s3_bucket.loki[0].id

  # Not from a data source: a data source that reads the bucket waits for each change of it, and the policy
  # then appears in plans that don't change it.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.loki[0].arn, "${aws_s3_bucket.loki[0].arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })

  # Both change the bucket's access settings, and S3 rejects two such changes at the same time.
  depends_on = [aws_s3_bucket_public_access_block.loki]
}
