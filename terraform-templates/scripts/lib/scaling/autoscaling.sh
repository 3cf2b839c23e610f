# shellcheck shell=bash
# Autoscaling, which changes the number of tasks of some services: what scale-services.sh prints and does about it.

# shellcheck source=../ecs.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../ecs.sh"

additions['counted']+=' keep_added_tasks'
additions['announced']+=' announce_autoscaling'
additions['held']+=' suspend_autoscaling'
additions['resumed']+=' resume_autoscaling'
additions['shown']+=' print_autoscaling'

# By short name: the scalable target, its bounds, and whether scaling is suspended: true or false.
declare -A scaling_target=() fewest=() most=() suspended=()

# OPERATION [ARGUMENT…]
application_autoscaling() {
  aws application-autoscaling "$@" --service-namespace ecs --region "$region" --output json
}

# Reads the targets of the environment once. Ends the script if it can't: it could otherwise start what somebody has
# stopped.
read_autoscaling() {
  local lines answer short id low high is
  ((${#scaling_target[@]} == 0)) || return 0
  lines=$(output scaling_targets 'to_entries[] | "\(.key) \(.value)"') || exit
  while read -r short id; do
    scaling_target[$short]=$id
  done <<<"$lines"
  answer=$(application_autoscaling describe-scalable-targets --resource-ids "${scaling_target[@]}") ||
    fail "$FAILED" "the scaling of \`$cluster\` in $region can't be read"
  for short in "${!scaling_target[@]}"; do
    read -r low high is < <(jq -r --arg id "${scaling_target[$short]}" '
      .ScalableTargets[] | select(.ResourceId == $id)
      | "\(.MinCapacity) \(.MaxCapacity) \(.SuspendedState.DynamicScalingOutSuspended // false)"' <<<"$answer") ||
      fail "$FAILED" "\`${full_name[$short]}\` has no scaling target" "\`terraform plan\` shows what is missing"
    fewest[$short]=$low most[$short]=$high suspended[$short]=$is
  done
}

# SHORT…: prints those that are scaled.
scaled_among() {
  local short
  for short in "$@"; do
    [[ ! ${scaling_target[$short]-} ]] || printf '%s\n' "$short"
  done
}

# SHORT…: tasks that autoscaling has added stay.
keep_added_tasks() {
  local short
  has_feature autoscaling || return 0
  read_autoscaling
  for short in $(scaled_among "$@"); do
    if [[ ${suspended[$short]} == false ]] &&
      ((desired[$short] > count[$short] && desired[$short] <= most[$short])); then
      count[$short]=${desired[$short]}
    fi
  done
}

# SHORT…: prints the bounds, and says that others change the number of tasks while the script waits.
announce_autoscaling() {
  local short
  has_feature autoscaling || return 0
  read_autoscaling
  for short in $(scaled_among "$@"); do
    describe_autoscaling "$short"
    if [[ ${suspended[$short]} == false ]]; then
      # shellcheck disable=SC2034 # lib/ecs.sh reads it.
      scaled[$short]=yes
    fi
  done
}

# SHORT
describe_autoscaling() {
  if [[ ${suspended[$1]} == true ]]; then
    say "autoscaling: $1: suspended"
  else
    say "autoscaling: $1: from ${fewest[$1]} to ${most[$1]} tasks"
  fi
}

# SHORT MINIMUM SUSPENDED: sets a target.
set_autoscaling() {
  application_autoscaling register-scalable-target --resource-id "${scaling_target[$1]}" \
    --scalable-dimension ecs:service:DesiredCount --min-capacity "$2" --suspended-state \
    "DynamicScalingInSuspended=$3,DynamicScalingOutSuspended=$3,ScheduledScalingSuspended=$3" >/dev/null ||
    fail "$FAILED" "the scaling of \`$1\` can't be changed" "$again"
}

# SHORT…: leaves the number of tasks to the script.
suspend_autoscaling() {
  local short
  has_feature autoscaling || return 0
  for short in $(scaled_among "$@"); do
    set_autoscaling "$short" 0 true
    unset "scaled[$short]"
    say "autoscaling: $short: suspended until the next \`up\`"
  done
}

# SHORT…: leaves the number of tasks to autoscaling, with the configured one as the minimum.
resume_autoscaling() {
  local short lowest
  has_feature autoscaling || return 0
  for short in $(scaled_among "$@"); do
    lowest=$(output service_desired_counts ".[\"$short\"]") || exit
    if ((lowest > 0)) && [[ ${suspended[$short]} == true || ${fewest[$short]} != "$lowest" ]]; then
      set_autoscaling "$short" "$lowest" false
      say "autoscaling: $short: from $lowest to ${most[$short]} tasks"
    fi
  done
}

print_autoscaling() {
  local short
  has_feature autoscaling || return 0
  read_autoscaling
  for short in $(scaled_among "${order[@]}"); do
    describe_autoscaling "$short"
  done
}
