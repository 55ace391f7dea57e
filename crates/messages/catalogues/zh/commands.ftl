### All other commands, and what they print

## Shared

## Options

dataset-no-name = `--dataset` 需要一个名称或路径
dataset-no-folder = 找不到存放数据集的用户文件夹
dataset-no-folder-hint = 请用路径指定：`--dataset ./photos.json`
exclude-invalid = `--exclude` 的值 `{ $pattern }` 无效：{ $why }
days-reversed =
    `--min-days { $min }`{ $min_from ->
        [last-run] （来自上次运行）
       *[typed] {" "}
    }大于 `--max-days { $max }`{ $max_from ->
        [last-run] （来自上次运行）
       *[typed] {""}
    }
format-imm-not-here = `--format imm` 只用于不带 `--dry-run` 的 `run`，以及 `clusters list`、`tasks list` 和 `tasks show`
format-imm-hint = `--format json` 处处可用

## Values of options

value-position = 应为以度为单位的纬度和经度，例如 30.2489,120.1485
value-unknown = 未知的值
value-key-value = 应为 KEY=VALUE
value-time = { $why }；应为 2024-03-03T09:12:44 这样的时间
value-shift = 应为带正负号的小时和分钟，例如 +01:00，最大 999999:59:59
value-pictures = 应为 1 到 { $most }，或 `none`
value-day-starts = 应为 00:00 到 12:00 之间的时间
value-user-data = { $len } 字节太长，最多允许 { $most } 字节
value-zone = 应为 IANA 时区，例如 Asia/Shanghai

## Languages of names

own-places-ignored = 你自己的地点不会用到，地名用英文：{ $why }

## export

export-no-parquet = 这个 imm-cluster 编译时没有加入 Parquet 支持
export-no-parquet-hint = `export csv` 有同样的各列；用 Cargo 特性 `parquet` 编译就有它了
export-to-terminal = `--output -` 是终端，而 { $format } 是二进制格式
export-name-a-file = 请指定一个文件：`--output { $file }`
export-written = 已将 { $what }写入 { $path }
export-over-dataset = `--output { $path }` 是数据集，或数据集的附带文件
export-over-media = `--output { $path }` 是照片或视频
export-over-hint = 请换一个文件，否则它会被覆盖

## export albums

albums-template = `--template { $template }`：{ $why }
albums-over-files = { $folder } 里有数据集收录的文件，位于 { $known }
albums-over-files-hint = 请给相册单独一个文件夹，例如 `~/Albums`
albums-hint-devices = 硬链接不能跨设备；请用 `--link symbolic` 或 `--link copy`
albums-hint-links = 如果没有写入权限，请换一个文件夹；如果文件系统不支持这种链接，请用 `--link copy`
albums-hint-reflink = 如果文件系统不能让文件共享数据，或者文件在另一个文件系统上，请用 `--link copy`
albums-heading-change = 变化
albums-heading-added = 增加
albums-heading-removed = 删除
albums-heading-album = 相册
albums-renamed = 改名
albums-removed = 删除
albums-files-added = 增加
albums-none = 没有相册
albums-dry-run = { $albums }（试运行）
albums-file-kept = 保留了 `{ $path }`：它被改动过，或者是那个文件的最后一份
albums-more-kept = 另外还保留了 { $more } 个（`-v` 会全部列出）
albums-not-there = 跳过 { $files }：目前找不到
albums-now-by-trip = 按聚类建的 { $albums }已换成按旅行建的；`--by cluster` 可以换回来
albums-now-by-cluster = 按旅行建的 { $albums }已换成按聚类建的；`--by trip` 可以换回来
albums-not-chosen = 保留了 { $albums }，它们的旅行或聚类这次没有选中；`--prune` 会删除它们
albums-unknown = 保留了 { $albums }，它们的旅行或聚类不在这个数据集里；`--prune` 会删除它们

## export xmp

xmp-written = 已写入 { $sidecars }
xmp-would-be-written = 将写入 { $sidecars }
xmp-existing = { $files }原来就有
xmp-skipped = 跳过 { $files }
xmp-unwritten = 无法在 { $path } 写入附属文件：{ $why }
xmp-hint-other-folder = 附属文件可以写到别的文件夹：`--output DIR`

## report

report-open-needs-file = `--open` 不能与 `--output -` 同时使用
report-no-browser = 无法打开浏览器：{ $why }；请自己用浏览器打开 { $path }
report-too-large = { $count } 张图片太大，无法显示
report-frames = { $count } 个视频的图片由 { $program } 生成
report-unreadable = { $pictures }无法读取
report-of-trips = { $path }：{ $trips }，在家 { $clusters }，{ $files }，{ $pictures }，{ $size }
report-of-clusters = { $path }：{ $clusters }，{ $files }，{ $pictures }，{ $size }
report-hint-other-place = 请用 `--output` 换一个位置
demo-open-page = 用浏览器打开这个网页，就能看到旅行：
report-no-regular-file = 它不是普通文件
browser-none = `BROWSER` 没有指定浏览器
browser-not-installed = 没有安装 `{ $program }`
browser-failed = `{ $program }` 运行失败（{ $status }）

## files

files-heading-taken = 拍摄时间
files-heading-path = 路径
files-unreadable = 无法读取：{ $reason }
files-place-lent = { $place }（借用）
files-path-missing = { $path }（缺失）
files-empty-next = `imm-cluster index ~/Pictures` 会读取文件夹里的文件
files-not-shifted = { $files }无法调整时间：没有时间、只有日期，或调整后的时间不合理；可以用 `--time` 设定时间
files-corrected = 已修正 { $files }；下次运行 `imm-cluster run` 时生效
files-nothing-to-change = 没有要改的

## files show

file-path = 路径
file-format = 格式
file-camera = 相机
file-unreadable = 无法读取
file-missing = 缺失
file-gone = 上次扫描时已经不在
file-taken = 拍摄时间
file-day-unknown = { $date }（当地日期不明）
file-from = { $value }（来自 { $source }）
file-offset = 时差
file-local-day = 当地日期
file-position = 位置
file-time-zone = 时区
file-address = 地址
file-lent = 借用位置
file-same-moment = 同一时刻
file-note = 备注
file-trips = 旅行
file-in-cluster = { $place }，{ $dates }（{ $id }）
file-in-no-cluster = 无：{ $reason }
file-time-clues = 时间线索
file-position-clues = 位置线索
offset-stated = 与时间写在一起
offset-position = 由位置所在的时区得出
offset-gps = 由 GPS 定位的时间得出
offset-device = 由设备注明
offset-second-clue = 由同一时刻的另一条线索得出
offset-track = 由位置记录所在的时区得出
offset-neighbour = 取自时间最近的照片
offset-option = 取自选项 --time-zone
offset-file-name = 由文件名得出，其中的时间是 UTC
lent-forgotten = 一个已经移除的文件
lent-track = 取自位置记录，相隔 { $apart }
lent-near = 取自 { $file }，相隔 { $apart }
lent-country = 只取国家：来自 { $file }，相隔 { $apart }；前后的文件都在别处
lent-city = 只取市：{ $file }（相隔 { $apart }）和 { $other } 在 24 小时之内位于同一个市
lent-province = 只取省：{ $file }（相隔 { $apart }）和 { $other } 在 72 小时之内位于同一个省
doubt-virtual = 不计：在 0,0 附近，或者在骑行模拟器的岛上，不可能有人在那里
doubt-day-at-home = 不计：{ $day } 在家，不可能又在 { $far } 之外
doubt-between-days = 不计：{ $before } 和 { $after } 都在家，其间不可能到 { $far } 之外
doubt-short = 不计：据上次运行，不可能在这么短的时间里到 { $far } 之外

## tasks

tasks-empty-next = 每次 `imm-cluster run` 都会列在这里，保留 7 天
tasks-heading-started = 开始
tasks-heading-seconds = 秒数
tasks-heading-status = 状态
tasks-heading-clusters = 聚类
tasks-heading-new = 新增
tasks-heading-changed = 已变
tasks-heading-tags = 标记
task-status = 状态
task-message = 信息
task-started = 开始
task-ended = 结束
task-options = 选项
task-clusters = 聚类
task-files = 文件
task-tags = 标记
task-user-data = 用户数据
task-id = id
task-request = 请求
task-event = 事件
task-rules =
    层级 { $levels }，间隔 { $gap }，{ $min } 到 { $max } 天，一天从 { $starts } 开始{ $lends ->
        [no] ，不借用位置
       *[yes] {""}
    }

## gazetteer

gazetteers-no-folder = 找不到存放地名库的用户文件夹
gazetteers-no-folder-hint = 请把 `IMM_CLUSTER_GAZETTEERS` 设为一个文件夹
gazetteers-none = 还没有导入过地名库：`imm-cluster gazetteer import FILE` 可以导入边界或地点
gazetteers-heading-order = 次序
gazetteers-heading-levels = 层级
gazetteers-heading-features = 要素
gazetteers-heading-mb = MB
gazetteers-heading-data-of = 数据日期
gazetteers-heading-imported = 导入日期
gazetteer-skipped = 跳过了 { $count } 个要素（{ $why }）
gazetteer-imported =
    { $name }：{ $count } 个{ $kind ->
        [places] 地点
       *[polygons] 多边形
    }，{ $levels }
gazetteer-as-preset = { $levels }（按 { $preset }）
gazetteer-next = 下次运行 `imm-cluster index` 或 `run` 时，会更新数据集里的地名
gazetteer-built-in = 内置数据：版本 { $version }
gazetteer-nothing-imported = 没有导入过地名库。
gazetteer-imported-first = 导入的地名库，优先于内置数据：

## lookup

lookup-points = 坐标写作 LAT,LON，以度为单位，例如 30.2489,120.1485
lookup-no-point = 不是坐标：应为 LAT,LON，以度为单位
lookup-out-of-range = { $why }：纬度为 -90 到 90，经度为 -180 到 180
lookup-no-zone = 没有时区
lookup-no-place = 没有地名
lookup-error = 错误：{ $why }
lookup-no-points = { $rows }没有坐标
lookup-over-file = { $path } 已存在，而且不是 imm-cluster 写的 Parquet 文件
lookup-over-file-hint = 请换一个名称，或先把它移走

## places

places-empty-next = `imm-cluster places add NAME LAT,LON` 可以添加
column-name = 名称
places-heading-radius = 半径
places-area =
    { $centre } 周围 { $radius } 内的{ $level }
places-known = `{ $name }` 本来就指那里
places-named = `{ $name }` 现在指 { $area }
places-renamed = `{ $name }` 现在指 { $area }（原来指 { $before }）
places-removed = 已移除 { $names }
places-stored = { $what }；数据集里有 { $files }换了地名，下次运行 `imm-cluster run` 时会用上

## roots and forget

roots-empty-next = `imm-cluster index ~/Pictures` 会记住一个
roots-heading-files = 文件数
roots-heading-folder = 文件夹
roots-heading-options = 选项
roots-files-removed = 已从数据集移除 { $files }
roots-move-known = { $path } 已经是记住的文件夹，请先移除它
roots-moved = 在新位置找到 { $files }，都没有变

## status

status-dataset = 数据集
status-folder = 文件夹
status-folder-of = { $path }（{ $files }）
status-track = 位置记录
status-track-gone = { $path }（已不在）
status-files = 文件
status-missing = 缺失 { $count }
status-unreadable = 无法读取 { $count }
status-without-time = 没有时间 { $count }
status-without-position = 没有位置 { $count }
status-days = 日期
status-homes = 家
status-trips = 旅行
status-clusters = 聚类
status-clusters-of =
    { $level } { $count }
status-none = 无
status-options = 选项
status-rules =
    间隔 { $gap }，{ $min } 到 { $max } 天，层级 { $levels }，一天从 { $starts } 开始{ $lends ->
        [no] ，不借用位置
       *[yes] {""}
    }
status-geodata = 地名数据

## stats

column-away = 离家天数
column-countries = 国家
column-distance = 路程
column-months = 1–12月
column-provinces = 省份
column-trips = 旅行
column-year = 年份
stats-all = 全部年份，{ $first } 到 { $last }
stats-away = 离家
stats-busiest = 文件最多
stats-countries = 国家
stats-day = { $date }：{ $what }
stats-distance = 路程
stats-farthest = 最远
stats-files = { $files } 个，分布在 { $days }
stats-files-and-videos = { $files } 个，分布在 { $days }，其中视频 { $videos } 个
stats-longest = 最久
stats-months = 每月文件数
stats-named = { $count } 个：{ $names }
stats-named-more = { $count } 个：{ $names }，另有 { $more } 个
stats-new = { $name }（新）
stats-no-such-year = 这些年份没有文件，也没有旅行；有记录的年份从 { $first } 到 { $last }
stats-none = 没有一个文件的日期是已知的；`imm-cluster files list --without time` 可以列出它们
stats-of-trip = { $what }：{ $trip }
stats-on-this-day = 往年的 { $day }
stats-on-trips = { $days }，{ $trips }
stats-provinces = 省份
stats-trip = { $trip }，{ $dates }（{ $id }）
stats-trip-id = { $trip }（{ $id }）
stats-with-new = { $count }（新 { $new }）

## recover

recover-intact = 数据集完好，没有改动
recover-dataset = 数据集
recover-damaged = 损坏文件
recover-saved = 已救回
recover-lost = 已丢失
recover-line = 第 { $line } 行
recover-lines = 第 { $first } 到 { $last } 行
recover-more = 另有 { $more } 处
recover-behind = 第 { $line } 行之后的内容
recover-no-folder = { $files }没有文件夹
recover-no-place = { $files }没有地点
recover-nameless = 文件夹 { $id } 的路径已丢失，请用 `imm-cluster roots move /lost-folder-{ $id } NEW` 设定
recover-displaced = { $files }可能列在错误的文件夹下；下次运行 `imm-cluster index` 时会纠正
recover-hint = `imm-cluster index` 会重新读取丢失的内容
report-fewer = 网页里每次旅行或每个聚类只放得下 { $each }；`--size` 可以放更多
value-size = 应为 500KB 到 500MB
value-distance = 应为 10m 到 100km
man-pages = 手册页写在 { $folder } 里
single-files = （单个文件）
man-page-not-ours = 已有一个同名的其他文件
