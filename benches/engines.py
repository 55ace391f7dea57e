"""What sql/cluster.sql costs: `engines.py PROGRAM MILLIONS FOLDER [ENGINE…]`.

Makes evidence of owners with 1,000 rows each, once, and lets each engine cluster it at five levels
in a process of its own: wall and processor time, and the most memory.
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

LEVELS = "country,province,city,district,township"
# Each owner was at 50 places in 20 provinces of 4 countries, for two days at a time.
MAKE = """
COPY (
  WITH steps AS (
    SELECT i // 1000 AS owner, (i % 1000) * 3 + hash(i) % 3 AS day, hash(i // 1000 * 1000 + i % 1000 // 2) % 50 AS place,
           1 + hash(i + 1) % 12 AS files
    FROM range($rows) AS r(i)
  )
  SELECT printf('owner %08d', owner) AS owner, CAST(15000 + day AS INTEGER) AS local_day,
         printf('["#C%d"]', place % 4) AS country_key,
         printf('["#C%d","#p%d"]', place % 4, place % 20) AS province_key,
         printf('["#C%d","#p%d","#c%d"]', place % 4, place % 20, place) AS city_key,
         printf('["#C%d","#p%d","#c%d","#d%d"]', place % 4, place % 20, place, place) AS district_key,
         printf('["#C%d","#p%d","#c%d","#d%d","t%d"]', place % 4, place % 20, place, place, place) AS township_key,
         CAST(files AS INTEGER) AS files, CAST(files AS INTEGER) AS moments, 0 AS missing
  FROM steps ORDER BY owner, local_day
) TO '$file' (FORMAT parquet, COMPRESSION snappy)
"""


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


def main():
    program, millions, folder, *wanted = sys.argv[1:]
    file = Path(folder) / f"{millions}M.parquet"
    if len(wanted) == 1 and os.environ.get("MEASURED"):
        query = sys.stdin.read()
        started = time.monotonic()
        ENGINES[wanted[0]](str(file), query)
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(f"{wanted[0]}: {time.monotonic() - started:.1f} s, processor {used.ru_utime + used.ru_stime:.1f} s, "
              f"{used.ru_maxrss // 1024:,} MiB", flush=True)
        return
    if not file.exists():
        import duckdb

        make = MAKE.replace("$rows", str(int(float(millions) * 1_000_000))).replace("$file", str(file))
        duckdb.execute(make)
    query = subprocess.run([program, "sql", "--levels", LEVELS], capture_output=True, text=True, check=True).stdout
    print(f"{millions} million rows, {file.stat().st_size // 1_000_000} MB; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    for engine in wanted or ENGINES:
        subprocess.run([sys.executable, __file__, program, millions, folder, engine],
                       input=query, text=True, env=os.environ | {"MEASURED": "1"})


if __name__ == "__main__":
    main()
