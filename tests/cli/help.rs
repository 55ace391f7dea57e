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
    Find the trips among your photos, offline

    imm-cluster reads when and where each photo was taken, finds where you live, and shows each spell
    away from home as a trip with its stops; places are named without any network. It also groups files
    into clusters: one place over one run of days. What it learns it keeps in one JSON file, the
    dataset, so that the next run reads only what is new.

    Usage: imm-cluster [OPTIONS] <COMMAND>

    Commands:
      index        Read what is new in folders of photos
      run          Find trips and clusters, and show the trips
      trips        List trips, or look into one
      homes        List the homes that trips lead away from, or state them
      clusters     List clusters, or look into one
      calendar     Show the days with photos, month by month
      files        List files, or explain one
      forget       Forget what is known of files; the files themselves stay
      roots        Show, remove or move the remembered folders
      places       Names of your own for spots on the ground, such as your home
      tasks        List the runs of the last 7 days, or look into one
      lookup       Name points on the globe
      gazetteer    Import boundaries and places of your own, for better names
      report       Make a page to look at: map, timeline, trips and pictures in one HTML file
      status       Show what the dataset holds, at a glance
      completions  Print what a shell needs to complete commands and options
      man          Print the man page, or write one for each command into a folder
      recover      Save what is whole in a damaged dataset
      export       Hand trips or clusters to albums, maps, calendars, tables and photo managers
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.

    Examples:
      imm-cluster run ~/Pictures             index a folder and show its trips
      imm-cluster index ~/Pictures           only read what is new (for cron)
      imm-cluster trips show 3f2a91c0        look into one trip, day by day
      imm-cluster homes list                 where trips lead away from, and why
      imm-cluster clusters list              places by days, life at home included
      imm-cluster lookup 30.2489,120.1485    name a point
      imm-cluster export albums ~/Albums     a folder of links for each trip

    Exit status: 0 done, 1 it could not be done, 2 wrong usage, 3 done, but with
    --strict some file could not be read.
    ");
}

#[test]
fn index() {
    insta::assert_snapshot!(help("index"), @"
    Read what is new in folders of photos

    Walks the folders, reads when and where each new or changed photo was taken, and stores it. Files
    that are as they were are not read. The folders are remembered: without a path, all of them are
    looked at again.

    Usage: imm-cluster index [OPTIONS] [PATH]...

    Arguments:
      [PATH]...
              Folders and files to index; default: the remembered folders

    Options:
          --from-json <FILE|->
              Take file records as JSON Lines from a file, or from standard input with `-`
              
              Each line is an object with `path` and, as far as known, `capture_time`, `local_date`,
              `lat`, `lon` and `address`.

          --tracks <FILE>...
              Learn from a location history where files without a position were taken (repeatable)
              
              GPX, KML, and what Google exports: Records.json and the monthly files of Takeout, the
              Timeline of Android and of iOS. It is remembered, and read again when it has changed;
              `imm-cluster forget FILE` forgets it.

          --prune
              Forget the records of files that are gone; their clusters stay

          --drop-evidence
              With `--prune`: let clusters forget those files too

          --strict
              Exit with status 3 when some file could not be read

      -h, --help
              Print help (see a summary with '-h')

    Options remembered for each folder:
          --exclude <GLOB>
              Leave out files and folders that fit a pattern (repeatable)
              
              The pattern is held against the name and against the path below the indexed folder. An
              empty one clears the list. A folder with a file named `.nomedia` is left out anyway.

          --time-zone <ZONE>
              Time zone for files whose zone nothing tells, such as `Europe/Berlin`; `none` clears it

          --time-from <SOURCE>
              Let the modification time stand in for a missing capture time; `none` clears it

              Possible values:
              - mtime: The modification time
              - none:  Nothing

          --follow-links[=<BOOL>]
              Follow symbolic links
              
              [possible values: true, false]

          --hidden[=<BOOL>]
              Index hidden files and folders too
              
              [possible values: true, false]

          --coordinates <SYSTEM>
              The system that the positions are written in [default: wgs84, that of GPS]
              
              Some phones sold in China write positions as maps of mainland China have them, some 500 m
              off. With `gcj02` those within mainland China are moved back.

              Possible values:
              - wgs84: That of GPS
              - gcj02: That of maps of mainland China

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.

    Examples:
      imm-cluster index ~/Pictures /mnt/nas/photos
      imm-cluster index                             all remembered folders again
      imm-cluster index ~/Pictures --exclude 'Trash' --exclude '*.png'
      imm-cluster index --from-json records.jsonl   records made by another program
    ");
}

#[test]
fn run() {
    insta::assert_snapshot!(help("run"), @"
    Find trips and clusters, and show the trips

    Indexes the paths first, if any are given. A trip is one spell away from every home, however long;
    life at home is folded into a line for each home. Where no home is found, clusters are shown
    instead.

    Clusters are made beside trips: at each level, the days on which a region has photos are joined
    while no more than `--gap-days` days lie between them. Their options are remembered for the next
    run, and change no trip.

    Usage: imm-cluster run [OPTIONS] [PATH]...

    Arguments:
      [PATH]...
              Folders and files to index first

    Options:
          --day-starts <HH:MM>
              When a day begins, 00:00 to 12:00, so that a night out stays one day [default: the last
              value, else 00:00]

          --no-lend
              Lend no place to files without one; remembered until `--lend`

          --lend
              Lend files without a place that of the files taken around them [default: the last choice,
              else so]

          --dry-run
              Show what would change and store nothing

          --strict
              Exit with status 3 when some file could not be read

      -h, --help
              Print help (see a summary with '-h')

    Options of clusters (trips do not depend on them):
          --gap-days <N>
              How many days without a photo one cluster may contain in a row, 0 to 99999 [default: the
              last value, else 1]

          --min-days <N>
              Store no cluster of fewer days, 1 to 99999 [default: the last value, else 1]

          --max-days <N>
              Store no cluster of more days, 1 to 99999 [default: the last value, else 99999]

          --levels <LEVEL,…>
              Levels to cluster at: country, province, city, district, township [default: the last ones,
              else city,province]

          --clusters
              Show clusters and not trips; so do `--levels` and `--explain`

          --explain <TEXT>
              For regions with this text in their address, show the days, the gaps, and where they were
              cut by which rule

    Options of the task:
          --tag <KEY=VALUE>
              A tag by which `tasks list` finds this run (repeatable)

          --user-data <TEXT>
              A text that `tasks` and the notification hand back, at most 2048 bytes

          --notify-file <FILE|->
              Append a message as one line of JSON to a file when the run ends, well or not; `-` for
              standard output

          --notify-command <CMD>
              Hand that message to a command of the shell, on its standard input

    Options remembered for each folder:
          --exclude <GLOB>
              Leave out files and folders that fit a pattern (repeatable)
              
              The pattern is held against the name and against the path below the indexed folder. An
              empty one clears the list. A folder with a file named `.nomedia` is left out anyway.

          --time-zone <ZONE>
              Time zone for files whose zone nothing tells, such as `Europe/Berlin`; `none` clears it

          --time-from <SOURCE>
              Let the modification time stand in for a missing capture time; `none` clears it

              Possible values:
              - mtime: The modification time
              - none:  Nothing

          --follow-links[=<BOOL>]
              Follow symbolic links
              
              [possible values: true, false]

          --hidden[=<BOOL>]
              Index hidden files and folders too
              
              [possible values: true, false]

          --coordinates <SYSTEM>
              The system that the positions are written in [default: wgs84, that of GPS]
              
              Some phones sold in China write positions as maps of mainland China have them, some 500 m
              off. With `gcj02` those within mainland China are moved back.

              Possible values:
              - wgs84: That of GPS
              - gcj02: That of maps of mainland China

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.

    Examples:
      imm-cluster run ~/Pictures
      imm-cluster run --clusters --gap-days 2
      imm-cluster run --levels city --min-days 2 --dry-run        what would change?
      imm-cluster run --tag by=cron --notify-file messages.jsonl
    ");
}

#[test]
fn clusters() {
    insta::assert_snapshot!(help("clusters"), @"
    List clusters, or look into one

    Usage: imm-cluster clusters [OPTIONS] <COMMAND>

    Commands:
      list     List clusters, with filters
      show     Show one cluster with its files
      update   Give clusters a title, an id of your own, or labels
      delete   Delete clusters for good: new photos of those days do not bring them back
      restore  Take the deletion of clusters back
      merge    Join clusters of one level into one; the first keeps its id
      split    Cut a cluster in two, so that a date opens the second part
      pin      Freeze clusters as they are, whatever comes later
      reset    Take back what was merged, split or pinned by hand
      help     Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.
    ");
}

#[test]
fn clusters_list() {
    insta::assert_snapshot!(help("clusters list"), @"
    List clusters, with filters

    On a terminal each cluster has a bar: the files a day, from ▁ for one to ▇ for a hundred or more,
    with a mark for each day, or for each eighth of a longer cluster. A narrow terminal leaves out the
    bar first. In a pipe, and where the locale's encoding is not UTF-8, there is none, and nothing is
    cut. A dataset of more than 32 MiB (some 180,000 files) is listed at once, without bars.

    Usage: imm-cluster clusters list [OPTIONS]

    Options:
          --level <LEVEL>
              Only these levels (repeatable)

          --address <KEY=TEXT>
              Only those in this place, such as `city=Hangzhou` (repeatable)
              
              Keys: country, `country_code`, province, city, district, township, or `address_line` for a
              text anywhere in the address.

          --label <KEY=VALUE>
              Only those with this label (repeatable)

          --start-time <FROM..TO>
              Only those that start in this range of dates or times, such as `2024-03-01..2024-03-31` or
              `2024-03-01..`

          --end-time <FROM..TO>
              Only those that end in this range

          --create-time <FROM..TO>
              Only those made in this range

          --update-time <FROM..TO>
              Only those changed in this range

          --id <ID>
              Only these ids (repeatable)

          --title <TEXT>
              Only those with this text in their title

          --sort <SORT>
              What to sort by

              Possible values:
              - start:  The first day
              - end:    The last day
              - create: When it was made
              - update: When it changed last
              
              [default: start]

          --order <ORDER>
              Which end comes first

              Possible values:
              - asc:  The first or earliest first
              - desc: The last or latest first
              
              [default: asc]

          --by <PERIOD>
              Put the clusters of a year or month together, under a heading with its sums
              
              A cluster counts for the year or month of its first day; days that several clusters of one
              level share count once. `--sort` orders within a group. For the table only: JSON stays one
              list.

              Possible values:
              - year:  The year of the first day
              - month: The month of the first day

          --max-results <N>
              At most so many

          --next-token <ID>
              Go on behind this `object_id`, the last one seen

      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.

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
              The id, or as many of its first characters as make it unique

    Options:
          --explain
              Show the days of its region, the gaps, and where it was cut by which rule

      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.
    ");
}

#[test]
fn files() {
    insta::assert_snapshot!(help("files"), @"
    List files, or explain one

    Usage: imm-cluster files [OPTIONS] <COMMAND>

    Commands:
      list  List what is known of the files, with filters
      show  Show what is known of one file, and why
      set   Correct what a camera got wrong
      help  Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.
    ");
}

#[test]
fn files_list() {
    insta::assert_snapshot!(help("files list"), @"
    List what is known of the files, with filters

    Usage: imm-cluster files list [OPTIONS] [PATH]...

    Arguments:
      [PATH]...
              Only files that are or lie below these paths

    Options:
          --without <WITHOUT>
              Only files of which this is not known (repeatable)

              Possible values:
              - time:     No local day is known
              - position: No position or address is known

          --state <STATE>
              Only files in this state

              Possible values:
              - present: There, and readable
              - missing: Gone since it was indexed
              - failed:  Could not be read

          --day <FROM..TO>
              Only files taken on these local days, such as `2024-03-03` or `2024-03-01..`

          --cluster <ID>
              Only files of this cluster

          --implausible
              Only files left out of trips because nobody can have been at their position

          --max-results <N>
              At most so many

      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.

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
    Show what is known of one file, and why

    The file is looked into once more, and every clue is listed: where it was found, what it says, and
    why it was believed or not.

    Usage: imm-cluster files show [OPTIONS] <PATH>

    Arguments:
      <PATH>
              The path, or the `path` of a record that came in as JSON

    Options:
      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.
    ");
}

#[test]
fn places() {
    insta::assert_snapshot!(help("places"), @"
    Names of your own for spots on the ground, such as your home

    A place is a circle with a name, which stands for the name that the geodata has at one level. Photos
    that are known already are named anew at once.

    Usage: imm-cluster places [OPTIONS] <COMMAND>

    Commands:
      list    List your own places
      add     Give a spot a name, or a named one another centre, radius or level
      remove  Remove places of your own
      help    Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.
    ");
}

#[test]
fn places_add() {
    insta::assert_snapshot!(help("places add"), @"
    Give a spot a name, or a named one another centre, radius or level

    Usage: imm-cluster places add [OPTIONS] <NAME> <LAT,LON>

    Arguments:
      <NAME>
              The name

      <LAT,LON>
              The centre in degrees

    Options:
          --radius <DISTANCE>
              How far the place reaches from its centre, such as `300m` or `1.5km`; at most 200 km
              
              [default: 300m]

          --level <LEVEL>
              The level whose name it stands for
              
              [default: township]

      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.

    Examples:
      imm-cluster places add Home 52.0907,5.1214
      imm-cluster places add 'Grandma’s village' 30.2489,120.1485 --radius 1.5km --level district
    ");
}

#[test]
fn completions() {
    insta::assert_snapshot!(help("completions"), @r#"
    Print what a shell needs to complete commands and options

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
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.

    Examples:
      imm-cluster completions bash > ~/.local/share/bash-completion/completions/imm-cluster
      imm-cluster completions zsh > "${fpath[1]}/_imm-cluster"
      imm-cluster completions fish > ~/.config/fish/completions/imm-cluster.fish
    "#);
}

#[test]
fn man() {
    insta::assert_snapshot!(help("man"), @"
    Print the man page, or write one for each command into a folder

    Usage: imm-cluster man [OPTIONS]

    Options:
          --output <DIR>
              Folder for a page of the program and one of each command

      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.

    Examples:
      imm-cluster man | man -l -
      imm-cluster man --output ~/.local/share/man/man1
    ");
}

#[test]
fn lookup() {
    insta::assert_snapshot!(help("lookup"), @"
    Name points on the globe

    Usage: imm-cluster lookup [OPTIONS] <LAT,LON>...

    Arguments:
      <LAT,LON>...
              Points as degrees north and east, or `-` for standard input, one a line

    Options:
      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.

    Examples:
      imm-cluster lookup 30.2489,120.1485
      imm-cluster lookup --format json -33.8568,151.2153 52.0907,5.1214
      cut -f2 points.tsv | imm-cluster lookup - --format ndjson
    ");
}

#[test]
fn recover() {
    insta::assert_snapshot!(help("recover"), @"
    Save what is whole in a damaged dataset

    Goes through a dataset that was cut off or has a broken line, keeps every record that is whole, and
    says which lines are lost. The damaged file stays beside it, with `.damaged` behind its name. A
    dataset that is whole is left as it is.

    Usage: imm-cluster recover [OPTIONS]

    Options:
      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.

    Examples:
      imm-cluster recover
      imm-cluster recover --dataset ~/photos.json && imm-cluster index --dataset ~/photos.json
    ");
}

#[test]
fn status() {
    insta::assert_snapshot!(help("status"), @"
    Show what the dataset holds, at a glance

    Usage: imm-cluster status [OPTIONS]

    Options:
      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.
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
    List the runs of the last 7 days, or look into one

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
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.
    ");
}

#[test]
fn tasks_list() {
    insta::assert_snapshot!(help("tasks list"), @"
    List the runs of the last 7 days, with filters

    Usage: imm-cluster tasks list [OPTIONS]

    Options:
          --task-type <TYPE>
              Only tasks of this type (repeatable); all have `LocationDateClustering`

          --status <STATUS>
              Only those in this state
              
              [possible values: Running, Succeeded, Failed]

          --start-time <FROM..TO>
              Only those that began in this range of dates or times, such as `2024-03-01..`

          --end-time <FROM..TO>
              Only those that ended in this range

          --tag <KEY=VALUE>
              Only those with this tag (repeatable)

          --sort <SORT>
              What to sort by [default: start; task-id with `--format imm`]

              Possible values:
              - task-id: The id
              - start:   When it began
              - end:     When it ended

          --order <ORDER>
              Which end comes first

              Possible values:
              - asc:  The first or earliest first
              - desc: The last or latest first
              
              [default: asc]

          --max-results <N>
              At most so many

          --next-token <ID>
              Go on behind this `task_id`, the last one seen

          --request-definition
              With `--format imm`: show what was asked for too

      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.

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
              The id, or as many of its first characters as make it unique

    Options:
          --request-definition
              With `--format imm`: show what was asked for too

      -h, --help
              Print help (see a summary with '-h')

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.
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
    Import boundaries and places of your own, for better names

    Usage: imm-cluster gazetteer [OPTIONS] <COMMAND>

    Commands:
      import  Import a file of boundaries or places
      list    List what was imported, in the order in which it is asked
      remove  Remove imported gazetteers
      info    Show the built-in data with its sources and licences, and what was imported
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

    What is imported is asked before the built-in data, the newest import first. It names the levels
    that its features name; where its name is that of the built-in region, in any language, it is that
    region. Files: GeoJSON (also one feature a line), FlatGeobuf, shapefiles, and dumps of GeoNames.
    They are recognised by content and read as a stream. The next `index` or `run` names the places in
    the dataset again, without reading a photo.

    Usage: imm-cluster gazetteer import [OPTIONS] <FILE>...

    Arguments:
      <FILE>...
              Files; what stands beside them (`.dbf`, `.cpg`, admin1CodesASCII.txt …) is found

    Options:
          --name <NAME>
              What to call it; an import of that name is replaced [default: the first file's name]

          --preset <PRESET>
              Whose data it is, which says which property names which level [default: recognised]
              
              The country comes from the built-in data in all of them.

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
              Which property names a level: `city=NAME_2`; in a language: `city:zh=NL_NAME_2`; which one
              identifies a feature: `id=CODE` (repeatable)
              
              Levels: country, province, city, district, township. Languages: en, zh, local (the
              default). It comes before what a preset says of that level. A property that does not exist
              is an error that lists those that do.

          --crs <CRS>
              The coordinate system [default: that of the preset, else wgs84]

              Possible values:
              - wgs84: Degrees in WGS 84, or what equals it within a metre: CGCS2000, JGD2011, ETRS89
              - gcj02: The shifted degrees of Chinese map services

      -h, --help
              Print help (see a summary with '-h')
    ");
}

#[test]
fn calendar() {
    insta::assert_snapshot!(help("calendar"), @"
    Show the days with photos, month by month

    Behind each day with photos is a mark: ▁ for 1 file or more, ▇ for a hundred or more. Days are local
    ones; months without photos are left out. A filter, such as `--address country=Japan`, lets only
    files of the clusters count that pass it. As many months as fit stand side by side; in a pipe three.
    JSON has each day with its files by place. With `--language zh` its words are Chinese.

    Usage: imm-cluster calendar [OPTIONS]

    Options:
          --year <YYYY>
              Only these years (repeatable)

          --day <FROM..TO>
              Only these local days, such as `2024-03-03` or `2024-03-01..`

      -h, --help
              Print help (see a summary with '-h')

    Only files of these clusters:
          --level <LEVEL>
              Only these levels (repeatable)

          --address <KEY=TEXT>
              Only those in this place, such as `city=Hangzhou` (repeatable)
              
              Keys: country, `country_code`, province, city, district, township, or `address_line` for a
              text anywhere in the address.

          --label <KEY=VALUE>
              Only those with this label (repeatable)

          --start-time <FROM..TO>
              Only those that start in this range of dates or times, such as `2024-03-01..2024-03-31` or
              `2024-03-01..`

          --end-time <FROM..TO>
              Only those that end in this range

          --create-time <FROM..TO>
              Only those made in this range

          --update-time <FROM..TO>
              Only those changed in this range

          --id <ID>
              Only these ids (repeatable)

          --title <TEXT>
              Only those with this text in their title

    Global options:
          --dataset <NAME|PATH>
              Dataset to use: a name, or a path to a JSON file
              
              A name such as `family` stands for a file in the folder for application data. Anything
              with a path separator or ending in `.json` is a path. Default: the environment variable
              `IMM_CLUSTER_DATASET`, else `default`.

          --format <FORMAT>
              Form of the result

              Possible values:
              - table:  For people
              - json:   One JSON value
              - ndjson: One JSON value a line
              - imm:    As the IMM service answers: `run`, `clusters list`, `tasks`
              
              [default: table]

      -q, --quiet
              Say nothing but the result and errors

      -v, --verbose
              Say more about what is done

          --color <WHEN>
              When to use colour (`NO_COLOR` is honoured too)

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

          --no-progress
              Show no progress bar

          --jobs <N>
              Number of threads [default: what suits the disk]
              
              The default is two for each core and at least 4, on a spinning disk 4, and on a network
              folder four for each core and at least 16. `--jobs 1` leaves the most to others; starting
              the program with `nice`, as in cron, does that too and is as fast while nobody else is at
              work.

          --language <TAG,…>
              Languages of place names: en, zh, or local for what each country writes [default: the ones
              that `index` or `run` had last, else en]
              
              `index` and `run` remember them. With more than one, JSON has `addresses`, one in each.
              The language is no part of a place's identity: another one changes no cluster.

          --wait <SECONDS>
              How long to wait for another run that holds the dataset
              
              [default: 0]

          --lock-dir <DIR>
              Folder for the lock files, for a dataset on a network disk without locks
              
              All who change the dataset must name the same folder, on one machine. Default: the
              environment variable `IMM_CLUSTER_LOCK_DIR`, else beside the dataset. Example: `--lock-dir
              ~/.cache`.

    Examples:
      imm-cluster calendar --year 2024
      imm-cluster calendar --address country=Japan
      imm-cluster calendar --day 2024-03-01.. --format ndjson | jq -r '[.date, .files] | @tsv'
    ");
}

/// Each command with its subcommands, by name.
fn every_command(command: &clap::Command, into: &mut Vec<clap::Command>) {
    into.push(command.clone());
    for below in command.get_subcommands() {
        every_command(below, into);
    }
}

#[test]
fn short_help_fits_on_a_screen_and_long_help_has_examples() {
    let mut program = <imm_cluster::cli::Cli as clap::CommandFactory>::command().term_width(80);
    program.build();
    let mut commands = Vec::new();
    every_command(&program, &mut commands);
    let commands = commands
        .into_iter()
        .filter(|command| command.get_name() != "help");
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
