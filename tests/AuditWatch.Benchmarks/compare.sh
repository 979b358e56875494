#!/usr/bin/env bash
# How fast `auditwatch scan` is beside what else reads JSON, in one run on this machine: rounds that take turns, and the median of each.
# One core is measured in processor time, which is what the clock shows on an idle machine and what others on a busy one change least; two cores
# by the clock, which says nothing on a busy machine.
#
#   tests/AuditWatch.Benchmarks/compare.sh [EVENTS] [ROUNDS]        default: 1000000 events, 5 rounds
#
# Measures the build of a release, or the executable that AUDITWATCH names.
#
# Needs jq, taskset, g++ and libsimdjson-dev. Leaves nothing behind but builds.
set -euo pipefail

events=${1:-1000000}
rounds=${2:-5}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -n "${AUDITWATCH:-}" ]; then
  mkdir "$work/auditwatch" && ln -s "$(realpath "$AUDITWATCH")" "$work/auditwatch/auditwatch"
else
  dotnet publish -c Release -r "linux-$(uname -m | sed "s/x86_64/x64/;s/aarch64/arm64/")" --self-contained "$root/src/AuditWatch.Host" -o "$work/auditwatch" -v quiet --nologo >&2
fi
dotnet build -c Release "$root/tests/AuditWatch.Benchmarks" -v quiet --nologo >&2
g++ -O3 -march=native -std=c++17 "$root/tests/AuditWatch.Benchmarks/simdjson-limit.cpp" -lsimdjson -o "$work/simdjson-limit"
benchmarks() { dotnet "$root/tests/AuditWatch.Benchmarks/bin/Release/net10.0/AuditWatch.Benchmarks.dll" "$@"; }

benchmarks generate "$events" "$work/log.jsonl"
head -n 100000 "$work/log.jsonl" > "$work/short.jsonl"
head -n 1000 "$work/log.jsonl" > "$work/small.jsonl"

timed() { local format=$1; shift; command time -o "$work/time" -f "$format" "$@" > /dev/null 2>> "$work/errors"; tail -n 1 "$work/time"; }
processor() { timed '%U %S' "$@" | awk '{ print $1 + $2 }'; }
per_second() { awk -v n="$1" -v s="$2" 'BEGIN { printf "%.0f\n", n / s }'; }
scan=("$work/auditwatch/auditwatch" scan --format json)

for round in $(seq "$rounds"); do
  taskset -c 0 "$work/simdjson-limit" "$work/short.jsonl" >> "$work/simdjson"
  per_second "$events" "$(processor taskset -c 0 "${scan[@]}" "$work/log.jsonl")" >> "$work/one"
  timed '%e' taskset -c 0 "${scan[@]}" "$work/log.jsonl" >> "$work/one-clock"
  timed '%e' taskset -c 0,1 "${scan[@]}" "$work/log.jsonl" >> "$work/two-clock"
  taskset -c 0 dotnet "$root/tests/AuditWatch.Benchmarks/bin/Release/net10.0/AuditWatch.Benchmarks.dll" validate "$work/log.jsonl" >> "$work/reader"
  per_second 100000 "$(processor taskset -c 0 jq -c 'select(.objectRef.subresource == "exec")' "$work/short.jsonl")" >> "$work/jq"
  processor "${scan[@]}" "$work/small.jsonl" | awk '{ printf "%.0f\n", 1000 * $1 }' >> "$work/start"
  timed '%M' "${scan[@]}" "$work/log.jsonl" >> "$work/memory"
  echo "round $round of $rounds" >&2
done

median() { sort -n "$work/$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
row() { printf '| %-58s | %12s | %10s | %8s |\n' "$1" "$(numfmt --grouping "$2")" "$(awk -v a="$2" -v b="$(median simdjson)" 'BEGIN { printf "%.2f", a / b }')" "$(awk -v a="$2" -v b="$(median jq)" 'BEGIN { printf "%.1f", a / b }')"; }

printf '| %-58s | %12s | %10s | %8s |\n' "$(nproc) x $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo), $events events" "events/s" "of simdjson" "of jq"
printf '|---|--:|--:|--:|\n'
row "simdjson on demand, a few fields, text in memory, one core" "$(median simdjson)"
row "auditwatch scan, every detection, one core" "$(median one)"
row "Utf8JsonReader over every token, one core" "$(median reader)"
row "jq selecting one detection, one core" "$(median jq)"
echo
echo "By the clock two cores are $(awk -v a="$(median one-clock)" -v b="$(median two-clock)" 'BEGIN { printf "%.2f", a / b }') times one. A log of 1,000 events takes $(median start) ms of processor time, start and all. At most $(($(median memory) / 1024)) MB in memory."
