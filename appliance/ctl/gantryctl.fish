# fish completion for gantryctl: the program knows its words, and gantryd the ids.
complete -c gantryctl -f -a '(gantryctl __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
