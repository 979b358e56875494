# Completion of auditwatch for zsh: source this file from ~/.zshrc, after compinit.
_auditwatch() {
  local line="${words[1,CURRENT]}"
  local -a known
  known=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null | grep -v '^[/]')}")
  compadd -a known
  _files
}
compdef _auditwatch auditwatch
