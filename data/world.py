#!/usr/bin/env python3
"""Makes data/world.json, the map of the world that `imm-cluster report` draws on.

Usage: data/world.py   (wants npm, for fetching; nothing beyond the standard library)

Natural Earth's land, countries and borders at 1:50,000,000 come from the npm
package world-atlas as TopoJSON: arcs that neighbouring outlines share. It knows
countries by number; which code of two letters that is says the npm package
i18n-iso-countries. The arcs are thinned to TOLERANCE degrees and written as differences of hundredths of a degree
in variable-length integers, in base64.
"""

import base64
import hashlib
import json
import math
import pathlib
import subprocess
import tarfile
import tempfile

MAP = ("world-atlas@2.0.2", "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97", "package/countries-50m.json")
CODES = ("i18n-iso-countries@7.14.0", "bb418ebfb965789fcfbcce7dee59888d901ef64b03601da78b2e224cd6f5825c", "package/codes.json")
# Those that the map has without a number, as the geodata codes them.
WITHOUT_NUMBER = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO", "Siachen Glacier": "IN"}
TOLERANCE = 0.015
UNITS = 100


def fetch(package, checksum, member):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True)
        path = pathlib.Path(folder) / done.stdout.strip()
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != checksum:
            raise SystemExit(f"{package} has the checksum {found}")
        with tarfile.open(path) as archive:
            return json.load(archive.extractfile(member))


def degrees(topology):
    """The arcs as lists of degrees east and north."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        yield points


def away(point, a, b):
    """How far a point is from the line from a to b, in degrees of latitude."""
    narrow = math.cos(math.radians(point[1]))
    (px, py), (ax, ay), (bx, by) = ((x * narrow, y) for x, y in (point, a, b))
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    t = 0 if length == 0 else max(0, min(1, ((px - ax) * dx + (py - ay) * dy) / length))
    return math.hypot(px - ax - t * dx, py - ay - t * dy)


def thinned(points):
    """Douglas and Peucker's algorithm, without recursion."""
    keep = {0, len(points) - 1}
    todo = [(0, len(points) - 1)]
    while todo:
        first, last = todo.pop()
        inner = range(first + 1, last)
        farthest = max(inner, key=lambda i: away(points[i], points[first], points[last]), default=None)
        if farthest is not None and (
            away(points[farthest], points[first], points[last]) > TOLERANCE
            # An outline of one arc must not fall together.
            or points[first] == points[last]
        ):
            keep.add(farthest)
            todo += [(first, farthest), (farthest, last)]
    return [points[i] for i in sorted(keep)]


def varint(number):
    number = number * 2 if number >= 0 else -number * 2 - 1
    while number > 127:
        yield number & 127 | 128
        number >>= 7
    yield number


def rings(geometry):
    polygons = {"Polygon": lambda g: [g["arcs"]], "MultiPolygon": lambda g: g["arcs"]}
    for polygon in polygons.get(geometry["type"], lambda _: [])(geometry):
        yield from polygon


def main():
    topology = fetch(*MAP)
    codes = {int(number): code for code, _, number, _ in fetch(*CODES)}
    packed = bytearray()
    for arc in degrees(topology):
        points = [(round(x * UNITS), round(y * UNITS)) for x, y in thinned(arc)]
        points = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
        packed += bytes(varint(len(points)))
        before = (0, 0)
        for point in points:
            packed += bytes(varint(point[0] - before[0])) + bytes(varint(point[1] - before[1]))
            before = point
    countries = topology["objects"]["countries"]["geometries"]
    users = {}
    outlines = {}
    for number, country in enumerate(countries):
        code = codes.get(int(country.get("id", 0))) or WITHOUT_NUMBER.get(country["properties"]["name"])
        if code:
            outlines.setdefault(code, []).extend(rings(country))
        for ring in rings(country):
            for arc in ring:
                users.setdefault(~arc if arc < 0 else arc, set()).add(number)
    land = [ring for geometry in topology["objects"]["land"]["geometries"] for ring in rings(geometry)]
    world = {
        "units": UNITS,
        "land": land,
        "countries": outlines,
        "borders": sorted(arc for arc, by in users.items() if len(by) > 1),
        "arcs": base64.b64encode(packed).decode(),
    }
    path = pathlib.Path(__file__).with_name("world.json")
    path.write_text(json.dumps(world, separators=(",", ":")) + "\n")
    print(f"{path}: {path.stat().st_size} bytes, {len(land)} outlines")


main()
