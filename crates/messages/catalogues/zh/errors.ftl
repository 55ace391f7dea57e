### What is wrong with a command line or a dataset, and the way out

## What is wrong

error-not-found =
    数据集中没有{ $what ->
        [cluster] 聚类
        [trip] 旅行
        [home] 家
        [file] 文件
        [folder] 文件夹
        [task] 任务
       *[place] 地点
    } `{ $id }`
error-ambiguous = `{ $id }` 对应 { $things }，无法确定是哪一个
error-not-deleted = `{ $id }` 没有被删除
error-one-to-merge = 至少要有 { $two } 才能合并
error-other-level = 只能合并同一层级的聚类，不能合并 { $level } 和 { $other }
error-not-listed = `{ $id }` 不在列表中
error-does-not-cut =
    { $at } 不能拆分这{ $what ->
        [trip] 次旅行
       *[cluster] 个聚类
    }，应为 { $first } 到 { $last } 之间的某一天
error-does-not-cut-single =
    { $at } 不能拆分这{ $what ->
        [trip] 次旅行
       *[cluster] 个聚类
    }，它只有一天
error-too-many-labels =
    这{ $what ->
        [trip] 次旅行
       *[cluster] 个聚类
    }会有 { $count } 个标签，最多允许 { $most } 个
error-text-too-long = 文本太长：{ $len } 字节，最多允许 { $most } 字节
error-home-exists = 已经有名为 `{ $name }` 的家
error-home-name = 名称的长度必须是 1 到 { $most } 字节，而不是 { $len } 字节
error-home-radius = 半径必须大于 0 且不超过 { $most } km，而不是 { $radius } km
error-home-reversed = { $to } 早于 { $from }
error-range-no-day = 应为 2024-03-03 这样的日期，而不是 `{ $part }`；范围写作 FROM..TO、FROM.. 或 ..TO
error-range-no-time = 应为 2024-03-03 这样的日期或 2024-03-03T09:00:00+08:00 这样的时间，而不是 `{ $part }`；范围写作 FROM..TO、FROM.. 或 ..TO
error-range-unbounded = 范围至少要有开头或结尾
error-range-reversed = 范围的结尾早于开头

## Files and folders

error-cannot-read = 无法读取 { $path }：{ $why }
error-cannot-write = 无法写入 { $path }：{ $why }
error-cannot-lock = 无法锁定 { $path }：{ $why }
error-output = 无法写出结果：{ $why }
error-output-exists = { $path } 已存在，而且不是 imm-cluster 的报告
error-albums-damaged = 相册清单 { $path } 已损坏：{ $why }
error-no-such-path = 找不到 { $paths }
error-paths-unreadable = 无法访问 { $paths }
path-with-reason = { $path }（{ $why }）
error-no-path = 没有指定文件夹，也没有记住的文件夹
error-interrupted = 已中断（{ $by }）；数据集未变
error-interrupted-saved = 已中断（{ $by }）；已读取的部分已保存（{ $files }）
interrupt-hangup = 终端关闭

## The dataset

error-dataset-unreadable = 无法读取数据集 { $path }：{ $why }
error-dataset-damaged = 数据集 { $path } 已损坏：{ $reason }
error-dataset-damaged-at = 数据集 { $path } 的第 { $line } 行已损坏：{ $reason }
error-nothing-to-recover = { $path } 中没有能恢复的内容
error-dataset-foreign = { $path } 不是 imm-cluster 的数据集
error-dataset-newer = { $path } 是更新版本的 imm-cluster 写的（格式 { $version }，本版本能读 { $known }）
error-dataset-locked = 数据集 { $path } 正在使用中
error-dataset-locked-by = 数据集 { $path } 正被 { $holder } 使用
error-dataset-changed = 其间有别的程序改动了数据集 { $path }

## Imports of gazetteers

error-import-invalid = 无法导入 { $path }：{ $reason }
error-import-no-name = `{ $name }` 不能用作名称
error-import-mixed = { $first } 和 { $other } 不是同一类数据
error-import-preset = 预设 `{ $preset }` 不适用于 { $path }
error-import-no-property = 不知道 { $path } 的哪个属性是哪个层级的名称；它的属性有：{ $properties }
error-import-unknown-property = { $path } 没有属性 `{ $name }`；它的属性有：{ $properties }
error-import-property-of-places = 属性 { $property } 不适用于 GeoNames 的数据，它的列是固定的
error-gazetteer-damaged = 无法读取地名库 { $path }：{ $reason }
error-no-such-gazetteer = 没有导入过地名库 `{ $name }`
error-import-locked = 另一次向 { $path } 的导入正在进行

## The same, with the options by which it was asked for

error-of-option = `{ $option }`：{ $why }
error-merge-one-cluster = `clusters merge` 至少需要 { $two }
error-merge-one-trip = `trips merge` 至少需要 { $two }
error-option-too-long = `{ $option }` 太长：{ $len } 字节，最多允许 { $most } 字节
error-option-name = `--name` 的值 `{ $name }` 无效：只能用字母、数字、`-`、`_` 和 `.`，最多 { $most } 字节
error-option-mixed = { $first } 和 { $other } 不是同一类数据，请分别导入
error-option-preset = `--preset { $preset }` 与 { $path } 不符
error-option-no-property = 需要 `--property LEVEL=NAME` 或 `--preset`，来说明 { $path } 的哪个属性是哪个层级的名称；它的属性有：{ $properties }
error-option-unknown-property = `--property`：{ $path } 没有属性 `{ $name }`；它的属性有：{ $properties }
error-option-property-of-places = `--property { $property }` 不能用于 GeoNames 的数据，它的列是固定的

## The way out

hint-output-exists = 用 `--output` 换一个名称，或用 `--force` 覆盖它
hint-output-unwritable = 请检查文件夹、权限和剩余空间
hint-albums-damaged = 它保持原样；没有它，文件夹里的一切都会当作你自己的
hint-home-exists = 用 `imm-cluster homes edit` 修改它
hint-dataset-damaged = 它保持原样；`imm-cluster recover` 能救回完好的记录
hint-nothing-to-recover = 它保持原样；请从备份恢复，或用 `--dataset` 换一个
hint-dataset-foreign = 它保持原样；请用 `--dataset` 换一个文件
hint-dataset-newer = 请升级，或用 `--dataset` 换一个文件
hint-locked = 用 `--wait SECONDS` 等它结束，或稍后再试
hint-dataset-unwritable = 请检查权限和剩余空间，或用 `--dataset` 换一个文件
hint-dataset-changed = 别的程序的改动已保留；请再运行一次同样的命令
hint-cannot-lock = 有些网络磁盘不支持锁；用 `--lock-dir DIR` 把锁放在本机的文件夹里
hint-no-such-path = 请检查拼写，或挂载磁盘
hint-paths-unreadable = 请检查权限和磁盘
hint-no-path = 请指定一个：`imm-cluster index ~/Pictures`
hint-interrupted = 再运行一次同样的命令就会接着做
hint-import-nameless = 用 `--property LEVEL=NAME` 指定各层级的属性；它的属性有：{ $properties }
hint-import-no-property = 例如 `--property city=NAME`
hint-gazetteer-damaged = 请重新导入，或用 `imm-cluster gazetteer remove NAME` 移除它
hint-gazetteer-unwritable = 请检查权限和剩余空间，或用 `IMM_CLUSTER_GAZETTEERS` 换一个文件夹
hint-no-such-gazetteer = `imm-cluster gazetteer list` 会列出导入过的地名库
hint-ambiguous = 请多输入几位 id
hint-ambiguous-home = 请用 id：`imm-cluster homes list` 会列出来
hint-not-found-cluster = `imm-cluster clusters list` 会列出 id
hint-not-found-file = `imm-cluster files list` 会列出路径
hint-not-found-folder = `imm-cluster roots list` 会列出记住的文件夹
hint-not-found-home = `imm-cluster homes list` 会列出名称和 id
hint-not-found-place = `imm-cluster places list` 会列出名称
hint-not-found-task = `imm-cluster tasks list` 会列出最近 7 天的任务
hint-not-found-trip = `imm-cluster trips list` 会列出 id

## Values of options that are none

no-day = 应为 2024-03-03 这样的日期，而不是 `{ $text }`
no-distance = 应为 300m 或 1.5km 这样的距离，而不是 `{ $text }`
no-level = 未知层级 `{ $text }`：应为 country、province、city、district 或 township
no-language = 未知语言 `{ $text }`：应为 en、zh（简体）或 local（各国自己的语言）
no-property = 应为 LEVEL=NAME，例如 city=NAME_2 或 city:zh=NL_NAME_2
no-property-language = 未知语言 `{ $language }`：应为 en、zh 或 local
no-partial-date = 既不是年份，也不是月份
template-unknown = 未知占位符 `{ $name }`；可用的占位符有 { $known }
template-brace = 花括号不成对；要写花括号本身，请用 `{"{{"}` 或 `{"}}"}`
template-empty = 文件夹名会是空的
place-no-name = 地点的名称是空的
place-long-name = 名称有 { $len } 字节，最多允许 { $most } 字节
place-radius = 半径不能是 { $radius }，必须大于 0 且不超过 { $most }

## Several things in one sentence

list-comma = 、
