### A command line that is wrong

usage-more = 更多信息见 `--help`。
