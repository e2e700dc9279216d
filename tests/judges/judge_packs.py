#!/usr/bin/env python3
"""Has every container that this program writes read by programs that know nothing of it.

    cargo run --release -p packs --example write_all -- target/judged
    python3 -m venv .venv && .venv/bin/pip install -r tests/judges/requirements.txt
    apt-get install pngcheck webp poppler-utils unzip
    .venv/bin/python tests/judges/judge_packs.py target/judged | tee docs/judges.txt

Judges: sticker-convert (its own checks of size, format and bytes for each platform, and its reader of titles and emoji), `pngcheck`,
`webpinfo`, `unzip -t`, `tar`, `pdfinfo`, `pdfimages`, `pdftocairo`, scikit-image's contours with shapely's Hausdorff distance for cut
lines, svgpathtools for their SVG, plistlib and openstep-parser for the Xcode project. Ends with 1 if any judge is not content.
"""
from __future__ import annotations

import json
import plistlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import svgpathtools
from openstep_parser import OpenStepDecoder
from PIL import Image
from shapely.geometry import LinearRing, Polygon
from shapely.ops import unary_union
from skimage.measure import find_contours
from sticker_convert.job_option import CompOption
from sticker_convert.utils.files.json_resources_loader import load_resource_json
from sticker_convert.utils.files.metadata_handler import XCODE_IMESSAGE_ICONSET, MetadataHandler
from sticker_convert.utils.media.format_verify import FormatVerify

STICKERS = 16
failures: list[str] = []


def judge(who: str, what: str, content: bool, detail: str = "") -> None:
    print(f"{'ok  ' if content else 'FAIL'} {who}: {what}{' (' + detail + ')' if detail else ''}")
    if not content:
        failures.append(f"{who}: {what}")


def run(*command: str | Path) -> tuple[bool, str]:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    return done.returncode == 0, done.stdout + done.stderr


def rule(preset: str) -> CompOption:
    """The still pictures of one of sticker-convert's presets."""
    known = load_resource_json("compression")[preset]
    rule = CompOption(size_max_img=known["size_max"]["img"] or None, animated=False)
    rule.res_w_min, rule.res_w_max = known["res"]["w"]["min"], known["res"]["w"]["max"]
    rule.res_h_min, rule.res_h_max = known["res"]["h"]["min"], known["res"]["h"]["max"]
    return rule


def size_rule(width: int, height: int, most: int | None = None) -> CompOption:
    rule = CompOption(size_max_img=most, animated=False)
    rule.res_w_min = rule.res_w_max = width
    rule.res_h_min = rule.res_h_max = height
    return rule


def stickers(preset: str, files: list[Path], formats: tuple[str, ...], check=None) -> None:
    """Each file against a preset: its size in pixels, its bytes and its format."""
    wanted = rule(preset)
    wanted.set_format(formats)
    bad = [file.name for file in files if not (check or FormatVerify.check_file)(file, wanted)]
    largest = max(file.stat().st_size for file in files)
    judge("sticker-convert", f"{preset}: {len(files)} stickers", not bad and len(files) == STICKERS, f"largest {largest:,} bytes{' BAD ' + str(bad) if bad else ''}")


def longest_side(file: Path, wanted: CompOption) -> bool:
    """As upload_telegram.py checks: one side exactly, and everything else but the aspect."""
    width, height = Image.open(file).size
    return (
        max(width, height) == 512
        and FormatVerify.check_file_size(file, wanted.get_size_max())
        and FormatVerify.check_format(file, wanted.get_format())
    )


def bounded(file: Path, wanted: CompOption) -> bool:
    """Sizes between bounds; FormatVerify would want the aspect of the bounds, which the platforms do not."""
    width, height = Image.open(file).size
    return (
        max(width, height) >= wanted.res_w_min
        and width <= wanted.res_w_max
        and height <= wanted.res_h_max
        and FormatVerify.check_file_size(file, wanted.get_size_max())
        and FormatVerify.check_format(file, wanted.get_format())
    )


def pictures(folder: Path) -> None:
    """Every PNG and WebP below a folder by its format's own checker."""
    png, webp = sorted(folder.rglob("*.png")), sorted(folder.rglob("*.webp"))
    if png:
        content, text = run("pngcheck", "-q", *png)
        judge("pngcheck", f"{folder.name}: {len(png)} files", content, text.strip()[:200])
    if webp:
        bad = [file.name for file in webp if not run("webpinfo", "-quiet", file)[0]]
        judge("webpinfo", f"{folder.name}: {len(webp)} files", not bad, ", ".join(bad))


def sidecar(folder: Path) -> None:
    title, author, emoji = MetadataHandler.get_metadata(folder)
    present = MetadataHandler.get_stickers_present(folder)
    judge("sticker-convert", f"{folder.name}: title and author", (title, author) == ("Judged & drawn", "Sticker Studio"))
    judge("sticker-convert", f"{folder.name}: an emoji for each sticker", [file.stem for file in present] == sorted(emoji), f"{len(emoji)}")
    cover = MetadataHandler.get_cover(folder)
    judge("sticker-convert", f"{folder.name}: cover found", cover is not None)
    packs = MetadataHandler.split_sticker_packs(folder, title=title, file_per_pack=120, separate_image_anim=False)
    judge("sticker-convert", f"{folder.name}: one pack in order", [len(files) for files in packs.values()] == [STICKERS])


def unpacked(file: Path, into: Path) -> Path:
    """An archive's files, by the system's own programs."""
    folder = into / file.name
    folder.mkdir()
    if file.name.endswith(".tar.gz"):
        content, text = run("tar", "tzf", file)
        judge("tar t", file.name, content and len(text.split()) > 0, f"{len(text.split())} files")
        run("tar", "xzf", file, "-C", folder)
    else:
        content, text = run("unzip", "-tqq", file)
        judge("unzip -t", file.name, content, text.strip())
        run("unzip", "-qq", file, "-d", folder)
    pictures(folder)
    return folder


def named(folder: Path, pattern: str) -> list[Path]:
    return sorted(file for file in folder.iterdir() if re.fullmatch(pattern, file.name))


def judge_folders(root: Path) -> None:
    for name in ("telegram", "signal", "sticker-convert", "discord", "discord-emoji", "slack", "folder", "imessage", "whatsapp-folder"):
        pictures(root / name)
    for name in ("telegram", "signal", "sticker-convert"):
        sidecar(root / name)
    sticker = r"\d+_.*\.(png|webp)"
    stickers("telegram", named(root / "telegram", sticker), (".png", ".webp"), longest_side)
    judge("sticker-convert", "telegram: cover", FormatVerify.check_file(root / "telegram/cover.png", size_rule(100, 100, 128_000)))
    stickers("signal", named(root / "signal", sticker), (".png", ".webp"), bounded)
    stickers("discord", named(root / "discord", r".*\.png"), (".png",))
    table = (root / "discord/stickers.tsv").read_text(encoding="utf-8").splitlines()
    judge("python", "discord: the table names every file", sorted(line.split("\t")[0] for line in table[1:]) == sorted(file.name for file in named(root / "discord", r".*\.png")))
    stickers("discord_emoji", named(root / "discord-emoji", r"\w{2,32}\.png"), (".png",), bounded)
    emoji = named(root / "slack", r"[a-z0-9_]{2,100}\.png")
    fit = all(max(Image.open(file).size) <= 128 and file.stat().st_size <= 128_000 for file in emoji)
    judge("Pillow", "slack: at most 128 pixels and 128,000 bytes", fit and len(emoji) == STICKERS)
    known = json.loads((root / "folder/pack.json").read_text(encoding="utf-8"))
    there = all((root / "folder" / item["file"]).is_file() for item in known["stickers"])
    judge("python", "folder: pack.json names every file", there and len(known["stickers"]) == STICKERS)


def judge_whatsapp(root: Path, temporary: Path) -> None:
    folder = unpacked(root / "whatsapp.wastickers", temporary)
    title, author, _ = MetadataHandler.get_metadata(folder)
    judge("sticker-convert", "wastickers: title and author", (title, author) == ("Judged & drawn", "Sticker Studio"))
    stickers("whatsapp", MetadataHandler.get_stickers_present(folder), (".png",))
    judge("sticker-convert", "wastickers: cover", FormatVerify.check_file(MetadataHandler.get_cover(folder), size_rule(96, 96, 50_000)))
    pack = json.loads((root / "whatsapp-folder/contents.json").read_text(encoding="utf-8"))["sticker_packs"][0]
    # StickerPackValidator.java: the lengths and letters of the texts, the counts, the sizes of the files.
    assets = root / "whatsapp-folder" / pack["identifier"]
    texts = all(0 < len(pack[key]) <= 128 for key in ("identifier", "name", "publisher"))
    judge("StickerPackValidator", "texts", texts and re.fullmatch(r"[\w\-.,'\s]+", pack["identifier"], re.ASCII) is not None)
    files = [assets / item["image_file"] for item in pack["stickers"]]
    stickers("whatsapp", files, (".webp",))
    judge("StickerPackValidator", "1 to 3 emoji each", all(1 <= len(item["emojis"]) <= 3 for item in pack["stickers"]))
    judge("StickerPackValidator", "accessibility texts", all(len(item["accessibility_text"]) <= 125 for item in pack["stickers"]))
    judge("sticker-convert", "whatsapp: tray", FormatVerify.check_file(assets / pack["tray_image_file"], size_rule(96, 96, 50_000)))


def judge_archives(root: Path, temporary: Path) -> None:
    line = unpacked(root / "line.zip", temporary)
    files = [line / f"{number:02}.png" for number in range(1, STICKERS + 1)]
    stickers("line", files, (".png",), bounded)
    judge("Pillow", "line: even sides", all(side % 2 == 0 for file in files for side in Image.open(file).size))
    for name, size in (("main", (240, 240)), ("tab", (96, 74))):
        judge("sticker-convert", f"line: {name}", FormatVerify.check_file(line / f"{name}.png", size_rule(*size)))
    judge("python", "line: at most 20 MB", (root / "line.zip").stat().st_size <= 20_000_000)
    viber = unpacked(root / "viber.zip", temporary)
    stickers("viber", [viber / f"{number:02}.png" for number in range(STICKERS)], (".png",))
    judge("sticker-convert", "viber: cover", FormatVerify.check_file(viber / "cover.png", size_rule(120, 120)))
    misskey = unpacked(root / "misskey.zip", temporary)
    stickers("misskey", named(misskey, r".*\.png"), (".png",), bounded)
    meta = json.loads((misskey / "meta.json").read_text(encoding="utf-8"))
    # ImportCustomEmojisProcessorService.ts: names and file names.
    fit = all(re.fullmatch(r"[a-zA-Z0-9_]+?([a-zA-Z0-9.]+)?", item["fileName"]) and re.fullmatch(r"[a-zA-Z0-9_]+", item["emoji"]["name"]) and (misskey / item["fileName"]).is_file() for item in meta["emojis"])
    judge("Misskey's importer", "names", bool(fit) and len(meta["emojis"]) == STICKERS and meta["metaVersion"] == 2)
    mastodon = unpacked(root / "mastodon.tar.gz", temporary)
    stickers("mastodon", named(mastodon, r"[a-zA-Z0-9_]{2,}\.png"), (".png",), bounded)


def judge_xcode(root: Path) -> None:
    project = root / "imessage"
    (pbxproj,) = project.glob("*.xcodeproj/project.pbxproj")
    objects = OpenStepDecoder.ParseFromFile(open(pbxproj, encoding="utf-8"))["objects"]
    ids = {word for item in objects.values() for word in re.findall(r"5711CE[0-9A-F]{18}", json.dumps(item))}
    judge("openstep-parser", "imessage: every reference leads to an object", ids <= set(objects), f"{len(objects)} objects")
    plists = [plistlib.loads(path.read_bytes()) for path in project.glob("*/Info.plist")]
    judge("plistlib", "imessage: titles", [plist["CFBundleDisplayName"] for plist in plists] == ["Judged & drawn"] * 2)
    (catalog,) = project.glob("*/Stickers.xcstickers")
    pack = catalog / "Sticker Pack.stickerpack"
    listed = [pack / item["filename"] for item in json.loads((pack / "Contents.json").read_text())["stickers"]]
    files = [path / json.loads((path / "Contents.json").read_text())["properties"]["filename"] for path in listed]
    stickers("imessage_medium", files, (".png",))
    icons = catalog / "iMessage App Icon.stickersiconset"
    bad = [name for name, size in XCODE_IMESSAGE_ICONSET.items() if not FormatVerify.check_file(icons / name, size_rule(*size))]
    judge("sticker-convert", "imessage: 13 icons", not bad, ", ".join(bad))
    listed = {item["filename"] for item in json.loads((icons / "Contents.json").read_text())["images"]}
    judge("python", "imessage: every icon is listed", listed == set(XCODE_IMESSAGE_ICONSET))
    judge("Pillow", "imessage: icons without transparency", all(Image.open(icons / name).convert("RGBA").getextrema()[3] == (255, 255) for name in listed))


def polygons(file: Path) -> list[Polygon]:
    lines = file.read_text().splitlines()
    return [Polygon([tuple(map(float, point.split(","))) for point in line.split()]) for line in lines]


def judge_cut_lines(root: Path) -> None:
    """Against scikit-image's contours of the same pictures, and shapely's offset of those."""
    worst = {"die": 0.0, "kiss": 0.0}
    valid, counts = True, []
    for picture in sorted((root / "cut").glob("*.png")):
        alpha = np.pad(np.asarray(Image.open(picture))[..., 3].astype(float), 1)
        # Rows and columns of samples at the pixels' centres, behind a ring of nothing.
        traced = [Polygon([(x - 0.5, y - 0.5) for y, x in contour]) for contour in find_contours(alpha, 127.5)]
        outer = Polygon(max(traced, key=lambda polygon: polygon.area).exterior)
        for name, wanted in (("die", outer), ("kiss", outer.buffer(12.0, quad_segs=64))):
            ours = polygons(picture.with_name(f"{picture.stem}.{name}.txt"))
            valid &= all(polygon.is_valid for polygon in ours)
            counts.append(len(ours[0].exterior.coords))
            both = unary_union(ours).boundary, LinearRing(Polygon(wanted.exterior).exterior.coords)
            worst[name] = max(worst[name], both[0].hausdorff_distance(both[1]))
    for name, away in worst.items():
        judge("scikit-image and shapely", f"{name} cut lines within half a pixel", away <= 0.5, f"{away:.3f}")
    judge("shapely", "cut lines do not cross themselves", valid, f"{min(counts)} to {max(counts)} points")


def judge_print(root: Path, temporary: Path) -> None:
    for name, points, millimetres in (("kiss-a4", (595.276, 841.89), (210.0, 297.0)), ("die-letter", (612.0, 792.0), (215.9, 279.4))):
        folder = root / name
        content, text = run("pdfinfo", "-box", folder / "sheet.pdf")
        size = tuple(map(float, re.search(r"Page size:\s+([\d.]+) x ([\d.]+) pts", text).groups()))
        judge("pdfinfo", f"{name}: page size", content and all(abs(a - b) < 0.01 for a, b in zip(size, points)), f"{size[0]} x {size[1]} pts")
        _, text = run("pdfimages", "-list", folder / "sheet.pdf")
        rows = [row.split() for row in text.splitlines()[2:]]
        ppi = {row[12] for row in rows} | {row[13] for row in rows}
        judge("pdfimages", f"{name}: {STICKERS} pictures with masks at 300 dpi", ppi == {"300"} and len(rows) == 2 * STICKERS, f"{ppi}")
        pages = int(re.search(r"Pages:\s+(\d+)", run("pdfinfo", folder / "sheet.pdf")[1])[1])
        same_picture(folder, name, pages, temporary)
        found = 0
        for page in range(1, pages + 1):
            paths, attributes, svg = svgpathtools.svg2paths2(str(folder / f"cut-{page}.svg"))
            found += len(paths)
            wanted = {"width": f"{millimetres[0]:g}mm", "height": f"{millimetres[1]:g}mm", "viewBox": f"0 0 {millimetres[0]:g} {millimetres[1]:g}"}
            on_page = all(0 <= value <= limit for path in paths for low_high, limit in zip((path.bbox()[:2], path.bbox()[2:]), millimetres) for value in low_high)
            closed = all(sub.isclosed() for path in paths for sub in path.continuous_subpaths())
            judge("svgpathtools", f"{name}: cut-{page}.svg", closed and on_page and all(svg[key] == value for key, value in wanted.items()), f"{len(paths)} paths")
        judge("svgpathtools", f"{name}: a path for each sticker", found == STICKERS)
        content, text = run("pngcheck", "-v", *sorted(folder.glob("page-*.png")))
        judge("pngcheck", f"{name}: pages at 300 dpi", content and text.count("11811x11811 pixels/meter (300 dpi)") == pages)


def same_picture(folder: Path, name: str, pages: int, temporary: Path) -> None:
    """The PDF, drawn by poppler without the cut lines' hairline, against the PNG."""
    run("pdftocairo", "-png", "-r", "300", folder / "sheet.pdf", temporary / name)
    for page in range(1, pages + 1):
        (drawn,) = temporary.glob(f"{name}-*{page}.png")
        pdf, png = Image.open(drawn).convert("RGB"), Image.open(folder / f"page-{page}.png").convert("RGB")
        width, height = min(pdf.width, png.width), min(pdf.height, png.height)
        off = np.abs(np.asarray(pdf)[:height, :width].astype(int) - np.asarray(png)[:height, :width]).max(axis=2)
        part = float((off > 40).mean())
        judge("pdftocairo", f"{name}: page {page} looks like its PNG", part < 0.01, f"{part:.3%} of the pixels differ: cut lines and edges")


def main() -> None:
    root = Path(sys.argv[1])
    for program in ("pngcheck", "webpinfo", "unzip", "tar", "pdfinfo", "pdfimages", "pdftocairo"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is missing: apt-get install pngcheck webp poppler-utils unzip")
    with tempfile.TemporaryDirectory() as temporary:
        judge_folders(root)
        judge_whatsapp(root, Path(temporary))
        judge_archives(root, Path(temporary))
        judge_xcode(root)
        judge_cut_lines(root)
        judge_print(root, Path(temporary))
    print(f"\n{len(failures)} judges are not content" if failures else "\nAll judges are content.")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
