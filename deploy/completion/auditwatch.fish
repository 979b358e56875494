# Completion of auditwatch for fish: put this file into ~/.config/fish/completions.
function __auditwatch_complete
    set -l line (commandline -cp)
    auditwatch "[suggest:"(string length -- $line)"]" "$line" 2>/dev/null | string match -v -r '^/'
end
complete -c auditwatch -a '(__auditwatch_complete)'
