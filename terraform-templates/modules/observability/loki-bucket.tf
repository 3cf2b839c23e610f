locals {
  # Bucket names are unique in the whole world, so the account and the Region are in it.
  loki_bucket_name = "${var.project_name}-loki-${data.aws_caller_identity.current.account_id}-${local.region}"

  # How long a deleted object can be brought back.
  loki_undelete_days = 7
}

resource "aws_s3_bucket" "loki" {
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

  # S3's own keys: a customer key would add a price to each of Loki's many small
  # requests, and a second place to lose the logs by.
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

# Versions are for protected environments only. Loki deletes and rewrites all day,
# and each old version is paid for until the rule below ends it. There it is worth
# it: a wrong retention, or a hand that slips, can be undone for a week.
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

  # A net under Loki's compactor, which deletes what is past its retention: what it
  # has missed goes a week later.
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

  # A marker without versions behind it. S3 wants this apart from an expiry in days.
  rule {
    id     = "remove-delete-markers"
    status = "Enabled"

    filter {}

    expiration {
      expired_object_delete_marker = true
    }
  }

  # S3 refuses rules about versions while the bucket is told to have them.
  depends_on = [aws_s3_bucket_versioning.loki]
}

resource "aws_s3_bucket_policy" "loki" {
  count = var.loki_enabled ? 1 : 0

  bucket = aws_s3_bucket.loki[0].id

  # Not by a data source: one that reads from the bucket waits for each change of it, and the policy
  # then stands in plans that don't change it.
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

  # Both change what a policy may say; S3 refuses to take them at once.
  depends_on = [aws_s3_bucket_public_access_block.loki]
}
