{{/* What the schema cannot say. Every mistake stops the chart, in a sentence that says what to do. */}}
{{- define "auditwatch.checkValues" -}}
{{- $config := .Values.config -}}
{{- $webhook := dig "sources" "webhook" dict $config -}}
{{- include "auditwatch.checkImage" . -}}
{{- if hasKey $config "detections" -}}
{{- fail "config.detections: the chart fills it in; use detections.builtin, detections.rules and detections.configMaps" -}}
{{- end -}}
{{- if hasKey (default dict $config.state) "directory" -}}
{{- fail "config.state.directory: the chart fills it in; see persistence" -}}
{{- end -}}
{{- $postgres := dig "postgres" dict (default dict $config.state) -}}
{{- if and .Values.postgres.secretName $postgres -}}
{{- fail "postgres.secretName: config.state.postgres says already where the state is; use one of the two" -}}
{{- end -}}
{{- if include "auditwatch.hasStandby" . -}}
{{- if ne .Values.mode "service" -}}
{{- fail "replicas: in daemonset mode there is a pod on each node; leave it at 1" -}}
{{- end -}}
{{- if not (or .Values.postgres.secretName $postgres) -}}
{{- fail "replicas: two need their state where both can reach it; put it into PostgreSQL with postgres.secretName" -}}
{{- end -}}
{{- if .Values.hostNetwork -}}
{{- fail "replicas: with hostNetwork the API server knows the address of one node; let it post to the Service" -}}
{{- end -}}
{{- if .Values.persistence.existingClaim -}}
{{- fail "persistence.existingClaim: two replicas have no volume, as their state is in PostgreSQL; leave it out" -}}
{{- end -}}
{{- end -}}
{{- range $key, $instead := dict "listen" "webhook.port" "insecure" "tls.mode" "tls" "tls" "auth" "webhook.auth" -}}
{{- if hasKey $webhook $key -}}
{{- fail (printf "config.sources.webhook.%s: the chart fills it in; use %s" $key $instead) -}}
{{- end -}}
{{- end -}}
{{- include "auditwatch.checkNoSecrets" . -}}

{{- range $i, $variable := .Values.env -}}
{{- if and (hasKey $variable "value") (regexMatch "(?i)(token|secret|passw|credential|key$)" $variable.name) -}}
{{- fail (printf "env[%d]: %s sounds like a secret, and the chart takes none; put it in a Secret and write valueFrom.secretKeyRef" $i $variable.name) -}}
{{- end -}}
{{- if regexMatch "://[^/]*@" ($variable.value | default "") -}}
{{- fail (printf "env[%d]: the address in %s holds a password, and the chart takes none; put it in a Secret and write valueFrom.secretKeyRef" $i $variable.name) -}}
{{- end -}}
{{- end -}}
{{- with .Values.detections -}}
{{- if not (or .builtin .rules .configMaps) -}}
{{- fail "detections: there would be none; set detections.builtin, detections.rules or detections.configMaps" -}}
{{- end -}}
{{- end -}}
{{- if and (eq .Values.tls.mode "secret") (not .Values.tls.secretName) -}}
{{- fail "tls.secretName: name the Secret with the certificate, as tls.mode is secret" -}}
{{- end -}}
{{- if and (eq .Values.tls.mode "certManager") (not .Values.tls.certManager.issuerRef.name) -}}
{{- fail "tls.certManager.issuerRef.name: name the issuer, as tls.mode is certManager" -}}
{{- end -}}
{{- if eq (int .Values.page.port) (int .Values.webhook.port) -}}
{{- fail "page.port: the webhook has that port; choose another" -}}
{{- end -}}
{{- if has (int .Values.probes.port) (list (int .Values.webhook.port) (int .Values.page.port)) -}}
{{- fail "probes.port: the webhook or the page has that port; choose another" -}}
{{- end -}}
{{- $auth := .Values.webhook.auth -}}
{{- if and (ne .Values.tls.mode "none") (not (or $auth.generateToken $auth.tokens $auth.clientCertificates $auth.oidc)) -}}
{{- fail "webhook.auth: it lets nobody in; set generateToken, tokens, clientCertificates or oidc" -}}
{{- end -}}
{{- $authorities := compact (list .Values.tls.clientCa.configMapName .Values.tls.clientCa.secretName) -}}
{{- if gt (len $authorities) 1 -}}
{{- fail "tls.clientCa: either configMapName or secretName can be there, not both" -}}
{{- end -}}
{{- if and $auth.clientCertificates (or (not $authorities) (eq .Values.tls.mode "none")) -}}
{{- fail "webhook.auth.clientCertificates: needs TLS, and with tls.clientCa an authority to have signed them" -}}
{{- end -}}
{{- if and $authorities (not $auth.clientCertificates) -}}
{{- fail "tls.clientCa: alone it lets nobody in; name the certificates that may post with webhook.auth.clientCertificates" -}}
{{- end -}}
{{- if and .Values.service.nodePort (eq .Values.service.type "ClusterIP") -}}
{{- fail "service.nodePort: a Service of the type ClusterIP has none; set service.type to NodePort or LoadBalancer" -}}
{{- end -}}
{{- end -}}

{{/* Without a registry, a node would look for the image in that of Docker, and find none, or that of a stranger. */}}
{{- define "auditwatch.checkImage" -}}
{{- $image := .Values.image -}}
{{- $hasRegistry := or $image.registry (regexMatch "^(localhost|[^/]*[.:][^/]*)/" $image.repository) -}}
{{- if not (or $hasRegistry $image.preloaded) -}}
{{- $built := printf "REGISTRY/%s:%s" $image.repository ($image.tag | default .Chart.AppVersion) -}}
{{- fail (printf "image.registry: no public registry has AuditWatch; build the image in a clone of the repository and push it to a registry of yours, `docker build -f deploy/Dockerfile -t %s . && docker push %s`, and set image.registry=REGISTRY. If it was loaded into the nodes (kind load docker-image, minikube image load, k3s ctr images import), set image.preloaded=true" $built $built) -}}
{{- end -}}
{{- if and $image.preloaded (eq $image.pullPolicy "Always") -}}
{{- fail "image.pullPolicy: Always fetches the image from a registry, and image.preloaded says that it is in the nodes; leave one of the two out" -}}
{{- end -}}
{{- end -}}

{{/* A secret that is written into config would end in a ConfigMap, and in Helm's record of the release. */}}
{{- define "auditwatch.checkNoSecrets" -}}
{{- if hasKey (default dict (default dict .Values.config.page).oidc) "clientSecret" -}}
{{- fail "config.page.oidc.clientSecret: the chart takes no secrets; put it in a Secret, name that under 'secrets', and write 'clientSecretFile: secrets/NAME/KEY'" -}}
{{- end -}}
{{- range $i, $receiver := default list .Values.config.receivers -}}
{{- range $kind, $ways := $receiver -}}
{{- if kindIs "slice" $ways -}}
{{- range $j, $way := $ways -}}
{{- $place := printf "config.receivers[%d].%s[%d]" $i $kind $j -}}
{{- range $key := list "authPassword" "password" "bearerToken" "botToken" "hmacSecret" "routingKey" "apiKey" "webhookUrl" "token" -}}
{{- if hasKey $way $key -}}
{{- fail (printf "%s.%s: the chart takes no secrets; put it in a Secret, name that under 'secrets', and write '%sFile: secrets/NAME/KEY'" $place $key $key) -}}
{{- end -}}
{{- end -}}
{{- if and (eq $kind "slackConfigs") (hasKey $way "apiUrl") (not (or $way.botTokenFile $way.botTokenEnv)) -}}
{{- fail (printf "%s.apiUrl: the address of an incoming webhook is a secret; put it in a Secret, name that under 'secrets', and write 'apiUrlFile: secrets/NAME/KEY'" $place) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
