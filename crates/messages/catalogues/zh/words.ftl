## Things, counted: `text::counted`

count-album = { $count } 个相册
count-cluster = { $count } 个聚类
count-day = { $count } 天
count-file = { $count } 个文件
count-folder = { $count } 个文件夹
count-home = { $count } 个家
count-picture = { $count } 张图片
count-place = { $count } 个地点
count-row = { $count } 行
count-sidecar = { $count } 个附属文件
count-task = { $count } 个任务
count-trip = { $count } 次旅行

## The same without a number: `text::plural`

several-album = 相册
several-cluster = 聚类
several-file = 文件
several-folder = 文件夹
several-home = 家
several-place = 地点
several-task = 任务
several-trip = 旅行

## Levels: `Level::in_words`

level =
    { $level ->
        [country] 国家
        [province] 省
        [city] 市
        [district] 区县
       *[township] 乡镇
    }
