# SPDX-License-Identifier: Apache-2.0
# Shared by packaging/run and packaging/test: a Python environment for this checkout, made once and reused.
#
# WARDROUND_VENV    where the environment lies (default: .venv in the checkout)
# WARDROUND_PYTHON  the Python that makes it (default: the first one found that is 3.11 or newer)
#
# Talk goes to stderr: stdout belongs to the command that runs afterwards. Packages come from wherever this machine's
# own pip configuration says.

set -euo pipefail

# A bare environment (env -i, a service, a container) has none of these. Bash then invents a PATH that it does not export.
case "$(declare -p PATH 2>/dev/null)" in
  "declare -x "*) ;;
  *) PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ;;
esac
export PATH
export LANG="${LANG:-C.UTF-8}"
if [ -z "${HOME:-}" ]; then
  HOME="$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f6 || true)"
  if [ -z "$HOME" ] || [ ! -d "$HOME" ]; then
    HOME="${TMPDIR:-/tmp}/wardround-home-$(id -u)"
    mkdir -p "$HOME"
  fi
fi
export HOME

unset CDPATH
CHECKOUT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
VENV="${WARDROUND_VENV:-$CHECKOUT/.venv}"
case "$VENV" in /*) ;; *) VENV="$PWD/$VENV" ;; esac

say() { printf 'wardround: %s\n' "$*" >&2; }

stop() {
  say "$*"
  exit 1
}

can_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

# apt_install PACKAGE…: true when apt says that all of them are in place now.
apt_install() {
  say "installing system packages: $*"
  if [ -z "${apt_is_fresh:-}" ]; then
    DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || say "apt-get update failed; trying with the package lists at hand"
    apt_is_fresh=1
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2 </dev/null
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# Sets PYTHON to a Python ≥ 3.11; false when there is none.
find_python() {
  local candidate
  for candidate in ${WARDROUND_PYTHON:+"$WARDROUND_PYTHON"} python3 python3.13 python3.12 python3.11 python3.14; do
    if command -v "$candidate" >/dev/null 2>&1 && is_new_enough "$candidate"; then
      PYTHON="$candidate"
      return 0
    fi
  done
  return 1
}

# Sets PYTHON, installing it where we may.
need_python() {
  if ! find_python; then
    local version
    if can_apt; then
      apt_install python3 python3-venv || true
      for version in 3.13 3.12 3.11; do
        find_python && break
        apt-cache show "python$version-venv" >/dev/null 2>&1 && apt_install "python$version" "python$version-venv" || true
      done
    fi
    find_python || stop "Python 3.11 or newer is missing. On Debian or Ubuntu: sudo apt-get install python3 python3-venv"
  fi
  if ! "$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1; then # Debian keeps them in a package of their own
    local package
    package="$("$PYTHON" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    if can_apt; then apt_install "$package" || true; fi
    "$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
      stop "$PYTHON cannot make environments: the package $package is missing. On Debian or Ubuntu: sudo apt-get install $package"
  fi
}

# Libraries that Qt loads from the system, and the Debian package that has each. Qt's own message about a missing one
# names the wrong library.
QT_LIBRARIES='libEGL.so.1 libegl1
libGL.so.1 libgl1
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libxkbcommon.so.0 libxkbcommon0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-xkb.so.1 libxcb-xkb1'

# Prints "library package" for each Qt library that the dynamic loader does not find; needs the environment.
missing_qt_libraries() {
  "$VENV/bin/python" -c '
import ctypes, sys
for line in sys.argv[1].splitlines():
    try:
        ctypes.CDLL(line.split()[0])
    except OSError:
        print(line)
' "$QT_LIBRARIES"
}

# The window needs Qt's system libraries: installs them as root, otherwise says which are missing.
need_qt() {
  local missing
  missing="$(missing_qt_libraries)"
  [ -z "$missing" ] && return 0
  if can_apt; then
    # shellcheck disable=SC2046 # one word a package is meant
    apt_install $(cut -d' ' -f2 <<<"$missing") || true
    missing="$(missing_qt_libraries)"
    [ -z "$missing" ] && return 0
  fi
  say "the window cannot open: these system libraries are missing:"
  sed 's/^\([^ ]*\) \(.*\)/  \1   (Debian or Ubuntu package: \2)/' <<<"$missing" >&2
  stop "install them, on Debian or Ubuntu by: sudo apt-get install $(cut -d' ' -f2 <<<"$missing" | tr '\n' ' ')"
}

# What the environment was made from: when any of it changes, pip runs again.
fingerprint() {
  { sha256sum <"$CHECKOUT/pyproject.toml"; printf '%s\n' "$CHECKOUT" "$VENV"; } | sha256sum | cut -d' ' -f1
}

# True when the environment works and lies where it was made: scripts in it carry its path.
usable_environment() {
  "$VENV/bin/python" -m pip --version >/dev/null 2>&1 && is_new_enough "$VENV/bin/python" &&
    head -n 2 "$VENV/bin/pip" 2>/dev/null | grep -qF "$VENV/bin/"
}

# installed EXTRA FINGERPRINT: true when the environment has the extra, or dev, which holds them all.
installed() {
  local line extra
  [ -x "$VENV/bin/python" ] && [ -x "$VENV/bin/wardround" ] && [ -r "$VENV/.wardround-installed" ] || return 1
  line="$(<"$VENV/.wardround-installed")"
  for extra in "$1" dev; do
    [ "$line" = "$extra $2" ] && return 0
  done
  return 1
}

# need_environment EXTRA: makes, mends or reuses the environment so that it holds the project with that extra.
need_environment() {
  local extra="$1" wanted
  wanted="$(fingerprint)"
  installed "$extra" "$wanted" && return 0

  mkdir -p "$VENV"
  exec 9<"$VENV"
  if command -v flock >/dev/null 2>&1 && ! flock -n 9; then
    say "another start is preparing $VENV; waiting for it"
    flock 9
  fi
  if ! installed "$extra" "$wanted"; then
    # The marker stays behind when an earlier start was killed in the middle: what it left cannot be trusted.
    if [ -e "$VENV/.wardround-installing" ] || ! usable_environment; then
      [ -e "$VENV/pyvenv.cfg" ] || [ -z "$(ls -A "$VENV")" ] || stop "$VENV holds something else than a Python environment: name another folder"
      need_python
      say "making a Python environment in $VENV"
      "$PYTHON" -m venv --clear "$VENV" >&2
    fi
    # Remember dev: going back to gui would only make the next test run install again.
    case "$(cat "$VENV/.wardround-installed" 2>/dev/null || true)" in "dev "*) extra=dev ;; esac
    rm -f "$VENV/.wardround-installed"
    : >"$VENV/.wardround-installing"
    say "installing what Wardround needs (about 1.5 GB, once; a few minutes)"
    local bar=off
    [ -t 2 ] && bar=on
    if ! "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar "$bar" \
      --editable "$CHECKOUT[$extra]" >&2 </dev/null; then
      rm -f "$VENV/.wardround-installing" # pip has put things back; only a killed pip leaves the marker
      stop "pip could not install what is needed; its message above says why"
    fi
    printf '%s %s\n' "$extra" "$wanted" >"$VENV/.wardround-installed.new"
    mv "$VENV/.wardround-installed.new" "$VENV/.wardround-installed"
    rm -f "$VENV/.wardround-installing"
  fi
  exec 9<&-
}
