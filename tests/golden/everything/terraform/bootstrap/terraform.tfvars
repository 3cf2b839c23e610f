project    = "temporal"
region     = "eu-west-1"
account_id = "012345678901"
tags = {
  "cost center" = "a b"
}

eni_trunking = true

# Leave out a bucket that exists already.
state_buckets = ["states"]
