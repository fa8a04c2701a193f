# uv, which makes the virtual environments. Sourced, not run.
# shellcheck shell=bash

UV_VERSION=0.13.9
PRIVATE_UV="$CACHE/uv"

# find_uv: prints the path of a working uv, the machine's own or the private one, or fails.
find_uv() {
  local candidate
  for candidate in "$(command -v uv)" "$PRIVATE_UV/bin/uv"; do
    if [[ -x $candidate ]] && "$candidate" --version >/dev/null 2>&1; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  return 1
}

# --target leaves the system's Python alone, so Debian's "externally managed" mark allows it.
install_uv() {
  python3 -m pip install --quiet --upgrade --target "$PRIVATE_UV" "uv==$UV_VERSION"
}

need_uv() {
  if ! find_uv >/dev/null; then
    rm -f "$STAMPS/uv"
    step uv "uv $UV_VERSION" install_uv
  fi
  UV="$(find_uv)" || die "uv is not there, although installing it worked." \
    "Install uv by hand so that 'uv --version' answers, then run scripts/setup again."
  export UV
}
