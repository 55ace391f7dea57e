### A command line that is wrong

usage-more = For more information, try `--help`.
usage-as-value = to pass '{ $value }' as a value, use '{ $typed }'
usage-no-number = invalid digit found in string
usage-not-in-range = { $value } is not in { $range }
usage-no-value = { $option } requires a value
usage-not-allowed = invalid value { $value } for { $option }: expected one of { $allowed }
usage-invalid-because = invalid value { $value } for { $option }: { $why }
usage-invalid = invalid value { $value } for { $option }
usage-unknown-option = unknown option { $option }
usage-unexpected = unexpected argument { $argument }
usage-unknown-command = unknown command { $command }
usage-conflict = { $option } cannot be used with { $other }
usage-required = { $option } is required
usage-no-command = a command is required
usage-try = try `imm-cluster { $command }`
usage-did-you-mean = did you mean `{ $other }`?
usage-see-help = `--help` shows the options
