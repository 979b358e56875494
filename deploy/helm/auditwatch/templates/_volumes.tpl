{{- define "auditwatch.volumeMounts" -}}
- {name: config, mountPath: /etc/auditwatch/auditwatch.yaml, subPath: auditwatch.yaml, readOnly: true}
- {name: state, mountPath: /var/lib/auditwatch}
- {name: tmp, mountPath: /tmp}
{{- if ne .Values.tls.mode "none" }}
- {name: tls, mountPath: /etc/auditwatch/tls, readOnly: true}
{{- end }}
{{- if include "auditwatch.hasClientCa" . }}
- {name: client-ca, mountPath: /etc/auditwatch/client-ca, readOnly: true}
{{- end }}
{{- if .Values.webhook.auth.generateToken }}
- {name: token-generated, mountPath: /etc/auditwatch/tokens/generated, readOnly: true}
{{- end }}
{{- range $i, $_ := .Values.webhook.auth.tokens }}
- {name: token-{{ $i }}, mountPath: /etc/auditwatch/tokens/{{ $i }}, readOnly: true}
{{- end }}
{{- if .Values.postgres.secretName }}
- {name: postgres, mountPath: /etc/auditwatch/postgres, readOnly: true}
{{- end }}
{{- range .Values.secrets }}
- {name: secret-{{ .name }}, mountPath: /etc/auditwatch/secrets/{{ .name }}, readOnly: true}
{{- end }}
{{- if .Values.detections.rules }}
- {name: detections, mountPath: /etc/auditwatch/detections/values, readOnly: true}
{{- end }}
{{- range $i, $name := .Values.detections.configMaps }}
- {name: detections-{{ $i }}, mountPath: /etc/auditwatch/detections/{{ $name }}.configmap, readOnly: true}
{{- end }}
{{- if or .Values.detections.lists .Values.detections.listConfigMaps }}
- {name: lists, mountPath: /etc/auditwatch/detections/lists, readOnly: true}
{{- end }}
{{- if eq .Values.mode "daemonset" }}
- {name: host-log, mountPath: {{ .Values.hostLog.directory }}, readOnly: true}
{{- end }}
{{- end -}}

{{- define "auditwatch.volumes" -}}
{{- $name := include "auditwatch.fullname" . -}}
- name: config
  configMap: {name: {{ $name }}}
{{- include "auditwatch.stateVolume" . }}
- name: tmp
  emptyDir: {sizeLimit: 64Mi}
{{- if ne .Values.tls.mode "none" }}
- name: tls
  secret:
    secretName: {{ include "auditwatch.tlsSecretName" . }}
    defaultMode: 0440
    items: [{key: tls.crt, path: tls.crt}, {key: tls.key, path: tls.key}]
{{- end }}
{{- with .Values.tls.clientCa }}
{{- if .configMapName }}
- name: client-ca
  configMap:
    name: {{ .configMapName }}
    items: [{key: {{ .key }}, path: ca.crt}]
{{- else if .secretName }}
- name: client-ca
  secret:
    secretName: {{ .secretName }}
    defaultMode: 0440
    items: [{key: {{ .key }}, path: ca.crt}]
{{- end }}
{{- end }}
{{- if .Values.webhook.auth.generateToken }}
- name: token-generated
  secret: {secretName: {{ $name }}-webhook-token, defaultMode: 0440}
{{- end }}
{{- range $i, $token := .Values.webhook.auth.tokens }}
- name: token-{{ $i }}
  secret:
    secretName: {{ $token.secretName }}
    defaultMode: 0440
    items: [{key: {{ $token.key | default "token" }}, path: token}]
{{- end }}
{{- with .Values.postgres }}
{{- if .secretName }}
- name: postgres
  secret:
    secretName: {{ .secretName }}
    defaultMode: 0440
    items: [{key: {{ .key }}, path: connection-string}]
{{- end }}
{{- end }}
{{- range .Values.secrets }}
- name: secret-{{ .name }}
  secret: {secretName: {{ .secretName }}, defaultMode: 0440}
{{- end }}
{{- if .Values.detections.rules }}
- name: detections
  configMap: {name: {{ $name }}-detections}
{{- end }}
{{- range $i, $configMap := .Values.detections.configMaps }}
- name: detections-{{ $i }}
  configMap: {name: {{ $configMap }}}
{{- end }}
{{- if or .Values.detections.lists .Values.detections.listConfigMaps }}
- name: lists
  projected:
    sources:
      {{- if .Values.detections.lists }}
      - configMap: {name: {{ $name }}-lists}
      {{- end }}
      {{- range .Values.detections.listConfigMaps }}
      - configMap: {name: {{ . }}}
      {{- end }}
{{- end }}
{{- if eq .Values.mode "daemonset" }}
- name: host-log
  hostPath: {path: {{ .Values.hostLog.directory }}, type: DirectoryOrCreate}
{{- end }}
{{- end -}}

{{/* A StatefulSet that makes its own claim has no volume for the state in its template. */}}
{{- define "auditwatch.stateVolume" -}}
{{- if or (not .Values.persistence.enabled) (include "auditwatch.hasStandby" .) }}
- name: state
  emptyDir: {}
{{- else if eq .Values.mode "daemonset" }}
- name: state
  hostPath: {path: {{ .Values.hostLog.stateDirectory }}, type: DirectoryOrCreate}
{{- else if .Values.persistence.existingClaim }}
- name: state
  persistentVolumeClaim: {claimName: {{ .Values.persistence.existingClaim }}}
{{- end }}
{{- end -}}
