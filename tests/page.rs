//! The page in a browser: Chromium without a window, by the pipe for its
//! developer tools.
//! Where there is none the test says so and passes, unless `PAGE_TEST` is `required`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests write files, say what they skip, and what fails says so"
)]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

#[path = "../fixtures/library.rs"]
mod library;

const PROGRAMS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A browser with one page.
struct Browser {
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    last: u64,
    session: Option<String>,
    /// What happened that nobody asked for.
    events: Vec<Value>,
    _profile: tempfile::TempDir,
}

impl Browser {
    fn start() -> Option<Self> {
        let folders = std::env::var_os("PATH")?;
        let programs = std::env::split_paths(&folders)
            .flat_map(|folder| PROGRAMS.map(|name| folder.join(name)));
        let program = programs.into_iter().find(|program| program.is_file())?;
        let profile = tempfile::tempdir().unwrap();
        // Orders come in by descriptor 3 and answers go out by 4.
        let mut process = Command::new("sh")
            .args([
                "-c",
                r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#,
            ])
            .arg(program)
            .args([
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
            ])
            .args(["--disable-dev-shm-usage", "--disable-background-networking"])
            .args(["--remote-debugging-pipe", "--window-size=1440,900"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut browser = Self {
            orders: process.stdin.take().unwrap(),
            answers: BufReader::new(process.stdout.take().unwrap()),
            process,
            last: 0,
            session: None,
            events: Vec::new(),
            _profile: profile,
        };
        let targets = browser.call("Target.getTargets", &json!({}));
        let targets = targets["targetInfos"].as_array().unwrap();
        let page = targets
            .iter()
            .find(|target| target["type"] == "page")
            .unwrap();
        let attach = json!({"targetId": page["targetId"], "flatten": true});
        let session = browser.call("Target.attachToTarget", &attach);
        browser.session = Some(session["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page", "Runtime", "Network", "Log"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        Some(browser)
    }

    fn receive(&mut self) -> Value {
        let mut message = Vec::new();
        self.answers.read_until(0, &mut message).unwrap();
        assert_eq!(message.pop(), Some(0), "the browser went away");
        serde_json::from_slice(&message).unwrap()
    }

    fn call(&mut self, method: &str, params: &Value) -> Value {
        self.last += 1;
        let mut order = json!({"id": self.last, "method": method, "params": params});
        if let Some(session) = &self.session {
            order["sessionId"] = session.as_str().into();
        }
        let mut bytes = order.to_string().into_bytes();
        bytes.push(0);
        self.orders.write_all(&bytes).unwrap();
        loop {
            let answer = self.receive();
            if answer["id"] == self.last {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
            self.events.push(answer);
        }
    }

    fn emulate(&mut self, features: &Value) {
        self.call("Emulation.setEmulatedMedia", &json!({"features": features}));
    }

    fn resize(&mut self, width: u32, height: u32) {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", &size);
    }

    /// Opens a file, and waits until all of it is there.
    fn open(&mut self, page: &Path) {
        let address = format!("file://{}", page.display());
        let opened = self.call("Page.navigate", &json!({"url": address}));
        assert!(opened["errorText"].is_null(), "{opened}");
        self.until(&format!(
            "location.href === {} && document.readyState === 'complete'",
            json!(address)
        ));
    }

    /// Loads the page anew, and waits until all of it is there: what is asked of a page that goes
    /// away has no answer.
    fn reload(&mut self) {
        let before = self.events.len();
        self.call("Page.reload", &json!({}));
        let is_there = |event: &Value| event["method"] == "Page.loadEventFired";
        while !self.events[before..].iter().any(is_there) {
            let event = self.receive();
            self.events.push(event);
        }
    }

    /// Opens a file for somebody who wants nothing to move.
    fn open_still(&mut self, page: &Path) {
        self.emulate(&json!([{"name": "prefers-reduced-motion", "value": "reduce"}]));
        self.open(page);
    }

    /// The value of an expression of the page's script.
    #[track_caller]
    fn value(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let answer = self.call("Runtime.evaluate", &params);
        assert!(
            answer["exceptionDetails"].is_null(),
            "{expression}: {answer}"
        );
        answer["result"]["value"].clone()
    }

    /// Waits frame by frame until an expression holds; gives up after 1000.
    #[track_caller]
    fn until(&mut self, expression: &str) {
        let frame = "new Promise((done) => requestAnimationFrame(() => done(true)))";
        for _ in 0..1000 {
            if self.value(expression) == true {
                return;
            }
            self.value(frame);
        }
        panic!("it never came to be that {expression}");
    }

    /// Presses a key, as somebody does.
    fn press(&mut self, key: &str) {
        for kind in ["keyDown", "keyUp"] {
            let press = json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": match key {
                "Escape" => 27, "Enter" => 13, "ArrowLeft" => 37, "ArrowRight" => 39, _ => 0 }});
            self.call("Input.dispatchKeyEvent", &press);
        }
    }

    /// Fingers on the page, each by its place.
    fn touch(&mut self, kind: &str, points: &[[i32; 2]]) {
        let points: Vec<Value> = (points.iter().enumerate())
            .map(|(id, [x, y])| json!({"x": x, "y": y, "id": id}))
            .collect();
        let touch = json!({"type": kind, "touchPoints": points});
        self.call("Input.dispatchTouchEvent", &touch);
    }

    /// Clicks on the pin of a place.
    #[track_caller]
    fn click_pin(&mut self, name: &str) {
        let frame =
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";
        self.value(frame);
        let spot = format!(
            "(() => {{ const {{ left, top, width, height }} = element('world-map').getBoundingClientRect(); \
             const {{ x, y, scale }} = map.view; const at = clusters.find((c) => c.name === '{name}' && c.level === state.level); \
             return [left + width / 2 + (at.x - x) * scale, top + height / 2 + (at.y - y) * scale - 20]; }})()"
        );
        let spot = self.value(&spot);
        for kind in ["mousePressed", "mouseReleased"] {
            let click = json!({"type": kind, "x": spot[0], "y": spot[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", &click);
        }
        self.value(frame);
    }

    /// What the browser asked the network for, and what it complained about.
    fn trouble(&self) -> Vec<String> {
        let trouble = |event: &&Value| match event["method"].as_str() {
            Some("Network.requestWillBeSent") => {
                let url = event["params"]["request"]["url"]
                    .as_str()
                    .unwrap_or_default();
                !(url.starts_with("file:") || url.starts_with("data:"))
            }
            Some("Runtime.exceptionThrown" | "Runtime.consoleAPICalled" | "Log.entryAdded") => true,
            _ => false,
        };
        self.events
            .iter()
            .filter(trouble)
            .map(Value::to_string)
            .collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn browser() -> Option<Browser> {
    let browser = Browser::start();
    if browser.is_none() {
        let required = std::env::var("PAGE_TEST").is_ok_and(|value| value == "required");
        assert!(!required, "there is no Chromium");
        eprintln!("skipped: there is no Chromium to show the page");
    }
    browser
}

fn imm(folder: &Path, arguments: &[&str]) {
    let done = Command::new(env!("CARGO_BIN_EXE_imm-cluster"))
        .current_dir(folder)
        .args(arguments)
        .args(["--dataset", "./trips.json", "--quiet"])
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// A folder with the pages of the demo library, by trip and by cluster.
fn demo(folder: &Path) -> PathBuf {
    let folder = fs::canonicalize(folder).unwrap();
    library::write_library(&folder.join("Pictures"), &library::demo_library()).unwrap();
    imm(&folder, &["run", "Pictures", "--min-days", "2"]);
    imm(&folder, &["report"]);
    imm(
        &folder,
        &["report", "--by", "cluster", "--output", "clusters.html"],
    );
    folder
}

#[test]
fn the_page_of_the_demo_library() {
    let Some(mut browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = demo(folder.path()).join("clusters.html");
    let light = json!([{"name": "prefers-color-scheme", "value": "light"}, {"name": "prefers-reduced-motion", "value": "reduce"}]);
    browser.emulate(&light);
    browser.open(&page);
    assert_eq!(browser.value("document.title"), "Trips");
    assert_eq!(browser.value("element('count').textContent"), "10 trips");
    assert_eq!(
        browser.value("element('summary').textContent"),
        "10 trips · 68 photos · 3 countries · 2024"
    );
    let first = "document.querySelector('.trip .what').innerText.split('\\n')";
    assert_eq!(
        browser.value(first),
        json!([
            "Utrecht",
            "25–26 Dec 2024",
            "Netherlands",
            "2 days · 2 photos"
        ])
    );
    browser.until("document.querySelector('.cover img').naturalWidth === 320");
    // Something is drawn: land, sea, and the pins.
    let colours = "(() => { const canvas = element('world-map'); const pixels = new Uint32Array(canvas.getContext('2d')\
        .getImageData(0, 0, canvas.width, canvas.height).data.buffer); return new Set(pixels).size; })()";
    browser.until(&format!("{colours} > 50"));

    names(&mut browser);
    search(&mut browser);
    days(&mut browser);
    map(&mut browser);
    sizes(&mut browser);
    looks(&mut browser);
    assert_eq!(browser.trouble(), [""; 0]);
}

/// Trips with their stops, and life at home behind one entry.
#[test]
fn the_page_by_trip() {
    let Some(mut browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = demo(folder.path()).join("trips.html");
    browser.open_still(&page);
    assert_eq!(browser.value("element('count').textContent"), "2 trips");
    assert_eq!(browser.value("element('levels').hidden"), true);
    assert_eq!(
        browser.value("[...document.querySelectorAll('#list .trip b')].map((b) => b.textContent)"),
        json!(["Japan: Kyoto, Osaka", "China: Hangzhou, Jiaxing"])
    );
    assert_eq!(
        browser.value("document.querySelector('.trip .where').textContent"),
        "Kyoto 2 days · Osaka 2 days"
    );
    browser.value("document.querySelector('.trip .open').click()");
    assert_eq!(
        browser.value(
            "[...document.querySelectorAll('.stops li')].map((li) => li.firstChild.textContent)"
        ),
        json!(["Kyoto", "Osaka"])
    );
    browser.value("document.querySelector('.trip .open').click()");

    // Home is closed, opens to its clusters, and one of those opens as a trip does.
    assert_eq!(
        browser.value("document.querySelectorAll('#homes .home').length"),
        1
    );
    let shown = "document.querySelector('#homes .fold').textContent";
    assert!(
        browser
            .value(shown)
            .as_str()
            .unwrap()
            .starts_with("Utrecht, home: ")
    );
    assert_eq!(
        browser.value("document.querySelectorAll('#homes .trip').length"),
        0
    );
    browser.value("document.querySelector('#homes .fold').click()");
    assert_eq!(
        browser.value("document.querySelector('#homes .fold').ariaExpanded"),
        "true"
    );
    let behind = browser.value("document.querySelectorAll('#homes .trip').length");
    assert_eq!(behind, browser.value("homes[0].clusters.length"));
    browser.value("document.querySelector('#homes .trip .open').click()");
    assert_eq!(
        browser.value("document.querySelectorAll('#homes .selected .inside').length"),
        1
    );
    assert_eq!(browser.value("Math.round(map.view.x * 360 - 180)"), 5);

    // A search keeps what fits of both.
    let search =
        "element('query').value = 'osaka'; element('query').dispatchEvent(new Event('input'))";
    browser.value(search);
    browser.until("element('count').textContent === '1 of 2 trips'");
    assert_eq!(
        browser.value("document.querySelectorAll('#homes .home').length"),
        0
    );
    browser.value("element('clear').click()");
    assert_eq!(
        browser.value("document.querySelectorAll('#homes .home').length"),
        1
    );
    assert_eq!(browser.trouble(), [""; 0]);
}

/// A trip has a page of its own, by an address that Back and links know.
#[test]
fn the_page_of_one_trip() {
    let Some(mut browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = demo(folder.path()).join("trips.html");
    browser.open_still(&page);
    let texts = |css: &str| {
        format!("[...document.querySelectorAll('{css}')].map((node) => node.innerText)")
    };
    browser.value("document.querySelector('.trip .open').click()");
    browser.value("document.querySelector('.trip .go').click()");
    browser.until("!element('story').hidden");
    let id = browser.value("listed.find((trip) => trip.name.startsWith('Japan')).id");
    assert_eq!(
        browser.value("location.hash"),
        format!("#trip={}", id.as_str().unwrap())
    );
    // As `trips list --format json` has it.
    let whole = format!("trip-{}-0b1c-4d2e", id.as_str().unwrap());
    let found = format!("stateOf('#trip={whole}').trip.id");
    assert_eq!(browser.value(&found), id);
    assert_eq!(browser.value("stateOf('#').trip"), Value::Null);
    assert_eq!(
        browser.value("document.title"),
        "Japan: Kyoto, Osaka · Trips"
    );
    assert_eq!(browser.value("document.activeElement.id"), "story-title");
    assert_eq!(
        browser.value("document.querySelector('.head .sums').textContent"),
        "4 days · 19 photos · 2 stops · 18,488 km · up to 9,234 km from home"
    );
    assert_eq!(
        browser.value(&texts(".itinerary b")),
        json!(["Kyoto", "Osaka"])
    );
    assert_eq!(
        browser.value(&texts(".chapter .date")),
        json!([
            "Thu 10 Oct 2024\nDay 1 · 5 files",
            "Fri 11 Oct 2024\nDay 2 · 5 files",
            "Sat 12 Oct 2024\nDay 3 · 5 files",
            "Sun 13 Oct 2024\nDay 4 · 4 files"
        ])
    );
    assert_eq!(
        browser.value("document.querySelectorAll('#story .frame').length"),
        19
    );
    let times = browser.value(&texts(".day figcaption"));
    let times: Vec<&str> = times
        .as_array()
        .unwrap()
        .iter()
        .map(|time| time.as_str().unwrap())
        .collect();
    assert!(times.is_sorted(), "{times:?}");
    // The list and the timeline make room; the map has the stops.
    assert_eq!(
        browser.value("[element('list'), element('days')].map((node) => node.checkVisibility())"),
        json!([false, false])
    );
    assert_eq!(browser.value("Math.round(map.view.x * 360 - 180)"), 136);
    browser.value("document.querySelectorAll('.itinerary button')[1].click()");
    assert_eq!(
        browser.value("document.activeElement.innerText.split('\\n')[1]"),
        "Osaka"
    );

    viewer(&mut browser);
    play(&mut browser);
    print(&mut browser);

    // The trip before, Back, and back to the list, where the focus was.
    browser.value("document.querySelector('.ways .before').click()");
    browser.until("document.querySelector('#story h2').textContent.startsWith('China')");
    browser.value("history.back()");
    browser.until("document.querySelector('#story h2').textContent.startsWith('Japan')");
    browser.value("history.back()");
    browser.until("element('story').hidden");
    assert_eq!(browser.value("location.hash"), "");
    assert!(
        browser
            .value("document.activeElement.innerText")
            .as_str()
            .unwrap()
            .starts_with("Japan: Kyoto, Osaka")
    );
    assert_eq!(browser.trouble(), [""; 0]);
}

/// A picture opens large, and goes as it came.
fn viewer(browser: &mut Browser) {
    let alt = "document.querySelector('#stage img')?.alt ?? null";
    browser.value("document.querySelectorAll('#story .day .frame')[1].focus()");
    browser.value("document.activeElement.click()");
    assert_eq!(browser.value("element('viewer').open"), true);
    let first = browser
        .value("pictures.length && document.querySelectorAll('#story .day .frame img')[1].alt");
    assert_eq!(browser.value(alt), first);
    assert!(first.as_str().unwrap().starts_with("Kyoto · 10 Oct 2024 "));
    browser.press("ArrowRight");
    let second = browser.value("document.querySelectorAll('#story .day .frame img')[2].alt");
    assert_eq!(browser.value(alt), second);
    browser.press("ArrowLeft");
    browser.press("ArrowLeft");
    assert_eq!(browser.value("element('viewer-before').disabled"), true);
    browser.press("ArrowLeft");
    assert!(
        browser
            .value("element('viewer-caption').textContent")
            .as_str()
            .unwrap()
            .ends_with("1 of 19")
    );
    // A finger to the left shows the next one; two fingers come nearer, and then none goes on.
    browser.touch("touchStart", &[[800, 400]]);
    browser.touch("touchMove", &[[650, 405]]);
    browser.touch("touchEnd", &[]);
    assert_eq!(browser.value(alt), first);
    browser.touch("touchStart", &[[700, 400], [760, 400]]);
    browser.touch("touchMove", &[[640, 400], [820, 400]]);
    browser.touch("touchEnd", &[]);
    assert_eq!(browser.value("element('stage').className"), "near");
    assert_eq!(browser.value(alt), first);
    browser.press("Escape");
    browser.until("!element('viewer').open");
    assert_eq!(
        browser
            .value("document.activeElement === document.querySelectorAll('#story .day .frame')[1]"),
        true
    );
}

/// Pictures one after the other, each with its place.
fn play(browser: &mut Browser) {
    // Started and stopped in one step: a slow machine must not come to the next picture between.
    browser.value(
        "document.querySelector('.play').focus(); document.activeElement.click(); \
         window.held = document.activeElement.id; element('play-pause').click()",
    );
    assert_eq!(browser.value("element('playing').hidden"), false);
    assert_eq!(browser.value("held"), "play-pause");
    assert_eq!(
        browser.value("element('play-pause').textContent"),
        "Continue"
    );
    let said = browser.value("element('playing-caption').textContent");
    assert!(
        said.as_str()
            .unwrap()
            .starts_with("Kyoto · Thu 10 Oct 2024"),
        "{said}"
    );
    let shown = "document.querySelector('#playing-frame img').src";
    let first = browser.value(shown);
    browser.press("ArrowRight");
    assert_ne!(browser.value(shown), first);
    browser.press("Escape");
    assert_eq!(browser.value("element('playing').hidden"), true);
    assert_eq!(browser.value("document.activeElement.className"), "play");
}

/// On paper the map stands below the title, light, fine, and as wide as the paper, and it goes back.
fn print(browser: &mut Browser) {
    browser.value("element('theme').click(); if (colour('--ink').match(/\\d+/g)[0] < 128) element('theme').click()");
    let told =
        "[element('map').parentElement.className, element('world-map').width, colour('--ink')]";
    let before = browser.value(told);
    browser.value(&format!(
        "window.printed = null; addEventListener('beforeprint', () => {{ printed = {told} }}, {{ once: true }})"
    ));
    browser.call("Page.printToPDF", &json!({}));
    browser.until("!document.documentElement.classList.contains('paper')");
    // 18 cm without the frame, in thirds of a pixel.
    assert_eq!(
        browser.value("printed"),
        json!(["story", 3 * 678, "rgb(35, 38, 43)"])
    );
    browser.until("element('world-map').width !== 3 * 678");
    assert_eq!(browser.value(told), before);
    browser.value("element('theme').click()");
}

/// What is asked for stands in the address, which brings it back.
#[test]
fn the_address_keeps_what_is_shown() {
    let Some(mut browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = demo(folder.path()).join("clusters.html");
    browser.open(&page);
    let search = "element('query').value = 'october 2024'; element('query').dispatchEvent(new Event('input'))";
    browser.value(search);
    browser.until("element('count').textContent === '3 of 10 trips'");
    browser.value(
        "element('sort').value = 'oldest'; element('sort').dispatchEvent(new Event('change'))",
    );
    assert_eq!(
        browser.value("location.hash"),
        "#q=october+2024&sort=oldest"
    );
    browser.value(
        "element('from').value = '2024-10-12'; element('from').dispatchEvent(new Event('change'))",
    );
    let hash = browser.value("location.hash");
    assert!(hash.as_str().unwrap().contains("from=2024-10-12"), "{hash}");
    // Into another window.
    browser.reload();
    browser.until("found.length > 0");
    assert_eq!(browser.value("element('query').value"), "october 2024");
    assert_eq!(browser.value("element('from').value"), "2024-10-12");
    assert_eq!(
        browser.value("element('count').textContent"),
        "2 of 10 trips"
    );
    browser.value("element('clear').click()");
    assert_eq!(browser.value("location.hash"), "#sort=oldest");
    // Where the map was moved to.
    browser.value("element('zoom-in').click()");
    browser.until("location.hash.includes('at=')");
    let scale = browser.value("map.view.scale").as_f64().unwrap();
    browser.reload();
    browser.until("map.view.scale > 1");
    let again = browser.value("map.view.scale").as_f64().unwrap();
    assert!((again / scale - 1.0).abs() < 0.02, "{scale} {again}");
    // Whatever else an address says does nothing.
    browser.value("location.hash = '#trip=%3Cimg%3E&from=yesterday&at=1_2&sort=__proto__&level=x'");
    browser.until("element('sort').value === 'newest'");
    assert_eq!(browser.value("element('count').textContent"), "10 trips");
    assert_eq!(browser.trouble(), [""; 0]);
}

/// A window that changes shows the same trips, unless somebody moved the map.
fn sizes(browser: &mut Browser) {
    let all = "(() => { const half = element('world-map').clientWidth / 2; return half < 200 && clusters.every((c) => \
        !c.points || Math.abs(eastward(map.view.x, c.x)) * map.view.scale < half - 40); })()";
    browser.value("element('zoom-all').click()");
    browser.resize(390, 844);
    browser.until(all);
    browser.value("element('zoom-in').click()");
    let scale = browser.value("map.view.scale");
    browser.resize(1200, 900);
    browser.until("element('world-map').clientWidth > 390");
    assert_eq!(browser.value("map.view.scale"), scale);
}

/// What stands for several places is named for the one with most files, where it stands.
fn names(browser: &mut Browser) {
    let pin = "(() => { const at = (name, x, files) => ({ shown: name, files, pin: { name, x, y: 0.3 } }); \
        const pin = named([at('London', 0.5, 90), at('Utrecht', 0.51, 60), at('Utrecht', 0.51, 60), at('Lille', 0.5, 3)]); \
        return [pin.label, pin.x, named([at('Lyon', 0.5, 9), at('Lyon', 0.5, 1)]).label, named([at('Nara', 0.2, 1)]).label]; })()";
    assert_eq!(
        browser.value(pin),
        json!(["Utrecht and 2 more", 0.51, "Lyon", "Nara"])
    );
    // Near photos there are names and cells of the map.
    assert_eq!(
        browser.value("['Osaka', 'Nara', 'Amersfoort'].map((name) => charts.labels.some((label) => label.text === name))"),
        json!([true, true, true])
    );
}

/// With and without a result.
fn search(browser: &mut Browser) {
    let search = |text: &str| {
        format!(
            "element('query').value = '{text}'; element('query').dispatchEvent(new Event('input'))"
        )
    };
    browser.value(&search("zhejiang"));
    browser.until("element('count').textContent === '2 of 10 trips'");
    assert_eq!(
        browser.value("document.querySelectorAll('.trip').length"),
        2
    );
    browser.value(&search("atlantis"));
    browser.until("document.querySelector('.none h2')?.textContent === 'Nothing matches'");
    browser.value("element('clear').click()");
    assert_eq!(browser.value("element('count').textContent"), "10 trips");
}

/// By the fields, and by the keyboard on the timeline.
fn days(browser: &mut Browser) {
    browser.value(
        "element('from').value = '2024-10-01'; element('from').dispatchEvent(new Event('change'))",
    );
    assert_eq!(
        browser.value("element('count').textContent"),
        "4 of 10 trips"
    );
    browser.value(
        "element('to').value = '2024-10-20'; element('to').dispatchEvent(new Event('change'))",
    );
    assert_eq!(
        browser.value("[...document.querySelectorAll('.trip b')].map((b) => b.textContent)"),
        json!(["Osaka", "Kyoto"])
    );
    let key = |key: &str| {
        format!("element('days').dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}' }}))")
    };
    browser.value(&key("Escape"));
    assert_eq!(browser.value("element('count').textContent"), "10 trips");
    browser.value(&key("ArrowRight"));
    assert_eq!(
        browser.value("element('count').textContent"),
        "1 of 10 trips"
    );
    browser.value(&key("Escape"));
}

/// A trip opens below its row, and the map comes to it.
fn map(browser: &mut Browser) {
    browser.value("[...document.querySelectorAll('.open')].find((b) => b.textContent.includes('Hangzhou')).click()");
    assert_eq!(
        browser.value("document.querySelectorAll('.selected .pictures img').length"),
        12
    );
    assert_eq!(
        browser.value("document.querySelector('.selected .open').ariaExpanded"),
        "true"
    );
    assert_eq!(browser.value("Math.round(map.view.x * 360 - 180)"), 120);
    let before = browser.value("map.view.scale").as_f64().unwrap();
    browser.value("element('world-map').dispatchEvent(new KeyboardEvent('keydown', { key: '+' }))");
    assert!(browser.value("map.view.scale").as_f64().unwrap() > before);

    browser.value("document.querySelector('.selected .open').click()");
    assert_eq!(
        browser.value("document.querySelectorAll('.selected').length"),
        0
    );

    // A click on a pin: one trip is opened, many in one town are listed.
    browser.value("element('zoom-all').click()");
    browser.click_pin("Utrecht");
    assert_eq!(
        browser.value("element('count').textContent.endsWith(': 6 of 10 trips')"),
        true
    );
    browser.value("element('clear').click()");
    assert_eq!(browser.value("element('count').textContent"), "10 trips");
    browser.value("map.fly(clusters.filter((cluster) => cluster.name === 'Kyoto'))");
    browser.click_pin("Kyoto");
    assert_eq!(
        browser.value("document.querySelector('.selected b').textContent"),
        "Kyoto"
    );
}

/// Another level, another order, the other theme; and names for those who do not see.
fn looks(browser: &mut Browser) {
    browser.value("document.querySelector('input[value=province]').click()");
    assert_eq!(browser.value("element('count').textContent"), "9 trips");
    browser.value(
        "element('sort').value = 'photos'; element('sort').dispatchEvent(new Event('change'))",
    );
    assert_eq!(
        browser.value("document.querySelector('.trip b').textContent"),
        "Zhejiang"
    );
    let paper = "getComputedStyle(document.body).backgroundColor";
    let light = browser.value(paper);
    browser.value("element('theme').click()");
    assert_ne!(browser.value(paper), light);

    // Everything that can be focused has a name, and so has every landmark.
    let nameless = "[...document.querySelectorAll('button, input, select, canvas, section')].filter((node) => !(node.ariaLabel \
        || node.textContent.trim() || node.labels?.[0]?.textContent.trim())).map((node) => node.outerHTML)";
    assert_eq!(browser.value(nameless), json!([]));
}

#[test]
fn hostile_texts_do_nothing() {
    let Some(mut browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = fs::canonicalize(folder.path()).unwrap();
    let hostile = "</script><script>window.hit = 1</script><img src=x onerror='window.hit = 1'>\u{2028}\u{202e}\"'&";
    let record = json!({
        "path": "a.jpg", "local_date": "2024-03-03", "lat": 30.29, "lon": 120.16,
        "address": {"country": hostile, "city": hostile},
    });
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("records.jsonl"), record.to_string()).unwrap();
    imm(&folder, &["index", "--from-json", "records.jsonl"]);
    imm(&folder, &["run", "--levels", "city"]);
    imm(&folder, &["report", "--title", hostile]);
    browser.open(&folder.join("trips.html"));
    browser.value("document.querySelector('.open').click()");
    assert_eq!(
        browser.value("document.querySelector('.trip b').textContent"),
        hostile
    );
    assert_eq!(
        browser.value("document.querySelector('h1').textContent"),
        hostile
    );
    assert_eq!(browser.value("typeof window.hit"), "undefined");
    assert_eq!(browser.value("document.querySelectorAll('img').length"), 0);
    assert_eq!(browser.trouble(), [""; 0]);
}

/// In a trip's own page, its pictures, the address and what plays.
#[test]
fn hostile_texts_of_a_trip_do_nothing() {
    let Some(mut browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = fs::canonicalize(folder.path()).unwrap();
    let hostile = "</script><img src=x onerror='window.hit = 1'>\u{2028}\u{202e}\"'&";
    let photos = ["<img src=x onerror='window.hit = 1'>&amp;.jpg", "b.jpg"]
        .map(|name| library::Shot::new(name, "2024-03-03 10:00").at(8, (30.29, 120.16)));
    library::write_library(&folder.join("Pictures"), &photos).unwrap();
    imm(&folder, &["run", "Pictures", "--levels", "city"]);
    let listed = [
        "clusters",
        "list",
        "--format",
        "json",
        "--dataset",
        "./trips.json",
    ];
    let listed = (Command::new(env!("CARGO_BIN_EXE_imm-cluster")).args(listed))
        .current_dir(&folder)
        .output()
        .unwrap();
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let id = listed[0]["object_id"].as_str().unwrap();
    let label = format!("{hostile}={hostile}");
    imm(
        &folder,
        &[
            "clusters", "update", id, "--title", hostile, "--label", &label,
        ],
    );
    imm(&folder, &["report"]);
    browser.open(&folder.join("trips.html"));
    browser.value("location.hash = hashOf({ trip: listed[0] })");
    browser.until("!element('story').hidden");
    assert_eq!(
        browser.value("document.querySelector('#story h2').textContent"),
        hostile
    );
    browser.value("document.querySelector('.frame').click()");
    let alt = browser.value("document.querySelector('#stage img').alt");
    assert!(
        alt.as_str().unwrap().contains("<img src=x onerror="),
        "{alt}"
    );
    browser.value("element('viewer').close(); document.querySelector('.play').click()");
    assert_eq!(browser.value("element('playing').hidden"), false);
    browser
        .value("location.hash = '#q=%3Cimg%20src%3Dx%20onerror%3D%22window.hit%20%3D%201%22%3E'");
    browser.until("element('query').value.startsWith('<img')");
    assert_eq!(browser.value("typeof window.hit"), "undefined");
    assert_eq!(browser.trouble(), [""; 0]);
}

/// Each year has a page of its own within the file, by an address that Back and links know.
#[test]
fn the_years_in_review() {
    let Some(mut browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    browser.open_still(&demo(folder.path()).join("trips.html"));
    browser.value("element('to-review').click()");
    browser.until("!element('review').hidden");
    assert_eq!(browser.value("location.hash"), "#review=all");
    let title = "document.querySelector('#review h2').textContent";
    assert_eq!(browser.value(title), "All years in review");
    assert_eq!(browser.value("document.activeElement.id"), "review-title");
    let figures = "Object.fromEntries([...document.querySelectorAll('.figures div')].map((one) => \
        [one.querySelector('dt').textContent, one.querySelector('dd').firstChild.textContent]))";
    let figures = browser.value(figures);
    assert_eq!(
        [
            &figures["Days away"],
            &figures["Trips"],
            &figures["Countries"]
        ],
        ["10", "2", "3"]
    );
    // Countries are filled: a country is where it is.
    assert_eq!(
        browser.value("[...everywhere].sort()"),
        json!(["CN", "JP", "NL"])
    );
    let within = "(() => { const { west, east, top, bottom } = outlines.countryOf('JP'); const x = mercatorX(135.7) * SIDE; \
        const y = mercatorY(35) * SIDE; return west < x && x < east && top < y && y < bottom; })()";
    assert_eq!(browser.value(within), true);

    browser.value("document.querySelector('.years a:last-child').click()");
    browser.until("location.hash === '#review=2024'");
    browser.until("document.querySelector('#review h2').textContent === '2024 in review'");
    assert_eq!(
        browser.value("document.querySelector('.years [aria-current]').textContent"),
        "2024"
    );
    assert_eq!(
        browser.value("document.querySelectorAll('.months li').length"),
        12
    );
    // It scrolls by itself, and nothing around it.
    assert_eq!(
        browser.value("document.documentElement.scrollHeight - innerHeight"),
        0
    );
    let trips =
        "[...document.querySelectorAll('#review .journeys a')].map((link) => link.textContent)";
    assert_eq!(
        browser.value(trips),
        json!(["China: Hangzhou, Jiaxing", "Japan: Kyoto, Osaka"])
    );
    browser.value("document.querySelector('#review .journeys a').click()");
    browser.until("!element('story').hidden && element('review').hidden");
    browser.value("history.back()");
    browser.until("element('story').hidden && !element('review').hidden");
    assert_eq!(browser.value("location.hash"), "#review=2024");
    browser.value("document.querySelector('#review .back').click()");
    browser.until("element('review').hidden");
    assert_eq!(browser.value("element('count').textContent"), "2 trips");
    assert_eq!(browser.value("state.from"), Value::Null);
    assert_eq!(browser.value("document.activeElement.id"), "to-review");
    // The list waits as it was; the years are of everything.
    browser.value(
        "element('sort').value = 'oldest'; element('sort').dispatchEvent(new Event('change')); \
         element('query').value = 'japan'; element('query').dispatchEvent(new Event('input'))",
    );
    browser.until("element('count').textContent === '1 of 2 trips'");
    browser.value("element('to-review').click()");
    browser.until("!element('review').hidden");
    assert_eq!(
        browser.value("location.hash"),
        "#review=all&q=japan&sort=oldest"
    );
    assert_eq!(browser.value("found.length"), 2);
    browser.value("document.querySelector('.years a:last-child').click()");
    browser.until("document.querySelector('#review h2').textContent === '2024 in review'");
    browser.value("document.querySelector('#review .back').click()");
    browser.until("element('review').hidden");
    assert_eq!(browser.value("location.hash"), "#q=japan&sort=oldest");
    assert_eq!(
        browser.value("element('count').textContent"),
        "1 of 2 trips"
    );
    browser.value("element('clear').click()");
    // Who goes somewhere just when the map comes to rest gets there.
    let gone = "location.hash = '#review=2024'; keepAddress(); location.hash";
    assert_eq!(browser.value(gone), "#review=2024");
    browser.until("!element('review').hidden");
    browser.value("document.querySelector('#review .back').click()");
    browser.until("element('review').hidden");
    // Years that are none, and names of what every object has, are no reviews.
    browser.value("location.hash = '#review=__proto__'");
    browser.until("location.hash === ''");
    assert_eq!(browser.value("element('review').hidden"), true);
    assert_eq!(browser.trouble(), [""; 0]);
}

/// The list is held to what the map shows, and a bar says what it holds.
#[test]
fn list_map_and_time_are_one() {
    let Some(mut browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    browser.open_still(&demo(folder.path()).join("trips.html"));
    browser.value("element('follow').click()");
    assert_eq!(browser.value("element('count').textContent"), "2 trips");
    assert_eq!(browser.value("location.hash"), "#follow=map");
    browser.value("map.fly([listed.find((trip) => trip.name.startsWith('China'))])");
    browser.until("element('count').textContent === '1 of 2 trips'");
    // Who reads a row keeps it: the same one where the map shows the same, else a new one.
    browser.value("document.querySelector('.trip .open').focus(); window.row = document.activeElement; map.fly(seen)");
    let row = "[document.activeElement === row, document.activeElement.innerText.split('\\n')[0]]";
    assert_eq!(
        browser.value(row),
        json!([true, "China: Hangzhou, Jiaxing"])
    );
    browser.value("element('zoom-all').click()");
    browser.until("element('count').textContent === '2 trips'");
    assert_eq!(
        browser.value(row),
        json!([false, "China: Hangzhou, Jiaxing"])
    );
    browser.value("map.fly([listed.find((trip) => trip.name.startsWith('Japan'))])");
    browser.until("element('count').textContent === '1 of 2 trips'");
    assert_eq!(browser.value("document.activeElement.id"), "list");
    browser.value("element('zoom-all').click()");
    browser.value("element('follow').click()");
    assert_eq!(browser.value("location.hash"), "");
    heat(&mut browser);

    let spot = browser.value(
        "(() => { const { left, right, top } = element('days').getBoundingClientRect(); return [left + 3, right, top + 60]; })()",
    );
    let moved = json!({"type": "mouseMoved", "x": spot[0], "y": spot[2], "pointerType": "mouse"});
    browser.call("Input.dispatchMouseEvent", &moved);
    browser.until("!element('days-tip').hidden");
    let told = browser.value("element('days-tip').textContent");
    assert!(told.as_str().unwrap().contains("2024"), "{told}");
    let away = json!({"type": "mouseMoved", "x": 300, "y": 200});
    browser.call("Input.dispatchMouseEvent", &away);
    browser.until("element('days-tip').hidden");
    assert_eq!(browser.trouble(), [""; 0]);
}

/// Photos as heat instead of pins, by a button that says whether it is on.
fn heat(browser: &mut Browser) {
    let frame = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";
    let is_new = "(() => { const last = window.drawn; window.drawn = element('world-map').toDataURL(); return drawn !== last; })()";
    browser.value(frame);
    browser.value(is_new);
    assert_eq!(browser.value(is_new), false);
    browser.value("element('heat').click()");
    browser.value(frame);
    assert_eq!(browser.value(is_new), true);
    assert_eq!(browser.value("location.hash"), "#map=heat");
    assert_eq!(browser.value("element('heat').ariaPressed"), "true");
    browser.value("location.hash = '#'");
    browser.until("element('heat').ariaPressed === 'false'");
    browser.value("history.back()");
    browser.until("element('heat').ariaPressed === 'true'");
    // A trip has its way, and no heat.
    browser.value("location.hash = hashOf({ trip: listed[0] })");
    browser.until("!element('story').hidden");
    assert_eq!(browser.value("element('heat').checkVisibility()"), false);
    browser.value("history.back()");
    browser.until("element('story').hidden");
    browser.value("element('heat').click()");
    assert_eq!(browser.value("location.hash"), "");
}

/// What was on this day counts files that are there, as `stats` does.
#[test]
fn what_is_missing_was_not_on_this_day() {
    let Some(mut browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = fs::canonicalize(folder.path()).unwrap();
    let photos = [
        "2023-03-03a",
        "2024-03-03a",
        "2024-03-03b",
        "2024-03-03c",
        "2024-03-03d",
    ]
    .map(|name| {
        library::Shot::new(format!("{name}.jpg"), &format!("{} 10:00", &name[..10]))
            .at(8, (30.29, 120.16))
    });
    library::write_library(&folder.join("Pictures"), &photos).unwrap();
    imm(&folder, &["run", "Pictures", "--levels", "city"]);
    for gone in ["2023-03-03a", "2024-03-03b"] {
        fs::remove_file(folder.join(format!("Pictures/{gone}.jpg"))).unwrap();
    }
    imm(&folder, &["run", "Pictures"]);
    imm(&folder, &["report"]);
    browser.open(&folder.join("trips.html"));
    let days = "onThisDay(new Date(2026, 2, 3)).map(({ day, files }) => [iso(day), files])";
    assert_eq!(browser.value(days), json!([["2024-03-03", 3]]));
    assert_eq!(
        browser.value("shots.files.reduce((sum, files) => sum + files)"),
        5
    );
    assert_eq!(browser.trouble(), [""; 0]);
}

#[test]
fn a_page_without_trips_says_what_to_do() {
    let Some(mut browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    imm(folder.path(), &["report", "--language", "zh"]);
    browser.open(&fs::canonicalize(folder.path()).unwrap().join("trips.html"));
    assert_eq!(
        browser.value("document.querySelector('.none h2').textContent"),
        "还没有旅行"
    );
    assert_eq!(
        browser.value("element('summary').textContent"),
        "0 次旅行 · 0 张照片"
    );
    // No bar of January 1970.
    assert_eq!(browser.value("element('days').checkVisibility()"), false);
    assert_eq!(browser.trouble(), [""; 0]);
}
