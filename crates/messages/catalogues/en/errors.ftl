### What is wrong with a command line or a dataset, and the way out

## What is wrong

error-not-found = { $what } `{ $id }` is not in the dataset
error-ambiguous = `{ $id }` matches { $things }
error-not-deleted = `{ $id }` is not deleted
error-one-to-merge = at least { $two } are needed to merge
error-other-level = only clusters of one level can be merged, not { $level } and { $other }
error-not-listed = `{ $id }` is not listed
error-does-not-cut = { $at } does not split the { $what }; expected a day from { $first } to { $last }
error-does-not-cut-single = { $at } does not split the { $what }; it has a single day
error-too-many-labels = the { $what } would have { $count } labels; at most { $most } are allowed
error-text-too-long = the text is too long: { $len } bytes, at most { $most } are allowed
error-home-exists = a home named `{ $name }` already exists
error-home-name = a name must have 1 to { $most } bytes, not { $len }
error-home-radius = a radius must be more than 0 and at most { $most } km, not { $radius } km
error-home-reversed = { $to } is before { $from }
error-range-no-day = expected a date like 2024-03-03, not `{ $part }`; a range is FROM..TO, FROM.. or ..TO
error-range-no-time = expected a date like 2024-03-03 or a time like 2024-03-03T09:00:00+08:00, not `{ $part }`; a range is FROM..TO, FROM.. or ..TO
error-range-unbounded = a range needs a beginning or an end
error-range-reversed = the range ends before it begins

## Files and folders

error-cannot-read = cannot read { $path }: { $why }
error-cannot-write = cannot write { $path }: { $why }
error-cannot-lock = cannot lock { $path }: { $why }
error-output = cannot write the result: { $why }
error-output-exists = { $path } exists and is not an imm-cluster report
error-albums-damaged = the album list { $path } is damaged: { $why }
error-no-such-path = cannot find { $paths }
error-paths-unreadable = cannot access { $paths }
path-with-reason = { $path }: { $why }
error-no-path = no folder is given, and none is remembered
error-interrupted = interrupted by { $by }; the dataset is unchanged
error-interrupted-saved = interrupted by { $by }; what was read so far is saved ({ $files })
interrupt-hangup = the closing of the terminal

## The dataset

error-dataset-unreadable = cannot read the dataset { $path }: { $why }
error-dataset-damaged = the dataset { $path } is damaged: { $reason }
error-dataset-damaged-at = the dataset { $path } is damaged at line { $line }: { $reason }
error-nothing-to-recover = nothing in { $path } can be recovered
error-dataset-foreign = { $path } is not an imm-cluster dataset
error-dataset-newer = { $path } was written by a newer imm-cluster (format { $version }, this one reads { $known })
error-dataset-locked = the dataset { $path } is in use
error-dataset-locked-by = the dataset { $path } is in use by { $holder }
error-dataset-changed = the dataset { $path } was changed by another program in the meantime

## Imports of gazetteers

error-import-invalid = cannot import { $path }: { $reason }
error-import-no-name = `{ $name }` is not a valid name
error-import-mixed = { $first } and { $other } are of different kinds
error-import-preset = the preset `{ $preset }` does not fit { $path }
error-import-no-property = nothing says which property of { $path } names which level; its properties are: { $properties }
error-import-unknown-property = { $path } has no property `{ $name }`; its properties are: { $properties }
error-import-property-of-places = the property { $property } cannot be used with a GeoNames dump, whose columns are fixed
error-gazetteer-damaged = cannot read the gazetteer { $path }: { $reason }
error-no-such-gazetteer = no gazetteer `{ $name }` was imported
error-import-locked = another import into { $path } is in progress

## The same, with the options by which it was asked for

error-of-option = `{ $option }`: { $why }
error-merge-one-cluster = `clusters merge` requires at least { $two }
error-merge-one-trip = `trips merge` requires at least { $two }
error-option-too-long = `{ $option }` is too long: { $len } bytes, at most { $most } are allowed
error-option-name = invalid value `{ $name }` for `--name`: expected letters, digits, `-`, `_` and `.`, at most { $most } bytes
error-option-mixed = { $first } and { $other } are of different kinds; import them one after the other
error-option-preset = `--preset { $preset }` does not match { $path }
error-option-no-property = `--property LEVEL=NAME` or `--preset` is required, to tell which property of { $path } names which level; its properties are: { $properties }
error-option-unknown-property = `--property`: { $path } has no property `{ $name }`; its properties are: { $properties }
error-option-property-of-places = `--property { $property }` cannot be used with a GeoNames dump, whose columns are fixed

## The way out

hint-output-exists = choose another name with `--output`, or replace it with `--force`
hint-output-unwritable = check the folder, the permissions and the free space
hint-albums-damaged = it was left unchanged; without it, everything in the folder is treated as yours
hint-home-exists = `imm-cluster homes edit` changes it
hint-dataset-damaged = it was left unchanged; `imm-cluster recover` saves the intact records
hint-nothing-to-recover = it was left unchanged; restore it from a backup, or choose another one with `--dataset`
hint-dataset-foreign = it was left unchanged; choose another file with `--dataset`
hint-dataset-newer = upgrade, or choose another file with `--dataset`
hint-locked = wait for it with `--wait SECONDS`, or try again later
hint-dataset-unwritable = check the permissions and the free space, or choose another file with `--dataset`
hint-dataset-changed = the other change was kept; run the same command again
hint-cannot-lock = some network disks have no locks; `--lock-dir DIR` puts them in a folder on this machine
hint-no-such-path = check the spelling, or mount the disk
hint-paths-unreadable = check the permissions and the disk
hint-no-path = name one: `imm-cluster index ~/Pictures`
hint-interrupted = run the same command again to continue
hint-import-nameless = name the property of each level with `--property LEVEL=NAME`; its properties are: { $properties }
hint-import-no-property = for example, `--property city=NAME`
hint-gazetteer-damaged = import it again, or remove it with `imm-cluster gazetteer remove NAME`
hint-gazetteer-unwritable = check the permissions and the free space, or choose another folder with `IMM_CLUSTER_GAZETTEERS`
hint-no-such-gazetteer = `imm-cluster gazetteer list` shows what was imported
hint-ambiguous = type more of the id
hint-ambiguous-home = use its id: `imm-cluster homes list` shows them
hint-not-found-cluster = `imm-cluster clusters list` shows the ids
hint-not-found-file = `imm-cluster files list` shows the paths
hint-not-found-folder = `imm-cluster roots list` shows the remembered folders
hint-not-found-home = `imm-cluster homes list` shows the names and ids
hint-not-found-place = `imm-cluster places list` shows the names
hint-not-found-task = `imm-cluster tasks list` shows the tasks of the last 7 days
hint-not-found-trip = `imm-cluster trips list` shows the ids

## Values of options that are none

no-day = expected a date like 2024-03-03, not `{ $text }`
no-distance = expected a distance such as 300m or 1.5km, not `{ $text }`
no-level = unknown level `{ $text }`: expected country, province, city, district or township
no-language = unknown language `{ $text }`: expected en, zh (simplified) or local (the language of each country)
no-property = expected `LEVEL=NAME`, such as `city=NAME_2` or `city:zh=NL_NAME_2`
no-property-language = unknown language `{ $language }`: expected en, zh or local
no-partial-date = neither a year nor a month
template-unknown = unknown placeholder `{ $name }`; the placeholders are { $known }
template-brace = unmatched brace; write `{"{{"}` or `{"}}"}` for a literal brace
template-empty = the folder name would be empty
place-no-name = the name is empty
place-long-name = the name has { $len } bytes; at most { $most } are allowed
place-radius = invalid radius { $radius }: expected more than 0 and at most { $most }

## Several things in one sentence

list-comma = {", "}
