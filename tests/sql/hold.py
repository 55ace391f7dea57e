"""Holds sql/cluster.sql, sql/identity.sql and the library to the program: `hold.py PROGRAM [--owners N]`.

Random libraries of several owners are indexed and run by the program, exported as evidence, and
clustered by every engine that is there. Not one cluster may differ in level, region, first and
last day, days, active days, files, moments or files that are missing. DuckDB, DataFusion and
Polars have to be there; ClickHouse (chdb) and Spark (pyspark) are held where they are. `--library` is
the built `examples/owners.rs`, whose homes and trips have to be the program's, too.
"""

import argparse
import datetime
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import datafusion
import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

LEVELS = ["country", "province", "city", "district", "township"]
IDS = {
    "object_id": pa.string(), "owner": pa.string(), "level": pa.string(), "region": pa.string(),
    "own_start": pa.int64(), "own_end": pa.int64(), "start_day": pa.int64(), "end_day": pa.int64(),
    "edited": pa.int64(), "live": pa.int64(), "absorbed_by": pa.string(), "created": pa.int64(),
}
RUNS = dict.fromkeys(["owner", "level", "region"], pa.string()) | dict.fromkeys(
    ["start_day", "end_day", "days", "active_days", "files", "moments", "files_missing", "fits"], pa.int64()
)
# Of several countries, in pairs that share a city, a province, or nothing; at sea; and without a city.
POINTS = [
    (30.2489, 120.1485), (30.2741, 120.1551), (30.7522, 120.75), (31.2304, 121.4737),
    (35.0116, 135.7681), (34.6937, 135.5023), (48.8566, 2.3522), (43.2965, 5.3698),
    (52.0907, 5.1214), (-33.8568, 151.2153), (-36.8485, 174.7633), (0.5, -30.5), (71.0, -40.0),
]
ADDRESSES = [
    {"country": "Testland", "province": "P", "city": 'A "b" \\ 西'},
    {"country": "Testland", "city": 'A "b" \\ 西'},
    {"country": "Testland", "province": "Q", "city": 'A "b" \\ 西', "township": "T"},
    {"township": "nowhere"},
]


# The engines: named tables of Arrow and a query in, rows out.

def on_sqlite(tables, query):
    database = sqlite3.connect(":memory:")
    for name, table in tables.items():
        columns = table.schema.names
        # SQLite has no dates; nothing asks for them.
        database.execute(f"CREATE TABLE {name}({','.join(columns)})")
        rows = zip(*(map(plain, table.column(column).to_pylist()) for column in columns))
        database.executemany(f"INSERT INTO {name} VALUES({','.join('?' * len(columns))})", rows)
    return database.execute(query).fetchall()


def on_duckdb(tables, query):
    database = duckdb.connect()
    for name, table in tables.items():
        database.register(name, table)
    return database.execute(query).fetchall()


def on_datafusion(tables, query):
    context = datafusion.SessionContext()
    for name, table in tables.items():
        batches = table.to_batches() or [pa.RecordBatch.from_pylist([], schema=table.schema)]
        context.register_record_batches(name, [batches])
    return rows_of(context.sql(query).to_arrow_table())


def on_polars(tables, query):
    frames = {name: polars.from_arrow(table) for name, table in tables.items()}
    return polars.SQLContext(frames).execute(query, eager=True).rows()


def on_clickhouse(tables, query):
    from chdb import session

    with tempfile.TemporaryDirectory() as folder:
        database = session.Session(f"{folder}/database")
        for name, table in tables.items():
            pq.write_table(table, f"{folder}/{name}.parquet")
            database.query(f"CREATE VIEW {name} AS SELECT * FROM file('{folder}/{name}.parquet', Parquet)")
        lines = database.query(query, "JSONCompactEachRow").bytes().decode().splitlines()
        database.close()
    return [tuple(json.loads(line)) for line in lines]


def on_spark(tables, query):
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .getOrCreate()
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, table in tables.items():
            pq.write_table(table, f"{folder}/{name}.parquet")
            spark.read.parquet(f"{folder}/{name}.parquet").createOrReplaceTempView(name)
        return [tuple(row) for row in spark.sql(query).collect()]


def by_library(path, folder, evidence, rules):
    """What the library makes of all owners: clusters, homes and trips, each as the program has them."""
    # Owners begin and end anywhere in the small row groups.
    pq.write_table(evidence.sort_by("owner"), folder / "owners.parquet", row_group_size=70)
    given = {name.removeprefix("--").replace("-", "_"): value for name, value in zip(rules[::2], rules[1::2])}
    levels = given.pop("levels").split(",")
    given = {name: int(value) for name, value in given.items()} | {"levels": levels}
    done = subprocess.run([path, folder / "owners.parquet", json.dumps(given)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{path} {given}\n{done.stderr}")
    found = {"cluster": [], "home": [], "trip": []}
    for line in done.stdout.splitlines():
        [(kind, one)] = json.loads(line).items()
        found[kind].append(tuple(value for name, value in one.items() if (kind, name) != ("home", "region")))
    return [sorted(found["cluster"]), *(sorted(found[kind], key=repr) for kind in ("home", "trip"))]


def engines(also):
    yield from [("SQLite", on_sqlite), ("DuckDB", on_duckdb), ("DataFusion", on_datafusion), ("Polars", on_polars)]
    for name, module, engine in [("ClickHouse", "chdb", on_clickhouse), ("Spark", "pyspark", on_spark)]:
        if name.lower() in also:
            __import__(module)
            yield name, engine


def plain(value):
    return str(value) if isinstance(value, datetime.date) else value


def rows_of(table):
    return list(zip(*(column.to_pylist() for column in table.columns))) if table.num_columns else []


def in_order(rows):
    """Rows as texts and whole numbers, sorted: engines differ in the width of numbers."""
    return sorted(tuple(x if isinstance(x, str) else int(x) for x in row) for row in rows)


def table_of(rows, schema):
    rows = in_order(rows)
    return pa.table({name: pa.array([row[i] for row in rows], kind) for i, (name, kind) in enumerate(schema.items())})


def day(date):
    return (datetime.date.fromisoformat(date[:10]) - datetime.date(1970, 1, 1)).days


def as_key(region):
    return json.dumps(region, ensure_ascii=False, separators=(",", ":"))


# The program.

class Program:
    def __init__(self, path, folder):
        self.path, self.folder = path, folder

    def run(self, dataset, *arguments):
        command = [self.path, *arguments, "--dataset", dataset, "--quiet"]
        environment = os.environ | {"LC_ALL": "C.UTF-8"}
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, env=environment)
        if done.returncode:
            sys.exit(f"{command}\n{done.stdout}{done.stderr}")
        return done.stdout

    def sql(self, query, rules):
        return self.run("none.json", "sql", query, *rules)

    def clusters(self, dataset, owner):
        """What it lists, as the query has it."""
        known = json.loads((self.folder / dataset).read_text())["clusters"]
        regions = {one["object_id"]: one["region"] for one in known}
        rows = []
        for line in self.run(dataset, "clusters", "list", "--format", "ndjson").splitlines():
            one = json.loads(line)
            days = [day(one[key]) for key in ("start_date", "end_date")]
            counts = [one[key] for key in ("days", "active_days", "files", "moments", "files_missing")]
            rows.append((owner, one["level"], as_key(regions[one["object_id"]]), *days, *counts))
        return rows

    def homes(self, dataset, owner):
        for line in self.run(dataset, "homes", "list", "--format", "ndjson").splitlines():
            one = json.loads(line)
            yield owner, one["id"], one["lat"], one["lon"], day(one["from"]), day(one["to"])

    def trips(self, dataset, owner):
        for line in self.run(dataset, "trips", "list", "--format", "ndjson").splitlines():
            one = json.loads(line)
            counts = [one[key] for key in ("active_days", "files", "distance_km")]
            home = (one["home"] or {}).get("id")
            yield owner, home, day(one["start_date"]), day(one["end_date"]), *counts

    def ids(self, dataset, owner, created, run):
        """All ids that it remembers, as the query has them; `created` has the run of each time."""
        known = json.loads((self.folder / dataset).read_text())["clusters"]
        for one in known:
            created.setdefault(one["create_time"], run)
        return in_order(
            (one["object_id"], owner, one["level"], as_key(one["region"]), *map(day, one["own"]),
             day(one["start_time"]), day(one["end_time"]), "title" in one, one["state"] == "live",
             one.get("into", ""), created[one["create_time"]])
            for one in known
        )

    def evidence(self, dataset, owner):
        self.run(dataset, "export", "parquet", "--evidence", "--owner", owner, "--output", "evidence.parquet")
        return pq.read_table(self.folder / "evidence.parquet")


def some_records(chance, count, days):
    start = datetime.datetime(2023, 12, 1) - datetime.timedelta(days=chance.choice([0, 20_000]))
    for number in range(count):
        record = {"path": f"{number}.jpg"}
        at = start + datetime.timedelta(seconds=chance.randrange(days * 86_400))
        if chance.random() < 0.8:
            record["capture_time"] = at.isoformat(timespec="seconds") + chance.choice(["", "+08:00", "Z", "-05:00"])
        elif chance.random() < 0.9:
            record["local_date"] = at.date().isoformat()
        if chance.random() < 0.7:
            record["lat"], record["lon"] = chance.choice(POINTS)
        elif chance.random() < 0.8:
            record["address"] = chance.choice(ADDRESSES)
        yield json.dumps(record) + "\n"


SIDECAR = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:DateTimeOriginal="{time}"
 exif:GPSLatitude="{lat}" exif:GPSLongitude="{lon}"/></rdf:RDF></x:xmpmeta>"""


def in_minutes(degrees, letters):
    whole, part = divmod(abs(degrees), 1)
    return f"{int(whole)},{part * 60:.6f}{letters[degrees < 0]}"


def real_files(chance, folder, count):
    """Files with copies of them, each with a sidecar; some are gone later."""
    folder.mkdir()
    for number in range(count):
        time = datetime.datetime(2024, 3, 1) + datetime.timedelta(hours=chance.randrange(400))
        lat, lon = chance.choice(POINTS[:6])
        sidecar = SIDECAR.format(time=time.isoformat(), lat=in_minutes(lat, "NS"), lon=in_minutes(lon, "EW"))
        for copy in range(chance.choice([1, 1, 2, 3])):
            name = folder / f"{number}-{copy}.jpg"
            name.write_bytes(b"\xff\xd8\xff\xd9" + str(number).encode())
            Path(f"{name}.xmp").write_text(sidecar)


def library(program, chance, owner, rules, large):
    """One owner's library: what the program lists, and its evidence."""
    dataset, records = f"{owner}.json", program.folder / "records.jsonl"
    kind = chance.randrange(4)
    if large:
        records.write_text("".join(some_records(chance, large, 20_000)))
    else:
        records.write_text("".join(some_records(chance, chance.randrange(150), chance.choice([8, 40, 200]))))
    language = ["--language", chance.choice(["en", "zh"])]
    program.run(dataset, "index", "--from-json", "records.jsonl", *language)
    if kind == 0 and not large:
        folder = program.folder / owner
        real_files(chance, folder, 40)
        program.run(dataset, "index", str(folder))
        for gone in chance.sample(sorted(folder.glob("*.jpg")), 10):
            gone.unlink()
        program.run(dataset, "index")
    day_starts = ["--day-starts", chance.choice(["00:00", "03:30", "12:00"])]
    program.run(dataset, "run", *rules, *day_starts, *chance.choice([["--lend"], ["--no-lend"]]))
    if kind < 2:
        paths = [f"{number}.jpg" for number in range(0, 30, 3)]
        known = {json.loads(line)["path"] for line in records.read_text().splitlines()}
        paths = [path for path in paths if path in known]
        if kind == 0 and not large:
            paths.append(str(program.folder / owner / "0-0.jpg"))
        if paths:
            program.run(dataset, "forget", *paths)
            program.run(dataset, "run")
    travels = [*program.homes(dataset, owner)], [*program.trips(dataset, owner)]
    return program.clusters(dataset, owner), program.evidence(dataset, owner), travels


def some_rules(chance):
    least = chance.choice([1, 1, 2, 3])
    most = chance.choice([99_999, 99_999, least + 2])
    levels = ",".join(chance.sample(LEVELS, chance.randrange(1, 6)))
    gap = chance.choice([0, 1, 1, 2, 5, 30])
    return ["--gap-days", str(gap), "--min-days", str(least), "--max-days", str(most), "--levels", levels]


def same(what, found, wanted):
    if found == wanted:
        return
    for row in sorted(set(found) ^ set(wanted), key=repr)[:10]:
        print(" ", "+" if row in found else "-", row)
    sys.exit(f"{what}: {len(set(found) ^ set(wanted))} rows differ")


def same_ids(program, chance, owner, tried):
    """Runs a library again and again, with other files and other rules, and holds the ids to it."""
    dataset, created, compared = f"{owner}.json", {}, 0
    lines = list(some_records(chance, 200, 40))
    known = table_of([], IDS)
    for run in range(1, 7):
        (program.folder / "records.jsonl").write_text("".join(chance.sample(lines, 60)))
        program.run(dataset, "index", "--from-json", "records.jsonl")
        gone = [f"{number}.jpg" for number in range(200) if chance.random() < 0.2]
        listed = program.run(dataset, "files", "list", "--format", "ndjson").splitlines()
        gone = sorted({json.loads(line)["path"] for line in listed} & set(gone))
        if gone:
            program.run(dataset, "forget", "--drop-evidence", *gone)
        rules = some_rules(chance)
        program.run(dataset, "run", *rules)
        evidence = program.evidence(dataset, owner)
        wanted = program.ids(dataset, owner, created, run)
        fresh = {row[2:5]: row[0] for row in wanted if row[11] == run}
        for name, engine in tried:
            runs = table_of(engine({"evidence": evidence}, program.sql("runs", rules)), RUNS)
            rows = in_order(engine({"runs": runs, "ids": known}, program.sql("identity", rules)))
            # What the program called new ones, the query cannot know.
            rows = [row if row[0] else (fresh.get(row[2:5], "?"), *row[1:11], run) for row in rows]
            same(f"{name}, ids of run {run}, {' '.join(rules)}", sorted(rows), wanted)
        compared += len(wanted)
        live = [row[0] for row in wanted if row[9]]
        titled = chance.sample(live, len(live) // 4)
        if titled:
            program.run(dataset, "clusters", "update", "--title", "Mine", *titled)
        known = table_of(program.ids(dataset, owner, created, run), IDS)
    return compared


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("program")
    arguments.add_argument("--owners", type=int, default=60)
    arguments.add_argument("--large", type=int, default=0, help="files of one owner more")
    arguments.add_argument("--histories", type=int, default=5, help="owners who are run again and again")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--library", help="the built examples/owners.rs")
    arguments.add_argument("--also", nargs="*", default=[], choices=["clickhouse", "spark"])
    options = arguments.parse_args()
    chance = random.Random(options.seed)
    tried = list(engines(options.also))
    started, compared, travelled, most = time.monotonic(), 0, 0, 10
    with tempfile.TemporaryDirectory() as folder:
        program = Program(str(Path(options.program).resolve()), Path(folder))
        sizes = [most] * (options.owners // most) + ([0] if options.large else [])
        for group, size in enumerate(sizes):
            rules = some_rules(chance) if size else ["--levels", ",".join(LEVELS)]
            owners = [library(program, chance, f"{group}-{n}", rules, 0) for n in range(size)]
            owners = owners or [library(program, chance, "large", rules, options.large)]
            wanted = in_order(row for clusters, _, _ in owners for row in clusters)
            evidence = pa.concat_tables(evidence for _, evidence, _ in owners)
            compared += len(wanted)
            for name, engine in tried:
                found = in_order(engine({"evidence": evidence}, program.sql("clusters", rules)))
                same(f"{name}, {' '.join(rules)}", found, wanted)
            if options.library:
                homes, trips = (sorted((row for _, _, of in owners for row in of[n]), key=repr) for n in (0, 1))
                travelled += len(homes) + len(trips)
                found = by_library(options.library, program.folder, evidence, rules)
                for what, here, there in zip(("clusters", "homes", "trips"), found, (wanted, homes, trips)):
                    same(f"the library, {what}, {' '.join(rules)}", here, there)
        ids = sum(same_ids(program, chance, f"ids-{n}", tried) for n in range(options.histories))
    names = ", ".join([name for name, _ in tried] + (["the library"] if options.library else []))
    print(f"{travelled:,} homes and trips, " if options.library else "", end="")
    print(f"{compared:,} clusters of {sum(sizes) + bool(options.large)} owners and {ids:,} ids, "
          f"0 differences: {names} ({time.monotonic() - started:.0f} s)")


if __name__ == "__main__":
    main()
