{{/* Whether there are detections besides those that come with AuditWatch. */}}
{{- define "auditwatch.hasOwnDetections" -}}
{{- with .Values.detections -}}
{{- if or .rules .lists .configMaps .listConfigMaps -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{/* auditwatch.yaml: the values' config, with what the chart knows better. */}}
{{- define "auditwatch.config" -}}
{{- include "auditwatch.checkValues" . -}}
{{- $config := deepCopy .Values.config -}}
{{- $sources := default dict $config.sources -}}
{{- $webhook := default dict $sources.webhook -}}

{{- $_ := set $webhook "listen" (printf "%s:%d" .Values.webhook.address (int .Values.webhook.port)) -}}
{{- if eq .Values.tls.mode "none" -}}
{{- $_ := set $webhook "insecure" true -}}
{{- else -}}
{{- $tls := dict "certFile" "/etc/auditwatch/tls/tls.crt" "keyFile" "/etc/auditwatch/tls/tls.key" -}}
{{- if include "auditwatch.hasClientCa" . -}}
{{- $_ := set $tls "clientCaFile" "/etc/auditwatch/client-ca/ca.crt" -}}
{{- end -}}
{{- $_ := set $webhook "tls" $tls -}}
{{- end -}}

{{- $page := merge (dict "listen" (printf "127.0.0.1:%d" (int .Values.page.port))) (default dict $config.page) -}}
{{- if include "auditwatch.exposesPage" . -}}
{{- $_ := set $page "listen" (printf "%s:%d" .Values.webhook.address (int .Values.page.port)) -}}
{{- if eq .Values.tls.mode "none" -}}
{{- $_ := set $page "insecure" true -}}
{{- else -}}
{{- $_ := set $page "tls" (dict "certFile" "/etc/auditwatch/tls/tls.crt" "keyFile" "/etc/auditwatch/tls/tls.key") -}}
{{- end -}}
{{- end -}}
{{- $_ := set $config "page" $page -}}

{{- $_ := set $config "probes" (dict "listen" (printf "%s:%d" .Values.webhook.address (int .Values.probes.port))) -}}

{{- $tokens := list -}}
{{- if .Values.webhook.auth.generateToken -}}
{{- $tokens = append $tokens (dict "file" "/etc/auditwatch/tokens/generated/token") -}}
{{- end -}}
{{- range $i, $token := .Values.webhook.auth.tokens -}}
{{- $entry := dict "file" (printf "/etc/auditwatch/tokens/%d/token" $i) -}}
{{- if hasKey $token "clusters" -}}{{- $_ := set $entry "clusters" $token.clusters -}}{{- end -}}
{{- $tokens = append $tokens $entry -}}
{{- end -}}
{{- $auth := dict -}}
{{- if $tokens -}}{{- $_ := set $auth "tokens" $tokens -}}{{- end -}}
{{- with .Values.webhook.auth.clientCertificates -}}{{- $_ := set $auth "clientCertificates" . -}}{{- end -}}
{{- with .Values.webhook.auth.oidc -}}{{- $_ := set $auth "oidc" . -}}{{- end -}}
{{- if $auth -}}{{- $_ := set $webhook "auth" $auth -}}{{- end -}}
{{- $_ := set $sources "webhook" $webhook -}}

{{- if eq .Values.mode "daemonset" -}}
{{- with .Values.hostLog -}}
{{- $log := dict "path" (printf "%s/%s" (trimSuffix "/" .directory) .file) "fromStart" .fromStart -}}
{{- if .cluster -}}{{- $_ := set $log "cluster" .cluster -}}{{- end -}}
{{- $_ := set $sources "files" (prepend (default list $sources.files) $log) -}}
{{- end -}}
{{- end -}}
{{- $_ := set $config "sources" $sources -}}

{{- $detections := ternary (list "builtin") list .Values.detections.builtin -}}
{{- if include "auditwatch.hasOwnDetections" . -}}
{{- $detections = append $detections "/etc/auditwatch/detections" -}}
{{- end -}}
{{- $_ := set $config "detections" $detections -}}
{{- $state := merge (dict "directory" "/var/lib/auditwatch") (default dict $config.state) -}}
{{- if .Values.postgres.secretName -}}
{{- $_ := set $state "postgres" (dict "connectionStringFile" "/etc/auditwatch/postgres/connection-string") -}}
{{- end -}}
{{- $_ := set $config "state" $state -}}
{{- toYaml $config -}}
{{- end -}}

{{/* Whether other pods reach the page, the API and the metrics. */}}
{{- define "auditwatch.exposesPage" -}}
{{- if or .Values.page.expose .Values.serviceMonitor.enabled -}}true{{- end -}}
{{- end -}}

{{/* Whether there is a second pod, which takes over from the first. */}}
{{- define "auditwatch.hasStandby" -}}
{{- if gt (int .Values.replicas) 1 -}}true{{- end -}}
{{- end -}}

{{- define "auditwatch.hasClientCa" -}}
{{- if or .Values.tls.clientCa.configMapName .Values.tls.clientCa.secretName -}}true{{- end -}}
{{- end -}}
