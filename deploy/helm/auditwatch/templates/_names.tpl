{{- define "auditwatch.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* Short enough for what is put behind it. */}}
{{- define "auditwatch.fullname" -}}
{{- $name := include "auditwatch.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "auditwatch.selectorLabels" -}}
app.kubernetes.io/name: {{ include "auditwatch.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "auditwatch.labels" -}}
{{ include "auditwatch.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Name, namespace and labels of an object: (list $ "-suffix"). */}}
{{- define "auditwatch.metadata" -}}
{{- $root := index . 0 -}}
name: {{ include "auditwatch.fullname" $root }}{{ index . 1 }}
namespace: {{ $root.Release.Namespace }}
labels:
  {{- include "auditwatch.labels" $root | nindent 2 }}
{{- end -}}

{{- define "auditwatch.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (ternary (include "auditwatch.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- end -}}

{{- define "auditwatch.image" -}}
{{- with .Values.image -}}
{{- $name := .registry | empty | ternary .repository (printf "%s/%s" .registry .repository) -}}
{{- if .digest -}}
{{ $name }}@{{ .digest }}
{{- else -}}
{{ $name }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "auditwatch.tlsSecretName" -}}
{{- eq .Values.tls.mode "secret" | ternary .Values.tls.secretName (printf "%s-tls" (include "auditwatch.fullname" .)) -}}
{{- end -}}

{{- define "auditwatch.serverName" -}}
{{ include "auditwatch.fullname" . }}.{{ .Release.Namespace }}.svc
{{- end -}}

{{/* What the server's certificate is for, as {"names": [...]} of DNS names and {"addresses": [...]} of IP addresses. */}}
{{- define "auditwatch.subjects" -}}
{{- $service := include "auditwatch.fullname" . -}}
{{- $namespaced := printf "%s.%s" $service .Release.Namespace -}}
names:
  {{- concat (list $service $namespaced (printf "%s.svc" $namespaced) (printf "%s.svc.cluster.local" $namespaced) "localhost") .Values.tls.dnsNames | uniq | toYaml | nindent 2 }}
addresses:
  {{- concat (list "127.0.0.1") (.Values.service.clusterIP | list | compact) .Values.tls.ipAddresses | uniq | toYaml | nindent 2 }}
{{- end -}}
