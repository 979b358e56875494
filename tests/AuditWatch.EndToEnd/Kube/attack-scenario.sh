#!/usr/bin/env bash
# A shop in Kubernetes, and what an attacker does to it: attack-scenario.sh KUBECTL SERVER KUBELET_PORT
# The cluster takes a user's short name for a token: admin (system:masters), alice (a developer), eve (a contractor who may do nothing).
set -euo pipefail
kubectl=$1 server=$2 kubelet_port=$3
home=$(mktemp -d); trap 'rm -rf "$home"' EXIT

as() { # as USER command...: has to succeed
  local token=$1; shift
  HOME=$home timeout "${patience:-60}" "$kubectl" --kubeconfig /dev/null --server "$server" --insecure-skip-tls-verify --token "$token" --cache-dir "$home" "$@"
}
try() { as "$@" >/dev/null 2>&1 || true; } # an attempt that may fail, and is audited all the same

# The shop, as its owners set it up.
as admin create namespace shop
as admin create serviceaccount checkout --namespace shop
as admin create secret generic card-processor --namespace shop --from-literal=api-key=not-for-the-alerts
as admin create role read-config --namespace shop --verb=get,list --resource=secrets,configmaps
as admin create rolebinding checkout-config --namespace shop --role=read-config --serviceaccount=shop:checkout
as admin create clusterrole developer --verb=get,list,create,delete --resource=pods,deployments.apps
as admin create clusterrolebinding developers --clusterrole=developer --group=developers
as admin create --validate=false -f - <<YAML
{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "worker"},
 "status": {"addresses": [{"type": "InternalIP", "address": "127.0.0.1"}], "daemonEndpoints": {"kubeletEndpoint": {"Port": $kubelet_port}}}}
YAML
as admin create --validate=false -f - <<YAML
{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "cart", "namespace": "shop"},
 "spec": {"nodeName": "worker", "containers": [{"name": "cart", "image": "cart:1"}]}}
YAML
as alice get pods --namespace shop
as alice create deployment catalogue --namespace shop --image=catalogue:1
as alice delete deployment catalogue --namespace shop

# Somebody wearing the administrator's hat prepares the ground: role_grants_pod_exec, privileged_role_created, cluster_admin_bound.
as admin create role debug --namespace shop --verb=get,create --resource=pods/exec,pods/attach
as admin create rolebinding debug --namespace shop --role=debug --group=developers
as admin create clusterrole maintenance --verb='*' --resource='*'
as admin create clusterrolebinding maintenance --clusterrole=cluster-admin --serviceaccount=shop:checkout

# exec_into_pod, attach_to_pod. The kubelet hangs up, and kubectl takes its time to notice.
patience=3 try alice exec cart --namespace shop -- env
patience=3 try alice attach cart --namespace shop

# privileged_pod_created
as admin create --validate=false -f - <<YAML
{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "node-shell", "namespace": "shop"},
 "spec": {"nodeName": "worker", "hostPID": true,
          "containers": [{"name": "sh", "image": "alpine", "securityContext": {"privileged": true}, "volumeMounts": [{"name": "root", "mountPath": "/root"}]}],
          "volumes": [{"name": "root", "hostPath": {"path": "/"}}]}}
YAML

# impersonation_used; service_account_token_requested; secret_read_by_service_account, once in its clothes and once with its token.
as admin --as=system:serviceaccount:shop:checkout get secret card-processor --namespace shop
token=$(as admin create --raw /api/v1/namespaces/shop/serviceaccounts/checkout/token -f - \
  <<< '{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}' | grep -oE 'eyJ[A-Za-z0-9_.-]+')
as "$token" get secrets --namespace shop

# forbidden_burst
for kind in secrets pods configmaps nodes services roles rolebindings clusterroles daemonsets jobs; do
  for namespace in shop kube-system default; do try eve get "$kind" --namespace "$namespace"; done
done

# anonymous_request, secret_deleted
curl --silent --insecure --output /dev/null "$server/api/v1/namespaces/shop/secrets"
as admin delete secret card-processor --namespace shop
