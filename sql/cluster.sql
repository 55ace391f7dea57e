-- Clusters of every owner: at each level, one region over one run of local days. From
--   evidence(owner, local_day, country_key … township_key, files, moments, missing),
-- as `imm-cluster export parquet --evidence` writes it, in any order and of any number of owners.
-- It says only what all engines understand alike: a day is a whole number, because engines differ
-- in what a difference of dates is; LAG has its default written out; sums are cast, because some
-- engines make them wider. Owners share nothing, so that it may run for a part of them at a time.
WITH params AS (
  SELECT 1 AS gap_days, 1 AS min_days, 99999 AS max_days
),
at_level AS (
  SELECT owner, 'country' AS level, country_key AS region, local_day, files, moments, missing FROM evidence WHERE country_key IS NOT NULL
  UNION ALL
  SELECT owner, 'province' AS level, province_key AS region, local_day, files, moments, missing FROM evidence WHERE province_key IS NOT NULL
  UNION ALL
  SELECT owner, 'city' AS level, city_key AS region, local_day, files, moments, missing FROM evidence WHERE city_key IS NOT NULL
  UNION ALL
  SELECT owner, 'district' AS level, district_key AS region, local_day, files, moments, missing FROM evidence WHERE district_key IS NOT NULL
  UNION ALL
  SELECT owner, 'township' AS level, township_key AS region, local_day, files, moments, missing FROM evidence WHERE township_key IS NOT NULL
),
per_day AS (
  SELECT owner, level, region, local_day AS d, SUM(files) AS files, SUM(moments) AS moments, SUM(missing) AS missing
  FROM at_level
  GROUP BY owner, level, region, local_day
),
marked AS (
  SELECT owner, level, region, d, files, moments, missing,
         d - LAG(d, 1, -10000000) OVER (PARTITION BY owner, level, region ORDER BY d) - 1 AS empty_days
  FROM per_day
),
numbered AS (
  SELECT owner, level, region, d, files, moments, missing,
         SUM(CASE WHEN empty_days > gap_days THEN 1 ELSE 0 END)
           OVER (PARTITION BY owner, level, region ORDER BY d ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
  FROM marked CROSS JOIN params
),
found AS (
  SELECT owner, level, region, MIN(d) AS start_day, MAX(d) AS end_day, MAX(d) - MIN(d) + 1 AS days, COUNT(*) AS active_days,
         CAST(SUM(files) AS BIGINT) AS files, CAST(SUM(moments) AS BIGINT) AS moments, CAST(SUM(missing) AS BIGINT) AS files_missing
  FROM numbered
  GROUP BY owner, level, region, run
)
SELECT owner, level, region, start_day, end_day, days, active_days, files, moments, files_missing
FROM found CROSS JOIN params
WHERE days BETWEEN min_days AND max_days
