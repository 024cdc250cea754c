# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Shell functions the scripts share. Sourced after `set -euo pipefail`; changes to the repository's root.
shopt -s inherit_errexit
root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
# Captures and feeds of the real world, which are not part of the repository.
PICKET_CORPUS=$(realpath -m -- "${PICKET_CORPUS:-$root/../shared/data}")
export PICKET_CORPUS
cd "$root" || exit 1

# Debian's own interpreter: the one that python3-scapy is installed for.
export python=/usr/bin/python3
# Without these ccache refuses every file that uses the tests' precompiled header.
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime

# configure DIR COMPILER [MESON_OPTION...]: sets up the build directory, anew when compiler or options changed.
configure() {
  local dir=$1 compiler=$2
  shift 2
  command -v ccache >/dev/null && compiler="ccache $compiler"
  local wanted="$compiler $*"
  [[ -f $dir/build.ninja && $(cat "$dir/configured_as" 2>/dev/null) == "$wanted" ]] && return
  rm -rf "$dir"
  CXX=$compiler meson setup "$dir" "$@"
  printf '%s\n' "$wanted" >"$dir/configured_as"
}

# build DIR [TARGET...]: compiles what changed; targets by name or as path/name. Meson finds only targets that it has
# been told of, so a changed meson.build is read first.
build() {
  ninja -C "$1" build.ninja >/dev/null
  meson compile -C "$@"
}

# built DIR NAME: prints the path of an executable of the build directory; fails with a message when it is not there.
built() {
  local path
  path=$(find "$1" -name "$2" -type f -perm -u+x -print -quit 2>/dev/null)
  [[ -n $path ]] || { printf '%s: no executable %s\n' "$1" "$2" >&2; return 1; }
  printf '%s\n' "$path"
}

# seconds_since NANOSECONDS: with one decimal; start from `date +%s%N`.
seconds_since() {
  local tenths=$((($(date +%s%N) - $1) / 100000000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}
