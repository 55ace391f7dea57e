### A command line that is wrong

usage-more = 更多信息见 `--help`。
usage-as-value = 要把 '{ $value }' 作为值，请写 '{ $typed }'
usage-no-number = 不是整数
usage-not-in-range = { $value } 不在 { $range } 之内
usage-no-value = { $option } 需要一个值
usage-not-allowed = { $option } 的值 { $value } 无效：应为 { $allowed } 之一
usage-invalid-because = { $option } 的值 { $value } 无效：{ $why }
usage-invalid = { $option } 的值 { $value } 无效
usage-unknown-option = 未知选项 { $option }
usage-unexpected = 多余的参数 { $argument }
usage-unknown-command = 未知命令 { $command }
usage-conflict = { $option } 不能与 { $other } 同时使用
usage-required = 缺少 { $option }
usage-no-command = 需要一个命令
usage-try = 试试 `imm-cluster { $command }`
usage-did-you-mean = 你是想用 `{ $other }` 吗？
usage-see-help = `--help` 会列出各个选项
