#!/usr/bin/env bash
# Builds images from the recipes in `images/`, copies public images, and writes their digests where Terraform reads them.
set -euo pipefail

# shellcheck source=lib/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/common.sh"

usage() {
  cat <<'TEXT'
usage: images.sh build|mirror|status [IMAGE…] [options]

Without IMAGE, a command is for all images of the composition.

  build   build images from the recipes in images/
  mirror  copy public images
  status  show which images exist in ECR; changes nothing

build and mirror run in AWS CodeBuild. They skip the images that exist already. At the end they write the digest of
each image to images.auto.tfvars.json in the folders of the environments. Terraform reads this file. Commit it.

  --local          use `docker buildx` on this machine instead of CodeBuild
  --region REGION  use another region than the bootstrap's
  --dry-run        show which images are missing; builds nothing

Environment variables: TF_WORKSPACE selects the account and region if terraform/bootstrap has several workspaces.
POLL_SECONDS is the time between two requests to CodeBuild while waiting (default 10), TIMEOUT_SECONDS the maximum time
to wait (default 3600).

Exit codes: 0 done; 1 AWS, Terraform or a build failed, the script prints the end of its log; 2 wrong arguments;
4 a tool is missing.
TEXT
}

readonly commands='build mirror status'
readonly poll_seconds=${POLL_SECONDS:-10} timeout_seconds=${TIMEOUT_SECONDS:-3600}

# The output `images` of terraform/bootstrap.
images=''
region=''

# What the images are made from: a recipe, such as `server`, or a public image, such as `temporalio/ui:2.52.0`.
sources=()

# All keyed by source. `name` is the last part of the repository's name. `digest` is empty if the image is missing.
declare -A name=() repository=() tag=() digest=() build=()

main() {
  local source chosen=()
  read_arguments '' local "$@"
  is_among "${words[0]-}" "$commands" || wrong "use one of the commands build, mirror and status"
  check_tools
  if [[ ${option[local]-} ]]; then
    command -v docker >/dev/null || fail "$NO_TOOL" "\`docker\` is not on the PATH" "without --local, CodeBuild builds"
  fi
  read_images
  choose "${words[@]}"
  for source in "${sources[@]}"; do
    look "$source"
  done
  if [[ ${words[0]} == status || ${option[dry-run]} == yes ]]; then
    print_images "${chosen[@]}"
    return
  fi
  make_missing "${chosen[@]}"
  print_images "${chosen[@]}"
  write_digests
}

# Reads which images there are from the bootstrap's output.
read_images() {
  local source lines
  images=$(cd -- "$tree/terraform/bootstrap" && terraform output -json images) ||
    fail "$FAILED" "terraform/bootstrap has no output \`images\`" \
      "run \`terraform apply\` there; if it has several workspaces, set TF_WORKSPACE"
  [[ $images != null ]] || fail "$FAILED" "terraform/bootstrap builds no images in this workspace"
  region=${option[region]:-$(jq -r .region <<<"$images")}
  lines=$(jq -r '[.environments[][]] | unique[]' <<<"$images")
  mapfile -t sources <<<"$lines"
  for source in "${sources[@]}"; do
    name[$source]=${source##*/}
    name[$source]=${name[$source]%%[:@]*}
    repository[$source]=$(jq -r --arg name "${name[$source]}" '.repositories[$name]' <<<"$images")
    tag[$source]=$(tag_of "$source") || exit
  done
}

is_recipe() {
  [[ $1 != */* ]]
}

# SOURCE: prints the tag of its image. For a recipe it changes whenever what it builds changes.
tag_of() {
  local recipe=$tree/images/$1.Dockerfile last=${1##*/}
  if is_recipe "$1"; then
    [[ -f $recipe ]] || fail "$FAILED" "images/$1.Dockerfile is missing"
    cat -- "$tree/images/versions.env" "$recipe" | sha256 | cut -c 1-12
  elif [[ ${last%%@*} == *:* ]]; then
    last=${last%%@*}
    printf '%s\n' "${last#*:}"
  elif [[ $last == *@* ]]; then
    cut -c 1-12 <<<"${last#*@sha256:}"
  else
    fail "$REFUSED" "\`$1\` names no tag and no digest, so nobody can tell what would be copied" \
      "write one into composition.toml, such as $1:1.2.3, and compose again"
  fi
}

# macOS has only shasum.
sha256() {
  if command -v sha256sum >/dev/null; then
    sha256sum
  else
    shasum -a 256
  fi
}

# COMMAND [IMAGE…]: sets `chosen`, the sources that the command is for.
choose() {
  local command=$1 source wanted known=()
  shift
  for source in "${sources[@]}"; do
    if [[ $command == status ]] || { [[ $command == build ]] && is_recipe "$source"; } ||
      { [[ $command == mirror ]] && ! is_recipe "$source"; }; then
      known+=("${name[$source]}")
      if (($# == 0)) || [[ " $* " == *" ${name[$source]} "* ]]; then
        chosen+=("$source")
      fi
    fi
  done
  for wanted in "$@"; do
    [[ " ${known[*]} " == *" $wanted "* ]] || wrong "\`$command\` has no image \`$wanted\`, only ${known[*]}"
  done
}

# SOURCE: reads the digest of its image.
look() {
  local answer
  answer=$(aws ecr list-images --repository-name "${repository[$1]#*/}" --filter tagStatus=TAGGED \
    --region "$region" --output json) || fail "$FAILED" "the repository ${repository[$1]} can't be read"
  digest[$1]=$(jq -r --arg tag "${tag[$1]}" \
    'first(.imageIds[] | select(.imageTag == $tag).imageDigest) // ""' <<<"$answer")
}

# SOURCE…
print_images() {
  local source
  for source in "$@"; do
    say "${name[$source]}:${tag[$source]}: ${digest[$source]:-missing}"
  done
}

# SOURCE…: builds or copies the images that are missing.
make_missing() {
  local source
  for source in "$@"; do
    if [[ ${digest[$source]} ]]; then
      continue
    elif [[ ${option[local]-} ]]; then
      make_here "$source" || fail "$FAILED" "\`${name[$source]}\` failed"
    else
      start "$source" || fail "$FAILED" "CodeBuild did not start a build of \`${name[$source]}\`"
    fi
  done
  ((${#build[@]} == 0)) || await
}

# SOURCE: prints the commands that push its image, for this machine or for CodeBuild.
commands_for() {
  local target=${repository[$1]}:${tag[$1]} line arguments=''
  printf 'aws ecr get-login-password --region %s | docker login --username AWS --password-stdin %s\n' \
    "$region" "${target%%/*}"
  if ! is_recipe "$1"; then
    printf 'docker buildx imagetools create --tag %s %s\n' "$target" "$1"
    return
  fi
  while read -r line; do
    [[ ! $line || $line == \#* ]] || arguments+=" --build-arg $line"
  done <"$tree/images/versions.env"
  # Without attestations the image is one manifest, whose digest ECS takes.
  printf 'printf %%s %s | base64 -d | docker buildx build --platform linux/arm64 --provenance=false%s --tag %s --push -\n' \
    "$(base64 <"$tree/images/$1.Dockerfile" | tr -d '\n')" "$arguments" "$target"
}

# SOURCE
make_here() {
  local steps
  say "${name[$1]}: started on this machine"
  steps=$(commands_for "$1") || return
  bash -euo pipefail -c "$steps" || return
  look "$1"
}

# SOURCE: starts a build in CodeBuild.
start() {
  local steps spec answer
  steps=$(commands_for "$1") || return
  # JSON is YAML.
  spec=$(jq -nc --arg steps "$steps" \
    '{version: 0.2, env: {shell: "bash"}, phases: {build: {commands: ($steps | split("\n"))}}}') || return
  answer=$(aws codebuild start-build --project-name "$(jq -r .project <<<"$images")" --buildspec-override "$spec" \
    --region "$region" --output json) || return
  build[$1]=$(jq -er .build.id <<<"$answer") || return
  say "${name[$1]}: build ${build[$1]} started"
}

# Waits for all builds.
await() {
  local answer source status unbuilt='' ends=$((SECONDS + timeout_seconds))
  while ((${#build[@]})); do
    answer=$(aws codebuild batch-get-builds --ids "${build[@]}" --region "$region" --output json) ||
      fail "$FAILED" "the builds can't be read; they continue in CodeBuild"
    for source in "${!build[@]}"; do
      status=$(jq -r --arg id "${build[$source]}" '.builds[] | select(.id == $id).buildStatus' <<<"$answer")
      [[ $status != IN_PROGRESS ]] || continue
      look "$source"
      if [[ ! ${digest[$source]} ]]; then
        complain "$source" "$status" "$answer"
        unbuilt+=" ${name[$source]}"
      fi
      unset "build[$source]"
    done
    ((${#build[@]})) || break
    if ((SECONDS >= ends)); then
      fail "$FAILED" "the builds have not ended after $timeout_seconds s; they continue in CodeBuild"
    fi
    sleep "$poll_seconds"
  done
  [[ ! $unbuilt ]] || fail "$FAILED" "failed:$unbuilt" "run the same command again: it keeps the images that exist"
}

# SOURCE STATUS ANSWER: prints the end of a build's log.
complain() {
  local log group stream
  printf 'error: the build of %s ended with %s\n' "${name[$1]}" "$2" >&2
  log=$(jq -r --arg id "${build[$1]}" '.builds[] | select(.id == $id).logs | "\(.groupName) \(.streamName)"' <<<"$3")
  read -r group stream <<<"$log"
  aws logs get-log-events --log-group-name "$group" --log-stream-name "$stream" --limit 30 --region "$region" \
    --output json | jq -r '.events[].message | "  " + rtrimstr("\n")' >&2 || true
}

# Writes the digests of the images that exist to each environment's images.auto.tfvars.json.
write_digests() {
  local environment folder file content variable source lines
  lines=$(jq -r '.environments | keys[]' <<<"$images")
  for environment in $lines; do
    folder=$tree/terraform/envs/$environment
    file=$folder/images.auto.tfvars.json
    content='{}'
    while read -r variable source; do
      # Terraform prefers *.auto.tfvars.json to terraform.tfvars.
      if grep -q "^${variable}[ =]" "$folder/terraform.tfvars"; then
        say "$environment: terraform.tfvars sets $variable"
      elif [[ ${digest[$source]} ]]; then
        content=$(jq --arg name "$variable" --arg image "${repository[$source]}@${digest[$source]}" \
          '.[$name] = $image' <<<"$content")
      else
        say "$environment: $variable has no image yet"
      fi
    done < <(jq -r --arg name "$environment" '.environments[$name] | to_entries[] | "\(.key) \(.value)"' <<<"$images")
    if [[ -f $file && $content == "$(<"$file")" ]]; then
      say "$environment: no change"
    else
      # Whole or not at all: Terraform reads the file.
      printf '%s\n' "$content" >"$file.new"
      mv -- "$file.new" "$file"
      say "$environment: wrote terraform/envs/$environment/images.auto.tfvars.json"
    fi
  done
}

main "$@"
