project = "temporal"
region  = "eu-west-1"

eni_trunking = true

default_state_bucket = true
