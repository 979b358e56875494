#!/usr/bin/env bash
# What becomes of an honest stream of 500 events a second, and of its alerts, while everybody attacks the service at once: users without rights, connections
# without credentials, a tenant with a token, a client that may name any cluster, receivers gone bad. The service has every detection, SQLite on this disk,
# TLS and tokens, two cores, and the memory of the chart: 512 MiB. Exits with 1 if an honest event is refused or late by more than 5 s, or an alert of them missing.
#
#   tests/AuditWatch.Benchmarks/attack.sh [SECONDS [CALM]]    default: 60 20; the figures of docs/performance.md are of 3600 20. CALM is how long the honest stream has the service for itself before; 0 attacks one that has just started.
#
# Measures the build of a release, or the executable that AUDITWATCH names; BENCHMARKS names a built AuditWatch.Benchmarks.dll. Needs openssl and curl; root, where a memory cgroup is to be made: else the garbage
# collector is told the limit that it would take from the cgroup. The ports 19890 to 19893 must be free. Leaves nothing behind but builds.
set -euo pipefail

seconds=${1:-60} calm=${2:-20}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
service=
cgroup=/sys/fs/cgroup/memory$(awk -F: '$2 == "memory" { print $3 }' /proc/self/cgroup)/auditwatch-attack-$$
trap '[ -z "$service" ] || kill "$service" 2> /dev/null; wait; [ ! -d "$cgroup" ] || rmdir "$cgroup"; rm -rf "$work"' EXIT

benchmarks=${BENCHMARKS:-$root/tests/AuditWatch.Benchmarks/bin/Release/net10.0/AuditWatch.Benchmarks.dll}
[ -n "${BENCHMARKS:-}" ] || dotnet build -c Release "$root/tests/AuditWatch.Benchmarks" -v quiet --nologo >&2
auditwatch=${AUDITWATCH:-$work/auditwatch/auditwatch}
[ -n "${AUDITWATCH:-}" ] || dotnet publish -c Release -r "linux-$(uname -m | sed "s/x86_64/x64/;s/aarch64/arm64/")" --self-contained "$root/src/AuditWatch.Host" -o "$work/auditwatch" -v quiet --nologo >&2

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost \
  -addext subjectAltName=IP:127.0.0.1 -keyout "$work/tls.key" -out "$work/tls.crt" 2> /dev/null
for client in honest tenant any; do echo "a-token-of-the-attack-for-$client" > "$work/$client"; done
cat > "$work/auditwatch.yaml" << YAML
sources:
  webhook:
    listen: 127.0.0.1:19890
    tls: {certFile: tls.crt, keyFile: tls.key}
    auth:
      tokens:
        - {file: honest, clusters: [honest]}
        - {file: tenant, clusters: [tenant]}
        - {file: any}
state: {directory: state}
receivers:
  - name: everybody
    webhookConfigs: [{url: "http://127.0.0.1:19891/"}, {url: "http://127.0.0.1:19892/"}, {url: "http://127.0.0.1:19893/"}]
route: {receiver: everybody}
YAML

if mkdir "$cgroup" 2> /dev/null && echo $((512 << 20)) > "$cgroup/memory.limit_in_bytes"; then
  echo "memory: a cgroup of 512 MiB" >&2
else
  export DOTNET_GCHeapHardLimit=0x15000000
  echo "memory: no cgroup can be made here; the heap is limited to the 336 MiB that it takes of 512" >&2
fi
(
  [ ! -d "$cgroup" ] || echo "$BASHPID" > "$cgroup/cgroup.procs"
  exec taskset -c 0,1 "$auditwatch" run --config "$work/auditwatch.yaml" > "$work/log" 2>&1
) &
service=$!
until curl -sko /dev/null --fail https://127.0.0.1:19890/readyz; do kill -0 "$service" || { cat "$work/log"; exit 1; }; sleep 0.2; done

kept=0
dotnet "$benchmarks" attack https://127.0.0.1:19890/webhook "$service" "$calm" "$seconds" http://127.0.0.1:1989{1,2,3}/ a-token-of-the-attack-for-{honest,tenant,any} || kept=1
kill -0 "$service" || { echo "the service has ended"; kept=1; }
[ ! -d "$cgroup" ] || echo "cgroup: at most $(($(cat "$cgroup/memory.max_usage_in_bytes") >> 20)) MiB, the cache of files included; met its limit $(cat "$cgroup/memory.failcnt") times"
echo "state: $(du -sh "$work/state" | cut -f1)"
echo "what the service said:"
sed -E 's/^/    /; s/(.{400}).*/\1/' "$work/log" | grep -v '^    \[' | grep -iE 'warn|fail|error' | sort | uniq -c | sort -rn | head -30
exit $kept
