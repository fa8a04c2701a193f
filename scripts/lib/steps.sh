# Steps with a line and a time each, done once for each state of their inputs. Sourced, not run.
# shellcheck shell=bash

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
CACHE="$ROOT/.cache"
STAMPS="$CACHE/stamps"
SETUP_LOG="$CACHE/setup.log"

# die MESSAGE...: the last words of a step that failed; every line of them says what to do.
die() {
  { printf '\n' && printf '%s\n' "$@"; } >&2
  exit 1
}

# fingerprint FILE...: one hash over the files and the place they lie (virtual environments
# and the private interpreter hold absolute paths, so a moved checkout is set up anew).
fingerprint() {
  { printf '%s\n' "$ROOT"; cat -- "$@"; } | sha256sum | cut -d ' ' -f 1
}

# step NAME TITLE FUNCTION INPUT...: run FUNCTION unless it has succeeded with these inputs.
step() {
  local name=$1 title=$2 run=$3 stamp hash started
  shift 3
  stamp="$STAMPS/$name"
  hash="$(fingerprint "${BASH_SOURCE[0]}" "$@")"
  if [[ -f $stamp && "$(<"$stamp")" == "$hash" ]]; then
    printf '  %-44s ready\n' "$title"
    return
  fi
  printf '  %-44s ' "$title"
  started=$EPOCHREALTIME
  # A subshell with errexit of its own: bash switches errexit off inside a tested command.
  set +e
  ( set -e; "$run" ) >>"$SETUP_LOG" 2>&1
  local status=$?
  set -e
  if ((status != 0)); then
    printf 'failed\n\n'
    tail -n 15 "$SETUP_LOG" | sed 's/^/    /' >&2
    die "Setting up \"$title\" failed; the lines above end its output." \
      "All of it is in $SETUP_LOG. Put right what it names, then run scripts/setup again."
  fi
  printf '%s\n' "$hash" >"$stamp"
  printf '%6.1f s\n' "$(awk -v a="$started" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')"
}
