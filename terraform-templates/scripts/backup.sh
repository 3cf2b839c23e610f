#!/usr/bin/env bash
# Lists and makes backups of an environment's database, and shows how to restore one.
set -euo pipefail

# shellcheck source=lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"

usage() {
  cat <<'TEXT'
usage: backup.sh ENVIRONMENT list|now|restore-plan [options]

AWS Backup copies the DSQL cluster of an environment every day and every week. A restore creates a new cluster.

  list          show the backups, the newest first; changes nothing
  now           make a backup and wait until it is complete; it is kept as long as a daily one
  restore-plan  print the commands that restore a backup, in order; changes nothing

  --point ARN      with `restore-plan`: use this backup instead of the newest one
  --region REGION  use another region than the environment's
  --no-wait        with `now`: do not wait until the backup is complete
  --dry-run        with `now`: show what would happen; changes nothing

Environment variable: POLL_SECONDS is the time between two requests to AWS Backup while waiting (default 15).

Exit codes: 0 done; 1 AWS or Terraform failed; 2 wrong arguments, or the environment does not exist, is not initialised or
has no backups; 3 refused, nothing was changed; 4 a tool is missing.
TEXT
}

readonly commands='list now restore-plan'

# Seconds between two looks at a backup that runs.
readonly poll_seconds=${POLL_SECONDS:-15}

region=''
vault=''
cluster_arn=''

main() {
  read_arguments 'point wait' '' "$@"
  enter "${words[0]-}" "$commands" backup
  ((${#words[@]} <= 2)) || wrong "unexpected argument \`${words[2]}\`"
  expect_command "$commands"
  [[ ${words[1]} == restore-plan || ! ${option[point]-} ]] || wrong "\`--point\` works only with \`restore-plan\`"
  check_tools
  read_outputs
  region=${option[region]:-$(output region)}
  vault=$(output backup_vault_name)
  cluster_arn=$(output dsql_cluster_arn)
  case ${words[1]} in
  list) list ;;
  now) now ;;
  restore-plan) restore_plan ;;
  esac
}

# Prints the recovery points of the cluster as JSON, the newest first.
points() {
  aws backup list-recovery-points-by-backup-vault --region "$region" --backup-vault-name "$vault" \
    --by-resource-arn "$cluster_arn" --output json |
    jq '[.RecoveryPoints // [] | sort_by(.CreationDate) | reverse | .[]]'
}

list() {
  local found
  found=$(points) || fail "$FAILED" "the backups in the vault \`$vault\` in $region can't be read"
  say "$environment: backups of $cluster_arn in the vault $vault in $region"
  if [[ $found == '[]' ]]; then
    say "  none yet: \`backup.sh $environment now\` makes one"
    return
  fi
  # Version 1 of the AWS CLI has seconds where version 2 has dates.
  jq -r 'def date: if type == "number" then floor | todate else . end;
    .[] | "  \(.CreationDate | date)  \(.Status)  \((.BackupSizeInBytes // 0) / 1048576 | floor) MiB  kept until \(
    .CalculatedLifecycle.DeleteAt // "it is deleted" | date)  \(.RecoveryPointArn)"' <<<"$found"
}

now() {
  local days job state answer
  days=$(output backup_retention_days)
  say "$environment: backup of $cluster_arn to the vault $vault in $region, kept for $days days"
  end_of_dry_run
  job=$(aws backup start-backup-job --region "$region" --backup-vault-name "$vault" --resource-arn "$cluster_arn" \
    --iam-role-arn "$(output backup_role_arn)" --lifecycle "DeleteAfterDays=$days" --query BackupJobId --output text) ||
    fail "$FAILED" "AWS Backup refuses to start the backup"
  say "  job $job started"
  if [[ ${option[wait]} == no ]]; then
    return
  fi
  while true; do
    answer=$(aws backup describe-backup-job --region "$region" --backup-job-id "$job" --output json) ||
      fail "$FAILED" "the backup job $job can't be read"
    state=$(jq -r .State <<<"$answer")
    case $state in
    COMPLETED) break ;;
    CREATED | PENDING | RUNNING) sleep "$poll_seconds" ;;
    *) fail "$FAILED" "the backup job $job ended as $state: $(jq -r '.StatusMessage // "AWS gives no reason"' <<<"$answer")" ;;
    esac
  done
  say "  complete: $(jq -r .RecoveryPointArn <<<"$answer")"
}

restore_plan() {
  local found point made role
  found=$(points) || fail "$FAILED" "the backups in the vault \`$vault\` in $region can't be read"
  point=$(jq -r --arg point "${option[point]-}" \
    '[.[] | select(.Status == "COMPLETED" and ($point == "" or .RecoveryPointArn == $point))][0].RecoveryPointArn // ""' \
    <<<"$found")
  if [[ ! $point ]]; then
    fail "$REFUSED" "the vault \`$vault\` in $region has no complete backup${option[point]:+ ${option[point]}} of $cluster_arn" \
      "run \`backup.sh $environment list\`"
  fi
  made=$(jq -r --arg point "$point" '.[] | select(.RecoveryPointArn == $point).CreationDate |
    if type == "number" then floor | todate else . end' <<<"$found")
  role=$(output restore_role_arn)
  cat <<TEXT
$environment: how to restore the backup of $made into a new cluster. Everything later than that is lost.

1. Stop the services, so that nothing writes to the old cluster:

scripts/scale-services.sh $environment down

2. Start the restore, and ask for the new cluster until the status is COMPLETED:

job=\$(aws backup start-restore-job --region $region --recovery-point-arn $point \\
  --iam-role-arn $role --query RestoreJobId --output text \\
  --metadata '{"regionalConfig":"[{\\"region\\":\\"$region\\",\\"isDeletionProtectionEnabled\\":true}]"}')
aws backup describe-restore-job --region $region --restore-job-id "\$job" --query '[Status, StatusMessage, CreatedResourceArn]'

3. In composition.toml, set \`mode = "existing"\`, \`arn\` and \`endpoint\` in [environments.$environment.dsql]: the ARN is the last
   line of that answer, and the endpoint is <the ARN's last part>.dsql.$region.on.aws. Compose and apply. If the old cluster
   belongs to the environment, first follow "Deleting an environment" in docs/operations.md to remove its protection, or
   keep it: terraform state rm module.dsql.aws_dsql_cluster.this

4. Start the services:

scripts/scale-services.sh $environment up
TEXT
}

main "$@"
