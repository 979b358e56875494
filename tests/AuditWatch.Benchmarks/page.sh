#!/usr/bin/env bash
# How long the page takes with a million alerts in SQLite and 300 incidents that are open, how much a browser loads for the first view, and how soon 200 open pages are told of a change.
#
#   tests/AuditWatch.Benchmarks/page.sh [ALERTS] [DIRECTORY]     default: 1000000, and a directory that is removed; one that is kept is filled once
#
# Measures the build of Release, or the executable that AUDITWATCH names. Needs curl. The port 19883 must be free.
set -euo pipefail

alerts=${1:-1000000}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
state=${2:-$work/state}
service=
trap '[ -z "$service" ] || kill "$service" 2> /dev/null; wait; rm -rf "$work"' EXIT

dotnet build -c Release "$root/tests/AuditWatch.Benchmarks" -v quiet --nologo >&2
[ -n "${AUDITWATCH:-}" ] || dotnet build -c Release "$root/src/AuditWatch.Host" -v quiet --nologo >&2
auditwatch=${AUDITWATCH:-$root/src/AuditWatch.Host/bin/Release/net10.0/auditwatch}
benchmarks=$root/tests/AuditWatch.Benchmarks/bin/Release/net10.0/AuditWatch.Benchmarks.dll
mkdir -p "$state"
dotnet "$benchmarks" history "$alerts" "$state" | grep -v found || true

cat > "$work/auditwatch.yaml" << YAML
state: {directory: $state, maxSize: 1000GiB}
alerts: {retention: 36500d}
sources: {webhook: {listen: 127.0.0.1:19883}}
YAML
"$auditwatch" run --config "$work/auditwatch.yaml" > "$work/log" 2>&1 &
service=$!
until curl -so /dev/null http://127.0.0.1:19883/readyz; do kill -0 "$service" || { cat "$work/log"; exit 1; }; sleep 0.2; done

dotnet "$benchmarks" pages http://127.0.0.1:19883/ 300 200 20
grep VmHWM "/proc/$service/status"
