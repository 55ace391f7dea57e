### The help of each command. A message is a command, its attributes are its options; what several commands share stands in `everywhere`, what clap itself says in `clap`.

calendar =
    按日历显示有照片的日子
    .after-long =
        示例：
          imm-cluster calendar --year 2024
          imm-cluster calendar --address country=Japan
          imm-cluster calendar --day 2024-03-01.. --format ndjson | jq -r '[.date, .files] | @tsv'
    .day =
        仅限这些当地日期：`2024-03-03`、`2024-03-01..`
    .long =
        按日历显示有照片的日子

        每天后面的记号表示文件多少，从 1 个以上的 ▁ 到 100 个以上的 ▇。日期都是当地日期；没有照片的月份会跳过。加上 `--address country=Japan` 这样的筛选条件，就只计入相符的聚类中的文件。并排几个月由终端的宽度决定；输出到管道时是三个。JSON 列出每一天和那天各地点的文件。加 `--language zh`，日历就是中文的。
    .year =
        仅限这些年份（可重复）

clusters =
    列出、查看或编辑聚类

clusters-delete =
    永久删除聚类；那几天的新照片不会让它们重新出现
    .after-long =
        示例：
          imm-cluster clusters delete 3f2a91c0 77b0c1d2
    .long =
        永久删除聚类；那几天的新照片不会让它们重新出现

        在该层级上，聚类的那些日子从此不再计入。其他日子的照片会组成新的聚类。`restore` 可以撤销删除。

clusters-list =
    列出聚类，可加筛选条件
    .after-long =
        示例：
          imm-cluster clusters list --level city --start-time 2024-01-01..2024-12-31
          imm-cluster clusters list --by year --level city
          imm-cluster clusters list --address country=Japan --sort update --order desc
          imm-cluster clusters list --format ndjson | jq -r .address.address_line
    .by =
        按年或月分组，并附合计（仅限表格）
    .by--month =
        第一天所在的月份
    .by--year =
        第一天所在的年份
    .by-long =
        按年或月分组，并附合计（仅限表格）

        聚类归入第一天所在的年或月；同一层级的几个聚类共有的日子只计一次。`--sort` 决定组内的次序。
    .long =
        列出聚类，可加筛选条件

        在终端里，每个聚类后面有一串记号，表示每天的文件多少，从 1 个的 ▁ 到 100 个以上的 ▇：一天一个，更长的聚类则分成八个。终端太窄、输出到管道、区域设置不是 UTF-8，或者数据集超过 32 MiB（约 180,000 个文件）时，不显示这串记号。

clusters-merge =
    合并同一层级的聚类，沿用第一个的 id
    .after-long =
        示例：
          imm-cluster clusters merge 3f2a91c0 77b0c1d2

clusters-pin =
    固定聚类，以后的运行不再改动它们
    .after-long =
        示例：
          imm-cluster clusters pin 3f2a91c0

clusters-reset =
    重置聚类，撤销合并、拆分和固定
    .after-long =
        示例：
          imm-cluster clusters reset 3f2a91c0

clusters-restore =
    恢复已删除的聚类
    .after-long =
        示例：
          imm-cluster clusters restore 3f2a91c0

clusters-show =
    查看一个聚类及其文件
    .after-long =
        示例：
          imm-cluster clusters show 3f2a91c0
          imm-cluster clusters show 3f2a91c0 --explain
    .explain =
        显示该地点有照片的日子、间隔，以及在哪里、因哪条规则断开
    .id =
        id，可以只写开头几位，能唯一确定即可

clusters-split =
    把一个聚类拆分成两个
    .after-long =
        示例：
          imm-cluster clusters split 3f2a91c0 --at 2024-03-05
    .id =
        id，可以只写开头几位，能唯一确定即可

clusters-update =
    设置聚类的标题、自定义 id 或标签
    .after-long =
        示例：
          imm-cluster clusters update 3f2a91c0 --title 'Spring in Hangzhou'
          imm-cluster clusters update 3f2a91c0 --label with=Anna --label rating=5
    .label =
        标签（可重复；总共不超过 100 个）
    .title =
        标题，不超过 1024 字节

completions =
    打印 shell 的命令补全脚本
    .after-long =
        示例：
          imm-cluster completions bash > ~/.local/share/bash-completion/completions/imm-cluster
          imm-cluster completions zsh > "${"{"}fpath[1]{"}"}/_imm-cluster"
          imm-cluster completions fish > ~/.config/fish/completions/imm-cluster.fish
    .shell =
        哪种 shell
    .words =
        已输入的命令行，为它打印接下来可用的 id

everywhere =
    .address =
        仅限这个地点的，例如 `city=Hangzhou`（可重复）
    .address-long =
        仅限这个地点的，例如 `city=Hangzhou`（可重复）

        可用的键：country（国家）、`country_code`（国家代码）、province（省）、city（市）、district（区县）、township（乡镇），以及 `address_line`，即地址中任意位置的文字。
    .at =
        后一部分的第一天
    .by =
        按旅行还是按聚类 [默认：trip]
    .by--cluster =
        同一地点连续的几天，在家和离家的都有
    .by--trip =
        每次离家，附停留地
    .by-long =
        按旅行还是按聚类 [默认：trip]

        用了 `--level`，`--address` 里有 district 或 township，给出的是聚类的 id，或者家在哪里还不知道时，默认按聚类。
    .centre =
        中心的坐标，单位为度
    .clear_custom_id =
        去掉自定义 id
    .clear_labels =
        先去掉所有标签，再设置给出的标签
    .clear_title =
        去掉标题
    .coordinates =
        文件中的位置所用的坐标系 [默认：wgs84]
    .coordinates--gcj02 =
        中国大陆的地图所用
    .coordinates--wgs84 =
        GPS 所用
    .coordinates-long =
        文件中的位置所用的坐标系 [默认：wgs84]

        有些在中国销售的手机按中国地图的坐标系保存位置，偏差约 500 米。`gcj02` 会换算其中位于中国大陆的位置。
    .create_time =
        仅限创建时间在此范围内的
    .custom_id =
        自定义 id，不超过 1024 字节
    .dry_run =
        只显示会有哪些变化，不保存
    .end_time =
        仅限结束时间在此范围内的
    .exclude =
        跳过与模式匹配的文件和文件夹（可重复）
    .exclude-long =
        跳过与模式匹配的文件和文件夹（可重复）

        模式既与名称匹配，也与所索引的文件夹以下的路径匹配。空模式会清空列表。含有 `.nomedia` 文件的文件夹总是跳过。
    .files =
        每个文件一行，而不是每次旅行或每个聚类一行
    .files-long =
        每个文件一行，而不是每次旅行或每个聚类一行

        没有筛选条件时，不属于任何旅行或聚类的文件列在后面。
    .download =
        也读取不在本机的 OneDrive 或 iCloud 文件（会下载它们）
    .follow_links =
        跟随符号链接
    .hidden =
        也索引隐藏的文件和文件夹
    .id =
        仅限这些 id（可重复）
    .ids =
        id，可以只写开头几位，能唯一确定即可
    .label =
        仅限有这个标签的（可重复）
    .level =
        仅限这些层级的（可重复）
    .max_results =
        最多给出多少条结果
    .next_token =
        从这个 `object_id` 之后继续，即上一页的最后一个
    .order =
        排列次序
    .order--asc =
        升序，最早的在前
    .order--desc =
        降序，最晚的在前
    .output =
        要写入或替换的文件；`-` 表示标准输出
    .request_definition =
        用 `--format imm` 时：附上请求的内容
    .sort =
        排序依据
    .sort--create =
        创建时间
    .sort--end =
        最后一天
    .sort--start =
        第一天
    .sort--update =
        上次改动的时间
    .start_time =
        仅限开始时间在此范围内的：`2024-03-01..2024-03-31`、`2024-03-01..`
    .strict =
        只要有文件读不了，就以状态 3 退出
    .time_from =
        没有拍摄时间时用修改时间；`none` 取消此设置
    .time_from--mtime =
        修改时间
    .time_from--none =
        都不用
    .time_zone =
        没有任何时区线索的文件所用的时区，例如 `Europe/Berlin`；`none` 取消此设置
    .title =
        仅限标题含有这段文字的
    .update_time =
        仅限改动时间在此范围内的

export =
    把旅行或聚类导出为相册、地图、日历和表格

export-albums =
    给每次旅行建一个相册文件夹，里面是文件的链接或副本
    .after-long =
        示例：
          imm-cluster export albums ~/Albums
          imm-cluster export albums ~/Albums --template '{"{"}year{"}"}/{"{"}start{"}"} {"{"}title{"}"}'
          imm-cluster export albums /mnt/stick/trips --link copy --start-time 2024-01-01..
          imm-cluster export albums ~/Albums --dry-run

        --template 的占位符：
          {"{"}title{"}"}    你起的标题，没有则同 {"{"}place{"}"}       {"{"}start{"}"}    第一天：2024-03-03
          {"{"}place{"}"}    旅行的各停留地，或聚类在其         {"{"}end{"}"}      最后一天
                     层级上的地点
          {"{"}country{"}"} {"{"}country_code{"}"} {"{"}province{"}"} {"{"}city{"}"}    {"{"}year{"}"} {"{"}month{"}"} {"{"}day{"}"}   第一天的年、月、日
          {"{"}district{"}"} {"{"}township{"}"}                         {"{"}days{"}"}     天数
          {"{"}level{"}"}    trip，或聚类的层级：city           {"{"}files{"}"}    文件数
          {"{"}id{"}"}       id 的开头几位                      {"{"}{"{"} 和 {"}"}{"}"}   花括号本身

        有 `/` 就建多层文件夹。某些文件系统不允许的字符会被替换：控制字符和 \ : * ? " < > | 换成 _，
        CON 之类的名称加一个 _，过长的名称会截短。同名的相册在名称后面加上各自的 id。对于旅行，
        {"{"}country{"}"}、{"{"}city{"}"} 等是前三个停留地的。没有筛选条件时，按旅行的相册取代按聚类的相册，反之亦然。

        默认按旅行导出；加了 --by cluster，或者家在哪里还不知道时，按聚类导出。没有 --level 和 --id 时，
        只导出最细一级的聚类，所以每个文件只出现在其中一个里。
    .dir =
        放相册的文件夹；没有则新建
    .dry_run =
        只显示会做什么，不真的去做
    .link =
        文件怎样放进相册 [默认：symbolic；Windows 上为 hard]
    .link--copy =
        副本
    .link--hard =
        硬链接，须在同一设备上
    .link--reflink =
        与原文件共享数据的副本（Btrfs、XFS、APFS）
    .link--symbolic =
        指向原文件的符号链接
    .long =
        给每次旅行建一个相册文件夹，里面是文件的链接或副本

        下次导出只增加、改名和删除有变化的部分，而且只改名或删除以前导出时建立的东西：清单存在 DIR/.imm-cluster-album.json 里，每个链接或副本都先核对。文件的最后一个副本或硬链接会留下，你自己放进相册的东西也都会留下。
    .prune =
        以前导出、这次没有选中的相册也删除
    .prune-long =
        以前导出、这次没有选中的相册也删除

        不加此选项，就只删除旅行或聚类已不再列出的相册。
    .template =
        相册的名称，可含占位符

export-csv =
    把旅行写成 CSV；加 `--files` 则写其中的文件
    .after-long =
        示例：
          imm-cluster export csv --level city,province --output trips.csv
          imm-cluster export csv --files --output files.csv

        默认按旅行导出；加了 --by cluster，或者家在哪里还不知道时，按聚类导出。没有 --level 和 --id 时，
        只导出最细一级的聚类，所以每个文件只出现在其中一个里。
    .long =
        把旅行写成 CSV；加 `--files` 则写其中的文件

        遵循 RFC 4180，UTF-8 编码：逗号分隔，CRLF 换行，有标题行。以 = + - @ ' 或制表符、换行符开头的文字，前面加一个撇号，以免电子表格把它当作公式执行；去掉一个撇号就是原文。数字和日期不变。

export-geojson =
    把旅行写成 GeoJSON，供地图和地理信息系统使用
    .after-long =
        示例：
          imm-cluster export geojson --output trips.geojson
          imm-cluster export geojson --files --id 3f2a91c0 | jq '.features | length'

        默认按旅行导出；加了 --by cluster，或者家在哪里还不知道时，按聚类导出。没有 --level 和 --id 时，
        只导出最细一级的聚类，所以每个文件只出现在其中一个里。
    .files =
        包括其中的文件
    .long =
        把旅行写成 GeoJSON，供地图和地理信息系统使用

        每次旅行是一条连接各停留地的线，另外每个停留地一个点；每个聚类是一个点，位于其文件的中心；`bbox` 是文件的范围。加了 `--files`，每个文件也是一个点。

export-gpx =
    把旅行的文件写成 GPX：航点，或每次旅行一条航迹
    .after-long =
        示例：
          imm-cluster export gpx --id 3f2a91c0 --output hangzhou.gpx
          imm-cluster export gpx --as tracks --start-time 2024-01-01.. --output 2024.gpx

        默认按旅行导出；加了 --by cluster，或者家在哪里还不知道时，按聚类导出。没有 --level 和 --id 时，
        只导出最细一级的聚类，所以每个文件只出现在其中一个里。
    .long =
        把旅行的文件写成 GPX：航点，或每次旅行一条航迹

        停留地不止一个的旅行，另有一条连接它们的路线。
    .shape =
        文件写成什么
    .shape--tracks =
        每次旅行或每个聚类一条航迹，按时间排列
    .shape--waypoints =
        每个文件一个航点，按名称排列

export-ics =
    把旅行写成日历的全天日程（iCalendar）
    .after-long =
        示例：
          imm-cluster export ics --output trips.ics

        默认按旅行导出；加了 --by cluster，或者家在哪里还不知道时，按聚类导出。没有 --level 和 --id 时，
        只导出最细一级的聚类，所以每个文件只出现在其中一个里。
    .long =
        把旅行写成日历的全天日程（iCalendar）

        日程的 UID 就是旅行或聚类的 id，所以再次导入会更新日程，不会重复。

export-kml =
    把旅行写成 KML，供 Google 地球等程序使用
    .after-long =
        示例：
          imm-cluster export kml --files --output trips.kml

        默认按旅行导出；加了 --by cluster，或者家在哪里还不知道时，按聚类导出。没有 --level 和 --id 时，
        只导出最细一级的聚类，所以每个文件只出现在其中一个里。
    .files =
        包括其中的文件
    .long =
        把旅行写成 KML，供 Google 地球等程序使用

        每次旅行是一个文件夹，以它的日期为时间段，里面有一条连接各停留地的线，每个停留地一个地标；加了 `--files`，每个文件也有一个。

export-m3u =
    把旅行的文件写成播放列表（M3U8）
    .after-long =
        示例：
          imm-cluster export m3u --id 3f2a91c0 | mpv --playlist=-

        默认按旅行导出；加了 --by cluster，或者家在哪里还不知道时，按聚类导出。没有 --level 和 --id 时，
        只导出最细一级的聚类，所以每个文件只出现在其中一个里。

export-parquet =
    把旅行写成 Apache Parquet；加 `--files` 则写其中的文件
    .after-long =
        示例：
          imm-cluster export parquet --output trips.parquet
          imm-cluster export parquet --files --output files.parquet
          imm-cluster export parquet --evidence --owner alice --output alice.parquet

        默认按旅行导出；加了 --by cluster，或者家在哪里还不知道时，按聚类导出。没有 --level 和 --id 时，
        只导出最细一级的聚类，所以每个文件只出现在其中一个里。
    .evidence =
        每个地点、每个当地日期一行，用来以 SQL 给许多人的文件聚类
    .evidence-long =
        每个地点、每个当地日期一行，用来以 SQL 给许多人的文件聚类

        查询语句由 `imm-cluster sql` 打印。各行依照最近一次 run 的 `--day-starts` 和 `--lend`，包含所有文件，不能筛选。
    .owner =
        `owner` 列的内容 [默认：数据集的名称]

export-xmp =
    把每个文件的地点和相册写入 XMP 附属文件
    .after-long =
        示例：
          imm-cluster export xmp --dry-run
          imm-cluster export xmp --level city
          imm-cluster export xmp --output ~/sidecars --naming adobe

        默认按旅行导出；加了 --by cluster，或者家在哪里还不知道时，按聚类导出。没有 --level 和 --id 时，
        只导出最细一级的聚类，所以每个文件只出现在其中一个里。
    .dry_run =
        只统计会写多少，不写入
    .gps =
        文件本身没有位置时，也写入位置
    .long =
        把每个文件的地点和相册写入 XMP 附属文件

        digiKam、Lightroom、darktable 等程序能读取：国家、省、市，以及相册，即 `Trips` 下的一个关键词。已有附属文件的文件会跳过，媒体文件绝不改动。
    .naming =
        附属文件怎样命名
    .naming--adobe =
        `IMG_1.xmp`，与 Adobe 的程序相同
    .naming--full =
        `IMG_1.jpg.xmp`，与 digiKam 和 darktable 相同
    .output =
        写到哪个文件夹，其中的目录结构与所索引的各文件夹相同 [默认：写在各文件旁边]

files =
    列出文件、解释一个文件，或修正文件

files-list =
    列出文件，可加筛选条件
    .after-long =
        示例：
          imm-cluster files list --without position
          imm-cluster files list --day 2024-03-01..2024-03-31 --format ndjson
          imm-cluster files list --cluster 3f2a91c0 ~/Pictures/2024
          imm-cluster files list --implausible
    .cluster =
        仅限这个聚类中的文件
    .day =
        仅限在这些当地日期拍摄的文件：`2024-03-03`、`2024-03-01..`
    .implausible =
        仅限因位置不可能是真的而不计入旅行的文件
    .paths =
        仅限这些文件，以及这些文件夹中的文件
    .state =
        仅限处于此状态的文件
    .state--failed =
        读不了
    .state--missing =
        索引之后不见了
    .state--present =
        存在，而且读得了
    .without =
        仅限时间或位置未知的文件（可重复）
    .without--position =
        位置和地址都未知
    .without--time =
        当地日期未知

files-set =
    修正错误的时间和位置
    .after-long =
        示例：
          imm-cluster files set IMG_1.jpg --position 30.2489,120.1485
          imm-cluster files set ~/Pictures/trip --shift +01:00
          imm-cluster files set --camera 'DMC-TZ10' --from 2024-06-01 --to 2024-06-14 --shift -06:00
          imm-cluster files set ~/Pictures/trip --reset
    .camera =
        仅限相机名称含有这段文字的文件
    .from =
        仅限日期在这一天或以后的文件
    .long =
        修正错误的时间和位置

        文件重读时，修正仍然有效，并作为单独的来源显示。下一次 `run` 会用到它。媒体文件本身绝不改动。
    .paths =
        要修正的文件和文件夹
    .position =
        位置，单位为度
    .reset =
        去掉所有修正
    .shift =
        把记录的时间前后移动：`+01:00`、`-8760:00:00`
    .time =
        拍摄时间：`2024-03-03T09:12:44`，知道时差就带上时差或 `Z`
    .to =
        仅限日期在这一天或以前的文件

files-show =
    显示一个文件的已知信息及其由来
    .after-long =
        示例：
          imm-cluster files show ~/Pictures/IMG_0013.jpg
    .long =
        显示一个文件的已知信息及其由来

        会重读这个文件，并列出每条线索：来源、值，以及为什么采用或不采用。
    .path =
        文件的路径，或导入的记录的 `path`

forget =
    从数据集中移除文件；文件本身不动
    .after-long =
        示例：
          imm-cluster forget ~/Pictures/private
          imm-cluster forget ~/Pictures/private --drop-evidence
    .drop_evidence =
        从聚类中也移除它们
    .long =
        从数据集中移除文件；文件本身不动

        它们的拍摄时间和地点仍会记住，但不记文件名，所以聚类不变。`--drop-evidence` 连这些也一并去掉。
    .paths =
        文件、文件夹、位置记录，或导入的记录的 `path`

gazetteer =
    导入你自己的边界和地名，得到更好的地名

gazetteer-import =
    导入边界或地名的文件
    .after-long =
        示例：
          imm-cluster gazetteer import gadm41_CHN_3.json
          imm-cluster gazetteer import quarters.geojson --property township=NAME --property township:en=NAME_EN
          imm-cluster gazetteer import 330100_full.json --preset datav --name hangzhou
          imm-cluster gazetteer import geonames/CN.txt
    .crs =
        坐标系 [默认：预设的坐标系，否则 wgs84]
    .crs--gcj02 =
        中国的地图服务所用的、有偏移的经纬度
    .crs--wgs84 =
        WGS 84 经纬度，或与它相差不到一米的：CGCS2000、JGD2011、ETRS89
    .files =
        要导入的文件；配套的文件（`.dbf`、`.cpg`、admin1CodesASCII.txt 等）会自动找到
    .long =
        导入边界或地名的文件

        导入的数据优先于内置数据，其中最新导入的优先。它们有哪些层级，就替换哪些层级的地名；区域的名称与内置区域的任何一种语言的名称相同，就是同一个区域。支持的文件：GeoJSON（也可以每行一个要素）、FlatGeobuf、shapefile，以及 GeoNames 的数据文件；格式按内容判断。下一次 `index` 或 `run` 会给数据集里的地点重新命名，不读取任何照片。
    .name =
        这次导入的名称；同名的会被替换 [默认：第一个文件的名称]
    .preset =
        已知的数据来源，由它确定各层级的属性 [默认：自动识别]
    .preset--datav =
        DataV.GeoAtlas：`name`，层级由 `level` 得出；坐标为 GCJ-02
    .preset--gadm =
        GADM 3 和 4：`NAME_1` 到 `NAME_4` 是省、市、区县、乡镇，`NL_NAME_…` 是该国文字的地名
    .preset--geoboundaries =
        geoBoundaries：`shapeName`，`shapeType` 的 ADM1 到 ADM4 是省、市、区县、乡镇
    .preset--geonames =
        GeoNames 的数据文件（allCountries.txt、XX.txt），旁边如有 admin1CodesASCII.txt、admin2Codes.txt 和 alternateNamesV2.txt 也一并使用
    .preset--n03 =
        日本的 N03：`N03_001` 是省，`N03_004` 是市，`N03_005` 是政令指定都市的区（到 2023 年为止，`N03_003` 是市，`N03_004` 是区）
    .preset--osm-boundaries =
        osm-boundaries.com：`name` 和 `name_en`，层级由 `admin_level` 和国家得出（4 是省；8、9、10 是市、区县、乡镇，有些国家是 5 到 8）
    .preset--tianditu =
        天地图，中国的官方地图：`name`，层级由 `gb` 得出（156 加行政区划代码）
    .preset--whosonfirst =
        Who's On First：`wof:name`、`name:eng_x_preferred`、`name:zho_x_preferred`，层级由 `wof:placetype` 得出（region；localadmin 或 locality；borough；neighbourhood）
    .preset-long =
        已知的数据来源，由它确定各层级的属性 [默认：自动识别]

        国家总以内置数据为准。
    .property =
        某一层级的地名取自哪个属性：`city=NAME_2`；某种语言的地名：`city:zh=NL_NAME_2`；或用哪个属性标识要素：`id=CODE`（可重复）
    .property-long =
        某一层级的地名取自哪个属性：`city=NAME_2`；某种语言的地名：`city:zh=NL_NAME_2`；或用哪个属性标识要素：`id=CODE`（可重复）

        层级：country（国家）、province（省）、city（市）、district（区县）、township（乡镇）。语言：en、zh、local（默认）。在该层级上，它优先于预设。属性不存在就报错，并列出已有的属性。

gazetteer-info =
    显示内置数据的来源和许可，以及导入了什么
    .after-long =
        示例：
          imm-cluster gazetteer info

gazetteer-list =
    按优先次序列出导入的地名库
    .after-long =
        示例：
          imm-cluster gazetteer list

gazetteer-remove =
    移除导入的地名库
    .after-long =
        示例：
          imm-cluster gazetteer remove hangzhou
    .names =
        地名库的名称

homes =
    列出、添加或修正你的家

homes-add =
    添加一个家
    .after-long =
        示例：
          imm-cluster homes add Lyon 45.7640,4.8357
          imm-cluster homes add 'Summer house' 44.1258,4.8096 --radius 5km --from 2019-05-01
    .from =
        住在那里的第一天 [默认：不限]
    .name =
        家的名称
    .radius =
        半径，例如 `5km`；不超过 200 公里 [默认：25km]
    .to =
        住在那里的最后一天 [默认：不限]

homes-edit =
    修改一个家的名称、位置或日期
    .after-long =
        示例：
          imm-cluster homes edit Lyon --from 2012-09-01
          imm-cluster homes edit 1f0a --name 'Grandma’s' --to 2020-06-30
    .centre =
        新的中心坐标，单位为度
    .from =
        住在那里的第一天
    .home =
        家的名称或 id
    .long =
        修改一个家的名称、位置或日期

        程序找到的家，修改以后就算你添加的：以后的运行不再改动它。
    .name =
        新的名称
    .radius =
        新的半径，例如 `5km`；不超过 200 公里
    .to =
        住在那里的最后一天

homes-list =
    列出各个家及其依据
    .after-long =
        示例：
          imm-cluster homes list
    .long =
        列出各个家及其依据

        家是一周又一周都在那里拍照的地方，或者在一年以上的时间里一再回去、每次拍上一天的地方。家可以同时有几个。你添加的家优先于程序找到的家。

homes-remove =
    移除家；以后不会再把那里当作家
    .after-long =
        示例：
          imm-cluster homes remove Lyon
    .homes =
        家的名称或 id

homes-reset =
    撤销你对家的添加、修改和移除，下次 `run` 会重新查找
    .after-long =
        示例：
          imm-cluster homes reset Lyon
          imm-cluster homes reset
    .homes =
        家的名称或 id [默认：全部]

imm-cluster =
    从照片里找出你的一次次旅行，全程离线
    .after =
        先试试 `imm-cluster run ~/Pictures`。`--help` 显示所有选项，并附示例。
    .after-long =
        示例：
          imm-cluster run ~/Pictures             索引一个文件夹，列出你的旅行
          imm-cluster report --open              在地图上看这些旅行，附图片
          imm-cluster trips show 3f2a91c0        逐日查看一次旅行
          imm-cluster index ~/Pictures           只读取新文件（适合 cron）
          imm-cluster homes list                 你的家，以及依据
          imm-cluster clusters list              按日期排列的地点，在家的也有
          imm-cluster lookup 30.2489,120.1485    查一个点的地名
          imm-cluster export albums ~/Albums     每次旅行一个文件夹，里面是链接

        退出状态：0 成功，1 失败，2 用法错误，3 有文件读不了（仅在加了 --strict 时）。
    .color =
        何时使用颜色（遵从 `NO_COLOR`）
    .color--always =
        总是
    .color--auto =
        在终端里
    .color--never =
        从不
    .dataset =
        使用的数据集：名称，或 JSON 文件的路径
    .dataset-long =
        使用的数据集：名称，或 JSON 文件的路径

        `family` 这样的名称，指应用数据文件夹中的一个文件。含有路径分隔符或以 `.json` 结尾的，都是路径。默认：环境变量 `IMM_CLUSTER_DATASET`，否则 `default`。
    .format =
        输出格式
    .format--imm =
        与 IMM 服务的返回相同（仅限 `run`、`clusters list` 和 `tasks`）
    .format--json =
        一个 JSON 值
    .format--ndjson =
        每行一个 JSON 值
    .format--table =
        给人看的表格
    .jobs =
        线程数 [默认：根据磁盘选定]
    .jobs-long =
        线程数 [默认：根据磁盘选定]

        默认每个核两个，至少 4 个；机械硬盘 4 个；网络文件夹每个核四个，至少 16 个。`--jobs 1` 给其他程序留下的资源最多；用 `nice` 启动也一样，而且机器空闲时不会变慢。
    .language =
        地名的语言：en、zh，或者 local，即各国自己的语言 [默认：上次 `index` 或 `run` 所用的，否则 en]
    .language-long =
        地名的语言：en、zh，或者 local，即各国自己的语言 [默认：上次 `index` 或 `run` 所用的，否则 en]

        `index` 和 `run` 会记住它们。指定几种语言时，JSON 里有 `addresses`，每种语言一个。地名的语言不影响聚类。
    .lock_dir =
        放锁文件的文件夹，供数据集在不支持锁的网络磁盘上时使用
    .lock_dir-long =
        放锁文件的文件夹，供数据集在不支持锁的网络磁盘上时使用

        凡是改动这个数据集的运行，都必须用同一台机器上的同一个文件夹。默认：环境变量 `IMM_CLUSTER_LOCK_DIR`，否则在数据集旁边。例如：`--lock-dir ~/.cache`。
    .long =
        从照片里找出你的一次次旅行，全程离线

        imm-cluster 读出每张照片、每段视频的拍摄时间和地点，推断你住在哪里，把每次离家都列成一次旅行，并附上停留地。查地名不用联网。它还把文件归成聚类：同一个地点连续的几天。所有结果都存在一个 JSON 文件，即数据集里，所以下次运行只读新增和改过的文件。
    .no_progress =
        不显示进度条
    .quiet =
        只打印结果和错误
    .ui_language =
        帮助和提示的语言 [默认：由 `LC_ALL`、`LC_MESSAGES` 或 `LANG` 决定]
    .ui_language-long =
        帮助和提示的语言 [默认：由 `LC_ALL`、`LC_MESSAGES` 或 `LANG` 决定]

        新的数据集也用这种语言的地名，除非给出 `--language`。供程序读取的消息（例如加 `--format json` 时）始终是英文。
    .ui_language--en =
        英文
    .ui_language--zh =
        简体中文
    .verbose =
        打印更多细节
    .wait =
        如果另一次运行正在使用数据集，最多等待的秒数

index =
    读取照片文件夹里新增和改过的文件
    .after-long =
        示例：
          imm-cluster index ~/Pictures /mnt/nas/photos
          imm-cluster index                             检查所有已记住的文件夹
          imm-cluster index ~/Pictures --exclude 'Trash' --exclude '*.png'
          imm-cluster index --from-json records.jsonl   别的程序的记录
    .drop_evidence =
        用 `--prune` 时：从聚类中也移除那些文件
    .from_json =
        从文件导入 JSON Lines 格式的文件记录，`-` 表示标准输入
    .from_json-long =
        从文件导入 JSON Lines 格式的文件记录，`-` 表示标准输入

        每行一个对象，`path` 必填，`capture_time`、`local_date`、`lat`、`lon` 和 `address` 知道多少写多少。
    .long =
        读取照片文件夹里新增和改过的文件

        读出每个新增或改过的照片和视频的拍摄时间和地点，存进数据集。没有变化的文件不重读。文件夹会被记住：不给路径，就检查所有已记住的文件夹。
    .paths =
        要索引的文件夹和文件 [默认：已记住的文件夹]
    .prune =
        移除已经不在的文件的记录；它们的聚类保留
    .tracks =
        没有位置的文件，从位置记录取得位置（可重复）
    .tracks-long =
        没有位置的文件，从位置记录取得位置（可重复）

        能读 GPX、KML 和 Google 导出的记录：Takeout 的 Records.json 和按月的文件，以及 Android 和 iOS 的时间轴。文件会被记住，有变化就重读；`imm-cluster forget FILE` 可以移除它。

lookup =
    查坐标处的地名
    .after-long =
        示例：
          imm-cluster lookup 30.2489,120.1485
          imm-cluster lookup --format json -33.8568,151.2153 52.0907,5.1214
          cut -f2 points.tsv | imm-cluster lookup - --format ndjson
          imm-cluster lookup --parquet photos.parquet named.parquet
    .parquet =
        把一个 Parquet 文件的各行写到另一个文件，并加上地名、键和时区
    .parquet-long =
        把一个 Parquet 文件的各行写到另一个文件，并加上地名、键和时区

        坐标列的类型为 DOUBLE 或 FLOAT：`lat` 或 `latitude`，以及 `lon`、`lng`、`long` 或 `longitude`。坐标为空或不可能时，新列为空。新列的名称与 `export parquet --evidence` 相同，另加 `time_zone`。已有的文件只有是 imm-cluster 写的，或者是空的，才会替换。
    .points =
        坐标，单位为度；`-` 表示从标准输入读取，每行一个

man =
    打印手册页，或把每条命令的手册页写到一个文件夹
    .after-long =
        示例：
          imm-cluster man | man -l -
          imm-cluster man --output ~/.local/share/man/zh_CN/man1
    .output =
        手册页写到哪个文件夹

places =
    给地点起你自己的名称，例如 `Grandma's`
    .long =
        给地点起你自己的名称，例如 `Grandma's`

        一个地点就是一个有名称的圆，在一个层级上代替内置的地名。数据集里的照片马上改用新名称。

places-add =
    添加一个地点，或修改它的中心、半径或层级
    .after-long =
        示例：
          imm-cluster places add Home 52.0907,5.1214
          imm-cluster places add 'Grandma’s village' 30.2489,120.1485 --radius 1.5km --level district
    .level =
        代替哪个层级的地名
    .name =
        地点的名称
    .radius =
        半径，例如 `300m` 或 `1.5km`；不超过 200 公里

places-list =
    列出你的地点
    .after-long =
        示例：
          imm-cluster places list

places-remove =
    移除地点
    .after-long =
        示例：
          imm-cluster places remove Home
    .names =
        地点的名称

recover =
    从损坏的数据集里救回完好的记录
    .after-long =
        示例：
          imm-cluster recover
          imm-cluster recover --dataset ~/photos.json && imm-cluster index --dataset ~/photos.json
    .long =
        从损坏的数据集里救回完好的记录

        数据集被截断，或者有损坏的行，就保留其中每一条完好的记录，并报告丢失了哪些行。损坏的文件留在旁边，名称后面加上 `.damaged`。完好的数据集保持原样。

report =
    把旅行做成 HTML 网页：地图、时间线和图片
    .after-long =
        示例：
          imm-cluster report --open
          imm-cluster report --output ~/trips-2024.html --start-time 2024-01-01..2024-12-31
          imm-cluster report --address country=Japan --pictures 3 --title Japan
          imm-cluster report --by cluster --level city
          imm-cluster report --language zh --pictures none
    .force =
        即使文件不是本程序生成的网页，也替换它
    .long =
        把旅行做成 HTML 网页：地图、时间线和图片

        网页只有一个文件，不用联网。其中列出各次旅行和停留地；在家的日子每个家一条，点开就是其中的聚类。图片取自照片里存的预览图；JPEG、HEIC、PNG 和 WebP 会现做小图，装了 `ffmpeg` 时视频也会。照片只读取，不改动。加 `--language zh`，网页就是中文的。
    .open =
        用浏览器打开网页（可用 `BROWSER` 指定别的浏览器）
    .pictures =
        每次旅行或每个聚类最多几张图片，1 到 100，或 `none`
    .pictures-long =
        每次旅行或每个聚类最多几张图片，1 到 100，或 `none`

        图片越多，每张就越小；网页放不下时，每次旅行的图片会少一些。
    .round =
        把位置取整到这个距离，例如 `1km` 或 `200m`
    .hide_home =
        不显示家，也不显示家的半径以内的任何位置
    .no_helpers =
        不运行其他程序（视频的图片由 `ffmpeg` 生成）
    .size =
        网页大小的上限，500KB 到 500MB
    .size-long =
        网页大小的上限，500KB 到 500MB

        各次旅行的图片共用这个大小；在家的日子只有小图。
    .trip =
        只做这一次旅行的网页
    .title =
        网页的标题 [默认：Trips]

roots =
    列出、移除或搬移已记住的文件夹

roots-list =
    列出已记住的文件夹及其选项
    .after-long =
        示例：
          imm-cluster roots list

roots-move =
    记下文件夹搬到了别处，不重读其中的文件
    .after-long =
        示例：
          imm-cluster roots move ~/Pictures /mnt/nas/photos
    .new =
        新路径
    .old =
        旧路径

roots-remove =
    从数据集中移除一个文件夹；其中的文件不动
    .after-long =
        示例：
          imm-cluster roots remove ~/Pictures/private
          imm-cluster roots remove /mnt/old --drop-evidence
    .drop_evidence =
        从聚类中也移除它的文件
    .root =
        要移除的文件夹

run =
    索引文件夹，找出旅行和聚类，并列出旅行
    .after-long =
        示例：
          imm-cluster run ~/Pictures
          imm-cluster run --clusters --gap-days 2
          imm-cluster run --levels city --min-days 2 --dry-run        预览会有哪些变化
          imm-cluster run --tag by=cron --notify-file messages.jsonl
    .clusters =
        列出聚类而不是旅行；用了 `--levels` 或 `--explain` 时自动如此
    .day_starts =
        一天从几点算起，00:00 到 12:00，使深夜的照片仍算前一天 [默认：上次的值，否则 00:00]
    .explain =
        对地址含有这段文字的地点，显示有照片的日子、间隔，以及在哪里、因哪条规则断开
    .gap_days =
        间隔天数，即一个聚类中间最多可以连续几天没有照片，0 到 99999 [默认：上次的值，否则 1]
    .lend =
        没有位置的文件，借用前后时间相近的文件的位置 [默认：上次的选择，否则借用]
    .levels =
        在哪些层级上聚类：country（国家）、province（省）、city（市）、district（区县）、township（乡镇）[默认：上次的值，否则 city,province]
    .long =
        索引文件夹，找出旅行和聚类，并列出旅行

        给出了路径，就先索引它们。一次旅行就是离开所有的家外出一次，不管多久、去了多少地方；平常的日子每个家只占一行。如果没有找到家，就改为列出聚类。

        聚类是另一种看法：在每个层级上，把一个地点有照片的日子连起来，只要其间没有照片的日子不超过 `--gap-days` 天。聚类的选项会被记住，供下次运行使用，不影响旅行。
    .max_days =
        忽略长于 N 天的聚类，1 到 99999 [默认：上次的值，否则 99999]
    .min_days =
        忽略短于 N 天的聚类，1 到 99999 [默认：上次的值，否则 1]
    .no_lend =
        没有位置的文件保持原样；会被记住，直到 `--lend` 为止
    .notify_command =
        运行一条 shell 命令，把这样的消息送到它的标准输入
    .notify_file =
        运行成功或失败时，把一条消息追加到文件，占一行 JSON；`-` 表示标准输出
    .paths =
        先索引的文件夹和文件
    .tag =
        给这次运行加的标记，供 `tasks list` 查找（可重复）
    .user_data =
        由 `tasks` 和消息返回的文字，不超过 2048 字节

sql =
    把规则打印成 SQL，在数据库里给许多人的文件聚类
    .after-long =
        示例：
          imm-cluster sql --levels city --gap-days 2 > clusters.sql
          imm-cluster sql runs > runs.sql && imm-cluster sql identity > identity.sql
    .gap_days =
        间隔天数，即一个聚类中间最多可以连续几天没有照片，0 到 99999
    .levels =
        在哪些层级上聚类：country（国家）、province（省）、city（市）、district（区县）、township（乡镇）
    .long =
        把规则打印成 SQL，在数据库里给许多人的文件聚类

        查询语句读取 `export parquet --evidence` 写出的内容，得到的聚类与 `run` 相同。DuckDB、DataFusion、Polars、Spark、ClickHouse 和 SQLite 都可以直接使用。
    .max_days =
        长于 N 天的聚类不要，1 到 99999
    .min_days =
        短于 N 天的聚类不要，1 到 99999
    .query =
        查询什么
    .query--clusters =
        聚类，来自表 `evidence`
    .query--identity =
        每个聚类长期使用的 id，来自表 `runs` 和 `ids`
    .query--runs =
        同上，也包括天数太少或太多的，供 `identity` 使用

stats =
    回顾每一年：离家天数、国家、路程
    .after-long =
        示例：
          imm-cluster stats
          imm-cluster stats --year 2024
          imm-cluster stats --on 2026-12-24
          imm-cluster stats --format json | jq -r '.years[] | [.year, .days_away, .distance_km] | @tsv'
    .long =
        回顾每一年：离家天数、国家、路程

        逐年列出并合计：离家天数、旅行次数、去过的国家和省份（新去的会注明）、路程、最远和最久的旅行、每月的文件数、文件最多的一天，以及往年的今天拍了什么。跨年的旅行两年都计入，天数和路程按各占的日子分摊。
    .on =
        不从今天，而从这一天回顾
    .year =
        只要这些年份，并逐项列出（可重复）

status =
    显示数据集里有什么
    .after-long =
        示例：
          imm-cluster status
          imm-cluster status --format json | jq .totals

tasks =
    列出最近 7 天的任务，或查看一个任务

tasks-list =
    列出最近 7 天的任务，可加筛选条件
    .after-long =
        示例：
          imm-cluster tasks list --status failed
          imm-cluster tasks list --tag by=cron --sort start --order desc --max-results 1
    .end_time =
        仅限在此范围内结束的任务
    .next_token =
        从这个 `task_id` 之后继续，即上一页的最后一个
    .sort =
        排序依据 [默认：start；用 `--format imm` 时为 task-id]
    .sort--end =
        结束时间
    .sort--start =
        开始时间
    .sort--task-id =
        id
    .start_time =
        仅限在此范围内开始的任务，例如 `2024-03-01..`
    .status =
        仅限处于此状态的任务
    .tag =
        仅限有这个标记的任务（可重复）
    .task_type =
        仅限这种类型的任务（可重复）；只有 `LocationDateClustering` 一种

tasks-show =
    查看一个任务
    .after-long =
        示例：
          imm-cluster tasks show 3f2a91c0
    .id =
        id，可以只写开头几位，能唯一确定即可

trips =
    列出、查看或编辑旅行

trips-delete =
    永久删除旅行；那几天的新照片不会让它们重新出现
    .after-long =
        示例：
          imm-cluster trips delete 3f2a91c0 77b0c1d2
    .long =
        永久删除旅行；那几天的新照片不会让它们重新出现

        那几天的聚类保留。`restore` 可以撤销删除。

trips-list =
    列出旅行，可加筛选条件
    .after-long =
        示例：
          imm-cluster trips list --start-time 2024-01-01..2024-12-31
          imm-cluster trips list --address country=Japan --sort update --order desc
          imm-cluster trips list --format ndjson | jq -r '[.start_date, .name] | @tsv'
    .long =
        列出旅行，可加筛选条件

        一次旅行就是离开所有的家外出一次，不管去了多少地方；每次旅行都附有停留地。`imm-cluster homes list` 显示各个家。

trips-merge =
    合并旅行，沿用第一次的 id
    .after-long =
        示例：
          imm-cluster trips merge 3f2a91c0 77b0c1d2

trips-pin =
    固定旅行，以后的运行不再改动它们
    .after-long =
        示例：
          imm-cluster trips pin 3f2a91c0

trips-reset =
    重置旅行，撤销合并、拆分和固定
    .after-long =
        示例：
          imm-cluster trips reset 3f2a91c0

trips-restore =
    恢复已删除的旅行
    .after-long =
        示例：
          imm-cluster trips restore 3f2a91c0

trips-show =
    逐日查看一次旅行
    .after-long =
        示例：
          imm-cluster trips show 3f2a91c0
          imm-cluster trips show 3f2a91c0 --explain
    .explain =
        说明它为什么在那天开始、在那天结束
    .id =
        id，可以只写开头几位，能唯一确定即可

trips-split =
    把一次旅行拆分成两次
    .after-long =
        示例：
          imm-cluster trips split 3f2a91c0 --at 2024-03-05
    .id =
        id，可以只写开头几位，能唯一确定即可

trips-update =
    设置旅行的标题、自定义 id 或标签
    .after-long =
        示例：
          imm-cluster trips update 3f2a91c0 --title 'Honeymoon'
          imm-cluster trips update 3f2a91c0 --label with=Anna --label rating=5
    .label =
        标签（可重复；总共不超过 100 个）
    .title =
        标题，不超过 1024 字节

clap =
    .usage = 用法：
    .commands = 命令：
    .arguments = 参数：
    .options = 选项：
    .values = 可选值：
    .values-inline = {"[可选值："}
    .default = {"[默认："}
    .aliases = {"[别名："}
    .some-options = {"[选项]"}
    .some-command = {"[命令]"}
    .command = <命令>
    .help-short = 显示帮助（`--help` 更详细）
    .help-long = 显示帮助（`-h` 为摘要）
    .help = 显示帮助
    .version = 显示版本
    .help-command = 显示本帮助或子命令的帮助
    .heading-global = 全局选项：
    .heading-task = 任务选项：
    .heading-cluster = 聚类选项（不影响旅行）：
    .heading-folder = 文件夹选项（每个文件夹分别记住）：
    .heading-count = 只计入这些聚类中的文件：

man-page =
    .name = 名称
    .synopsis = 用法
    .description = 说明
    .options = 选项
    .subcommands = 子命令
    .extra = 补充
    .version = 版本
