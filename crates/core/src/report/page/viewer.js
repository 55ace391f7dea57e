// Pictures, large and one at a time.

const CLOSEST = 5;
const SWIPE = 50;

/** Fills #viewer. */
const viewer = (() => {
  const dialog = element("viewer");
  const stage = element("stage");
  const [caption, before, next] = ["viewer-caption", "viewer-before", "viewer-next"].map(element);
  let shown = { trip: null, list: [], at: 0 };
  // How the picture is laid: how large, and how far from the middle.
  const laid = { scale: 1, x: 0, y: 0 };

  function lay() {
    const reach = (length) => (length * (laid.scale - 1)) / 2;
    laid.x = Math.max(-reach(stage.clientWidth), Math.min(reach(stage.clientWidth), laid.x));
    laid.y = Math.max(-reach(stage.clientHeight), Math.min(reach(stage.clientHeight), laid.y));
    const img = stage.firstChild;
    if (img) img.style.transform = laid.scale === 1 ? "" : `translate(${laid.x}px, ${laid.y}px) scale(${laid.scale})`;
    stage.classList.toggle("near", laid.scale > 1);
  }

  /** Zooms by a factor around a point of the window. */
  function zoom(factor, clientX, clientY) {
    const box = stage.getBoundingClientRect();
    const [px, py] = [clientX - box.left - box.width / 2, clientY - box.top - box.height / 2];
    const scale = Math.max(1, Math.min(CLOSEST, laid.scale * factor));
    const by = scale / laid.scale;
    Object.assign(laid, { scale, x: px - (px - laid.x) * by, y: py - (py - laid.y) * by });
    lay();
  }

  function show(at) {
    const { trip, list } = shown;
    shown.at = at;
    Object.assign(laid, { scale: 1, x: 0, y: 0 });
    const one = list[at];
    const img = new Image();
    img.alt = altOf(one, trip);
    img.draggable = false;
    img.src = pictureSource(one.index);
    stage.replaceChildren(img);
    lay();
    const said = [stopOn(trip, one.shownOn)?.name ?? trip.shown, momentOf(one), Number.isNaN(one.x) ? words.nowhere : "",
      fill(words.of, { n: numbers.format(at + 1), of: numbers.format(list.length) })];
    caption.textContent = said.filter(Boolean).join(words.list_mark);
    before.disabled = at === 0;
    next.disabled = at === list.length - 1;
  }

  /** Goes on by so many pictures, and keeps the focus where it can act. */
  function step(by) {
    const at = shown.at + by;
    if (at < 0 || at >= shown.list.length) return;
    const focused = document.activeElement;
    show(at);
    if (focused?.disabled) (by > 0 ? before : next).focus();
  }

  before.addEventListener("click", () => step(-1));
  next.addEventListener("click", () => step(1));
  element("viewer-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const middle = [dialog.clientWidth / 2, dialog.clientHeight / 2];
    const keys = {
      ArrowLeft: () => step(-1), ArrowRight: () => step(1), Home: () => show(0), End: () => show(shown.list.length - 1),
      "+": () => zoom(1.5, ...middle), "=": () => zoom(1.5, ...middle), "-": () => zoom(1 / 1.5, ...middle),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  // One finger swipes, or moves a picture that is near; two pinch; a double click comes nearer.
  const pointers = new Map();
  let start = null;
  stage.addEventListener("pointerdown", (event) => {
    stage.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    start = pointers.size === 1 ? [event.clientX, event.clientY] : null;
  });
  stage.addEventListener("pointermove", (event) => {
    const last = pointers.get(event.pointerId);
    if (!last) return;
    const now = [event.clientX, event.clientY];
    if (pointers.size === 2) {
      const [, other] = [...pointers].find(([id]) => id !== event.pointerId);
      const distance = (point) => Math.max(1, Math.hypot(point[0] - other[0], point[1] - other[1]));
      zoom(distance(now) / distance(last), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
    } else if (laid.scale > 1) {
      laid.x += now[0] - last[0];
      laid.y += now[1] - last[1];
      lay();
    }
    pointers.set(event.pointerId, now);
  });
  const release = (event) => {
    if (!pointers.delete(event.pointerId)) return;
    if (event.type === "pointerup" && start && laid.scale === 1) {
      const way = event.clientX - start[0];
      if (Math.abs(way) > SWIPE && Math.abs(way) > Math.abs(event.clientY - start[1])) step(way < 0 ? 1 : -1);
    }
    start = null;
  };
  stage.addEventListener("pointerup", release);
  stage.addEventListener("pointercancel", release);
  stage.addEventListener("dblclick", (event) => zoom(laid.scale > 1 ? 1 / CLOSEST : 2.5, event.clientX, event.clientY));
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(2 ** (-event.deltaY * 0.0025), event.clientX, event.clientY);
  }, { passive: false });

  // The dialog itself gives the focus back.
  dialog.addEventListener("close", () => stage.replaceChildren());

  return {
    /** Opens a picture among all those of its trip. */
    open(trip, picture) {
      const list = picturesOf(trip);
      shown = { trip, list, at: 0 };
      dialog.showModal();
      show(Math.max(0, list.indexOf(picture)));
      element("viewer-close").focus();
    },
  };
})();
