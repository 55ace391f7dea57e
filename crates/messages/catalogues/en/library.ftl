### What the library says: of files, folders, clues, and why

## Steps that take a while

progress-comparing = Comparing possible copies
progress-exporting = Exporting
progress-naming = Naming places again
progress-pictures = Making pictures of

## Folders: what has changed, and what is not there

option-changed = { $name } is now { $now } (was { $before })
option-nothing = nothing
option-none = none
option-on = on
option-off = off
folder-is-part-of = { $child } is now part of { $path }, and its own options no longer apply
path-not-found = not found
offline-no-access = it cannot be accessed: { $why }
offline-not-mounted = nothing is mounted there
offline-empty = it is empty
folder-other-mount = another file system was mounted there meanwhile

## Rows of evidence that cannot be true

evidence-no-day = day { $day } is not in the years 1 to 9999
evidence-no-key = `{ $key }` is no key of a { $level }: expected the ids from the country down as JSON, beginning with the keys of the levels above
evidence-no-cell = there is no cell { $row },{ $column }
evidence-too-many = there are more files than can be counted

## Points in a Parquet file

points-damaged = the file is damaged
points-no-column = found none of the columns { $names }
points-no-degrees = column `{ $column }` is not of type DOUBLE or FLOAT
points-no-codec = column `{ $column }` is compressed with { $codec }; only Snappy can be read
points-rows = a row group has more than { $most } rows
points-column-there = there is a column `{ $column }` already

## Why something is left out, behind its path

skipped-marked = is skipped: it contains a `.nomedia` file
skipped-hidden = is skipped: it is hidden (`--hidden` includes it)
skipped-pattern = is skipped: it matches `--exclude`
skipped-system = is skipped: it is a system folder
skipped-derived = is skipped: only the originals in a photo library are read
skipped-backup = is skipped: it is a backup copy made by ExifTool
skipped-extension = is skipped: its extension is not that of a photo or video

## Records in JSON

record-option-changed = JSON records: { $change }
record-long-line = the line is longer than 1 MiB
record-cut-short = it is cut short
record-invalid-json = invalid JSON at column { $column }
record-invalid-time = `capture_time`: invalid time `{ $text }`
record-invalid-date = `local_date`: { $why }
record-no-object = a record must be an object
record-no-path = `path` is empty

## Homes: why a place is one

home-without-photos = added by you; no photos there
home-seen =
    { $how ->
        [lived-in] home
        [now-and-then] visited now and then, mostly for a day,
       *[stated] added by you;
    } { $first } to { $last }: seen on { $seen } of { $active } active { $count ->
        [one] day
       *[other] days
    }
home-seen-once =
    { $how ->
        [lived-in] home
        [now-and-then] visited now and then, mostly for a day,
       *[stated] added by you;
    } seen only on { $day }

## Clues: what becomes of them

verdict-chosen = chosen
verdict-by-user = chosen: you corrected it
verdict-offset-only = tells the offset from UTC only
verdict-not-needed = not needed: another clue takes precedence
reason-time-empty = empty
reason-time-not-a-date = not a date
reason-time-reset-clock = the default of a clock that was reset
reason-time-before-photography = before the first photograph (1826)
reason-time-partial = no day: only a year or a month
reason-time-too-late = in the year 2100 or later
reason-position-out-of-range = out of range
reason-position-no-fix = 0,0 means no fix

## Files: what was wrong in reading them

note-of-part = { $part }: { $why }
note-sidecar = sidecar { $name }: { $why }
note-compressed-box = a compressed box cannot be read
note-malformed-properties = the properties are malformed
note-no-longer-media = the file is no longer a photo or video
note-unreadable-now = the file cannot be read now: { $why }
note-gcj02 = positions in this folder are in GCJ-02, and are converted to WGS 84 within mainland China

## Why a file is in no cluster, or a cluster in no list

not-listed-no-time = no time is known
not-listed-no-zone = the time zone is unknown
not-listed-no-position = no position is known
not-listed-no-region = no { $level } is known there
not-listed-no-run = no run yet
not-listed-no-such-level = the last run did not include this level
not-listed-deleted = you deleted the cluster of that day
not-listed-outside = { $days }, outside --min-days/--max-days of the last run ({ $least } to { $most })
not-listed-unknown = it was added after the last run, or is outside --min-days/--max-days
suspended-deleted = you deleted it
suspended-no-such-level = { $level } is not among the levels of this run
suspended-outside = { $days }, outside --min-days/--max-days ({ $least } to { $most })
suspended-no-photo = no photos of its days are left

## Location histories

track-broken = { $what }, { $place }: { $reason }
track-line = line { $line }, column { $column }
track-byte = byte { $byte }
track-format-records = Google location records
track-format-semantic = Google Semantic Location History
track-format-android = Google Timeline of Android
track-format-ios = Google Timeline of iOS
track-skip-no-time = without a time
track-skip-impossible-time = at an impossible time
track-skip-no-position = without a position
track-skip-out-of-range = beyond the globe
track-skip-nowhere = where nobody can be
track-skip-inaccurate = less accurate than 5 km

## Imports: what is wrong with a file

reason-gazetteer-damaged = it is damaged
reason-gazetteer-version = another version of imm-cluster wrote it
import-ends-early = it ends too early
import-folder = it is a folder
import-empty = it is empty
import-zip = it is a ZIP archive
import-gzip = it is compressed
import-sqlite = it is a GeoPackage or another SQLite database
import-unknown = it is not GeoJSON, FlatGeobuf, a shapefile or a GeoNames dump
import-companion = it can only be imported together with a file of places
import-no-properties = none
import-nothing = it contains nothing
import-no-features = it has no features
import-changed = it changed while it was read
import-out-of-range = { $why } in { $count } of its features, such as { $example }
import-all-skipped = none of its features can be used; in { $count } of them: { $why }
import-no-flatgeobuf = not a FlatGeobuf file
import-flatgeobuf-version = this is FlatGeobuf of version { $version }; version 3 is required
import-long-header = its header claims to have { $len } bytes
import-header-damaged = its header is damaged
import-feature-damaged = feature { $number } is damaged
import-ends-in-index = it ends within the index of its { $features } features
import-in-feature = in feature { $number }, line { $line }, column { $column }: { $reason }
import-topojson = this is TopoJSON; convert it to GeoJSON first, with `topo2geo` or ogr2ogr
import-only-geometry = a geometry alone has no name; a feature is required
import-no-geojson = this is not GeoJSON
import-no-geojson-type = this is not GeoJSON: its `type` is neither a feature nor a collection
import-columns = expected 19 columns, found { $count }
import-unit-columns = expected four columns: code, name, name in ASCII, number
import-no-number-first = it does not begin with a number
import-no-number-second = its second column is not a number
import-no-number-last = its last column is not a number
import-at-line = line { $line }: { $reason }
import-line-long = line { $line } is longer than 1 MiB
import-line-not-utf8 = line { $line } is not UTF-8
import-cpg-unknown = its `.cpg` names an unknown encoding: `{ $name }`
import-no-dbf = the `.dbf` with the names is not next to it
import-dbf-damaged = its `.dbf` is damaged: the fields do not fit
import-dbf-short = its `.dbf` has { $count } records only, its `.shp` more
import-dbf-ends = its `.dbf` ends in record { $record }
import-shp-ends = its `.shp` ends in record { $record }
import-no-shapefile = this is not a shapefile
import-no-polygons = its shapes are not polygons
import-projected = its coordinates are metres on a map (`{ $name }`); degrees in WGS 84 are required
import-a-projection = a projection

## Imports: the way out

hint-import-convert = convert it first: `ogr2ogr boundaries.fgb FILE`
hint-import-files-in-it = name the files in it
hint-import-unzip = unpack it and import what is in it
hint-import-gunzip = unpack it first, with `gunzip`
hint-import-name-places = name the file of places, `allCountries.txt` for example
hint-import-again = import it again
hint-import-swapped = latitude and longitude seem to be swapped; GeoJSON has the longitude first
hint-import-degrees = degrees in WGS 84 are required: `ogr2ogr -t_srs EPSG:4326 degrees.fgb FILE`

## Reasons that the code keeps in English, so that what is stored is the same for everyone: `retold`

reason-not-found = not found
reason-vanished = it vanished before it could be read
reason-reader-failed = the reader failed on it; please report this file
reason-file-empty = the file is empty
reason-not-media = it is neither a photo nor a video, whatever its name says
reason-cut-short = the file is cut short
reason-absurd-size = a size in a header is absurd
reason-no-regular-file = it is no longer a regular file
reason-link-in-the-way = a link or something else is in the way
reason-other-in-place = something else has taken its place
reason-other-name = it has another name elsewhere
reason-is-link = it is a link, and links are not followed
reason-no-file-name = it is not a file name
reason-circle = its links lead in a circle
reason-gazetteer-large = it would be larger than 16 GiB
reason-export-running = another export is writing to it
reason-changed-meanwhile = the file was changed meanwhile
reason-no-album-list = it is not an album list
reason-newer-album-list = a newer imm-cluster wrote it
reason-outside-folder = it lists something outside the folder
reason-tasks-replaced = others keep on replacing it
reason-tasks-held = another process does not let go of it
reason-no-tasks = it holds something else than tasks
reason-text-16 = it has a text of more than 16 MiB
reason-text-4 = it has a text of more than 4 MiB
reason-text-1 = it has a text or number of more than 1 MiB
reason-deep = it is nested too deeply
reason-track-empty = it is empty
reason-track-zip = it is a ZIP archive (KMZ is one too), which has to be unpacked first
reason-track-utf16 = it is text in UTF-16, which has to be saved as UTF-8 first
reason-track-neither = it is neither XML nor JSON
reason-track-other-json = it is JSON, but not a known location history
reason-track-other-xml = it is XML, but neither GPX nor KML
reason-track-two-kinds = it is two kinds of history at once
reason-track-cut-short = it is cut short
reason-track-parts = an entry has more than 100,000 parts
reason-track-no-element = there is no element in it
reason-track-second = a second document follows
reason-riff-not-webp = a RIFF file, but not WebP
reason-small-box = a box is smaller than its header
reason-small-object = an object is smaller than its header
reason-short-header = a header is too short
reason-no-sync = a packet has no sync byte
reason-invalid-element = an element has no valid header
reason-no-crw = no CRW header at the start
reason-no-gif = no GIF signature at the start
reason-no-jxl = no JPEG XL signature at the start
reason-no-jpeg-marker = no JPEG marker where one must stand
reason-no-mrw = no MRW signature at the start
reason-no-png = no PNG signature at the start
reason-no-raf = no RAF signature at the start
reason-no-riff = no RIFF header at the start
reason-no-tiff = no TIFF header at the start
reason-no-tiff-in-exif = no TIFF header in the Exif block
reason-no-x3f = no X3F signature at the start
reason-no-x3f-directory = no X3F directory where one must be
reason-no-meta = no meta box, which lists the items
reason-no-moov-exif = no moov box, which holds the Exif
reason-no-moov = no moov box: the recording was not finished
reason-no-iloc = no iloc box, which locates the items
reason-hvcc-cut = the hvcC box is cut short
reason-iloc-cut = the iloc box is cut short
reason-picture-cut = a coded picture is cut short
reason-picture-parts = a coded picture has too many parts
reason-no-still = no photo in the archive
reason-archive-damaged = the archive is damaged
reason-archive-packing = the photo in the archive is packed in a way that is not read
reason-archive-no-photo = the photo in the archive is none
reason-no-segment = no segment
reason-no-transport = not a transport stream
reason-invalid-json = not valid JSON
reason-large-json = the JSON is larger than 1 MiB
reason-tiff-cut = the TIFF header is cut short
reason-jpeg-short = a JPEG segment is shorter than its length field
reason-many-gif = too many GIF blocks
reason-many-jpeg = too many JPEG segments
reason-many-png = too many PNG chunks
reason-many-riff = too many RIFF chunks
reason-many-boxes = too many boxes
reason-many-elements = too many elements
reason-many-headers = too many headers to read
reason-many-objects = too many objects
reason-ifd-beyond = an IFD lies beyond the end
reason-ifd-entries = an IFD claims more entries than there can be
reason-ifd-loop = the IFDs point at each other
reason-value-beyond = a value lies beyond the end
reason-png-text = a text chunk cannot be decompressed
reason-xmp-large = larger than 4 MiB
reason-xmp-malformed = not well-formed
reason-xmp-deep = nested too deeply
reason-xmp-cut = cut short
reason-xmp-no-rdf = no rdf:RDF in it
reason-xmp-attributes = too many attributes
reason-no-lon = a latitude without a longitude
reason-no-lat = a longitude without a latitude
reason-no-longitude = the longitude is missing
reason-no-latitude = the latitude is missing
reason-no-degrees = the degrees are missing
reason-zero-degrees = the degrees are 0/0
reason-zero-minutes = the minutes are 0/0
reason-no-hemisphere-exif = the hemisphere is missing
reason-no-hemisphere = no hemisphere
reason-zero-division = divided by zero
reason-number = not a number
reason-minutes = minutes or seconds beyond 60
reason-parts = more than degrees, minutes and seconds
reason-other-axis = a direction of the other axis, or none at all
reason-no-direction = no direction
reason-no-iso6709 = not ISO 6709
reason-no-fix = the receiver had no fix
reason-skip-polygon = no polygon
reason-skip-name = no name at any level
reason-skip-long-name = a name of more than 500 bytes
reason-skip-numbers = coordinates that are no numbers
reason-skip-range = coordinates beyond 90° north or south, or 360° east or west
reason-skip-area = no area
reason-skip-corners = more than 20 million corners
reason-skip-long = more bytes than a feature may have
reason-skip-place = no populated place, or one that is no more
reason-skip-country = no country code
reason-dataset-format = not this format or version
reason-trace-place = a trace refers to a place that is not there
reason-file-place = a file refers to a place that is not there
reason-file-camera = a file refers to a camera that is not there
reason-task-ended = the process ended before the task did
reason-time-without-date = a time without a date
