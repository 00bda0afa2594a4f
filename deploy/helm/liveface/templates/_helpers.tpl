{{- define "liveface.name" -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "liveface.selector" -}}
app.kubernetes.io/name: liveface
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "liveface.labels" -}}
{{ include "liveface.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* Names each file of the Secret to the command behind it, and becomes that: signals reach it. */}}
{{- define "liveface.command" -}}
for file in /run/secrets/liveface/*; do export "$(basename "$file")_FILE=$file"; done
exec node /liveface/dist/cli.js
{{- end -}}

{{/* Settings that are no secrets, of servers and of the migration. */}}
{{- define "liveface.settings" -}}
{{- range $name, $value := .Values.settings }}
{{- if $value }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "liveface.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "liveface.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{- define "liveface.mounts" -}}
- { name: data, mountPath: /data }
- { name: tmp, mountPath: /tmp }
- { name: secrets, mountPath: /run/secrets/liveface, readOnly: true }
{{- end -}}

{{- define "liveface.volumes" -}}
- name: tmp
  emptyDir: { medium: Memory, sizeLimit: 256Mi }
- name: secrets
  secret: { secretName: {{ .Values.existingSecret }}, defaultMode: 0440 }
{{- end -}}
