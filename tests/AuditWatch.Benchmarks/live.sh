#!/usr/bin/env bash
# How fast the running service takes events, and how soon it tells of them: the published build with every detection, SQLite on this disk, TLS and a
# bearer token, and a client on the same machine. First as many as are accepted, then 4,000 a second: the most that one API server sends by default.
#
#   tests/AuditWatch.Benchmarks/live.sh [SECONDS]        default: 20 for each of the two
#
# Measures the build of a release, or the executable that AUDITWATCH names. Needs openssl and curl. The ports 19880 to 19882 must be free. Leaves nothing behind but builds.
set -euo pipefail

seconds=${1:-20}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
service=
trap '[ -z "$service" ] || kill "$service" 2> /dev/null; wait; rm -rf "$work"' EXIT

if [ -n "${AUDITWATCH:-}" ]; then
  auditwatch=$AUDITWATCH
else
  dotnet publish -c Release -r "linux-$(uname -m | sed "s/x86_64/x64/;s/aarch64/arm64/")" --self-contained "$root/src/AuditWatch.Host" -o "$work/auditwatch" -v quiet --nologo >&2
  auditwatch=$work/auditwatch/auditwatch
fi
dotnet build -c Release "$root/tests/AuditWatch.Benchmarks" -v quiet --nologo >&2

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost \
  -addext subjectAltName=IP:127.0.0.1 -keyout "$work/tls.key" -out "$work/tls.crt" 2> /dev/null
echo "a-token-for-the-benchmark-only" > "$work/token"
cat > "$work/auditwatch.yaml" << YAML
sources:
  webhook:
    listen: 127.0.0.1:19880
    tls: {certFile: tls.crt, keyFile: tls.key}
    auth: {tokens: [{file: token}]}
state: {directory: state}
receivers:
  - name: benchmark
    maxMessagesPerMinute: 600
    webhookConfigs: [{url: "http://127.0.0.1:19882/"}]
  - name: nobody
    maxMessagesPerMinute: 1
    fileConfigs: [{path: alerts.jsonl}]
route:
  receiver: nobody
  routes: [{matchers: ['namespace="live"'], receiver: benchmark}]
YAML

"$auditwatch" run --config "$work/auditwatch.yaml" > "$work/log" 2>&1 &
service=$!
until curl -sko /dev/null https://127.0.0.1:19880/readyz; do kill -0 "$service" || { cat "$work/log"; exit 1; }; sleep 0.2; done

processor() { awk '{ print ($14 + $15) / 100 }' "/proc/$service/stat"; }
measure() {
  local before
  before=$(processor)
  dotnet "$root/tests/AuditWatch.Benchmarks/bin/Release/net10.0/AuditWatch.Benchmarks.dll" live https://127.0.0.1:19880/webhook a-token-for-the-benchmark-only http://127.0.0.1:19882/ "$1" "$2" "$seconds"
  awk -v a="$before" -v b="$(processor)" -v s="$seconds" '/VmHWM/ { memory = $2 / 1024 } END { printf "           the service: %.0f%% of one core, at most %.0f MB in memory\n", 100 * (b - a) / s, memory }' "/proc/$service/status"
}

echo "warming up";            measure 4 20000
echo "as many as accepted";   measure 4 0
echo "4,000 a second";        measure 4 4000
