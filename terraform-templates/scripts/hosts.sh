#!/usr/bin/env bash
# Shows the instances that run an environment's services, and replaces those that are out of date.
set -euo pipefail

# shellcheck source=lib/deployments.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/deployments.sh"

usage() {
  cat <<'TEXT'
usage: hosts.sh ENVIRONMENT status|refresh [options]

A new machine image or instance type is a new version of the launch template. Instances that run keep the old one until they
are replaced. This script is for the instances of the services. It leaves other groups alone.

  status   show the instances, and which ones `refresh` replaces; changes nothing
  refresh  replace the instances that do not have the current version of the launch template, and those that are draining.
           The script drains an instance, waits until its tasks run elsewhere and every service is steady, terminates it,
           and waits for the new one. It never drains more at once than the composition has capacity for

  --all            with `refresh`: replace every instance, the oldest of a zone first
  --unproven       with `refresh`: replace one instance at a time, although nothing proves that its tasks fit on the others
  --region REGION  use another region than the environment's
  --dry-run        show what would change; changes nothing
  --yes            do not ask for confirmation; without it, the script asks in production

Environment variables: POLL_SECONDS is the time between two requests to AWS while waiting (default 10), TIMEOUT_SECONDS the
maximum time for each wait (default 900).

Exit codes: 0 done; 1 AWS, Terraform or a step failed, the script prints what is done and how to go on; 2 wrong arguments, or
the environment does not exist or is not initialised; 3 refused, nothing was changed; 4 a tool is missing.
TEXT
}

readonly commands='status refresh'

# The Auto Scaling group: its name, its numbers of instances, and the current version of its launch template.
group=''
wanted=0 least=0 most=0
template=''

# The instances in service, all keyed by their ID. `agent` is ACTIVE, DRAINING, disconnected or missing.
hosts=()
declare -A arn=() zone=() agent=() tasks=() born=() is_old=() shown=()

# What the composition proves: so many instances before a drain, so many of them at once, so many in the end.
instances=0 batch=0 final=0

# The instances to replace, in order, and how many of them are left.
chosen=()
left=0

main() {
  read_arguments '' 'all unproven' "$@"
  enter "${words[0]-}" "$commands"
  ((${#words[@]} <= 2)) || wrong "unexpected argument \`${words[2]}\`"
  expect_command "$commands"
  if [[ ${words[1]} == status && (${option[all]-} || ${option[unproven]-}) ]]; then
    wrong "\`--all\` and \`--unproven\` work only with \`refresh\`"
  fi
  check_tools
  read_services
  group=$(output asg_name)
  read_hosts || fail "$FAILED" "the instances of \`$group\` in $region can't be read"
  look_at_all "${order[@]}"
  case ${words[1]} in
  status) status ;;
  refresh) refresh ;;
  esac
}

# ------------------------------------------------------------------------------
# Instances
# ------------------------------------------------------------------------------

autoscaling() {
  aws autoscaling "$@" --region "$region" --output json
}

# Reads the group, its launch template, and what ECS knows of its instances.
read_hosts() {
  local answer facts latest known='[]' arns at rows id place how runs since old line
  answer=$(autoscaling describe-auto-scaling-groups --auto-scaling-group-names "$group") || return
  facts=$(jq -er '.AutoScalingGroups[0] | "\(.DesiredCapacity) \(.MinSize) \(.MaxSize) \(.LaunchTemplate.LaunchTemplateId)"' \
    <<<"$answer") || {
    printf 'error: %s\n' "there is no Auto Scaling group \`$group\` in $region" >&2
    return 1
  }
  read -r wanted least most template <<<"$facts"
  # shellcheck disable=SC2016 # AWS's own name for the newest version.
  latest=$(aws ec2 describe-launch-template-versions --launch-template-id "$template" --versions '$Latest' \
    --region "$region" --output json | jq -e '.LaunchTemplateVersions[0]') || return
  template=$(jq -r '"version \(.VersionNumber): \(.LaunchTemplateData.InstanceType), \(.LaunchTemplateData.ImageId)"' <<<"$latest")
  rows=$(ecs list-container-instances) || return
  mapfile -t arns < <(jq -r '.containerInstanceArns[]' <<<"$rows")
  # One request can describe at most 100 instances.
  for ((at = 0; at < ${#arns[@]}; at += 100)); do
    rows=$(ecs describe-container-instances --container-instances "${arns[@]:at:100}") || return
    known=$(jq --argjson known "$known" '$known + .containerInstances' <<<"$rows") || return
  done
  # AWS's command line prints times as seconds or as text, by its version.
  rows=$(jq -r --argjson known "$known" --argjson latest "$latest" '
    def seconds:
      if type == "number" then floor
      else (.[:19] + "Z" | fromdate) - (
        if test("[+-][0-9]{2}:[0-9]{2}$") then
          ((.[-5:-3] | tonumber) * 3600 + (.[-2:] | tonumber) * 60) * (if .[-6:-5] == "-" then -1 else 1 end)
        else 0 end)
      end;
    .AutoScalingGroups[0].Instances[] | select(.LifecycleState == "InService") | . as $it
    | ([$known[] | select(.ec2InstanceId == $it.InstanceId and .status != "INACTIVE")][0] // {}) as $ecs
    | ([$ecs.attributes[]? | select(.name == "ecs.ami-id").value][0] // "unknown") as $image
    | (.LaunchTemplate.Version // "") as $version
    | ( if $version | test("^[0-9]+$") then $version != ($latest.VersionNumber | tostring)
        else .InstanceType != $latest.LaunchTemplateData.InstanceType or $image != $latest.LaunchTemplateData.ImageId end ) as $old
    | [ .InstanceId, $ecs.containerInstanceArn // "none", .AvailabilityZone,
        ( if $ecs == {} then "missing" elif $ecs.agentConnected then $ecs.status else "disconnected" end ),
        ($ecs.runningTasksCount // 0) + ($ecs.pendingTasksCount // 0),
        ($ecs.registeredAt | if . == null then now | floor else seconds end),
        (if $old then "yes" else "no" end),
        "\(.InstanceType) \($image) \(if $old then "version " + $version else "current" end)" ]
    | @tsv' <<<"$answer") || return
  hosts=() arn=() zone=() agent=() tasks=() born=() is_old=() shown=()
  [[ $rows ]] || return 0
  while IFS=$'\t' read -r id at place how runs since old line; do
    hosts+=("$id")
    arn[$id]=$at zone[$id]=$place agent[$id]=$how tasks[$id]=$runs born[$id]=$since is_old[$id]=$old shown[$id]=$line
  done <<<"$rows"
}

# Prints how many instances take tasks, or can once more.
usable() {
  local id sum=0
  for id in "${hosts[@]}"; do
    [[ ${agent[$id]} != ACTIVE && ${agent[$id]} != DRAINING ]] || ((sum += 1))
  done
  printf '%s' "$sum"
}

# ID: whether `refresh` replaces it. An instance that is draining has been begun.
is_chosen() {
  [[ ${is_old[$1]} == yes || ${agent[$1]} == DRAINING || ${option[all]-} == yes ]]
}

# Sets `chosen`. Instances of the fullest zones come last: those are the ones that nothing replaces where there are too many.
choose() {
  local id place best
  declare -A in_zone=() taken=()
  chosen=()
  for id in "${hosts[@]}"; do
    ((in_zone[${zone[$id]}] += 1, 1))
  done
  while true; do
    best=''
    for id in "${hosts[@]}"; do
      if [[ ! ${taken[$id]-} ]] && is_chosen "$id" && { [[ ! $best ]] || is_later "$id" "$best"; }; then
        best=$id
      fi
    done
    [[ $best ]] || return 0
    place=${zone[$best]}
    taken[$best]=yes
    ((in_zone[$place] -= 1, 1))
    chosen=("$best" "${chosen[@]}")
  done
}

# ID OTHER: whether it is replaced after the other: not begun, in a fuller zone, younger.
is_later() {
  local begun=0 others=0
  [[ ${agent[$1]} != DRAINING ]] || begun=1
  [[ ${agent[$2]} != DRAINING ]] || others=1
  if ((begun != others)); then
    ((begun < others))
  elif ((in_zone[${zone[$1]}] != in_zone[${zone[$2]}])); then
    ((in_zone[${zone[$1]}] > in_zone[${zone[$2]}]))
  else
    ((born[$1] > born[$2]))
  fi
}

status() {
  local id
  say "$environment: group $group in $region, launch template $template"
  printf '%-20s %-13s %-22s %-11s %6s  %-12s %5s  %s\n' instance type image template age agent tasks zone
  for id in "${hosts[@]}"; do
    # shellcheck disable=SC2086 # Type, image and template are three words; the last may be two.
    print_host "$id" ${shown[$id]}
  done
  choose
  if ((${#chosen[@]} == 0)); then
    say "refresh: nothing to do: $(nothing)"
    return
  fi
  say "refresh: replaces ${#chosen[@]} of ${#hosts[@]} instances: $(list "${chosen[@]}")"
  if find_step; then
    say "refresh: at most $batch at once, with at least $instances instances before a drain"
  else
    say "refresh: refused now: $reason"
  fi
}

# Prints why `refresh` has nothing to do.
nothing() {
  if ((${#hosts[@]} == 0)); then
    printf 'no instance runs'
  else
    printf 'all %s instances have the current launch template, %s' "${#hosts[@]}" "$template"
  fi
}

# ID TYPE IMAGE TEMPLATE…
print_host() {
  printf '%-20s %-13s %-22s %-11s %6s  %-12s %5s  %s\n' "$1" "$2" "$3" "${*:4}" "$(age "${born[$1]}")" "${agent[$1]}" \
    "${tasks[$1]}" "${zone[$1]}"
}

# SECONDS: the time since then.
age() {
  local passed=$(($(jq -n 'now | floor') - $1))
  if ((passed >= 172800)); then
    printf '%s d' "$((passed / 86400))"
  elif ((passed >= 7200)); then
    printf '%s h' "$((passed / 3600))"
  else
    printf '%s min' "$((passed > 0 ? passed / 60 : 0))"
  fi
}

# ------------------------------------------------------------------------------
# What is proven
# ------------------------------------------------------------------------------

# Why no step applies, and what to do.
reason='' remedy=''

# Sets `instances`, `batch` and `final` from what the composition proves for the tasks that there are now. Returns 1 with
# `reason` and `remedy` if it proves nothing.
find_step() {
  local steps now is_composed found short
  is_composed=$(output host_refresh '.is_composed | tostring') || exit
  steps=$(output host_refresh .steps) || exit
  if [[ ${option[unproven]-} == yes ]]; then
    batch=1 final=$wanted
    instances=$((wanted < most ? wanted + 1 : wanted))
    return 0
  fi
  remedy="hosts.sh $environment refresh --unproven replaces one instance at a time"
  if [[ $is_composed != true ]]; then
    reason='terraform.tfvars has another instance type or other task sizes than the composition, so nothing is proven for them'
    remedy="set them in composition.toml, compose and apply; $remedy"
    return 1
  fi
  if [[ $steps == '[]' ]]; then
    reason='nothing proves that the tasks fit on the other instances while one is drained'
    remedy="raise compute.max_count or compute.instance_count, compose and apply; $remedy"
    return 1
  fi
  now=$(for short in "${order[@]}"; do say "$short ${desired[$short]}"; done |
    jq -Rn '[inputs | split(" ") | {(.[0]): (.[1] | tonumber)}] | add')
  found=$(jq -r --argjson now "$now" '
    [.[] | select(. as $step | $now | to_entries | all(.value <= ($step.tasks[.key] // 0)))][0] // empty
    | "\(.instances) \(.batch) \(.rest)"' <<<"$steps")
  if [[ ! $found ]]; then
    reason="more tasks should run than the composition has: $(jq -r --argjson now "$now" '
      .[-1].tasks as $most | [$now | to_entries[] | select(.value > ($most[.key] // 0))
      | "\(.key) \(.value) instead of \($most[.key] // 0)"] | join(", ")' <<<"$steps")"
    remedy="run scale-services.sh $environment up for the composed numbers; $remedy"
    return 1
  fi
  read -r instances batch final <<<"$found"
  ((final = final > least ? final : least, 1))
}

# TASKS: prints the DSQL connections that so many tasks can open beside those that they replace.
overlap() {
  local short each count sum=0 tasks_left=$1 rows
  rows=$(for short in "${order[@]}"; do
    say "${connections[$short]:-0} $(($(most_tasks "$short") - desired[$short]))"
  done | sort -rn)
  while read -r each count; do
    ((count = count < tasks_left ? count : tasks_left, 1))
    ((count = count > 0 ? count : 0, sum += count * each, tasks_left -= count, 1))
  done <<<"$rows"
  printf '%s' "$sum"
}

# ID…: how many tasks are on these instances.
tasks_on() {
  local id sum=0
  for id in "$@"; do
    ((sum += tasks[$id], 1))
  done
  printf '%s' "$sum"
}

# ------------------------------------------------------------------------------
# Refresh
# ------------------------------------------------------------------------------

refresh() {
  local id short at sum size steps=() fullest=0 begun=0
  choose
  if ((${#chosen[@]} == 0)); then
    say "$environment: nothing to do: $(nothing)"
    return
  fi
  find_step || fail "$REFUSED" "$reason" "$remedy"
  if ((instances > most)); then
    fail "$REFUSED" "a refresh needs $instances instances for a while, but the group \`$group\` allows only $most" \
      "raise compute.max_count and apply"
  fi
  for short in "${order[@]}"; do
    if [[ ${desired[$short]} != 0 && ${state[$short]} != steady ]]; then
      fail "$REFUSED" "\`$short\` is not steady: ${running[$short]} of ${desired[$short]} running, ${state[$short]}" \
        "wait until its deployment ends, or repair it first: scale-services.sh $environment status"
    fi
  done
  for id in "${hosts[@]}"; do
    if ! is_chosen "$id" && [[ ${agent[$id]} != ACTIVE ]]; then
      fail "$REFUSED" "the instance $id takes no tasks: its agent is ${agent[$id]}" \
        "wait a minute if it is new; otherwise terminate it, and Auto Scaling starts another: $(terminate_command "$id")"
    fi
  done
  find_running "${order[@]}"
  read_connections
  for id in "${chosen[@]}"; do
    ((fullest = tasks[$id] > fullest ? tasks[$id] : fullest, 1))
  done
  sum=$(($(connections_now) + $(overlap $((fullest * batch)))))
  if ((sum > limit)); then
    refuse_connections "$sum" "while the tasks of $batch instances move"
  fi
  say "$environment: cluster $cluster in $region, launch template $template"
  if [[ ${option[unproven]-} == yes ]]; then
    say "  nothing proves that the tasks fit on the other instances"
  fi
  if (($(usable) < instances)); then
    say "  more instances first: $(usable) -> $instances"
  fi
  say "  replaced, at most $batch at once: $(list "${chosen[@]}")"
  call_additions announced "${running_ones[@]}"
  end_of_dry_run
  confirm "Replace ${#chosen[@]} instances of $environment"
  grow || fail "$FAILED" "the group \`$group\` did not get $instances instances; no instance was drained" "$again"
  choose
  left=${#chosen[@]}
  for id in "${chosen[@]}"; do
    [[ ${agent[$id]} != DRAINING ]] || ((begun += 1))
  done
  # Those that are draining already come first, all at once.
  for ((at = 0; at < left; at += size)); do
    size=$((at == 0 && begun > batch ? begun : batch))
    steps+=("$(join + "${chosen[@]:at:size}")")
  done
  again="run the same command again; to let a draining instance take tasks again: aws ecs update-container-instances-state \
--cluster $cluster --region $region --status ACTIVE --container-instances ID"
  if [[ ${option[all]-} == yes ]]; then
    again="run it without --all for the instances that are old; ${again#run the same command again; }"
  fi
  each replace "${steps[@]}"
  say "$environment: done"
}

# SEPARATOR WORD…
join() {
  local IFS=$1
  shift
  printf '%s' "$*"
}

# ID: prints the command that ends an instance, whose place another takes.
terminate_command() {
  printf 'aws autoscaling terminate-instance-in-auto-scaling-group --no-should-decrement-desired-capacity --region %s --instance-id %s' \
    "$region" "$1"
}

# Starts instances until there are as many as a drain needs.
grow() {
  if (($(usable) < instances && wanted < instances)); then
    say "instances: $wanted -> $instances"
    autoscaling set-desired-capacity --auto-scaling-group-name "$group" --desired-capacity "$instances" --no-honor-cooldown \
      >/dev/null || return
    wanted=$instances
  fi
  await_hosts
}

# ID+ID…: drains these instances at once, and replaces them.
replace() {
  local id ids=() here=() sum shrink
  IFS=+ read -ra ids <<<"$1"
  read_hosts || return
  for id in "${ids[@]}"; do
    # Scaling may have removed it meanwhile.
    if [[ ${agent[$id]-} ]]; then
      here+=("$id")
    else
      say "$id: gone"
      ((left -= 1, 1))
    fi
  done
  ((${#here[@]} > 0)) || return 0
  grow && await_services || return
  sum=$(($(connections_now) + $(overlap "$(tasks_on "${here[@]}")")))
  if ((sum > limit)); then
    printf 'error: %s\n' "while the tasks of $(list "${here[@]}") move, the services can open $sum DSQL connections, but the cluster \
allows $limit" >&2
    return 1
  fi
  drain "${here[@]}" && await_empty "${here[@]}" && await_services || return
  for id in "${here[@]}"; do
    shrink=--no-should-decrement-desired-capacity
    if ((wanted > final && left <= wanted - final)); then
      shrink=--should-decrement-desired-capacity
      ((wanted -= 1, 1))
    fi
    autoscaling terminate-instance-in-auto-scaling-group --instance-id "$id" "$shrink" >/dev/null || return
    ((left -= 1, 1))
    say "$id: terminated"
  done
  await_hosts "${here[@]}"
}

# ID…: lets ECS move the tasks of these instances.
drain() {
  local id answer arns=()
  for id in "$@"; do
    # One that never registered has no tasks.
    [[ ${agent[$id]} == missing || ${agent[$id]} == DRAINING ]] || arns+=("${arn[$id]}")
  done
  ((${#arns[@]} > 0)) || return 0
  answer=$(ecs update-container-instances-state --status DRAINING --container-instances "${arns[@]}") || return
  if ! jq -e '.failures == []' <<<"$answer" >/dev/null; then
    jq -r '.failures[] | "error: \(.arn) can not be drained: \(.reason)"' <<<"$answer" >&2
    return 1
  fi
  say "$(list "$@"): draining, tasks: $(tasks_on "$@")"
}

# ID…: waits until no task is left on these instances.
await_empty() {
  local id now told='' ends=$((SECONDS + timeout_seconds))
  told=$(tasks_on "$@")
  while read_hosts; do
    now=0
    for id in "$@"; do
      ((now += ${tasks[$id]-0}, 1))
    done
    ((now > 0)) || return 0
    if ((SECONDS >= ends)); then
      printf 'error: %s\n' "after $timeout_seconds s, tasks on $(list "$@"): $now" >&2
      for id in "$@"; do
        [[ ! ${tasks[$id]-} ]] ||
          printf '  %s\n' "see them: aws ecs list-tasks --cluster $cluster --region $region --container-instance ${arn[$id]}" >&2
      done
      return 1
    fi
    if [[ $now != "$told" ]]; then
      say "$(list "$@"): draining, tasks: $now"
      told=$now
    fi
    sleep "$poll_seconds"
  done
  return 1
}

# Waits until every service that should run is steady.
await_services() {
  local short odd told='' ends=$((SECONDS + timeout_seconds))
  while look "${order[@]}"; do
    odd=''
    for short in "${order[@]}"; do
      if [[ ${desired[$short]} != 0 && ${state[$short]} != steady ]]; then
        odd=$short
        break
      fi
    done
    [[ $odd ]] || return 0
    if [[ ${state[$odd]} == failed ]] || ((SECONDS >= ends)); then
      complain "\`$odd\` is not steady: ${running[$odd]} of ${desired[$odd]} running, ${state[$odd]}" "$odd"
      return 1
    fi
    if [[ "$odd ${running[$odd]}" != "$told" ]]; then
      say "$odd: ${running[$odd]} of ${desired[$odd]} running"
      told="$odd ${running[$odd]}"
    fi
    sleep "$poll_seconds"
  done
  return 1
}

# ID…: waits until the group has its instances without these, and all take tasks.
await_hosts() {
  local id now told='' ends=$((SECONDS + timeout_seconds))
  while read_hosts; do
    now=$(usable)
    for id in "$@"; do
      # AWS says for some seconds that a terminated instance is in service.
      [[ ${agent[$id]-missing} == missing || ${agent[$id]} == disconnected ]] || ((now -= 1, 1))
    done
    if ((now >= wanted)); then
      return 0
    fi
    if ((SECONDS >= ends)); then
      printf 'error: %s\n' "$now of $wanted instances take tasks after $timeout_seconds s; the group's activities say why: aws \
autoscaling describe-scaling-activities --auto-scaling-group-name $group --region $region --max-items 5" >&2
      return 1
    fi
    if [[ $now != "$told" ]]; then
      say "instances: $now of $wanted take tasks"
      told=$now
    fi
    sleep "$poll_seconds"
  done
  return 1
}

main "$@"
