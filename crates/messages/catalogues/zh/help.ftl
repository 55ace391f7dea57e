### The help of each command. A message is a command, its attributes are its options; what several commands share stands in `everywhere`.
