### The trips and clusters: run, trips, clusters, index

## Labels before a line

label-error = error:
label-hint = hint:
label-warning = warning:
labelled = { $label } { $text }

## Lists, sums, and dates

clause-comma = {", "}
summary = { $sum }: { $parts }
summary-all = { $sum }, all { $what }
summary-part = { $count } { $what }
part-changed = changed
part-missing = missing
part-new = new
part-no-longer-listed = no longer listed
part-unchanged = unchanged
part-unreadable = unreadable
held-lent = { $files }, { $lent } of them with a lent position
held-lent-missing = { $files }, { $lent } of them with a lent position; { $missing } missing
held-missing = { $files } and { $missing } missing
kilometres = { $number } km
length-hours = { $number } h
length-minutes = { $number } min
length-seconds = { $number } s
year = { $year }

## How far a step is

progress-files = files
progress-in = in { $path }
progress-looking = Looking
progress-pace = {", "}{ $rate }/s
progress-pace-left = {", "}{ $rate }/s, { $left } left
progress-reading = Reading

## The calendar

calendar-dayless = { $count ->
    [one] 1 file has no known day; `imm-cluster files list --without time --state present` lists it
   *[other] { $count } files have no known day; `imm-cluster files list --without time --state present` lists them
}
calendar-legend = { $marks } files
calendar-none = no days with files match
calendar-weekdays = Mo Tu We Th Fr Sa Su
calendar-year = { $year }: { $files } on { $days }

## Indexing

dataset-empty = the dataset has no files: `{ $command }` reads the files of a folder
dataset-without-position = { $files } in the dataset without a position
dataset-without-time = { $files } in the dataset without a time
error-tracks-is-folder = `{ $path }` is a folder, not a location history
files-checked = { $files } checked
files-excluded = { $count ->
    [one] 1 file is now excluded and was removed from the dataset
   *[other] { $count } files are now excluded and were removed from the dataset
}
files-in-cloud = { $count ->
    [one] 1 file is in the cloud and not on this disk, and was not read; `--download` fetches it
   *[other] { $count } files are in the cloud and not on this disk, and were not read; `--download` fetches them
}
files-pruned = { $count ->
    [one] 1 file removed from the dataset
   *[other] { $count } files removed from the dataset
}
folder-offline = `{ $root }` is offline: { $why }; its files stay in the dataset
hint-nothing-in-paths = name another folder; `--hidden` includes hidden files, and `imm-cluster roots list` shows what `--exclude` skips
hint-tracks-is-folder = name folders to index before `--tracks`
no-dataset-yet = no dataset `{ $path }` yet: `imm-cluster run ~/Pictures` makes one
nothing-in-paths = no photos or videos in { $paths }
passed-over = `{ $path }` { $reason }
path-not-there = `{ $path }` does not exist
rest-was-indexed = the other paths were indexed ({ $files }); `imm-cluster run` uses them
track-read = `{ $path }` is a location history ({ $format }): { $kept } of { $positions ->
    [one] 1 position
   *[other] { $positions } positions
} kept
track-skipped = { $count } { $why }
unread-file = `{ $path }` could not be read: { $reason }
unread-files-more = and { $count } more could not be read (`-v` lists all)
unread-folder = `{ $path }` could not be listed: { $reason }
unread-folders-more = and { $count } more could not be listed (`-v` lists all)
unread-track = `{ $path }` is not a readable location history: { $reason }
unread-tracks-more = and { $count } more is not a readable location history (`-v` lists all)

## What a run came to

change-absorbed = now part of { $other }
change-came-back = listed again
change-files = now { $files }
change-grew = grew, was { $before }
change-merged = grew, was { $before }; absorbed { $other }
change-moved = moved, was { $before }
change-shrank = shrank, was { $before }
change-split-off = new, split off from { $other }
change-suspended = no longer listed: { $why }
changes-more = and { $count } more (`-v` lists all)
cluster-changed = { $level } { $place }, { $dates }: { $change }
error-folder-options = folder options need a path to index
files-in-no-cluster = files in no cluster: { $reasons }
hint-folder-options = name the folder again, or use `imm-cluster index`
hint-gap-too-long = a gap of { $days } days joins separate trips; 0 to 3 suits trips
hint-lengths-are-of-clusters = `--gap-days`, `--min-days` and `--max-days` affect clusters, not trips; `--clusters` lists clusters
hint-next-step = `{ $report }` shows all of this on a map, `{ $show }` shows one in detail
hint-without-position = { $count } of { $files } have no position: `imm-cluster files list --without position` lists them, `imm-cluster files set` corrects them
hint-without-time = { $count } of { $files } have no time: `imm-cluster files list --without time` lists them, `imm-cluster files set` corrects them
implausible = { $files } ignored for trips because the position cannot be true: { $reasons }; `imm-cluster files list --implausible` lists them
implausible-far = { $count } too far from home to reach between two days at home
implausible-virtual = { $count } near 0,0 or on an island of a ride simulator
none-but-lent = { $count } without a position ({ $lent } of them lent one)
none-for-days = { $count } outside --min-days/--max-days ({ $level })
none-for-position = { $count } without a position
none-for-region = { $count } with no known { $level }
none-for-time = { $count } without a time
none-for-zone = { $count } without a time ({ $zoneless } of them without a time zone: `imm-cluster index --time-zone ZONE` sets it)
notify-command-failed = the notification command `{ $command }` failed: { $why }
notify-foreign-file = it contains something other than notifications
notify-not-written = cannot write the notification to `{ $path }`: { $why }
positions-lent = { $count ->
    [one] 1 file without a position was lent
   *[other] { $count } files without a position were lent
} the position of files taken around the same time; `--no-lend` turns this off
region = { $level } { $address }
task-not-recorded = cannot record this task in `{ $path }`: { $why }

## Columns and labels

column-activity = ACTIVITY
column-centre = CENTRE
column-dates = DATES
column-days = DAYS
column-evidence = EVIDENCE
column-far = FAR
column-files = FILES
column-from = FROM
column-home = HOME
column-id = ID
column-level = LEVEL
column-place = PLACE
column-title = TITLE
column-to = TO
column-trip = TRIP
label-dates = dates
label-days = days
label-far = far
label-files = files
label-first = first
label-id = id
label-in = in
label-last = last
label-level = level
label-place = place
label-state = state
label-title = title
label-trip = trip

## Trips

at-sea = (at sea)
border-also-at-home = on { $date } photos were taken both at home and away
border-at-home = on { $date } all photos were taken at home
border-by-hand = you split it there, or deleted or pinned its neighbour
border-nothing-after = there are no photos after it
border-nothing-before = there are no photos before it
border-silence-after = no photos for { $days } after it; at most { $bridged } are allowed here, where going home in between is a detour of { $km } km
border-silence-before = no photos for { $days } before it; at most { $bridged } are allowed here, where going home in between is a detour of { $km } km
days-with-photos = { $active } of { $days } with photos
home-line = { $name }, home: { $days }, { $clusters }; `imm-cluster clusters list` lists them
home-line-with-dates = { $name }, home { $from } to { $to }: { $days }, { $clusters }; `imm-cluster clusters list` lists them
place-with-files = { $place } { $files }
spell-away = away { $dates }
spell-begins = begins: { $why }
spell-ends = ends: { $why }
stop = { $name } { $days }
trip-absorbed = part of { $other } now
trip-deleted = deleted by you; `imm-cluster trips restore` restores it
trip-far = { $farthest } from { $home }, { $distance } in all
trip-name-of-a-day = { $name } (day trip)
trip-of-a-day = 1, a day trip
trip-suspended = suspended: no photos show it at present
trips-none-away = no trips: no file was taken away from home
trips-none-no-home = no trips: no home is known; `{ $command }` adds one

## Clusters

cluster-absorbed = absorbed into { $other }
cluster-days-with-photos = { $active } of { $days } days with photos
cluster-deleted = deleted by you; `imm-cluster clusters restore` restores it
cluster-suspended = suspended: no photos match it under the present options
clusters-for-no-home = no home found, so these are clusters instead of trips; `imm-cluster homes add` adds one
clusters-none = no clusters at these levels or within `--min-days` and `--max-days`; `imm-cluster status` shows the options of the last run
error-by-is-for-tables = `--by` is for tables only; JSON is one list
error-level-of-trips = `--level` is for clusters, trips have no level
group-sums = { $group }: { $sums }
hint-by-is-for-tables = `--format json | jq 'group_by(.start_date[:4])'` groups by year
hint-level-of-trips = drop `--by trip`, or use `--by cluster`
step-by-hand = { $days } without photos: split by hand
step-day-taken = ignored: a cluster of that day was deleted or pinned
step-joined = { $days } without photos, at most { $gap } allowed (--gap-days): continues
step-listed = { $dates }, { $days }: listed
step-not-listed = { $dates }, { $days }: not listed, outside --min-days/--max-days ({ $least } to { $most })
step-too-wide = { $days } without photos, more than { $gap } (--gap-days): ends

## Homes

home-added = added home `{ $name }`
home-changed = changed home `{ $name }`
home-removed = removed home { $names }
home-reset = reset home { $names }
homes-none = no homes: no place has photos on enough days; `imm-cluster homes add` adds one
homes-none-yet = no homes yet: `imm-cluster run` finds them
homes-reset = reset all homes

## What is asked for

error-address-key = `--address { $key }=…` is not known; the keys are country, country_code, province, city, district, township, address_line
query-range = { $given }: { $why }
query-range-reversed = { $given } ends before it begins
query-range-unbounded = { $given } has neither a beginning nor an end
imm-page-too-long = `--max-results { $page }` is too many with `--format imm`; 1 to { $most } are allowed
no-match = no match among { $all }; try fewer filters
none-yet = no { $what } yet: { $next }
nothing-stored = nothing was stored
nothing-to-delete = `{ $id }` is not in the dataset: nothing to delete
run-finds-them = `{ $command }` finds them
