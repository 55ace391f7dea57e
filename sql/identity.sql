-- The ids of clusters, carried from one run to the next by the days that they stand for. From
--   runs(owner, level, region, start_day, end_day, days), of cluster.sql, those of too few or too
--     many days too: what `imm-cluster sql runs` gives, and
--   ids(object_id, owner, level, region, own_start, own_end, start_day, end_day, edited, live,
--     absorbed_by, created), which is what this query gave last; at first a table without rows.
-- A row with object_id '' is a new cluster: give it an id, and the time as `created`, a number that
-- grows. `edited` is 1 where somebody gave it a title; `live` 1 where it is listed now; `absorbed_by`
-- names the one that its days belong to, or is ''. Ids that are not live are kept: they come back.
WITH params AS (
  SELECT 1 AS min_days, 99999 AS max_days
),
found AS (
  SELECT owner, level, region, start_day AS run_start, end_day AS run_end,
         CASE WHEN days BETWEEN min_days AND max_days THEN 1 ELSE 0 END AS fits
  FROM runs CROSS JOIN params
),
touching AS (
  SELECT i.object_id, i.owner, i.level, i.region, i.own_start, i.own_end, i.start_day, i.end_day,
         i.edited, i.live, i.absorbed_by, i.created, r.run_start, r.run_end, r.fits,
         CASE WHEN i.own_start > r.run_end OR r.run_start > i.own_end THEN 0
              ELSE CASE WHEN i.own_end < r.run_end THEN i.own_end ELSE r.run_end END
                 - CASE WHEN i.own_start > r.run_start THEN i.own_start ELSE r.run_start END + 1 END AS own_shared,
         CASE WHEN i.start_day > r.run_end OR r.run_start > i.end_day THEN 0
              ELSE CASE WHEN i.end_day < r.run_end THEN i.end_day ELSE r.run_end END
                 - CASE WHEN i.start_day > r.run_start THEN i.start_day ELSE r.run_start END + 1 END AS now_shared
  FROM ids i JOIN found r ON i.owner = r.owner AND i.level = r.level AND i.region = r.region
),
ranked AS (
  SELECT object_id, owner, level, region, own_start, own_end, start_day, end_day, edited, live, absorbed_by, created,
         run_start, run_end, fits,
         ROW_NUMBER() OVER (PARTITION BY object_id ORDER BY fits DESC, own_shared DESC, now_shared DESC, run_start) AS choice
  FROM touching
  WHERE own_shared > 0 OR now_shared > 0
),
suitors AS (
  SELECT object_id, owner, level, region, own_start, own_end, start_day, end_day, edited, created, run_start, run_end, fits,
         ROW_NUMBER() OVER (PARTITION BY owner, level, region, run_start
           ORDER BY edited DESC, live DESC, CASE WHEN absorbed_by = '' THEN 0 ELSE 1 END, created,
                    own_end - own_start DESC, own_start, object_id) AS place
  FROM ranked
  WHERE choice = 1
),
claims AS (
  SELECT owner, level, region, run_start, SUM(claim) AS suitors
  FROM (
    SELECT owner, level, region, run_start, 0 AS claim FROM found
    UNION ALL
    SELECT owner, level, region, run_start, 1 AS claim FROM suitors
  ) AS each_claim
  GROUP BY owner, level, region, run_start
)
SELECT s.object_id, s.owner, s.level, s.region,
       CASE WHEN c.suitors = 1 THEN s.run_start ELSE s.own_start END AS own_start,
       CASE WHEN c.suitors = 1 THEN s.run_end ELSE s.own_end END AS own_end,
       s.run_start AS start_day, s.run_end AS end_day, s.edited, s.fits AS live, '' AS absorbed_by, s.created
FROM suitors s JOIN claims c
  ON s.owner = c.owner AND s.level = c.level AND s.region = c.region AND s.run_start = c.run_start
WHERE s.place = 1
UNION ALL
SELECT l.object_id, l.owner, l.level, l.region, l.own_start, l.own_end, l.start_day, l.end_day,
       l.edited, 0 AS live, s.object_id AS absorbed_by, l.created
FROM suitors l JOIN suitors s
  ON l.owner = s.owner AND l.level = s.level AND l.region = s.region AND l.run_start = s.run_start
WHERE l.place > 1 AND s.place = 1
UNION ALL
SELECT object_id, owner, level, region, own_start, own_end, start_day, end_day, edited, 0 AS live, absorbed_by, created
FROM ids
WHERE object_id NOT IN (SELECT object_id FROM suitors)
UNION ALL
SELECT '' AS object_id, r.owner, r.level, r.region, r.run_start AS own_start, r.run_end AS own_end,
       r.run_start AS start_day, r.run_end AS end_day, 0 AS edited, 1 AS live, '' AS absorbed_by, 0 AS created
FROM found r JOIN claims c
  ON r.owner = c.owner AND r.level = c.level AND r.region = c.region AND r.run_start = c.run_start
WHERE r.fits = 1 AND c.suitors = 0
