# Named stages that all run, whatever the ones before did; the worst result counts. Sourced.
# shellcheck shell=bash

FAILED_STAGES=()

# stage TITLE COMMAND...: run it and remember whether it failed.
stage() {
  local title=$1 started=$SECONDS
  shift
  printf '\n== %s\n' "$title"
  if ! "$@"; then
    FAILED_STAGES+=("$title")
    printf '== %s: FAILED after %d s\n' "$title" "$((SECONDS - started))"
  else
    printf '== %s: %d s\n' "$title" "$((SECONDS - started))"
  fi
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
