# Completion of auditwatch for bash: source this file from ~/.bashrc, or put it into /usr/share/bash-completion/completions/auditwatch.
_auditwatch() {
  local line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]} known
  known=$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null | grep -v '^[/]')
  mapfile -t COMPREPLY < <(compgen -W "$known" -- "$word")
}
complete -o default -F _auditwatch auditwatch
