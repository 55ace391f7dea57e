### The trips and clusters: run, trips, clusters, index

## Labels before a line

label-error = 错误：
label-hint = 提示：
label-warning = 警告：
labelled = { $label }{ $text }

## Lists, sums, and dates

clause-comma = ，
summary = { $sum }：{ $parts }
summary-all = { $sum }，全部{ $what }
summary-part = { $what } { $count }
part-changed = 已变
part-missing = 缺失
part-new = 新增
part-no-longer-listed = 不再列出
part-unchanged = 未变
part-unreadable = 无法读取
held-lent = { $files }，其中 { $lent } 个的位置是借用的
held-lent-missing = { $files }，其中 { $lent } 个的位置是借用的；另有 { $missing } 个缺失
held-missing = { $files }，另有 { $missing } 个缺失
kilometres = { $number } 公里
length-hours = { $number } 小时
length-minutes = { $number } 分钟
length-seconds = { $number } 秒
year = { $year }年

## How far a step is

progress-files = 个文件
progress-in = { $path }
progress-looking = 正在查找
progress-pace = ，{ $rate }/s
progress-pace-left = ，{ $rate }/s，剩余 { $left }
progress-reading = 正在读取

## The calendar

calendar-dayless = { $count } 个文件不知道拍摄日期；用 `imm-cluster files list --without time --state present` 列出
calendar-legend = { $marks } 个文件
calendar-none = 没有符合条件的日子
calendar-weekdays = 一 二 三 四 五 六 日
calendar-year = { $year }年：{ $days }，{ $files }

## Indexing

dataset-empty = 数据集里还没有文件：用 `{ $command }` 读取一个文件夹
dataset-without-position = 数据集里有 { $files }没有位置
dataset-without-time = 数据集里有 { $files }没有拍摄时间
error-tracks-is-folder = `{ $path }` 是文件夹，不是位置记录文件
files-checked = 检查了 { $files }
files-excluded = { $count } 个文件现在被排除，已从数据集中移除
files-in-cloud = 有 { $count } 个文件只在云端、不在本机，没有读取；`--download` 会下载并读取它们
files-pruned = 从数据集中移除了 { $count } 个文件
folder-offline = `{ $root }` 离线：{ $why }；其中的文件仍保留在数据集里
hint-nothing-in-paths = 换一个文件夹试试；`--hidden` 会包含隐藏文件，`imm-cluster roots list` 会显示 `--exclude` 跳过了什么
hint-tracks-is-folder = 把要索引的文件夹写在 `--tracks` 之前
no-dataset-yet = 还没有数据集 `{ $path }`：用 `imm-cluster run ~/Pictures` 创建
nothing-in-paths = { $paths } 里没有照片或视频
passed-over = `{ $path }` { $reason }
path-not-there = `{ $path }` 不存在
rest-was-indexed = 其余路径已索引（{ $files }）；`imm-cluster run` 会用到它们
track-read = `{ $path }` 是位置记录（{ $format }）：共 { $positions } 个位置，保留 { $kept } 个
track-skipped = { $count } 个{ $why }
unread-file = 无法读取 `{ $path }`：{ $reason }
unread-files-more = 另有 { $count } 个文件无法读取（`-v` 列出全部）
unread-folder = 无法列出 `{ $path }`：{ $reason }
unread-folders-more = 另有 { $count } 个文件夹无法列出（`-v` 列出全部）
unread-track = `{ $path }` 不是可读的位置记录：{ $reason }
unread-tracks-more = 另有 { $count } 个文件不是可读的位置记录（`-v` 列出全部）

## What a run came to

change-absorbed = 现已并入 { $other }
change-came-back = 重新列出
change-files = 现有 { $files }
change-grew = 变长了，原为 { $before }
change-merged = 变长了，原为 { $before }；并入了 { $other }
change-moved = 日期变了，原为 { $before }
change-shrank = 变短了，原为 { $before }
change-split-off = 新增，从 { $other } 拆分而来
change-suspended = 不再列出：{ $why }
changes-more = 另有 { $count } 项（`-v` 列出全部）
cluster-changed = { $place }（{ $level }），{ $dates }：{ $change }
error-folder-options = 文件夹选项需要一个要索引的路径
files-in-no-cluster = 不属于任何聚类的文件：{ $reasons }
hint-folder-options = 请再次写明文件夹，或者改用 `imm-cluster index`
hint-gap-too-long = 间隔 { $days } 天会把不同的旅行连在一起；旅行适合用 0 到 3 天
hint-lengths-are-of-clusters = `--gap-days`、`--min-days` 和 `--max-days` 只影响聚类，不影响旅行；`--clusters` 列出聚类
hint-next-step = 用 `{ $report }` 在地图上查看全部结果，用 `{ $show }` 查看其中一个的详情
hint-without-position = { $files }中有 { $count } 个没有位置：用 `imm-cluster files list --without position` 列出，用 `imm-cluster files set` 修正
hint-without-time = { $files }中有 { $count } 个没有拍摄时间：用 `imm-cluster files list --without time` 列出，用 `imm-cluster files set` 修正
implausible = { $files }的位置不可能是真的，不计入旅行：{ $reasons }；用 `imm-cluster files list --implausible` 列出
implausible-far = { $count } 个离家太远，在前后两个在家的日子之间无法往返
implausible-virtual = { $count } 个在 0,0 附近或骑行模拟器的虚拟岛屿上
none-but-lent = { $count } 个没有位置（其中 { $lent } 个借用了位置）
none-for-days = { $count } 个在 --min-days/--max-days 范围之外（{ $level }）
none-for-position = { $count } 个没有位置
none-for-region = { $count } 个不知道所在的{ $level }
none-for-time = { $count } 个没有拍摄时间
none-for-zone = { $count } 个没有拍摄时间（其中 { $zoneless } 个缺少时区：用 `imm-cluster index --time-zone ZONE` 设置）
notify-command-failed = 通知命令 `{ $command }` 失败：{ $why }
notify-foreign-file = 该文件里有通知以外的内容
notify-not-written = 无法把通知写入 `{ $path }`：{ $why }
positions-lent = { $count } 个没有位置的文件借用了拍摄时间相近的文件的位置；`--no-lend` 可关闭
region = { $level }：{ $address }
task-not-recorded = 无法把此任务记录到 `{ $path }`：{ $why }

## Columns and labels

column-activity = 分布
column-centre = 中心
column-dates = 日期
column-days = 天数
column-evidence = 依据
column-far = 距离
column-files = 文件
column-from = 从
column-home = 家
column-id = ID
column-level = 层级
column-place = 地点
column-title = 标题
column-to = 到
column-trip = 旅行
label-dates = 日期
label-days = 天数
label-far = 距离
label-files = 文件
label-first = 最早
label-id = ID
label-in = 国家
label-last = 最晚
label-level = 层级
label-place = 地点
label-state = 状态
label-title = 标题
label-trip = 旅行

## Trips

at-sea = （海上）
border-also-at-home = { $date }在家和在外都拍了照片
border-at-home = { $date }的照片都是在家拍的
border-by-hand = 你在这里拆分过，或者删除、固定了相邻的旅行
border-nothing-after = 此后再没有照片
border-nothing-before = 此前没有照片
border-silence-after = 此后 { $days }没有照片；这里最多允许间隔 { $bridged }，中途回家要绕行 { $km } 公里
border-silence-before = 此前 { $days }没有照片；这里最多允许间隔 { $bridged }，中途回家要绕行 { $km } 公里
days-with-photos = { $days }，其中 { $active } 天有照片
home-line = { $name }（家）：{ $days }，{ $clusters }；用 `imm-cluster clusters list` 列出
home-line-with-dates = { $name }（{ $from } 至 { $to } 的家）：{ $days }，{ $clusters }；用 `imm-cluster clusters list` 列出
place-with-files = { $place } { $files }
spell-away = 离家 { $dates }
spell-begins = 开始：{ $why }
spell-ends = 结束：{ $why }
stop = { $name } { $days }
trip-absorbed = 现已并入 { $other }
trip-deleted = 已被你删除；用 `imm-cluster trips restore` 恢复
trip-far = 距{ $home } { $farthest }，全程 { $distance }
trip-name-of-a-day = { $name }（一日游）
trip-of-a-day = 1 天，一日游
trip-suspended = 暂不列出：目前没有照片能表明这次旅行
trips-none-away = 没有旅行：没有文件是在离家时拍的
trips-none-no-home = 没有旅行：还不知道家在哪里；用 `{ $command }` 添加

## Clusters

cluster-absorbed = 已并入 { $other }
cluster-days-with-photos = { $days } 天，其中 { $active } 天有照片
cluster-deleted = 已被你删除；用 `imm-cluster clusters restore` 恢复
cluster-suspended = 暂不列出：按现有选项没有照片与之相符
clusters-for-no-home = 没有找到家，所以这里列出的是聚类而不是旅行；用 `imm-cluster homes add` 添加家
clusters-none = 在这些层级或 `--min-days` 与 `--max-days` 范围内没有聚类；用 `imm-cluster status` 查看上次运行的选项
error-by-is-for-tables = `--by` 只能用于表格；JSON 始终是一个列表
error-level-of-trips = `--level` 用于聚类，旅行没有层级
group-sums = { $group }：{ $sums }
hint-by-is-for-tables = 用 `--format json | jq 'group_by(.start_date[:4])'` 按年分组
hint-level-of-trips = 去掉 `--by trip`，或者改用 `--by cluster`
step-by-hand = 中间 { $days }没有照片：手动断开
step-day-taken = 已忽略：这一天的聚类已被删除或固定
step-joined = 中间 { $days }没有照片，不超过 { $gap } 天（--gap-days）：继续
step-listed = { $dates }，{ $days }：列出
step-not-listed = { $dates }，{ $days }：不列出，在 --min-days/--max-days 范围（{ $least } 到 { $most }）之外
step-too-wide = 中间 { $days }没有照片，超过 { $gap } 天（--gap-days）：断开

## Homes

home-added = 已添加家 `{ $name }`
home-changed = 已修改家 `{ $name }`
home-removed = 已移除家 { $names }
home-reset = 已重置家 { $names }
homes-none = 没有家：没有哪个地点的照片天数足够多；用 `imm-cluster homes add` 添加
homes-none-yet = 还没有家：用 `imm-cluster run` 查找
homes-reset = 已重置所有的家

## What is asked for

error-address-key = `--address { $key }=…` 的键未知；可用的键有 country、country_code、province、city、district、township、address_line
query-range = { $given }：{ $why }
query-range-reversed = { $given } 的结束早于开始
query-range-unbounded = { $given } 既没有开始也没有结束
imm-page-too-long = 使用 `--format imm` 时 `--max-results { $page }` 太大；可用 1 到 { $most }
no-match = { $all }中没有符合条件的；减少筛选条件试试
none-yet = 还没有{ $what }：{ $next }
nothing-stored = 没有保存任何内容
nothing-to-delete = `{ $id }` 不在数据集里：没有可删除的
run-finds-them = 用 `{ $command }` 查找
