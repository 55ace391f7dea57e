//! What each `--help` says.
#![allow(clippy::too_many_lines, reason = "snapshots of long texts")]

use crate::sandbox::Sandbox;

/// The lines of a terminal of usual height.
const SCREEN: usize = 50;

fn help(command: &str) -> String {
    let outcome = Sandbox::new().imm(&format!("{command} --help")).ok();
    assert_eq!(outcome.stderr, "");
    let wide = outcome
        .stdout
        .lines()
        .filter(|line| line.chars().count() > 100);
    assert_eq!(wide.count(), 0, "{}", outcome.stdout);
    outcome.stdout
}

#[test]
fn the_program() {
    insta::assert_snapshot!(help(""), @"
    Find the trips in your photos, offline

    imm-cluster reads when and where each photo and video was taken, works out where you live, and lists
    every stay away from home as a trip with its stops. Place names need no network. It also groups
    files into clusters: one place on consecutive days. Everything it learns is kept in one JSON file,
    the dataset, so the next run reads only new and changed files.

    Usage: imm-cluster [OPTIONS] <COMMAND>

    Commands:
      index        Read new and changed files in your photo folders
      run          Index folders, find trips and clusters, and list the trips
      trips        List trips, show one, or edit them
      homes        List, add or correct your homes
      clusters     List clusters, show one, or edit them
      calendar     Show a calendar of the days with photos
      stats        Look back on your years: days away, countries, kilometres
      files        List files, explain one, or correct them
      forget       Remove files from the dataset; the files themselves are not touched
      roots        List, remove or move remembered folders
      places       Give places your own names, such as `Grandma's`
      tasks        List the runs of the last 7 days, or show one
      lookup       Find the place names of coordinates
      gazetteer    Import your own boundaries and places, for better names
      report       Make an HTML page of your trips: map, timeline and pictures
      status       Show what is in the dataset
      completions  Print a completion script for your shell
      man          Print the man page, or write a page per command to a folder
      recover      Recover the intact records of a damaged dataset
      export       Export trips or clusters to albums, maps, calendars and tables
      sql          Print the rules as SQL, to cluster many people's files in a database
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.

    Examples:
      imm-cluster run ~/Pictures             index a folder and list your trips
      imm-cluster report --open              see them on a map, with pictures
      imm-cluster trips show 3f2a91c0        show one trip, day by day
      imm-cluster index ~/Pictures           read new files only (for cron)
      imm-cluster homes list                 your homes, and the evidence for them
      imm-cluster clusters list              places by day, at home too
      imm-cluster lookup 30.2489,120.1485    name a point
      imm-cluster export albums ~/Albums     a folder of links for each trip

    Exit status: 0 success, 1 failure, 2 wrong usage, 3 some file could not be read
    (only with --strict).
    ");
}

#[test]
fn index() {
    insta::assert_snapshot!(help("index"), @"
    Read new and changed files in your photo folders

    Reads when and where each new or changed photo and video was taken, and stores it in the dataset.
    Unchanged files are not read again. Folders are remembered: without a path, all remembered folders
    are checked.

    Usage: imm-cluster index [OPTIONS] [PATH]...

    Arguments:
      [PATH]...
              Folders and files to index [default: the remembered folders]

    Options:
          --from-json <FILE|->
              Import file records as JSON Lines from a file, or from standard input with `-`
              
              Each line is an object with `path` and, if known, `capture_time`, `local_date`, `lat`,
              `lon` and `address`.

          --tracks <FILE>...
              Take positions for files without one from a location history (repeatable)
              
              Reads GPX, KML and Google's exports: Records.json and the monthly files of Takeout, and
              the Timeline of Android and iOS. The file is remembered, and read again when it changes;
              `imm-cluster forget FILE` removes it.

          --prune
              Remove the records of files that are gone; their clusters stay

          --drop-evidence
              With `--prune`: remove those files from clusters too

          --download
              Also read files of OneDrive or iCloud that are not on this disk, which downloads them

          --strict
              Exit with status 3 if any file could not be read

      -h, --help
              Print help (see a summary with '-h')

    Folder options (remembered for each folder):
          --exclude <GLOB>
              Skip files and folders that match a pattern (repeatable)
              
              The pattern is matched against the name and against the path below the indexed folder. An
              empty pattern clears the list. A folder with a file named `.nomedia` is always skipped.

          --time-zone <ZONE>
              Time zone for files without any clue to it, such as `Europe/Berlin`; `none` clears it

          --time-from <SOURCE>
              Use the modification time if there is no capture time; `none` clears it

              Possible values:
              - mtime: Modification time
              - none:  Nothing

          --follow-links[=<BOOL>]
              Follow symbolic links
              
              [possible values: true, false]

          --hidden[=<BOOL>]
              Index hidden files and folders too
              
              [possible values: true, false]

          --coordinates <SYSTEM>
              Coordinate system of the positions in the files [default: wgs84]
              
              Some phones sold in China store positions in the system of Chinese maps, about 500 m off.
              `gcj02` corrects those in mainland China.

              Possible values:
              - wgs84: As used by GPS
              - gcj02: As used by maps of mainland China

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.

    Examples:
      imm-cluster index ~/Pictures /mnt/nas/photos
      imm-cluster index                             check all remembered folders
      imm-cluster index ~/Pictures --exclude 'Trash' --exclude '*.png'
      imm-cluster index --from-json records.jsonl   records from another program
    ");
}

#[test]
fn run() {
    insta::assert_snapshot!(help("run"), @"
    Index folders, find trips and clusters, and list the trips

    Indexes the given paths first, if any. A trip is one stay away from all your homes, however long and
    wherever it leads; everyday life is summed up in one line per home. If no home is found, clusters
    are listed instead.

    Clusters are a second view: at each level, the days on which a place has photos, joined while at
    most `--gap-days` days without photos lie between them. Cluster options are remembered for the next
    run and do not affect trips.

    Usage: imm-cluster run [OPTIONS] [PATH]...

    Arguments:
      [PATH]...
              Folders and files to index first

    Options:
          --day-starts <HH:MM>
              Time at which a day begins, 00:00 to 12:00, to keep a night out in one day [default: last
              value, else 00:00]

          --no-lend
              Leave files without a position as they are; remembered until `--lend`

          --lend
              Give files without a position that of files taken around the same time [default: last
              choice, else on]

          --dry-run
              Show what would change without storing it

          --download
              Also read files of OneDrive or iCloud that are not on this disk, which downloads them

          --strict
              Exit with status 3 if any file could not be read

      -h, --help
              Print help (see a summary with '-h')

    Cluster options (they do not affect trips):
          --gap-days <N>
              Days in a row without photos allowed within a cluster, 0 to 99999 [default: last value,
              else 1]

          --min-days <N>
              Ignore clusters shorter than N days, 1 to 99999 [default: last value, else 1]

          --max-days <N>
              Ignore clusters longer than N days, 1 to 99999 [default: last value, else 99999]

          --levels <LEVEL,…>
              Levels to cluster at: country, province, city, district, township [default: last value,
              else city,province]

          --clusters
              List clusters instead of trips; implied by `--levels` and `--explain`

          --explain <TEXT>
              For places with this text in their address, show the days, the gaps, and which rule cut
              where

    Task options:
          --tag <KEY=VALUE>
              Tag to find this run by in `tasks list` (repeatable)

          --user-data <TEXT>
              Text that `tasks` and notifications return, at most 2048 bytes

          --notify-file <FILE|->
              Append a message to a file, as one line of JSON, when the run succeeds or fails; `-` for
              standard output

          --notify-command <CMD>
              Run a shell command with that message on its standard input

    Folder options (remembered for each folder):
          --exclude <GLOB>
              Skip files and folders that match a pattern (repeatable)
              
              The pattern is matched against the name and against the path below the indexed folder. An
              empty pattern clears the list. A folder with a file named `.nomedia` is always skipped.

          --time-zone <ZONE>
              Time zone for files without any clue to it, such as `Europe/Berlin`; `none` clears it

          --time-from <SOURCE>
              Use the modification time if there is no capture time; `none` clears it

              Possible values:
              - mtime: Modification time
              - none:  Nothing

          --follow-links[=<BOOL>]
              Follow symbolic links
              
              [possible values: true, false]

          --hidden[=<BOOL>]
              Index hidden files and folders too
              
              [possible values: true, false]

          --coordinates <SYSTEM>
              Coordinate system of the positions in the files [default: wgs84]
              
              Some phones sold in China store positions in the system of Chinese maps, about 500 m off.
              `gcj02` corrects those in mainland China.

              Possible values:
              - wgs84: As used by GPS
              - gcj02: As used by maps of mainland China

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.

    Examples:
      imm-cluster run ~/Pictures
      imm-cluster run --clusters --gap-days 2
      imm-cluster run --levels city --min-days 2 --dry-run        preview the changes
      imm-cluster run --tag by=cron --notify-file messages.jsonl
    ");
}

#[test]
fn clusters() {
    insta::assert_snapshot!(help("clusters"), @"
    List clusters, show one, or edit them

    Usage: imm-cluster clusters [OPTIONS] <COMMAND>

    Commands:
      list     List clusters, with filters
      show     Show one cluster with its files
      update   Set the title, custom id or labels of clusters
      delete   Delete clusters permanently; new photos of those days do not bring them back
      restore  Restore deleted clusters
      merge    Merge clusters of one level; the first one keeps its id
      split    Split a cluster in two
      pin      Pin clusters, so that later runs do not change them
      reset    Undo merges, splits and pins
      help     Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.
    ");
}

#[test]
fn clusters_list() {
    insta::assert_snapshot!(help("clusters list"), @"
    List clusters, with filters

    On a terminal each cluster has a bar of its files per day, from ▁ for 1 to ▇ for 100 or more: one
    mark per day, or eight marks for a longer cluster. There is no bar on a narrow terminal, in a pipe,
    in a locale without UTF-8, or for a dataset over 32 MiB (about 180,000 files).

    Usage: imm-cluster clusters list [OPTIONS]

    Options:
          --level <LEVEL>
              Only these levels (repeatable)
              
              [possible values: country, province, city, district, township]

          --address <KEY=TEXT>
              Only those in this place, such as `city=Hangzhou` (repeatable)
              
              Keys: country, `country_code`, province, city, district, township, or `address_line` for
              text anywhere in the address.

          --label <KEY=VALUE>
              Only those with this label (repeatable)

          --start-time <FROM..TO>
              Only those that start in this range: `2024-03-01..2024-03-31`, `2024-03-01..`

          --end-time <FROM..TO>
              Only those that end in this range

          --create-time <FROM..TO>
              Only those created in this range

          --update-time <FROM..TO>
              Only those changed in this range

          --id <ID>
              Only these ids (repeatable)

          --title <TEXT>
              Only those with this text in the title

          --sort <SORT>
              Sort by

              Possible values:
              - start:  First day
              - end:    Last day
              - create: Creation time
              - update: Last change
              
              [default: start]

          --order <ORDER>
              Sort order

              Possible values:
              - asc:  Ascending, earliest first
              - desc: Descending, latest first
              
              [default: asc]

          --by <PERIOD>
              Group by year or month, with totals (table only)
              
              A cluster counts for the year or month of its first day; days that several clusters of one
              level share count once. `--sort` orders within a group.

              Possible values:
              - year:  Year of the first day
              - month: Month of the first day

          --max-results <N>
              Maximum number of results

          --next-token <ID>
              Continue after this `object_id`, the last on the previous page

      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.

    Examples:
      imm-cluster clusters list --level city --start-time 2024-01-01..2024-12-31
      imm-cluster clusters list --by year --level city
      imm-cluster clusters list --address country=Japan --sort update --order desc
      imm-cluster clusters list --format ndjson | jq -r .address.address_line
    ");
}

#[test]
fn clusters_show() {
    insta::assert_snapshot!(help("clusters show"), @"
    Show one cluster with its files

    Usage: imm-cluster clusters show [OPTIONS] <ID>

    Arguments:
      <ID>
              Id, or enough of its first characters to be unique

    Options:
          --explain
              Show the days of its place, the gaps, and which rule cut where

      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.

    Examples:
      imm-cluster clusters show 3f2a91c0
      imm-cluster clusters show 3f2a91c0 --explain
    ");
}

#[test]
fn files() {
    insta::assert_snapshot!(help("files"), @"
    List files, explain one, or correct them

    Usage: imm-cluster files [OPTIONS] <COMMAND>

    Commands:
      list  List files, with filters
      show  Show what is known about one file, and why
      set   Correct wrong times and positions
      help  Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.
    ");
}

#[test]
fn files_list() {
    insta::assert_snapshot!(help("files list"), @"
    List files, with filters

    Usage: imm-cluster files list [OPTIONS] [PATH]...

    Arguments:
      [PATH]...
              Only these files, and files in these folders

    Options:
          --without <WITHOUT>
              Only files whose time or position is unknown (repeatable)

              Possible values:
              - time:     No known local day
              - position: No known position or address

          --state <STATE>
              Only files in this state

              Possible values:
              - present: Exists and is readable
              - missing: Gone since it was indexed
              - failed:  Could not be read

          --day <FROM..TO>
              Only files taken on these local days: `2024-03-03`, `2024-03-01..`

          --cluster <ID>
              Only files in this cluster

          --implausible
              Only files that trips ignore because their position cannot be true

          --max-results <N>
              Maximum number of results

      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.

    Examples:
      imm-cluster files list --without position
      imm-cluster files list --day 2024-03-01..2024-03-31 --format ndjson
      imm-cluster files list --cluster 3f2a91c0 ~/Pictures/2024
      imm-cluster files list --implausible
    ");
}

#[test]
fn files_show() {
    insta::assert_snapshot!(help("files show"), @"
    Show what is known about one file, and why

    The file is read again, and every clue is listed: its source, its value, and why it was used or not.

    Usage: imm-cluster files show [OPTIONS] <PATH>

    Arguments:
      <PATH>
              Path of the file, or `path` of an imported record

    Options:
      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.

    Example:
      imm-cluster files show ~/Pictures/IMG_0013.jpg
    ");
}

#[test]
fn places() {
    insta::assert_snapshot!(help("places"), @"
    Give places your own names, such as `Grandma's`

    A place is a circle with a name, which replaces the built-in name at one level. Photos in the
    dataset get the new name at once.

    Usage: imm-cluster places [OPTIONS] <COMMAND>

    Commands:
      list    List your places
      add     Add a place, or change its centre, radius or level
      remove  Remove places
      help    Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.
    ");
}

#[test]
fn places_add() {
    insta::assert_snapshot!(help("places add"), @"
    Add a place, or change its centre, radius or level

    Usage: imm-cluster places add [OPTIONS] <NAME> <LAT,LON>

    Arguments:
      <NAME>
              Name of the place

      <LAT,LON>
              Centre in degrees

    Options:
          --radius <DISTANCE>
              Radius, such as `300m` or `1.5km`; at most 200 km
              
              [default: 300m]

          --level <LEVEL>
              Level whose name it replaces
              
              [default: township]
              [possible values: country, province, city, district, township]

      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.

    Examples:
      imm-cluster places add Home 52.0907,5.1214
      imm-cluster places add 'Grandma’s village' 30.2489,120.1485 --radius 1.5km --level district
    ");
}

#[test]
fn completions() {
    insta::assert_snapshot!(help("completions"), @r#"
    Print a completion script for your shell

    Usage: imm-cluster completions [OPTIONS] <SHELL>

    Arguments:
      <SHELL>
              The shell
              
              [possible values: bash, elvish, fish, powershell, zsh]

    Options:
      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.

    Examples:
      imm-cluster completions bash > ~/.local/share/bash-completion/completions/imm-cluster
      imm-cluster completions zsh > "${fpath[1]}/_imm-cluster"
      imm-cluster completions fish > ~/.config/fish/completions/imm-cluster.fish
    "#);
}

#[test]
fn man() {
    insta::assert_snapshot!(help("man"), @"
    Print the man page, or write a page per command to a folder

    Usage: imm-cluster man [OPTIONS]

    Options:
          --output <DIR>
              Folder to write the man pages to

      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.

    Examples:
      imm-cluster man | man -l -
      imm-cluster man --output ~/.local/share/man/man1
    ");
}

#[test]
fn lookup() {
    insta::assert_snapshot!(help("lookup"), @"
    Find the place names of coordinates

    Usage: imm-cluster lookup [OPTIONS] [LAT,LON]...

    Arguments:
      [LAT,LON]...
              Coordinates in degrees, or `-` to read them from standard input, one per line

    Options:
          --parquet <IN> <OUT>
              Write the rows of a Parquet file to another, with names, keys and time zones added
              
              The coordinates are in columns of type DOUBLE or FLOAT: `lat` or `latitude`, and `lon`,
              `lng`, `long` or `longitude`. Where one is null or impossible, the new columns are null.
              The names of the new columns are those of `export parquet --evidence`, with `time_zone`
              added. An existing file is replaced only if it is from imm-cluster, or empty.

      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.

    Examples:
      imm-cluster lookup 30.2489,120.1485
      imm-cluster lookup --format json -33.8568,151.2153 52.0907,5.1214
      cut -f2 points.tsv | imm-cluster lookup - --format ndjson
      imm-cluster lookup --parquet photos.parquet named.parquet
    ");
}

#[test]
fn recover() {
    insta::assert_snapshot!(help("recover"), @"
    Recover the intact records of a damaged dataset

    Keeps every intact record of a dataset that was cut off or has broken lines, and reports which lines
    are lost. The damaged file is kept next to it, with `.damaged` appended to its name. An intact
    dataset is left unchanged.

    Usage: imm-cluster recover [OPTIONS]

    Options:
      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.

    Examples:
      imm-cluster recover
      imm-cluster recover --dataset ~/photos.json && imm-cluster index --dataset ~/photos.json
    ");
}

#[test]
fn status() {
    insta::assert_snapshot!(help("status"), @"
    Show what is in the dataset

    Usage: imm-cluster status [OPTIONS]

    Options:
      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.

    Examples:
      imm-cluster status
      imm-cluster status --format json | jq .totals
    ");
}

#[test]
fn the_short_help_is_short_and_names_every_command() {
    let sandbox = Sandbox::new();
    let short = sandbox.imm("-h").ok().stdout;
    for command in [
        "index", "run", "clusters", "files", "lookup", "report", "status",
    ] {
        assert!(short.contains(&format!("\n  {command}")), "{command}");
    }
    assert!(short.lines().count() <= help("").lines().count());
}

#[test]
fn tasks() {
    insta::assert_snapshot!(help("tasks"), @"
    List the runs of the last 7 days, or show one

    Usage: imm-cluster tasks [OPTIONS] <COMMAND>

    Commands:
      list  List the runs of the last 7 days, with filters
      show  Show one task
      help  Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.
    ");
}

#[test]
fn tasks_list() {
    insta::assert_snapshot!(help("tasks list"), @"
    List the runs of the last 7 days, with filters

    Usage: imm-cluster tasks list [OPTIONS]

    Options:
          --task-type <TYPE>
              Only tasks of this type (repeatable); the only one is `LocationDateClustering`

          --status <STATUS>
              Only tasks with this status
              
              [possible values: Running, Succeeded, Failed]

          --start-time <FROM..TO>
              Only tasks that started in this range, such as `2024-03-01..`

          --end-time <FROM..TO>
              Only tasks that ended in this range

          --tag <KEY=VALUE>
              Only tasks with this tag (repeatable)

          --sort <SORT>
              Sort by [default: start; task-id with `--format imm`]

              Possible values:
              - task-id: Id
              - start:   Start time
              - end:     End time

          --order <ORDER>
              Sort order

              Possible values:
              - asc:  Ascending, earliest first
              - desc: Descending, latest first
              
              [default: asc]

          --max-results <N>
              Maximum number of results

          --next-token <ID>
              Continue after this `task_id`, the last on the previous page

          --request-definition
              With `--format imm`: include the request

      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.

    Examples:
      imm-cluster tasks list --status failed
      imm-cluster tasks list --tag by=cron --sort start --order desc --max-results 1
    ");
}

#[test]
fn tasks_show() {
    insta::assert_snapshot!(help("tasks show"), @"
    Show one task

    Usage: imm-cluster tasks show [OPTIONS] <ID>

    Arguments:
      <ID>
              Id, or enough of its first characters to be unique

    Options:
          --request-definition
              With `--format imm`: include the request

      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.

    Example:
      imm-cluster tasks show 3f2a91c0
    ");
}

#[test]
fn the_examples_of_the_help_are_right_usage() {
    // Every example of every help, in an empty home: none is wrong usage.
    let sandbox = Sandbox::new()
        .file("records.jsonl", "")
        .file("home/Pictures/notes.txt", "");
    sandbox.write("mnt/nas/photos/notes.txt", "");
    let mut tried = 0;
    for command in [
        "",
        "index",
        "run",
        "clusters list",
        "files list",
        "tasks list",
        "lookup",
        "report",
    ] {
        for line in help(command).lines() {
            let Some((before, example)) = line.split_once("imm-cluster ") else {
                continue;
            };
            if !line.starts_with("  ") || before.contains("Usage") {
                continue;
            }
            // Behind two spaces comes what it is for, behind a bar another program.
            let example = example
                .split("  ")
                .next()
                .unwrap()
                .split(" | ")
                .next()
                .unwrap();
            let example = example
                .replace('\'', "")
                .replace("~/", "home/")
                .replace("/mnt", "mnt");
            let status = sandbox
                .command()
                .args(example.split(' '))
                .output()
                .unwrap()
                .status;
            assert_ne!(status.code(), Some(2), "{example}");
            tried += 1;
        }
    }
    assert!(tried > 10, "{tried}");
}

#[test]
fn gazetteer() {
    insta::assert_snapshot!(help("gazetteer").split("Global options:").next().unwrap(), @"
    Import your own boundaries and places, for better names

    Usage: imm-cluster gazetteer [OPTIONS] <COMMAND>

    Commands:
      import  Import a file of boundaries or places
      list    List imported gazetteers in order of precedence
      remove  Remove imported gazetteers
      info    Show sources and licences of the built-in data, and what was imported
      help    Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')
    ");
}

#[test]
fn gazetteer_import() {
    insta::assert_snapshot!(help("gazetteer import").split("Global options:").next().unwrap(), @"
    Import a file of boundaries or places

    Imported data take precedence over the built-in data, the newest import first. They replace the
    names of the levels that they have; a region with the same name as the built-in one, in any
    language, is the same region. Supported files: GeoJSON (also one feature per line), FlatGeobuf,
    shapefiles, and GeoNames dumps; the format is detected from the content. The next `index` or `run`
    renames the places in the dataset, without reading a photo.

    Usage: imm-cluster gazetteer import [OPTIONS] <FILE>...

    Arguments:
      <FILE>...
              Files to import; companion files (`.dbf`, `.cpg`, admin1CodesASCII.txt …) are found

    Options:
          --name <NAME>
              Name of the import; replaces one of the same name [default: name of the first file]

          --preset <PRESET>
              Known data source, with the property of each level [default: detected]
              
              The country always comes from the built-in data.

              Possible values:
              - geonames:       GeoNames dumps (allCountries.txt, XX.txt), with admin1CodesASCII.txt,
                admin2Codes.txt and alternateNamesV2.txt where these are beside them
              - tianditu:       China's official map: `name`, the level by `gb` (156 and the division
                code)
              - datav:          DataV.GeoAtlas: `name`, the level by `level`; coordinates in GCJ-02
              - gadm:           GADM 3 and 4: `NAME_1` to `NAME_4` name province, city, district,
                township, `NL_NAME_…` in the country's script
              - geoboundaries:  geoBoundaries: `shapeName`, `shapeType` ADM1 to ADM4 for province, city,
                district, township
              - osm-boundaries: osm-boundaries.com: `name` and `name_en`, the level by `admin_level` and
                country (4 province; 8, 9, 10 city, district, township, in some countries 5 to 8)
              - n03:            Japan's N03: `N03_001` province, `N03_004` city, `N03_005` ward of a
                designated city (until 2023 `N03_003` city and `N03_004` ward)
              - whosonfirst:    Who's On First: `wof:name`, `name:eng_x_preferred`,
                `name:zho_x_preferred`, the level by `wof:placetype` (region; localadmin or locality;
                borough; neighbourhood)

          --property <LEVEL=NAME>
              Property that names a level: `city=NAME_2`; in a language: `city:zh=NL_NAME_2`; or that
              identifies a feature: `id=CODE` (repeatable)
              
              Levels: country, province, city, district, township. Languages: en, zh, local (the
              default). It overrides the preset for that level. An unknown property is an error that
              lists the known ones.

          --crs <CRS>
              Coordinate system [default: that of the preset, else wgs84]

              Possible values:
              - wgs84: Degrees in WGS 84, or within a metre of it: CGCS2000, JGD2011, ETRS89
              - gcj02: The offset degrees of Chinese map services

      -h, --help
              Print help (see a summary with '-h')
    ");
}

#[test]
fn calendar() {
    insta::assert_snapshot!(help("calendar"), @"
    Show a calendar of the days with photos

    A mark after each day shows its number of files, from ▁ for 1 or more to ▇ for 100 or more. Days are
    local; months without photos are skipped. A filter such as `--address country=Japan` counts only
    files in matching clusters. The terminal's width decides how many months fit side by side; a pipe
    gets three. JSON lists each day with its files by place. With `--language zh` the calendar is in
    Chinese.

    Usage: imm-cluster calendar [OPTIONS]

    Options:
          --year <YYYY>
              Only these years (repeatable)

          --day <FROM..TO>
              Only these local days: `2024-03-03`, `2024-03-01..`

      -h, --help
              Print help (see a summary with '-h')

    Count only files in these clusters:
          --level <LEVEL>
              Only these levels (repeatable)
              
              [possible values: country, province, city, district, township]

          --address <KEY=TEXT>
              Only those in this place, such as `city=Hangzhou` (repeatable)
              
              Keys: country, `country_code`, province, city, district, township, or `address_line` for
              text anywhere in the address.

          --label <KEY=VALUE>
              Only those with this label (repeatable)

          --start-time <FROM..TO>
              Only those that start in this range: `2024-03-01..2024-03-31`, `2024-03-01..`

          --end-time <FROM..TO>
              Only those that end in this range

          --create-time <FROM..TO>
              Only those created in this range

          --update-time <FROM..TO>
              Only those changed in this range

          --id <ID>
              Only these ids (repeatable)

          --title <TEXT>
              Only those with this text in the title

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or the path of a JSON file
              
              A name such as `family` is a file in your application data folder. Anything with a path
              separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Output format

              Possible values:
              - table:  A table for people
              - json:   One JSON value
              - ndjson: One JSON value per line
              - imm:    As the IMM service answers (`run`, `clusters list` and `tasks` only)
              
              [default: table]

      -q, --quiet
              Print only results and errors

      -v, --verbose
              Print more details

          --color <WHEN>
              When to use colour (`NO_COLOR` is respected)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: chosen for the disk]
              
              By default two per core and at least 4; on a spinning disk 4; on a network folder four per
              core and at least 16. `--jobs 1` leaves the most to other programs; so does a start with
              `nice`, which is as fast on an idle machine.

          --language <TAG,…>
              Languages of place names: en, zh, or local for the language of each country [default:
              those of the last `index` or `run`, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one per
              language. The language of names does not affect clusters.

          --ui-language <TAG>
              Language of help and messages [default: that of `LC_ALL`, `LC_MESSAGES` or `LANG`]
              
              A new dataset also names places in it, unless `--language` is given. Messages for
              programs, as with `--format json`, are always in English.

              Possible values:
              - en: English
              - zh: Chinese, simplified

          --wait <SECONDS>
              Seconds to wait if another run is using the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for lock files, for a dataset on a network disk without locking
              
              All runs that change the dataset must use the same folder on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else next to the dataset. Example:
              `--lock-dir ~/.cache`.

    Examples:
      imm-cluster calendar --year 2024
      imm-cluster calendar --address country=Japan
      imm-cluster calendar --day 2024-03-01.. --format ndjson | jq -r '[.date, .files] | @tsv'
    ");
}

/// Each command with its subcommands, by name.
fn every_command(command: &clap::Command, into: &mut Vec<clap::Command>) {
    into.push(command.clone());
    let below = command.get_subcommands();
    for command in below.filter(|command| command.get_name() != "help") {
        every_command(command, into);
    }
}

#[test]
fn short_help_fits_on_a_screen_and_long_help_has_examples() {
    let mut program = <imm_cluster::cli::Cli as clap::CommandFactory>::command().term_width(80);
    program.build();
    let mut commands = Vec::new();
    every_command(&program, &mut commands);
    for mut command in commands {
        let name = command.get_display_name().unwrap_or_default().to_owned();
        let short = command.render_help().to_string();
        let lines = short.lines().count();
        assert!(lines <= SCREEN, "{name}: {lines} lines\n{short}");
        let long = command.render_long_help().to_string();
        let is_leaf = !command.has_subcommands();
        assert!(!is_leaf || long.contains("Example"), "{name}: {long}");
    }
}

#[test]
fn help_is_in_chinese_where_the_locale_is() {
    let sandbox = Sandbox::new();
    let english = [
        "Usage",
        "Commands",
        "Arguments",
        "Options",
        "options",
        "Print",
        "Possible",
        "[default",
    ];
    for arguments in [
        "-h",
        "--help",
        "run -h",
        "index --help",
        "trips",
        "help export",
    ] {
        let call = sandbox.imm(arguments).env("LANG", "zh_CN.UTF-8");
        let help = if arguments == "trips" {
            call.exits(2).stderr
        } else {
            call.ok().stdout
        };
        assert!(help.contains("用法："), "{arguments}: {help}");
        for word in english {
            assert!(!help.contains(word), "{arguments}: {word} in {help}");
        }
    }
}
