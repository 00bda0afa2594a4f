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
