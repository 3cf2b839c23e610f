#!/usr/bin/env bash
# Checks before an apply whether the account and the region are ready for an environment. It changes nothing.
set -euo pipefail

# shellcheck source=lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"

usage() {
  cat <<'TEXT'
usage: preflight.sh ENVIRONMENT

Compares what the environment's plan needs with what the account and the region have, and prints what to do for each
finding: account, service-linked roles, ENI trunking, service quotas, instance and node types in each zone, endpoint
services, images, the DSQL cluster, the state bucket and names of secrets. The script only reads.

Run it before the first apply, and before an apply that adds instances or images.

Exit codes: 0 ready; 1 there are findings, or Terraform or AWS failed; 2 wrong arguments, or the environment does not
exist or is not initialised; 4 a tool is missing.
TEXT
}

region=''
findings=0
work=''

main() {
  read_arguments '' '' "$@"
  enter "${words[0]-}" ''
  ((${#words[@]} == 1)) || wrong "unexpected argument \`${words[1]}\`"
  [[ ! ${option[region]-} ]] || wrong "\`--region\` is not for this script: the plan has the environment's region"
  check_tools
  work=$(mktemp -d)
  trap 'rm -rf -- "$work"' EXIT
  read_plan
  check_account
  check_bucket
  check_roles
  check_trunking
  check_quotas
  check_zones
  check_images
  check_database
  check_secrets
  if ((findings)); then
    fail "$FAILED" "$environment: $findings findings, see above" "run the script again when they are solved"
  fi
  say "$environment: account $account and region $region are ready for \`terraform apply\`"
}

# MESSAGE HINT: prints something that would make the apply or the first start fail.
finding() {
  findings=$((findings + 1))
  printf -- '- %s\n  %s\n' "$1" "$2"
}

# ARGUMENT…: calls AWS in the environment's region and prints the answer. If AWS fails, the file `refusal` has the reason.
ask() {
  aws "$@" --region "$region" --output json 2>"$work/refusal"
}

# WHAT: adds the finding that AWS did not answer.
unknown() {
  local reason
  reason=$(grep -m 1 . "$work/refusal" || echo 'no answer')
  finding "not checked: $1" "$reason"
}

# FILTER: prints the results of a jq filter on the plan. `resources` are all planned resources, `created` those that the
# apply creates.
plan() {
  jq -r '
    def below: (.resources // [])[], ((.child_modules // [])[] | below);
    def resources: .planned_values.root_module | below | select(.mode == "managed");
    def created: (.resource_changes // [])[] | select(.mode == "managed" and (.change.actions | index("create")));
    '"$1" "$work/plan.json"
}

read_plan() {
  local other
  say "$environment: reading the plan…" >&2
  if ! terraform plan -input=false -lock=false -no-color -out="$work/plan" >"$work/log" 2>&1; then
    # A root that states its account has no plan with credentials of another one.
    other=$(grep -o -m 1 'AWS account ID not allowed: [0-9]*' "$work/log" || true)
    if [[ $other ]]; then
      fail "$FAILED" "your credentials are for the account ${other##* }, but \`$environment\` belongs to another one" \
        "use credentials of the account that \`account_id\` names, or correct it in terraform.tfvars"
    fi
    grep -v '^ *$' "$work/log" >&2 || true
    fail "$FAILED" "Terraform can't plan \`$environment\`" "the errors above come first: solve them, and run the script again"
  fi
  terraform show -json "$work/plan" >"$work/plan.json"
  region=$(plan '.variables.region.value')
  groups=$(plan "$groups_filter")
  vpc=$(plan '[.prior_state.values.root_module | select(.) | below | select(.type == "aws_vpc") | .values.id][0] // ""')
}

# ------------------------------------------------------------------------------
# Account
# ------------------------------------------------------------------------------

account=''
# The partition of its region, such as aws.
partition=''
# The environment's VPC; empty before the first apply.
vpc=''
# The instance type and the largest size of each Auto Scaling group, one per line.
groups=''
# shellcheck disable=SC2016 # the dollar signs are jq's
readonly groups_filter='[resources] as $all | $all[] | select(.type == "aws_autoscaling_group")
  | (.address | sub("[.]?aws_autoscaling_group[.].*$"; ".")) as $in | .values.max_size as $most
  | $all[] | select(.type == "aws_launch_template" and (.address | startswith($in)))
  | "\(.values.instance_type) \($most)"'

check_account() {
  local answer stated
  if ! answer=$(ask sts get-caller-identity); then
    fail "$FAILED" "AWS does not accept your credentials: $(grep -m 1 . "$work/refusal")" \
      "\`aws sts get-caller-identity --region $region\` must work first. If it works elsewhere, enable $region for the account"
  fi
  account=$(jq -r .Account <<<"$answer")
  partition=$(jq -r '.Arn | split(":")[1]' <<<"$answer")
  stated=$(plan '.variables.account_id.value // ""')
  if [[ $stated && $stated != "$account" ]]; then
    finding "your credentials are for the account $account, but \`$environment\` belongs to $stated" \
      "use credentials of $stated"
  fi
}

check_bucket() {
  local bucket answer
  bucket=$(jq -r 'select(.backend.type == "s3") | .backend.config | "\(.bucket) \(.region)"' \
    "${TF_DATA_DIR:-.terraform}/terraform.tfstate" 2>/dev/null) || return 0
  [[ $bucket ]] || return 0
  if ! answer=$(aws s3api get-bucket-versioning --bucket "${bucket% *}" --region "${bucket#* }" --output json \
    2>"$work/refusal"); then
    unknown "versioning of the state bucket ${bucket% *}"
  elif [[ $(jq -r '.Status // ""' <<<"${answer:-null}") != Enabled ]]; then
    finding "the state bucket ${bucket% *} keeps no old versions" \
      "aws s3api put-bucket-versioning --bucket ${bucket% *} --versioning-configuration Status=Enabled"
  fi
}

check_roles() {
  local role service roles='ECS ecs.amazonaws.com
AutoScaling autoscaling.amazonaws.com
AmazonOpenSearchService opensearchservice.amazonaws.com'
  if [[ $(plan '[resources | select(.type == "aws_lb")] | length') != 0 ]]; then
    roles+=$'\nElasticLoadBalancing elasticloadbalancing.amazonaws.com'
  fi
  while read -r role service; do
    role=AWSServiceRoleFor$role
    if ask iam get-role --role-name "$role" >/dev/null; then
      continue
    elif grep -q NoSuchEntity "$work/refusal"; then
      finding "the account has no service-linked role $role" \
        "apply terraform/bootstrap, or run: aws iam create-service-linked-role --aws-service-name $service"
    else
      unknown "service-linked role $role"
    fi
  done <<<"$roles"
}

check_trunking() {
  local answer cluster hosts without
  [[ $(plan '.variables.compute.value.eni_trunking == false') == false ]] || return 0
  # The account's own setting, which the role of the instances has. Yours can differ.
  if ! answer=$(ask ecs list-account-settings --name awsvpcTrunking --effective-settings \
    --principal-arn "arn:$partition:iam::$account:root"); then
    unknown 'ENI trunking of the account'
    return 0
  fi
  if [[ $(jq -r '.settings[0].value // ""' <<<"$answer") != enabled ]]; then
    finding "ENI trunking is off in $region, so that an instance has room for a few tasks only" \
      "apply terraform/bootstrap, or run: aws ecs put-account-setting-default --name awsvpcTrunking --value enabled --region $region"
  fi
  cluster=$(plan '[.prior_state.values.root_module | select(.) | below | select(.type == "aws_ecs_cluster") | .values.name][0] // ""')
  [[ $cluster ]] || return 0
  if ! hosts=$(ask ecs list-container-instances --cluster "$cluster" --status ACTIVE) ||
    ! answer=$(ask ecs list-attributes --cluster "$cluster" --target-type container-instance --attribute-name ecs.awsvpc-trunk-id); then
    unknown "trunks of the instances of $cluster"
    return 0
  fi
  without=$(jq -r --argjson with "$answer" '.containerInstanceArns - [$with.attributes[].targetId] | length' <<<"$hosts")
  if ((without)); then
    finding "$without instances of $cluster registered without a trunk" \
      "they registered before trunking was on: run scripts/hosts.sh $environment refresh --all"
  fi
}

# ------------------------------------------------------------------------------
# Quotas
# ------------------------------------------------------------------------------

# CODE SERVICE NEEDED USED WHAT: compares what is needed with what the quota leaves.
quota() {
  local code=$1 service=$2 needed=$3 used=$4 what=$5 answer limit
  if ! answer=$(ask service-quotas get-service-quota --service-code "$service" --quota-code "$code") &&
    ! answer=$(ask service-quotas get-aws-default-service-quota --service-code "$service" --quota-code "$code"); then
    unknown "quota $code ($what)"
    return 0
  fi
  limit=$(jq -r '.Quota.Value | floor' <<<"$answer")
  if ((needed + used > limit)); then
    finding "quota $code allows $limit $what, but \`$environment\` needs $needed and $used are in use" \
      "aws service-quotas request-service-quota-increase --service-code $service --quota-code $code --desired-value $((needed + used)) --region $region"
  fi
}

check_quotas() {
  local answer used
  if answer=$(ask ec2 describe-addresses); then
    used=$(jq '.Addresses | length' <<<"$answer")
    quota L-0263D0A3 ec2 "$(plan '[created | select(.type == "aws_eip")] | length')" "$used" 'Elastic IP addresses'
  else
    unknown 'Elastic IP addresses in use'
  fi
  if answer=$(ask ec2 describe-vpcs); then
    used=$(jq '.Vpcs | length' <<<"$answer")
    quota L-F678F1CE vpc "$(plan '[created | select(.type == "aws_vpc")] | length')" "$used" VPCs
  else
    unknown 'VPCs in use'
  fi
  check_gateways
  quota L-29B6F2EB vpc \
    "$(plan '[resources | select(.type == "aws_vpc_endpoint" and .values.vpc_endpoint_type == "Interface")] | length')" \
    0 'interface endpoints in a VPC'
  check_processors
  check_interfaces
}

# The NAT gateways that the apply creates, in the zone that then has the most. A key of the resource is its zone.
check_gateways() {
  local created gateways subnets needed used zone
  created=$(plan '[created | select(.type == "aws_nat_gateway") | .index | tostring] | tojson')
  [[ $created != '[]' ]] || return 0
  if ! gateways=$(ask ec2 describe-nat-gateways --filter Name=state,Values=pending,available,deleting) ||
    ! subnets=$(ask ec2 describe-subnets); then
    unknown 'NAT gateways in use'
    return 0
  fi
  # shellcheck disable=SC2016 # the dollar signs are jq's
  read -r needed used zone < <(jq -rn --argjson created "$created" --argjson gateways "$gateways" --argjson subnets "$subnets" '
    ([$subnets.Subnets[] | { (.SubnetId): .AvailabilityZone }] | add // {}) as $zone_of
    | [$gateways.NatGateways[] | $zone_of[.SubnetId]] as $used
    | [$created | group_by(.)[] | .[0] as $zone | { $zone, needed: length, used: ([$used[] | select(. == $zone)] | length) }]
    | max_by(.needed + .used) | "\(.needed) \(.used) \(.zone)"')
  quota L-FE5A380F vpc "$needed" "$used" "NAT gateways in $zone"
}

# The instances of all Auto Scaling groups at their largest, against those of everything else in the account.
check_processors() {
  local answer type most needed=0 used processors
  while read -r type most; do
    if ! answer=$(ask ec2 describe-instance-types --instance-types "$type"); then
      unknown "vCPUs of $type"
      return 0
    fi
    processors=$(jq '.InstanceTypes[0].VCpuInfo.DefaultVCpus' <<<"$answer")
    needed=$((needed + most * processors))
  done <<<"$groups"
  if ! answer=$(ask ec2 describe-instances --filters Name=instance-state-name,Values=pending,running); then
    unknown 'vCPUs in use'
    return 0
  fi
  used=$(jq --arg vpc "$vpc" '[.Reservations[].Instances[]
    | select((.VpcId // "") != $vpc or $vpc == "") | select(.InstanceType | test("^[acdhimrtz][0-9]"))
    | (.CpuOptions.CoreCount // 1) * (.CpuOptions.ThreadsPerCore // 1)] | add // 0' <<<"$answer")
  quota L-1216C47A ec2 "$needed" "$used" 'vCPUs of standard On-Demand instances'
}

check_interfaces() {
  local answer needed used
  # The tasks of each service at its largest number, while they are deployed; instances with their trunks; what endpoints,
  # load balancers and OpenSearch take in each zone; NAT gateways. `temporal-composer size` counts the same. A service with
  # an output of its own has its number beside it, or is one task. The name of an endpoint service ends alike: it has no
  # value without the service, nor before AWS gives one.
  # shellcheck disable=SC2016 # the dollar signs are jq's
  needed=$(plan '[resources] as $all
    | def of(kind): $all[] | select(.type == kind) | .values;
      .planned_values.outputs as $outputs
    | ([of("aws_subnet") | .availability_zone] | unique | length) as $zones
    | (if .variables.compute.value.eni_trunking == false then 1 else 2 end) as $per_instance
    | ($outputs.service_names.value | to_entries
        | map({ (.value): $outputs.service_desired_counts.value[.key] })
        + [$outputs | to_entries[] | select((.key | endswith("_service_name")) and .value.value)
            | { (.value.value): ($outputs[.key | sub("_service_name$"; "_count")].value // 1) }] | add) as $counts
    | ([of("aws_appautoscaling_target") | { (.resource_id | sub(".*/"; "")): .max_capacity }] | add // {}) as $largest
    | ([of("aws_ecs_service")
        | ([$counts[.name] // 0, $largest[.name] // 0] | max) * ([.deployment_maximum_percent, 100] | max) / 100 | floor]
        | add // 0)
    + ([of("aws_autoscaling_group") | .max_size * $per_instance] | add // 0)
    + ([of("aws_vpc_endpoint") | select(.vpc_endpoint_type == "Interface")] | length) * $zones
    + ([of("aws_lb")] | length) * $zones
    + ([of("aws_opensearch_domain") | .cluster_config[0]
        | (.instance_count * 3 / (.zone_awareness_config[0].availability_zone_count // 1)) | ceil] | add // 0) * $zones
    + ([of("aws_nat_gateway")] | length)')
  if ! answer=$(ask ec2 describe-network-interfaces); then
    unknown 'network interfaces in use'
    return 0
  fi
  used=$(jq --arg vpc "$vpc" '[.NetworkInterfaces[] | select($vpc == "" or .VpcId != $vpc)] | length' <<<"$answer")
  quota L-DF5E4CA3 vpc "$needed" "$used" 'network interfaces'
}

# ------------------------------------------------------------------------------
# Zones
# ------------------------------------------------------------------------------

# WHAT WANTED FOUND: adds a finding if not all zones of WANTED are among FOUND. Both are JSON lists.
in_zones() {
  local missing
  missing=$(jq -rn --argjson wanted "$2" --argjson found "$3" '$wanted - $found | join(", ")')
  if [[ $missing ]]; then
    finding "$1 is not offered in $missing" "choose other zones or another type: compose it again"
  fi
}

check_zones() {
  local zones answer type _most
  zones=$(plan '[resources | select(.type == "aws_subnet") | .values.availability_zone] | unique | tojson')
  while read -r type _most; do
    if answer=$(ask ec2 describe-instance-type-offerings --location-type availability-zone --filters "Name=instance-type,Values=$type"); then
      in_zones "$type" "$zones" "$(jq '[.InstanceTypeOfferings[].Location]' <<<"$answer")"
    else
      unknown "zones that offer $type"
    fi
  done <<<"$groups"
  check_node_types "$zones"
  check_endpoints "$zones"
}

# ZONES
check_node_types() {
  local answer type version domains
  domains=$(plan 'resources | select(.type == "aws_opensearch_domain")
    | "\(.values.cluster_config[0].instance_type) \(.values.engine_version)"')
  while read -r type version; do
    if ! answer=$(ask opensearch list-instance-type-details --engine-version "$version" --instance-type "$type" --retrieve-azs); then
      unknown "zones that offer the OpenSearch node $type"
    else
      in_zones "the OpenSearch node $type" "$1" \
        "$(jq --arg type "$type" '[.InstanceTypeDetails[] | select(.InstanceType == $type) | .AvailabilityZones[]?]' <<<"$answer")"
    fi
  done <<<"$domains"
}

# ZONES
check_endpoints() {
  local answer services service
  services=$(plan 'resources | select(.type == "aws_vpc_endpoint" and .values.vpc_endpoint_type == "Interface")
    | .values.service_name')
  [[ $services ]] || return 0
  if ! answer=$(ask ec2 describe-vpc-endpoint-services); then
    unknown "endpoint services in $region"
    return 0
  fi
  while read -r service; do
    in_zones "the endpoint service $service" "$1" \
      "$(jq --arg name "$service" '[.ServiceDetails[] | select(.ServiceName == $name) | .AvailabilityZones[]]' <<<"$answer")"
  done <<<"$services"
}

# ------------------------------------------------------------------------------
# Images, database, secrets
# ------------------------------------------------------------------------------

check_images() {
  local image images elsewhere=''
  images=$(plan '[.variables | to_entries[] | select(.key | endswith("_image")) | .value.value | select(.)] | unique[]')
  while read -r image; do
    check_image "$image"
  done <<<"$images"
  if [[ $elsewhere ]]; then
    say "$environment: not checked, because only ECR is asked:$elsewhere" >&2
  fi
}

# IMAGE: an image in ECR must exist and be built for ARM64. Other registries are not asked: `elsewhere` gets the image.
check_image() {
  local image=$1 answer manifest id
  if [[ ! $image =~ ^([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/([^:@]+)([:@])(.+)$ ]]; then
    elsewhere+=" $image"
    return 0
  fi
  id=imageTag=${BASH_REMATCH[5]##*@}
  [[ ${BASH_REMATCH[5]} == *sha256:* || ${BASH_REMATCH[4]} == @ ]] && id=imageDigest=${BASH_REMATCH[5]##*@}
  local registry=${BASH_REMATCH[1]} where=${BASH_REMATCH[2]} repository=${BASH_REMATCH[3]}
  if ! answer=$(aws ecr batch-get-image --registry-id "$registry" --repository-name "$repository" --image-ids "$id" \
    --region "$where" --output json 2>"$work/refusal"); then
    if grep -q RepositoryNotFound "$work/refusal"; then
      finding "there is no repository for the image $image" "create it, and push the image"
    else
      unknown "image $image"
    fi
    return 0
  fi
  manifest=$(jq -r '.images[0].imageManifest // ""' <<<"$answer")
  if [[ ! $manifest ]]; then
    finding "the image $image does not exist" "push it, or correct the name in terraform.tfvars"
  elif ! jq -e '.manifests' <<<"$manifest" >/dev/null; then
    check_architecture "$image" "$registry" "$where" "$repository" "$(jq -r '.config.digest // ""' <<<"$manifest")"
  elif ! jq -e '[.manifests[].platform.architecture] | index("arm64")' <<<"$manifest" >/dev/null; then
    finding "the image $image is not built for arm64" "build it for linux/arm64: the instances are Graviton"
  fi
}

# IMAGE REGISTRY REGION REPOSITORY DIGEST: the architecture of an image for one platform is in its configuration.
check_architecture() {
  local address architecture
  if ! address=$(aws ecr get-download-url-for-layer --registry-id "$2" --repository-name "$4" --layer-digest "$5" \
    --region "$3" --query downloadUrl --output text 2>"$work/refusal") ||
    ! architecture=$(curl -fsSL "$address" 2>"$work/refusal" | jq -r '.architecture // ""'); then
    unknown "architecture of the image $1"
  elif [[ $architecture != arm64 ]]; then
    finding "the image $1 is built for ${architecture:-an unknown architecture}, not for arm64" \
      "build it for linux/arm64: the instances are Graviton"
  fi
}

check_database() {
  local endpoint answer status
  endpoint=$(plan '.variables.dsql_endpoint.value // ""')
  [[ $endpoint ]] || return 0
  if ! answer=$(ask dsql get-cluster --identifier "${endpoint%%.*}"); then
    if grep -q ResourceNotFound "$work/refusal"; then
      finding "there is no DSQL cluster ${endpoint%%.*} in $region" "correct dsql_endpoint in terraform.tfvars"
    else
      unknown "DSQL cluster ${endpoint%%.*}"
    fi
    return 0
  fi
  status=$(jq -r .status <<<"$answer")
  # A cluster without connections becomes idle, and active with the next one.
  if [[ $status != ACTIVE && $status != IDLE ]]; then
    finding "the DSQL cluster ${endpoint%%.*} is $status" "wait until it is ACTIVE"
  fi
}

check_secrets() {
  local name names answer
  names=$(plan 'created | select(.type == "aws_secretsmanager_secret") | .change.after.name | select(.)')
  while read -r name; do
    [[ $name ]] || continue
    if ! answer=$(ask secretsmanager describe-secret --secret-id "$name"); then
      grep -q ResourceNotFound "$work/refusal" || unknown "secret $name"
    elif [[ $(jq -r '.DeletedDate // ""' <<<"$answer") ]]; then
      finding "a secret named $name is scheduled for deletion, and its name is taken until then" \
        "aws secretsmanager delete-secret --secret-id $name --force-delete-without-recovery --region $region"
    else
      finding "a secret named $name exists already" "delete or rename it, or import it into the state"
    fi
  done <<<"$names"
}

main "$@"
