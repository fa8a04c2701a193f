# Named stages that all run, whatever the ones before did; the worst result counts. Sourced.
# shellcheck shell=bash

FAILED_STAGES=()
PROCESSORS="$(nproc)"
#: Of those that run beside others: by their process, the title and the file of what they print.
declare -A STAGE_TITLES=() STAGE_OUTPUTS=()

# say_stage TITLE COMMAND...: run it between two lines, and fail as it does.
say_stage() {
  local title=$1 started=$SECONDS failed=
  shift
  printf '\n== %s\n' "$title"
  "$@" || failed='FAILED after '
  printf '== %s: %s%d s\n' "$title" "$failed" "$((SECONDS - started))"
  [[ -z $failed ]]
}

# stage TITLE COMMAND...: run it and remember whether it failed.
stage() {
  say_stage "$@" || FAILED_STAGES+=("$1")
}

# stage_beside TITLE COMMAND...: the same beside others, at most one for each processor. What it
# prints is shown in one piece when it ends.
stage_beside() {
  local output
  ((${#STAGE_TITLES[@]} < PROCESSORS)) || await_a_stage
  output="$(mktemp)"
  trap end_stages EXIT
  printf 'Running: %s\n' "$1"
  # With job control a stage is a process group, which can be ended with all that it started.
  set -m
  say_stage "$@" >"$output" 2>&1 </dev/null &
  set +m
  STAGE_TITLES[$!]=$1
  STAGE_OUTPUTS[$!]=$output
}

await_a_stage() {
  local process status=0
  wait -n -p process "${!STAGE_TITLES[@]}" || status=$?
  ((!status)) || FAILED_STAGES+=("${STAGE_TITLES[$process]}")
  show_stage "$process"
}

show_stage() {
  cat "${STAGE_OUTPUTS[$1]}"
  rm "${STAGE_OUTPUTS[$1]}"
  unset "STAGE_TITLES[$1]" "STAGE_OUTPUTS[$1]"
}

# await_stages: wait until none runs beside others any more.
await_stages() {
  while ((${#STAGE_TITLES[@]})); do
    await_a_stage
  done
}

# end_stages: interrupt those that still run, as Ctrl-C would, and let them tidy up.
end_stages() {
  local process
  for process in "${!STAGE_TITLES[@]}"; do
    kill -INT -- "-$process" || true
    wait "$process" || true
    show_stage "$process"
  done
}

# verdict: say what failed, and fail if anything did.
verdict() {
  if ((${#FAILED_STAGES[@]})); then
    printf '\nFAILED:\n'
    printf '  %s\n' "${FAILED_STAGES[@]}"
    return 1
  fi
  printf '\nAll is well, after %d s.\n' "$SECONDS"
}
