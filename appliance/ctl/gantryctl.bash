# bash completion for gantryctl: the program knows its words, and gantryd the ids.
_gantryctl()
{
    local IFS=$'\n'

    COMPREPLY=($(gantryctl __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _gantryctl gantryctl
