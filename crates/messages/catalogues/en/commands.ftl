### All other commands, and what they print

## Shared

## Options

dataset-no-name = `--dataset` requires a name or a path
dataset-no-folder = there is no home folder for datasets
dataset-no-folder-hint = use a path: `--dataset ./photos.json`
exclude-invalid = invalid value `{ $pattern }` for `--exclude`: { $why }
days-reversed =
    `--min-days { $min }`{ $min_from ->
        [last-run] {" "}(from the last run)
       *[typed] {""}
    } is more than `--max-days { $max }`{ $max_from ->
        [last-run] {" "}(from the last run)
       *[typed] {""}
    }
format-imm-not-here = `--format imm` is for `run` without `--dry-run`, `clusters list`, `tasks list` and `tasks show`
format-imm-hint = `--format json` works everywhere

## Values of options

value-position = expected latitude and longitude in degrees, such as 30.2489,120.1485
value-unknown = unknown value
value-key-value = expected KEY=VALUE
value-time = { $why }; expected a time such as 2024-03-03T09:12:44
value-shift = expected hours and minutes with a sign, such as +01:00, at most 999999:59:59
value-pictures = expected 1 to { $most }, or `none`
value-day-starts = expected a time from 00:00 to 12:00
value-user-data = { $len } bytes are too many, at most { $most } are allowed
value-zone = expected an IANA time zone, such as Asia/Shanghai

## Languages of names

own-places-ignored = your own places are ignored, and names are in English: { $why }

## export

export-no-parquet = this imm-cluster was built without Parquet support
export-no-parquet-hint = `export csv` has the same columns; the Cargo feature `parquet` brings it back
export-to-terminal = `--output -` is a terminal, and { $format } is binary
export-name-a-file = name a file: `--output { $file }`
export-written = { $what } written to { $path }
export-over-dataset = `--output { $path }` is the dataset or one of its files
export-over-media = `--output { $path }` is a photo or video
export-over-hint = choose another file: it would be replaced

## export albums

albums-template = `--template { $template }`: { $why }
albums-over-files = { $folder } holds files of the dataset, in { $known }
albums-over-files-hint = choose a separate folder for albums, such as `~/Albums`
albums-hint-devices = hard links cannot go from one device to another; use `--link symbolic` or `--link copy`
albums-hint-links = without the right to write there, choose another folder; where the file system knows no such links, use `--link copy`
albums-hint-reflink = where the file system cannot share data between files, or the files are on another one, use `--link copy`
albums-heading-change = CHANGE
albums-heading-added = ADDED
albums-heading-removed = REMOVED
albums-heading-album = ALBUM
albums-renamed = renamed
albums-removed = removed
albums-files-added = added
albums-none = no albums
albums-dry-run = { $albums } (dry run)
albums-file-kept = `{ $path }` was kept: it was changed, or is the last copy of its file
albums-more-kept = and { $more } more were kept (`-v` lists all)
albums-not-there = { $files } skipped: not found
albums-now-by-trip = { $albums } of clusters were replaced by trips; `--by cluster` brings them back
albums-now-by-cluster = { $albums } of trips were replaced by clusters; `--by trip` brings them back
albums-not-chosen = { $albums } of trips or clusters that are not selected were kept; `--prune` removes them
albums-unknown = { $albums } of trips or clusters unknown to this dataset were kept; `--prune` removes them

## export xmp

xmp-written = { $sidecars } written
xmp-would-be-written = { $sidecars } would be written
xmp-existing = { $files } already had one
xmp-skipped = { $files } skipped
xmp-unwritten = cannot write sidecars in { $path }: { $why }
xmp-hint-other-folder = sidecars can go into another folder: `--output DIR`

## report

report-open-needs-file = `--open` cannot be used with `--output -`
report-no-browser = cannot open a browser: { $why }; open { $path } in one yourself
report-too-large =
    { $count ->
        [one] 1 picture is
       *[other] { $count } pictures are
    } too large to show
report-frames =
    { $count ->
        [one] { $program } made the picture of 1 video
       *[other] { $program } made the pictures of { $count } videos
    }
report-unreadable = { $pictures } cannot be read
report-of-trips = { $path }: { $trips }, { $clusters } at home, { $files }, { $pictures }, { $size }
report-of-clusters = { $path }: { $clusters }, { $files }, { $pictures }, { $size }
report-hint-other-place = choose another place with `--output`
demo-open-page = To see the trips, open this page in a browser:
report-no-regular-file = it is not a regular file
browser-none = `BROWSER` names no browser
browser-not-installed = `{ $program }` is not installed
browser-failed = `{ $program }` failed, { $status }

## files

files-heading-taken = TAKEN
files-heading-path = PATH
files-unreadable = unreadable: { $reason }
files-place-lent = { $place } (lent)
files-path-missing = { $path } (missing)
files-empty-next = `imm-cluster index ~/Pictures` reads the files of a folder
files-not-shifted = { $files } cannot be shifted: no time, no time of day, or an impossible result; `--time` sets one
files-corrected = { $files } corrected; the next `imm-cluster run` uses it
files-nothing-to-change = nothing to change

## files show

file-path = path
file-format = format
file-camera = camera
file-unreadable = unreadable
file-missing = missing
file-gone = gone at the last scan
file-taken = taken
file-day-unknown = { $date } (day unknown)
file-from = { $value }  (from { $source })
file-offset = offset
file-local-day = local day
file-position = position
file-time-zone = time zone
file-address = address
file-lent = lent
file-same-moment = same moment
file-note = note
file-trips = trips
file-in-cluster = { $place }, { $dates }  ({ $id })
file-in-no-cluster = none: { $reason }
file-time-clues = time clues
file-position-clues = position clues
offset-stated = stated with the time
offset-position = from the time zone of the position
offset-gps = from the time of the GPS fix
offset-device = stated by the device
offset-second-clue = from a second clue to the same moment
offset-track = from the time zone of the location history
offset-neighbour = from the nearest photo in time
offset-option = from the option --time-zone
offset-file-name = from the file name, whose time is in UTC
lent-forgotten = a forgotten file
lent-track = the position of the location history, { $apart } apart
lent-near = the position of { $file }, { $apart } apart
lent-country = only the country: from { $file }, { $apart } apart; the files around it are elsewhere
lent-city = only the city: { $file }, { $apart } apart, and { $other } are in the same city within 24 hours
lent-province = only the province: { $file }, { $apart } apart, and { $other } are in the same province within 72 hours
doubt-virtual = ignored: nobody can be there, near 0,0 or on an island of a ride simulator
doubt-day-at-home = ignored: nobody can be { $far } away on { $day }, a day at home
doubt-between-days = ignored: nobody can be { $far } away between two days at home, { $before } and { $after }
doubt-short = ignored: nobody can be { $far } away for such a short time, according to the last run

## tasks

tasks-empty-next = every `imm-cluster run` is listed here for 7 days
tasks-heading-started = STARTED
tasks-heading-seconds = SECONDS
tasks-heading-status = STATUS
tasks-heading-clusters = CLUSTERS
tasks-heading-new = NEW
tasks-heading-changed = CHANGED
tasks-heading-tags = TAGS
task-status = status
task-message = message
task-started = started
task-ended = ended
task-options = options
task-clusters = clusters
task-files = files
task-tags = tags
task-user-data = user data
task-id = id
task-request = request
task-event = event
task-rules =
    levels { $levels }, gap of { $gap }, { $min } to { $max } days, days start at { $starts }{ $lends ->
        [no] , no lent positions
       *[yes] {""}
    }

## gazetteer

gazetteers-no-folder = there is no home folder for gazetteers
gazetteers-no-folder-hint = set `IMM_CLUSTER_GAZETTEERS` to a folder
gazetteers-none = nothing imported yet: `imm-cluster gazetteer import FILE` imports boundaries or places
gazetteers-heading-order = ORDER
gazetteers-heading-levels = LEVELS
gazetteers-heading-features = FEATURES
gazetteers-heading-mb = MB
gazetteers-heading-data-of = DATA OF
gazetteers-heading-imported = IMPORTED
gazetteer-skipped = features skipped: { $count } ({ $why })
gazetteer-imported =
    { $name }: { $count } { $kind ->
        [places] places
       *[polygons] polygons
    }, { $levels }
gazetteer-as-preset = { $levels } (as { $preset })
gazetteer-next = the next `imm-cluster index` or `run` renames the places in the dataset
gazetteer-built-in = Built-in data: version { $version }
gazetteer-nothing-imported = Nothing was imported.
gazetteer-imported-first = Imported, with precedence over the built-in data:

## lookup

lookup-points = a point is written LAT,LON in degrees, such as 30.2489,120.1485
lookup-no-point = not a point: expected LAT,LON in degrees
lookup-out-of-range = { $why }: latitudes go from -90 to 90, longitudes from -180 to 180
lookup-no-zone = no time zone
lookup-no-place = no place
lookup-error = error: { $why }
lookup-no-points = { $rows } without a point
lookup-over-file = { $path } exists and is not a Parquet file that imm-cluster wrote
lookup-over-file-hint = choose another name, or remove it first

## places

places-empty-next = `imm-cluster places add NAME LAT,LON` adds one
column-name = NAME
places-heading-radius = RADIUS
places-area =
    the { $level } within { $radius } of { $centre }
places-known = `{ $name }` already names that place
places-named = `{ $name }` names { $area }
places-renamed = `{ $name }` names { $area } (before: { $before })
places-removed = { $names } removed
places-stored = { $what }; { $files } renamed in the dataset, and the next `imm-cluster run` uses the name

## roots and forget

roots-empty-next = `imm-cluster index ~/Pictures` adds one
roots-heading-files = FILES
roots-heading-folder = FOLDER
roots-heading-options = OPTIONS
roots-files-removed = { $files } removed from the dataset
roots-move-known = { $path } is already a remembered folder; remove it first
roots-moved = { $files } found there unchanged

## status

status-dataset = dataset
status-folder = folder
status-folder-of = { $path } ({ $files })
status-track = track
status-track-gone = { $path } (gone)
status-files = files
status-missing = { $count } missing
status-unreadable = { $count } unreadable
status-without-time = { $count } without a time
status-without-position = { $count } without a position
status-days = days
status-homes = homes
status-trips = trips
status-clusters = clusters
status-clusters-of =
    { $count } { $level }
status-none = none
status-options = options
status-rules =
    gap of { $gap }, { $min } to { $max } days, { $levels }, days start at { $starts }{ $lends ->
        [no] , no lent positions
       *[yes] {""}
    }
status-geodata = geodata

## stats

column-away = AWAY
column-countries = COUNTRIES
column-distance = DISTANCE
column-months = JAN–DEC
column-provinces = PROVINCES
column-trips = TRIPS
column-year = YEAR
stats-all = All years, { $first } to { $last }
stats-away = away
stats-busiest = most files
stats-countries = countries
stats-day = { $date }: { $what }
stats-distance = distance
stats-farthest = farthest
stats-files = { $files } on { $days }
stats-files-and-videos = { $files } on { $days }, { $videos ->
    [one] 1 of them a video
   *[other] { $videos } of them videos
}
stats-longest = longest
stats-months = files per month
stats-named = { $count }: { $names }
stats-named-more = { $count }: { $names } and { $more } more
stats-new = { $name } (new)
stats-no-such-year = no files or trips in these years; there are some from { $first } to { $last }
stats-none = no file has a known day; `imm-cluster files list --without time` lists them
stats-of-trip = { $what }: { $trip }
stats-on-this-day = On { $day } of other years
stats-on-trips = { $days } on { $trips }
stats-provinces = provinces
stats-trip = { $trip }, { $dates } ({ $id })
stats-trip-id = { $trip } ({ $id })
stats-with-new = { $count } ({ $new } new)

## recover

recover-intact = the dataset is intact; nothing was changed
recover-dataset = dataset
recover-damaged = damaged
recover-saved = saved
recover-lost = lost
recover-line = line { $line }
recover-lines = lines { $first } to { $last }
recover-more = { $more } more
recover-behind = everything after line { $line }
recover-no-folder = { $files } without a folder
recover-no-place = { $files } without their place
recover-nameless = the path of folder { $id } is lost; set it with `imm-cluster roots move /lost-folder-{ $id } NEW`
recover-displaced = { $files } may be listed in the wrong folder; the next `imm-cluster index` corrects that
recover-hint = `imm-cluster index` reads again what was lost
report-fewer = only { $each } per trip or cluster fit into the page; `--size` allows more
value-size = expected 500KB to 500MB
value-distance = expected 10m to 100km
man-pages = man pages in { $folder }
single-files = (single files)
man-page-not-ours = another file with that name exists
