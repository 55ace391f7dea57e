## Things, counted: `text::counted`

count-album = { $count ->
    [one] 1 album
   *[other] { $count } albums
}
count-cluster = { $count ->
    [one] 1 cluster
   *[other] { $count } clusters
}
count-day = { $count ->
    [one] 1 day
   *[other] { $count } days
}
count-file = { $count ->
    [one] 1 file
   *[other] { $count } files
}
count-folder = { $count ->
    [one] 1 folder
   *[other] { $count } folders
}
count-home = { $count ->
    [one] 1 home
   *[other] { $count } homes
}
count-picture = { $count ->
    [one] 1 picture
   *[other] { $count } pictures
}
count-place = { $count ->
    [one] 1 place
   *[other] { $count } places
}
count-row = { $count ->
    [one] 1 row
   *[other] { $count } rows
}
count-sidecar = { $count ->
    [one] 1 sidecar
   *[other] { $count } sidecars
}
count-task = { $count ->
    [one] 1 task
   *[other] { $count } tasks
}
count-trip = { $count ->
    [one] 1 trip
   *[other] { $count } trips
}

## The same without a number: `text::plural`

several-album = albums
several-cluster = clusters
several-file = files
several-folder = folders
several-home = homes
several-place = places
several-task = tasks
several-trip = trips

## Levels: `Level::in_words`

level =
    { $level ->
        [country] country
        [province] province
        [city] city
        [district] district
       *[township] township
    }
