### What the library says: of files, folders, clues, and why

## Steps that take a while

progress-comparing = 正在比较可能的副本
progress-exporting = 正在导出
progress-naming = 正在重新匹配地名
progress-pictures = 正在生成图片

## Folders: what has changed, and what is not there

option-changed = { $name } 现在是 { $now }（原为 { $before }）
option-nothing = 空
option-none = 无
option-on = 开
option-off = 关
folder-is-part-of = { $child } 现在属于 { $path }，它自己的选项不再生效
path-not-found = 找不到
offline-no-access = 无法访问：{ $why }
offline-not-mounted = 那里没有挂载磁盘
offline-empty = 它是空的
folder-other-mount = 其间那里挂载了另一个文件系统

## Rows of evidence that cannot be true

evidence-no-day = 第 { $day } 天不在公元 1 年到 9999 年之间
evidence-no-key = `{ $key }` 不是 { $level } 一级的键：应为从国家往下的各级 id，写成 JSON，并以上面各级的键开头
evidence-no-cell = 没有网格 { $row },{ $column }
evidence-too-many = 文件太多，无法计数

## Points in a Parquet file

points-damaged = 文件已损坏
points-no-column = 找不到 { $names } 中的任何一列
points-no-degrees = 列 `{ $column }` 的类型不是 DOUBLE 或 FLOAT
points-no-codec = 列 `{ $column }` 用 { $codec } 压缩；只能读取 Snappy
points-rows = 有一个行组超过 { $most } 行
points-column-there = 已经有列 `{ $column }`

## Why something is left out, behind its path

skipped-marked = 已跳过：其中有 `.nomedia` 文件
skipped-hidden = 已跳过：它是隐藏的（用 `--hidden` 可以包括它）
skipped-pattern = 已跳过：它符合 `--exclude`
skipped-system = 已跳过：它是系统文件夹
skipped-derived = 已跳过：照片图库中只读取原件
skipped-backup = 已跳过：它是 ExifTool 的备份文件
skipped-extension = 已跳过：扩展名不是照片或视频的

## Records in JSON

record-option-changed = JSON 记录：{ $change }
record-long-line = 这一行超过 1 MiB
record-cut-short = 内容不完整
record-invalid-json = 第 { $column } 列的 JSON 无效
record-invalid-time = `capture_time`：时间 `{ $text }` 无效
record-invalid-date = `local_date`：{ $why }
record-no-object = 记录必须是对象
record-no-path = `path` 是空的

## Homes: why a place is one

home-without-photos = 由你添加；那里没有照片
home-seen =
    { $how ->
        [lived-in] 家，
        [now-and-then] 不时去一次，多为一天，
       *[stated] 由你添加；
    }{ $first } 至 { $last }：{ $active } { $count ->
       *[other] 个有照片的日子
    }中，有 { $seen } 天在这里
home-seen-once =
    { $how ->
        [lived-in] 家，
        [now-and-then] 不时去一次，多为一天，
       *[stated] 由你添加；
    }只在 { $day } 来过

## Clues: what becomes of them

verdict-chosen = 已采用
verdict-by-user = 已采用：这是你修正的
verdict-offset-only = 只能说明与 UTC 的时差
verdict-not-needed = 未采用：有更可信的
reason-time-empty = 空
reason-time-not-a-date = 不是日期
reason-time-reset-clock = 时钟复位后的默认值
reason-time-before-photography = 早于第一张照片（1826 年）
reason-time-partial = 没有日：只有年份或月份
reason-time-too-late = 在 2100 年或更晚
reason-position-out-of-range = 超出范围
reason-position-no-fix = 0,0 表示没有定位

## Files: what was wrong in reading them

note-of-part = { $part }：{ $why }
note-sidecar = 附属文件 { $name }：{ $why }
note-compressed-box = 有一个压缩的 box 无法读取
note-malformed-properties = 属性的格式不对
note-no-longer-media = 这个文件不再是照片或视频
note-unreadable-now = 这个文件现在无法读取：{ $why }
note-gcj02 = 这个文件夹的位置是 GCJ-02 坐标，在中国大陆范围内的已转换为 WGS 84

## Why a file is in no cluster, or a cluster in no list

not-listed-no-time = 没有时间
not-listed-no-zone = 时区未知
not-listed-no-position = 没有位置
not-listed-no-region =
    那里没有已知的{ $level }
not-listed-no-run = 还没有运行过
not-listed-no-such-level = 上次运行不包括这个层级
not-listed-deleted = 你删除了那一天的聚类
not-listed-outside = 共 { $days }，不在上次运行的 --min-days/--max-days 之内（{ $least } 到 { $most }）
not-listed-unknown = 它是上次运行之后加入的，或不在 --min-days/--max-days 之内
suspended-deleted = 你删除了它
suspended-no-such-level = 这次运行的层级中没有 { $level }
suspended-outside = 共 { $days }，不在 --min-days/--max-days 之内（{ $least } 到 { $most }）
suspended-no-photo = 那些日子的照片已经没有了

## Location histories

track-broken = { $what }，{ $place }：{ $reason }
track-line = 第 { $line } 行第 { $column } 列
track-byte = 第 { $byte } 字节
track-format-records = Google 位置记录
track-format-semantic = Google 语义位置记录
track-format-android = Google 时间轴（Android）
track-format-ios = Google 时间轴（iOS）
track-skip-no-time = 没有时间
track-skip-impossible-time = 时间不合理
track-skip-no-position = 没有位置
track-skip-out-of-range = 超出经纬度范围
track-skip-nowhere = 在不可能到过的地方
track-skip-inaccurate = 误差超过 5 km

## Imports: what is wrong with a file

reason-gazetteer-damaged = 它已损坏
reason-gazetteer-version = 它是另一个版本的 imm-cluster 写的
import-ends-early = 文件不完整
import-folder = 它是文件夹
import-empty = 它是空的
import-zip = 它是 ZIP 压缩包
import-gzip = 它是压缩过的
import-sqlite = 它是 GeoPackage 或别的 SQLite 数据库
import-unknown = 它不是 GeoJSON、FlatGeobuf、shapefile，也不是 GeoNames 的数据
import-companion = 它只能和地点文件一起导入
import-no-properties = 无
import-nothing = 其中没有内容
import-no-features = 其中没有要素
import-changed = 读取时它被改动了
import-out-of-range = { $why }，这样的要素有 { $count } 个，例如 { $example }
import-all-skipped = 其中没有能用的要素；有 { $count } 个的原因是：{ $why }
import-no-flatgeobuf = 不是 FlatGeobuf 文件
import-flatgeobuf-version = 这是 FlatGeobuf 版本 { $version }，需要版本 3
import-long-header = 文件头声称有 { $len } 字节
import-header-damaged = 文件头已损坏
import-feature-damaged = 第 { $number } 个要素已损坏
import-ends-in-index = 文件在 { $features } 个要素的索引中就结束了
import-in-feature = 第 { $number } 个要素，第 { $line } 行第 { $column } 列：{ $reason }
import-topojson = 这是 TopoJSON，请先用 `topo2geo` 或 ogr2ogr 转换成 GeoJSON
import-only-geometry = 只有几何图形，没有名称；需要要素
import-no-geojson = 这不是 GeoJSON
import-no-geojson-type = 这不是 GeoJSON：它的 `type` 既不是要素，也不是集合
import-columns = 应有 19 列，实际有 { $count } 列
import-unit-columns = 应有四列：代码、名称、ASCII 名称、编号
import-no-number-first = 开头不是数字
import-no-number-second = 第二列不是数字
import-no-number-last = 最后一列不是数字
import-at-line = 第 { $line } 行：{ $reason }
import-line-long = 第 { $line } 行超过 1 MiB
import-line-not-utf8 = 第 { $line } 行不是 UTF-8
import-cpg-unknown = 它的 `.cpg` 写的编码未知：`{ $name }`
import-no-dbf = 旁边没有存放名称的 `.dbf`
import-dbf-damaged = 它的 `.dbf` 已损坏：字段对不上
import-dbf-short = 它的 `.dbf` 只有 { $count } 条记录，`.shp` 更多
import-dbf-ends = 它的 `.dbf` 在第 { $record } 条记录处中断
import-shp-ends = 它的 `.shp` 在第 { $record } 条记录处中断
import-no-shapefile = 这不是 shapefile
import-no-polygons = 其中的图形不是多边形
import-projected = 它的坐标是投影坐标（`{ $name }`），需要 WGS 84 经纬度
import-a-projection = 某种投影

## Imports: the way out

hint-import-convert = 请先转换：`ogr2ogr boundaries.fgb FILE`
hint-import-files-in-it = 请指定其中的文件
hint-import-unzip = 请解压后导入其中的文件
hint-import-gunzip = 请先用 `gunzip` 解压
hint-import-name-places = 请指定地点文件，例如 `allCountries.txt`
hint-import-again = 请重新导入
hint-import-swapped = 经纬度似乎写反了；GeoJSON 是经度在前
hint-import-degrees = 需要 WGS 84 经纬度：`ogr2ogr -t_srs EPSG:4326 degrees.fgb FILE`

## Reasons that the code keeps in English, so that what is stored is the same for everyone: `retold`

reason-not-found = 找不到
reason-vanished = 读取之前它就消失了
reason-reader-failed = 读取时程序出错；请报告这个文件
reason-file-empty = 文件是空的
reason-not-media = 不管名称如何，它既不是照片也不是视频
reason-cut-short = 文件不完整
reason-absurd-size = 文件头中的大小不合理
reason-no-regular-file = 它不再是普通文件
reason-link-in-the-way = 路径上有链接或别的东西
reason-other-in-place = 它的位置被别的东西占了
reason-other-name = 它在别处还有另一个名称
reason-is-link = 它是链接，而这里不跟随链接
reason-no-file-name = 这不是文件名
reason-circle = 链接形成了循环
reason-gazetteer-large = 它会超过 16 GiB
reason-export-running = 另一次导出正在写入它
reason-changed-meanwhile = 其间文件被改动了
reason-no-album-list = 它不是相册清单
reason-newer-album-list = 它是更新版本的 imm-cluster 写的
reason-outside-folder = 它列出了文件夹之外的内容
reason-tasks-replaced = 它不断被别的进程替换
reason-tasks-held = 另一个进程一直占用着它
reason-no-tasks = 其中的内容不是任务
reason-text-16 = 其中有超过 16 MiB 的文本
reason-text-4 = 其中有超过 4 MiB 的文本
reason-text-1 = 其中有超过 1 MiB 的文本或数字
reason-deep = 嵌套太深
reason-track-empty = 它是空的
reason-track-zip = 它是 ZIP 压缩包（KMZ 也是），请先解压
reason-track-utf16 = 它是 UTF-16 文本，请先另存为 UTF-8
reason-track-neither = 它既不是 XML 也不是 JSON
reason-track-other-json = 它是 JSON，但不是已知的位置记录
reason-track-other-xml = 它是 XML，但既不是 GPX 也不是 KML
reason-track-two-kinds = 其中混有两种位置记录
reason-track-cut-short = 内容不完整
reason-track-parts = 有一项超过 100,000 个部分
reason-track-no-element = 其中没有元素
reason-track-second = 后面还有第二个文档
reason-riff-not-webp = 是 RIFF 文件，但不是 WebP
reason-small-box = 有一个 box 比它的头还小
reason-small-object = 有一个对象比它的头还小
reason-short-header = 有一个头太短
reason-no-sync = 有一个数据包没有同步字节
reason-invalid-element = 有一个元素没有有效的头
reason-no-crw = 开头没有 CRW 文件头
reason-no-gif = 开头没有 GIF 标记
reason-no-jxl = 开头没有 JPEG XL 标记
reason-no-jpeg-marker = 应有 JPEG 标记的地方没有标记
reason-no-mrw = 开头没有 MRW 标记
reason-no-png = 开头没有 PNG 标记
reason-no-raf = 开头没有 RAF 标记
reason-no-riff = 开头没有 RIFF 文件头
reason-no-tiff = 开头没有 TIFF 文件头
reason-no-tiff-in-exif = Exif 数据块中没有 TIFF 头
reason-no-x3f = 开头没有 X3F 标记
reason-no-x3f-directory = 应有 X3F 目录的地方没有目录
reason-no-meta = 没有列出各项的 meta box
reason-no-moov-exif = 没有存放 Exif 的 moov box
reason-no-moov = 没有 moov box：录制没有完成
reason-no-iloc = 没有给出各项位置的 iloc box
reason-hvcc-cut = hvcC box 不完整
reason-iloc-cut = iloc box 不完整
reason-picture-cut = 编码的图像数据不完整
reason-picture-parts = 编码的图像分段太多
reason-no-still = 压缩包中没有照片
reason-archive-damaged = 压缩包已损坏
reason-archive-packing = 压缩包中照片的压缩方式不受支持
reason-archive-no-photo = 压缩包中的那个文件其实不是照片
reason-no-segment = 没有 segment
reason-no-transport = 不是传输流
reason-invalid-json = 不是有效的 JSON
reason-large-json = JSON 超过 1 MiB
reason-tiff-cut = TIFF 文件头不完整
reason-jpeg-short = 有一个 JPEG 段比它的长度字段还短
reason-many-gif = GIF 块太多
reason-many-jpeg = JPEG 段太多
reason-many-png = PNG 块太多
reason-many-riff = RIFF 块太多
reason-many-boxes = box 太多
reason-many-elements = 元素太多
reason-many-headers = 要读的头太多
reason-many-objects = 对象太多
reason-ifd-beyond = 有一个 IFD 在文件末尾之外
reason-ifd-entries = 有一个 IFD 声称的条目多得不可能
reason-ifd-loop = IFD 互相指向
reason-value-beyond = 有一个值在文件末尾之外
reason-png-text = 有一个文本块无法解压
reason-xmp-large = 超过 4 MiB
reason-xmp-malformed = 格式不正确
reason-xmp-deep = 嵌套太深
reason-xmp-cut = 不完整
reason-xmp-no-rdf = 其中没有 rdf:RDF
reason-xmp-attributes = 属性太多
reason-no-lon = 只有纬度，没有经度
reason-no-lat = 只有经度，没有纬度
reason-no-longitude = 缺少经度
reason-no-latitude = 缺少纬度
reason-no-degrees = 缺少度数
reason-zero-degrees = 度数是 0/0
reason-zero-minutes = 分的值是 0/0
reason-no-hemisphere-exif = 缺少南北或东西
reason-no-hemisphere = 没有南北或东西
reason-zero-division = 除数为零
reason-number = 不是数字
reason-minutes = 分或秒超过 60
reason-parts = 不止度、分、秒
reason-other-axis = 方向属于另一轴，或根本不是方向
reason-no-direction = 没有方向
reason-no-iso6709 = 不是 ISO 6709
reason-no-fix = 接收器没有定位
reason-skip-polygon = 没有多边形
reason-skip-name = 各层级都没有名称
reason-skip-long-name = 名称超过 500 字节
reason-skip-numbers = 坐标不是数字
reason-skip-range = 坐标超出南北 90° 或东西 360°
reason-skip-area = 面积为零
reason-skip-corners = 顶点超过 2000 万个
reason-skip-long = 超过一个要素允许的字节数
reason-skip-place = 不是居民点，或已不存在
reason-skip-country = 没有国家代码
reason-dataset-format = 不是这种格式或版本
reason-trace-place = 有一条痕迹指向不存在的地点
reason-file-place = 有一个文件指向不存在的地点
reason-file-camera = 有一个文件指向不存在的相机
reason-task-ended = 任务还没完成，进程就结束了
reason-time-without-date = 只有时间，没有日期
