//! The dataset against SQLite holding the same records: how long it takes to load all
//! of them, and to load them, change one in a hundred and save that durably.
//!
//! In the main folder `cargo bench --bench dataset -- 1000000 --to /tmp/million.json`,
//! then here `cargo run --release -- /tmp/million.json`.
//!
//! SQLite is used as by someone who cares: prepared statements, one transaction,
//! rows found by their integer key, both kinds of journal, each synchronised in full.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use imm_cluster_core::dataset::{Dataset, Store};
use rusqlite::{Connection, params};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// One file in a hundred is changed.
const CHANGED: usize = 100;

fn main() -> Result<()> {
    let path = PathBuf::from(std::env::args().nth(1).ok_or("which dataset?")?);
    let folder = tempfile::tempdir_in(path.parent().ok_or("in which folder?")?)?;
    let (ours, theirs) = (
        folder.path().join("ours.json"),
        folder.path().join("theirs.db"),
    );
    std::fs::copy(&path, &ours)?;
    let dataset = Store::at(&ours).read()?;
    let files: usize = dataset
        .folders
        .iter()
        .map(|folder| folder.files.len())
        .sum();
    fill(&theirs, &dataset)?;
    drop(dataset);
    let megabytes = |path: &Path| std::fs::metadata(path).map(|file| file.len() / 1_000_000);
    println!(
        "{files} files: {} MB of JSON, {} MB of SQLite",
        megabytes(&ours)?,
        megabytes(&theirs)?
    );
    let load = best(|| Ok(drop(Store::at(&ours).read()?)))?;
    let update = best(|| change(&ours))?;
    println!(
        "dataset            load {}  load, change 1 %, save {}",
        ms(load),
        ms(update)
    );
    for journal in ["DELETE", "WAL"] {
        let load = best(|| Ok(drop(rows(&open(&theirs, journal)?)?)))?;
        let update = best(|| change_rows(&theirs, journal))?;
        println!(
            "SQLite, {journal:<10} load {}  load, change 1 %, save {}",
            ms(load),
            ms(update)
        );
    }
    Ok(())
}

fn best(mut run: impl FnMut() -> Result<()>) -> Result<Duration> {
    let mut least = Duration::MAX;
    for _ in 0..5 {
        let started = Instant::now();
        run()?;
        least = least.min(started.elapsed());
    }
    Ok(least)
}

fn ms(time: Duration) -> String {
    format!("{:5.0} ms", time.as_secs_f64() * 1000.0)
}

fn change(path: &Path) -> Result<()> {
    let locked = Store::at(path).lock(Duration::ZERO, "bench")?;
    let mut dataset = locked.read()?;
    let folders = dataset.folders.iter_mut();
    for file in folders
        .flat_map(|folder| &mut folder.files)
        .step_by(CHANGED)
    {
        file.stat.size += 1;
    }
    locked.save(&dataset)?;
    Ok(())
}

fn open(path: &Path, journal: &str) -> Result<Connection> {
    let database = Connection::open(path)?;
    database.pragma_update(None, "journal_mode", journal)?;
    database.pragma_update(None, "synchronous", "FULL")?;
    database.pragma_update(None, "mmap_size", 1i64 << 32)?;
    Ok(database)
}

fn fill(path: &Path, dataset: &Dataset) -> Result<()> {
    let mut database = open(path, "DELETE")?;
    let all = database.transaction()?;
    all.execute_batch(
        "CREATE TABLE folders (id INTEGER PRIMARY KEY, root INTEGER, dir TEXT);
         CREATE TABLE files (id INTEGER PRIMARY KEY, folder INTEGER, name TEXT, size INTEGER,
             mtime INTEGER, ctime INTEGER, missing INTEGER, format TEXT, time TEXT,
             time_source TEXT, lat REAL, lon REAL, position_source TEXT, place INTEGER,
             camera INTEGER)",
    )?;
    for (id, folder) in dataset.folders.iter().enumerate() {
        all.execute(
            "INSERT INTO folders VALUES (?, ?, ?)",
            params![id as i64, folder.root.0, folder.dir.to_string_lossy()],
        )?;
        let mut insert = all.prepare_cached(
            "INSERT INTO files VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        for file in &folder.files {
            let word = |value: &dyn std::fmt::Debug| format!("{value:?}");
            let taken = &file.taken;
            insert.execute(params![
                id as i64,
                file.name.as_os_str().to_string_lossy(),
                file.stat.size as i64,
                file.stat.mtime,
                file.stat.ctime,
                file.missing,
                word(&file.content),
                taken.time.as_ref().map(|time| word(&time)),
                taken.time_source.as_ref().map(|source| word(&source)),
                taken.position.map(|position| position.lat()),
                taken.position.map(|position| position.lon()),
                taken.position_source.as_ref().map(|source| word(&source)),
                taken.place,
                taken.camera,
            ])?;
        }
    }
    all.commit()?;
    Ok(())
}

/// A row in memory, as it would be worked with.
#[allow(dead_code)]
struct Row {
    id: i64,
    folder: i64,
    name: Box<str>,
    stat: [i64; 3],
    missing: bool,
    format: Box<str>,
    time: Option<Box<str>>,
    time_source: Option<Box<str>>,
    position: Option<(f64, f64)>,
    position_source: Option<Box<str>>,
    place: Option<u32>,
    camera: Option<u32>,
}

fn rows(database: &Connection) -> Result<Vec<Row>> {
    let mut select = database.prepare("SELECT * FROM files")?;
    let mut found = select.query([])?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let text = |i| -> rusqlite::Result<Option<Box<str>>> {
            Ok(row.get_ref(i)?.as_str_or_null()?.map(Box::from))
        };
        rows.push(Row {
            id: row.get(0)?,
            folder: row.get(1)?,
            name: text(2)?.unwrap_or_default(),
            stat: [row.get(3)?, row.get(4)?, row.get(5)?],
            missing: row.get(6)?,
            format: text(7)?.unwrap_or_default(),
            time: text(8)?,
            time_source: text(9)?,
            position: Option::zip(row.get(10)?, row.get(11)?),
            position_source: text(12)?,
            place: row.get(13)?,
            camera: row.get(14)?,
        });
    }
    Ok(rows)
}

fn change_rows(path: &Path, journal: &str) -> Result<()> {
    let mut database = open(path, journal)?;
    let rows = rows(&database)?;
    let all = database.transaction()?;
    let mut update = all.prepare("UPDATE files SET size = ? WHERE id = ?")?;
    for row in rows.iter().step_by(CHANGED) {
        update.execute(params![row.stat[0] + 1, row.id])?;
    }
    drop(update);
    all.commit()?;
    Ok(())
}
