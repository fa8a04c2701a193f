# Debian's packages that the bus, the speech and the browser tests need. Sourced, not run.
# shellcheck shell=bash

DEBIAN_PACKAGES=(
  mosquitto mosquitto-clients # the broker, and the clients of the guide's examples
  espeak-ng                   # speech without a model
  ffmpeg libturbojpeg0        # Home Assistant converts audio and images with them
  libpcap0.8                  # its dhcp integration loads it
  chromium                    # the browser of the system tests
)

# missing_packages: those of the list that are not installed, and what uv and builds need.
missing_packages() {
  local package
  for package in "${DEBIAN_PACKAGES[@]}"; do
    [[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] ||
      printf '%s\n' "$package"
  done
  command -v c++ >/dev/null || printf 'g++\n'
  if ! find_uv >/dev/null && ! python3 -m pip --version >/dev/null 2>&1; then
    printf 'python3-pip\n'
  fi
}

# as_root: the words that make a command run as root without a question, or nothing and false.
as_root() {
  ((EUID == 0)) && return
  command -v sudo >/dev/null && sudo -n true 2>/dev/null && printf 'sudo\n'
}

install_packages() {
  local sudo policy=/usr/sbin/policy-rc.d fresh_broker=
  sudo="$(as_root)"
  command -v mosquitto >/dev/null || [[ -x /usr/sbin/mosquitto ]] || fresh_broker=yes
  # Debian starts a service when it installs it: a broker on port 1883 nobody asked for.
  if [[ -n $fresh_broker && ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
    $sudo chmod 755 "$policy"
    # shellcheck disable=SC2064 # the words are those of now
    trap "$sudo rm -f $policy" EXIT
  fi
  $sudo apt-get update
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
  if [[ -n $fresh_broker && -d /run/systemd/system ]]; then
    $sudo systemctl disable --now mosquitto.service
  fi
}

install_missing_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  install_packages "${missing[@]}"
}

# debian_packages: installs what is missing, or says which command would.
debian_packages() {
  local missing
  missing="$(missing_packages | tr '\n' ' ')"
  if [[ -z $missing ]]; then
    printf '  %-44s ready\n' "Debian packages"
    return
  fi
  if ! command -v apt-get >/dev/null; then
    die "This machine lacks, by Debian's names: $missing" \
      "Install them with its own package manager, then run scripts/setup again."
  fi
  if ! as_root >/dev/null; then
    die "These packages are missing and installing them needs root. Run" \
      "    sudo apt-get install --no-install-recommends $missing" \
      "(and, should you want no broker of Debian's running: sudo systemctl disable --now mosquitto)" \
      "then run scripts/setup again."
  fi
  rm -f "$STAMPS/debian"
  step debian "Debian packages: $missing" install_missing_packages
}
