# The two virtual environments, each from a lock file of exact versions. Sourced, not run.
# shellcheck shell=bash

HOME_ASSISTANT_LOCK="$ROOT/requirements_test.lock"
SIDECAR_LOCK="$ROOT/wyoming_services/requirements.lock"
SIDECAR_PROJECT="$ROOT/wyoming_services/pyproject.toml"
SIDECAR_PYTHON='>=3.11,<3.14'

# make_venv FOLDER PYTHON LOCK: an environment with what the lock names and nothing else.
make_venv() {
  local folder=$1 python=$2 lock=$3
  "$folder/bin/python" -c '' 2>/dev/null ||
    "$UV" venv --quiet --clear --no-project --python "$python" "$folder"
  "$UV" pip sync --quiet --python "$folder/bin/python" "$lock"
}

make_home_assistant_venv() {
  python314_environment
  make_venv "$ROOT/.venv" "$PYTHON314" "$HOME_ASSISTANT_LOCK"
  "$ROOT/.venv/bin/python" -c 'import homeassistant.const, pymicro_vad, pyspeex_noise'
}

make_sidecar_venv() {
  make_venv "$ROOT/.venv-sidecars" "$SIDECAR_PYTHON" "$SIDECAR_LOCK"
  if [[ -f $SIDECAR_PROJECT ]]; then
    "$UV" pip install --quiet --python "$ROOT/.venv-sidecars/bin/python" \
      --no-deps --editable "$ROOT/wyoming_services"
  fi
  "$ROOT/.venv-sidecars/bin/python" -c 'import faster_whisper, piper, pocketsphinx, wyoming'
}

# need_venv NAME FOLDER TITLE FUNCTION INPUT...: a step that is done anew if FOLDER is gone.
need_venv() {
  local name=$1 folder=$2
  [[ -x $folder/bin/python ]] || rm -f "$STAMPS/$name"
  step "$name" "${@:3}" "${BASH_SOURCE[0]}"
}

home_assistant_venv() {
  need_venv home-assistant "$ROOT/.venv" "Home Assistant and its tests (.venv)" \
    make_home_assistant_venv "$HOME_ASSISTANT_LOCK"
}

sidecar_venv() {
  local inputs=("$SIDECAR_LOCK")
  [[ -f $SIDECAR_PROJECT ]] && inputs+=("$SIDECAR_PROJECT")
  need_venv sidecars "$ROOT/.venv-sidecars" "Speech sidecars (.venv-sidecars)" \
    make_sidecar_venv "${inputs[@]}"
}
