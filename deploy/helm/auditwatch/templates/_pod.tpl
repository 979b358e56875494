{{/* The user's settings over the chart's: (dict "own" MAP "given" MAP). */}}
{{- define "auditwatch.over" -}}
{{- mergeOverwrite (deepCopy .own) .given | toYaml -}}
{{- end -}}

{{- define "auditwatch.podSecurityContext" -}}
{{- $own := dict "runAsNonRoot" true "runAsUser" 65532 "runAsGroup" 65532 "fsGroup" 65532 "fsGroupChangePolicy" "OnRootMismatch" "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- if eq .Values.mode "daemonset" -}}
{{- $user := int .Values.hostLog.runAsUser -}}
{{- $group := int .Values.hostLog.runAsGroup -}}
{{- $own = mergeOverwrite $own (dict "runAsNonRoot" (ne $user 0) "runAsUser" $user "runAsGroup" $group "fsGroup" $group) -}}
{{- end -}}
{{- include "auditwatch.over" (dict "own" $own "given" .Values.podSecurityContext) -}}
{{- end -}}

{{- define "auditwatch.securityContext" -}}
{{- $own := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "privileged" false "capabilities" (dict "drop" (list "ALL")) -}}
{{- include "auditwatch.over" (dict "own" $own "given" .Values.securityContext) -}}
{{- end -}}

{{- define "auditwatch.probe" -}}
httpGet:
  path: {{ .path }}
  port: probes
{{- end -}}

{{/* The pod template of both modes. */}}
{{- define "auditwatch.pod" -}}
{{- $daemon := eq .Values.mode "daemonset" -}}
metadata:
  labels:
    {{- mergeOverwrite (dict) .Values.podLabels (include "auditwatch.labels" . | fromYaml) | toYaml | nindent 4 }}
  annotations:
    # What says who is told of what is read again while it runs; the rest of a changed configuration takes a restart.
    checksum/config: {{ include "auditwatch.config" . | sha256sum }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "auditwatch.serviceAccountName" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if .Values.hostNetwork }}
  hostNetwork: true
  dnsPolicy: ClusterFirstWithHostNet
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  securityContext:
    {{- include "auditwatch.podSecurityContext" . | nindent 4 }}
  containers:
    - name: auditwatch
      image: {{ include "auditwatch.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args: [run, --config, /etc/auditwatch/auditwatch.yaml]
      env:
        # By which it recognises its own command line.
        - name: POD_NAMESPACE
          valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
        - name: POD_NAME
          valueFrom: {fieldRef: {fieldPath: metadata.name}}
        - name: AUDITWATCH_POD
          value: $(POD_NAMESPACE)/$(POD_NAME)/auditwatch
        {{- with .Values.env }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      ports:
        - name: webhook
          containerPort: {{ .Values.webhook.port }}
          protocol: TCP
        - name: probes
          containerPort: {{ .Values.probes.port }}
          protocol: TCP
        {{- if include "auditwatch.exposesPage" . }}
        - name: page
          containerPort: {{ .Values.page.port }}
          protocol: TCP
        {{- end }}
      {{- if and (include "auditwatch.hasStandby" .) (semverCompare ">=1.30-0" .Capabilities.KubeVersion.Version) }}
      # So long it goes on, while those that are to take over from it start.
      lifecycle: {preStop: {sleep: {seconds: 15}}}
      {{- end }}
      startupProbe:
        {{- include "auditwatch.probe" (dict "root" . "path" "/healthz") | nindent 8 }}
        periodSeconds: 2
        failureThreshold: {{ div (add (int .Values.probes.startupSeconds) 1) 2 }}
      livenessProbe:
        {{- include "auditwatch.probe" (dict "root" . "path" "/healthz") | nindent 8 }}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        {{- include "auditwatch.probe" (dict "root" . "path" "/readyz") | nindent 8 }}
        {{- if include "auditwatch.hasStandby" . }}
        # Events go to the one that has taken over as soon as it has, and no longer to one that hangs.
        periodSeconds: 2
        timeoutSeconds: 2
        failureThreshold: 2
        {{- else }}
        periodSeconds: 5
        timeoutSeconds: 5
        {{- end }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      securityContext:
        {{- include "auditwatch.securityContext" . | nindent 8 }}
      volumeMounts:
        {{- include "auditwatch.volumeMounts" . | nindent 8 }}
  volumes:
    {{- include "auditwatch.volumes" . | nindent 4 }}
  {{- with ternary .Values.hostLog.nodeSelector .Values.nodeSelector $daemon }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with ternary .Values.hostLog.tolerations .Values.tolerations $daemon }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- $spread := list -}}
  {{- if include "auditwatch.hasStandby" . -}}
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" -}}
  {{- $spread = append $spread (dict "maxSkew" 1 "topologyKey" . "whenUnsatisfiable" "ScheduleAnyway") -}}
  {{- end -}}
  {{- end -}}
  {{- with default $spread .Values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- range . }}
    {{- $constraint := deepCopy . }}
    {{- if not $constraint.labelSelector }}
    {{- $_ := set $constraint "labelSelector" (dict "matchLabels" (include "auditwatch.selectorLabels" $ | fromYaml)) }}
    {{- end }}
    - {{- toYaml $constraint | nindent 6 }}
    {{- end }}
  {{- end }}
{{- end -}}
