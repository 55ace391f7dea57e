"""What clustering many owners costs: `engines.py PROGRAM OWNERS MILLIONS FOLDER [ENGINE…]`.

PROGRAM is `imm-cluster`, and OWNERS the built `examples/owners.rs`. Makes evidence of owners with
1,000 rows each, once, as `export parquet --evidence` has it, and lets each engine cluster it at five
levels in a process of its own: wall and processor time, and the most memory. With `lookup` for
OWNERS, names so many million points instead, as lines and as Parquet.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

LEVELS = ["country", "province", "city", "district", "township"]
OWNER = 1_000
# Each owner has a home in one of 400 cities. Of 10 days with photos at a time, always two places
# on a day, every fifth are in another city; three days without any follow.
MAKE = """
WITH steps AS (
  SELECT i // 1000 AS owner, i % 1000 AS n, CAST((hash(i // 2) % 3 + i) % 3 AS INTEGER) AS part,
         CAST(CASE WHEN i // 20 % 5 = 4 THEN hash(i // 20) ELSE hash(i // 1000) END % 400 AS INTEGER) AS city
  FROM range($first, $last) AS r(i)
)
SELECT printf('owner %08d', owner) AS owner, CAST(15000 + n // 2 + n // 20 * 3 AS INTEGER) AS local_day,
       DATE '1970-01-01' + local_day AS local_date,
       'C' || city % 8 AS country_code, 'Country ' || city % 8 AS country, 'Province ' || city % 80 AS province,
       'City ' || city AS city, 'District ' || city || '-' || part AS district, 'Township ' || city || '-' || part AS township,
       printf('["#C%d"]', city % 8) AS country_key,
       printf('["#C%d","#p%d"]', city % 8, city % 80) AS province_key,
       printf('["#C%d","#p%d","#g%d"]', city % 8, city % 80, city) AS city_key,
       printf('["#C%d","#p%d","#g%d","#d%d-%d"]', city % 8, city % 80, city, city, part) AS district_key,
       printf('["#C%d","#p%d","#g%d","#d%d-%d","t%d-%d"]', city % 8, city % 80, city, city, part, city, part) AS township_key,
       CAST(1 + hash(n) % 12 AS INTEGER) AS files, files AS moments, CAST(0 AS INTEGER) AS missing, files AS records,
       city * 37 % 1600 - 800 + part AS cell_row, city * 613 % 5000 AS cell_column
FROM steps ORDER BY owner, township_key, local_day
"""


def make(file, rows):
    import duckdb
    import pyarrow.parquet

    writer, many = None, 1_000_000
    for first in range(0, rows, many):
        query = MAKE.replace("$first", str(first)).replace("$last", str(min(first + many, rows)))
        table = duckdb.sql(query).to_arrow_table()
        writer = writer or pyarrow.parquet.ParquetWriter(file, table.schema)
        writer.write_table(table, row_group_size=131_072)
    writer.close()


def duckdb_whole(file, query, limit=None, ranges=1):
    import duckdb

    database = duckdb.connect()
    if limit:
        database.execute(f"SET memory_limit = '{limit}'; SET temp_directory = '{file}.tmp'")
    last = int(database.execute(f"SELECT MAX(owner) FROM '{file}'").fetchone()[0].split()[1]) + 1
    for part in range(ranges):
        bounds = [f"owner {last * n // ranges:08}" for n in (part, part + 1)]
        evidence = f"CREATE OR REPLACE VIEW evidence AS SELECT * FROM '{file}' WHERE owner >= '{bounds[0]}' AND owner < '{bounds[1]}'"
        database.execute(evidence)
        database.execute(f"COPY ({query}) TO '{file}.clusters-{part}' (FORMAT parquet)")


def polars_lazy(file, query):
    import polars

    frames = polars.SQLContext(evidence=polars.scan_parquet(file))
    frames.execute(query).sink_parquet(f"{file}.clusters-0")


def datafusion_whole(file, query):
    import datafusion

    context = datafusion.SessionContext()
    context.register_parquet("evidence", file)
    context.sql(query).write_parquet(f"{file}.clusters-0")


ENGINES = {
    "DuckDB": duckdb_whole,
    "DuckDB, 500 MB": lambda file, query: duckdb_whole(file, query, limit="500MB"),
    "DuckDB, 10 ranges of owners": lambda file, query: duckdb_whole(file, query, ranges=10),
    "Polars": polars_lazy,
    "DataFusion": datafusion_whole,
}


def apart(make, *what):
    """Does something in a process of its own, whose memory no later one is charged with."""
    import multiprocessing

    child = multiprocessing.Process(target=make, args=what)
    child.start()
    child.join()


def make_points(lines, file, rows):
    """Points around 400 cities of Europe, in no order."""
    import random

    import pyarrow
    import pyarrow.parquet

    chance = random.Random(1)
    cities = [(chance.uniform(36, 58), chance.uniform(-9, 30)) for _ in range(400)]
    points = [[round(chance.gauss(at, 0.05), 6) for at in chance.choice(cities)] for _ in range(rows)]
    lines.write_text("".join(f"{lat},{lon}\n" for lat, lon in points))
    lat, lon = zip(*points)
    pyarrow.parquet.write_table(pyarrow.table({"lat": lat, "lon": lon}), file)


def lookup(program, rows, folder):
    lines, file, out = folder / "points.txt", folder / "points.parquet", folder / "named.parquet"
    apart(make_points, lines, file, rows)
    print(f"{rows:,} points; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    for _ in range(3):
        measured("lookup - --format ndjson", [program, "lookup", "-", "--format", "ndjson"], folder / "named.jsonl", lines)
        measured("lookup --parquet", [program, "lookup", "--parquet", file, out])


def measured(name, command, output=None, input=None):
    """Runs a command to its end, and tells what it took."""
    started = time.monotonic()
    with open(input or os.devnull, "rb") as given, open(output or os.devnull, "wb") as out:
        process = subprocess.Popen(command, stdin=given, stdout=out)
        _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{name}: failed")
    print(f"{name}: {time.monotonic() - started:.1f} s, processor {used.ru_utime + used.ru_stime:.1f} s, "
          f"{used.ru_maxrss // 1024:,} MiB", flush=True)


def main():
    if sys.argv[1] == "engine":
        _, _, engine, file, query = sys.argv
        return ENGINES[engine](file, Path(query).read_text())
    program, owners, millions, folder, *wanted = sys.argv[1:]
    rows = int(float(millions) * 1_000_000)
    if owners == "lookup":
        return lookup(program, rows, Path(folder))
    file, query = Path(folder) / f"{millions}M.parquet", Path(folder) / "clusters.sql"
    if not file.exists():
        apart(make, file, rows)
    query.write_text(subprocess.run([program, "sql", "--levels", ",".join(LEVELS)], capture_output=True, text=True, check=True).stdout)
    print(f"{millions} million rows, {file.stat().st_size // 1_000_000} MB; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    for engine in wanted or ["the library", *ENGINES]:
        if engine == "the library":
            measured(engine, [owners, file, json.dumps({"levels": LEVELS})], output=f"{file}.found")
        else:
            measured(engine, [sys.executable, __file__, "engine", engine, file, query])


if __name__ == "__main__":
    main()
