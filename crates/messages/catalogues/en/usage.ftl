### A command line that is wrong

usage-more = For more information, try `--help`.
