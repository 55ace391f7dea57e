### All other commands, and what they print
