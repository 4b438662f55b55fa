"""What follows from what.

Reactions ``at_once`` are carried out in the append of their cause: scopes and clocks that must
never exist without it. The others follow the log; a repeat finds the receipt of the command it
would issue, because a command's id derives from (cause event, reaction, target).
"""
