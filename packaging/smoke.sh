#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs a built package and lets it test itself, away from the sources. As root, on a machine that may be changed:
#
#   packaging/smoke.sh dist/wardround_*.deb
#
# It stays installed afterwards (dpkg --purge wardround removes it).
set -euo pipefail

if [ $# != 1 ] || [ ! -r "$1" ]; then
  echo "usage: packaging/smoke.sh PACKAGE.deb" >&2
  exit 2
fi
[ "$(id -u)" = 0 ] || { echo "smoke.sh installs a package: run it as root" >&2; exit 1; }

if ! dpkg -i "$1"; then
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends --fix-broken # what the package depends on
fi

away="$(mktemp -d)"
trap 'rm -rf "$away"' EXIT
cd "$away"

# As a person with nothing set, so that nothing of a development environment can help.
bare() { env -i HOME="$away" PATH=/usr/bin:/bin LANG=C.UTF-8 TMPDIR="$away" "$@"; }

bare wardround --version
bare QT_QPA_PLATFORM=offscreen wardround self-test
if command -v xvfb-run >/dev/null 2>&1; then # the window on a real screen, with the plugin that people get
  bare xvfb-run --auto-servernum wardround self-test
fi
if command -v desktop-file-validate >/dev/null 2>&1; then desktop-file-validate /usr/share/applications/wardround.desktop; fi
if command -v appstreamcli >/dev/null 2>&1; then appstreamcli validate --no-net /usr/share/metainfo/org.wardround.Wardround.metainfo.xml; fi
if command -v systemd-analyze >/dev/null 2>&1; then systemd-analyze verify /usr/lib/systemd/system/wardround-coordinator.service; fi
echo "smoke: passed"
