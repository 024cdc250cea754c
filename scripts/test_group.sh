#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One group of scripts/test, which calls this with a time budget: builds what the group needs and runs it.
#   scripts/test_group.sh GROUP      exit status 77: skipped; PICKET_LONG=1: the long form
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1
export TSAN_OPTIONS=ignore_noninstrumented_modules=1:halt_on_error=1
ASAN_SYMBOLIZER_PATH=$(command -v llvm-symbolizer-14 || true)
export ASAN_SYMBOLIZER_PATH UBSAN_SYMBOLIZER_PATH=$ASAN_SYMBOLIZER_PATH TSAN_SYMBOLIZER_PATH=$ASAN_SYMBOLIZER_PATH

tsan_tests=(tsan_test report_box_tsan_test shared_limiter_tsan_test)
fuzz_targets=(packet capture feed_plain feed_ipset config)

long_or() { [[ ${PICKET_LONG:-0} == 1 ]] && printf '%s' "$1" || printf '%s' "$2"; }

build_release() {
  configure build/release g++
  build build/release "$@"
}

build_asan() {
  configure build/asan clang++-14 -Db_sanitize=address,undefined -Db_lundef=false -Dfuzz=true
  build build/asan "$@"
}

# Whether the groups that need real captures and feeds can run: not without them, and in CI they must be there.
require_corpus() {
  [[ -d $PICKET_CORPUS ]] && return
  if [[ ${CI:-} == true ]]; then
    printf 'no corpus at %s: in CI it must be there; set PICKET_CORPUS\n' "$PICKET_CORPUS" >&2
    exit 1
  fi
  printf 'no corpus at %s: skipped; set PICKET_CORPUS to a directory with pcaps/ and feeds/\n' "$PICKET_CORPUS"
  exit 77
}

unit() {
  build_release
  meson test -C build/release --no-rebuild --print-errorlogs unit
}

asan() {
  build_asan
  meson test -C build/asan --no-rebuild --print-errorlogs unit
}

mutation() {
  build_asan mutation_test
  "$(built build/asan mutation_test)" "$(long_or 10000000 1000000)"
}

# New finds and crashes stay in build/fuzz between runs; a crash is tried again until it is mended.
fuzz_target() {
  local target=$1 seconds=$2 binary status=0
  local finds=build/fuzz/$target crashes=build/fuzz/$target-crashes seeds=tests/fuzz/corpus/$target
  binary=$(built build/asan "${target}_fuzz") || return
  [[ -d $seeds ]] || { printf '%s: no seed corpus\n' "$seeds" >&2; return 1; }
  mkdir -p "$finds" "$crashes"
  "$binary" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 \
    -artifact_prefix="$crashes/" "$finds" "$seeds" "$crashes" 2>&1 |
    sed '/Recommended dictionary/,/End of recommended dictionary/d; /^INFO/d' || status=$?
  ((status == 0)) || find "$crashes" -type f -printf 'crash input: %p\n'
  return "$status"
}

fuzz() {
  local target failed=0
  build_asan "${fuzz_targets[@]/%/_fuzz}"
  for target in "${fuzz_targets[@]}"; do
    printf -- '--- fuzz %s\n' "$target"
    fuzz_target "$target" "$(long_or 300 10)" || failed=1
  done
  return "$failed"
}

tsan() {
  configure build/tsan clang++-14 -Db_sanitize=thread -Db_lundef=false
  build build/tsan "${tsan_tests[@]}"
  local test
  for test in "${tsan_tests[@]}"; do
    printf -- '--- %s\n' "$test"
    "$(built build/tsan "$test")"
  done
}

corpus() {
  require_corpus
  build_release picket
  build_asan picket
  local test=("$python" tests/corpus/corpus_test.py --corpus "$PICKET_CORPUS" --picket)
  "${test[@]}" "$(built build/release picket)"
  "${test[@]}" "$(built build/asan picket)" --once
}

# The widest instruction set level that both the compiler's name and this CPU know.
widest_march() {
  local flags
  flags=" $(grep -m1 '^flags' /proc/cpuinfo) "
  has() { for flag; do [[ $flags == *" $flag "* ]] || return 1; done; }
  if has avx512f avx512bw avx512cd avx512dq avx512vl; then
    printf 'x86-64-v4'
  elif has avx2 bmi1 bmi2 fma f16c movbe; then
    printf 'x86-64-v3'
  else
    printf 'x86-64-v2'
  fi
}

# Prints the path of a picket built for the level.
picket_for() {
  configure "build/$1" g++ -Dtests=false "-Dmarch=$1" >&2
  build "build/$1" picket >&2
  built "build/$1" picket
}

simd() {
  local scalar vector
  scalar=$(picket_for x86-64)
  vector=$(picket_for "$(widest_march)")
  "$python" tests/corpus/same_verdicts.py --first "$scalar" --second "$vector" --corpus "$PICKET_CORPUS"
}

cli() {
  build_release picket
  "$python" tests/cli/cli_test.py --picket "$(built build/release picket)"
}

# Namespaces, packet sockets and huge pages belong to root.
require_root() {
  ((EUID == 0)) && return
  if [[ ${CI:-} == true ]]; then
    printf 'not root: in CI it has to be\n' >&2
    exit 1
  fi
  printf 'not root, which namespaces and packet sockets need: skipped\n'
  exit 77
}

devices() {
  require_root
  build_release picketd picket-traffic
  local long=()
  [[ ${PICKET_LONG:-0} == 0 ]] || long=(--long)
  "$python" tests/devices/run.py "${long[@]}" --picketd "$(built build/release picketd)" \
    --peer "$(built build/release picket-traffic)"
}

lab() {
  require_root
  build_release picketd
  local long=()
  [[ ${PICKET_LONG:-0} == 0 ]] || long=(--long)
  "$python" tests/lab/run.py "${long[@]}" --picketd "$(built build/release picketd)"
}

case ${1:-} in
  unit | asan | mutation | fuzz | tsan | corpus | simd | cli | devices | lab) "$1" ;;
  *)
    printf "scripts/test_group.sh: no group '%s'; use scripts/test\n" "${1:-}" >&2
    exit 2
    ;;
esac
