# SPDX-License-Identifier: Apache-2.0
"""Builds the installer for Linux: ``packaging/build.py deb`` writes dist/wardround_VERSION_ARCH.deb.

Run it with the Python of an environment that has the extra ``dev`` (packaging/test makes one). It takes 4 to 10 minutes.
The package needs the glibc of the machine that built it, or a newer one: build on the oldest system to be served.
packaging/smoke.sh installs the result and lets it test itself.
"""

from __future__ import annotations

import argparse
import filecmp
import gzip
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
LINUX = HERE / "linux"

# What Qt loads from the system; packaging/environment.sh has the same list for running from the sources.
QT_PACKAGES = re.compile(r"^(?:QT_LIBRARIES=')?lib\S+\.so\.\d+ (lib[\w.-]+)'?$", re.MULTILINE)
SYSTEM_PACKAGES = ("libgcc-s1", "libfreetype6", "libexpat1", "libx11-6", "libx11-xcb1")  # wardround.spec leaves these out too
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256)
BUILD_ONLY = {"pip", "setuptools", "wheel", "wardround"}


def version() -> str:
    """The version, from its one place."""
    sys.path.insert(0, str(ROOT))
    import engine

    return engine.__version__


def released() -> int:
    """Seconds of the moment that the package's files carry: SOURCE_DATE_EPOCH, or the last commit's time."""
    if said := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(said)
    return int(subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def architecture() -> str:
    """Debian's name of this machine's processor."""
    return subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()


def compiler_runtime() -> str:
    """The version of this machine's C++ library without Debian's revision: the programs need it or a newer one."""
    said = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "libstdc++6"], check=True, capture_output=True, text=True).stdout
    return said.split("-")[0]


def freeze(work: Path) -> Path:
    """Runs PyInstaller; returns the folder with both programs."""
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    subprocess.run([*command, "--distpath", work / "frozen", "--workpath", work / "work", HERE / "wardround.spec"], cwd=work, check=True)
    return work / "frozen" / "wardround"


def place(source: Path, target: Path, mode: int = 0o644, **fields: str) -> None:
    """Copies a small text or binary file, filling ``@FIELDS@``."""
    content = source.read_bytes()
    for name, value in fields.items():
        content = content.replace(f"@{name}@".encode(), value.encode())
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    target.chmod(mode)


def draw_icons(source: Path, icons: Path) -> None:
    """The icon as SVG and as a PNG of each usual size."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication.instance() or QGuiApplication([])
    renderer = QSvgRenderer(str(source))
    place(source, icons / "scalable/apps/wardround.svg")
    for size in ICON_SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        target = icons / f"{size}x{size}" / "apps" / "wardround.png"
        target.parent.mkdir(parents=True)
        if not image.save(str(target)):
            raise OSError(f"cannot write {target}")
    del application


def bundled() -> Iterator[metadata.Distribution]:
    """The distributions that the installed program needs: the closure of the extra ``gui``."""
    seen: set[str] = set()
    waiting = ["wardround"]
    extras = {"site", "gui"}
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        distribution = metadata.distribution(name)
        if name not in BUILD_ONLY:
            yield distribution
        for requirement in distribution.requires or ():
            wanted, _, marker = requirement.partition(";")
            if needed(marker, extras if name == "wardround" else set()):
                waiting.append(re.split(r"[^\w.-]", wanted.strip(), maxsplit=1)[0])


def needed(marker: str, extras: set[str]) -> bool:
    """Whether a requirement with this marker is installed here."""
    if not marker.strip():
        return True
    from packaging.markers import Marker  # PyPI's library: this folder is no package, so it does not shadow it

    return any(Marker(marker).evaluate({"extra": extra}) for extra in extras | {""})


def licence_of(distribution: metadata.Distribution) -> str:
    """The licence as the distribution names it, on one line."""
    fields = distribution.metadata
    said = fields.get("License-Expression") or ""
    if not said:
        said = ", ".join(value.split(" :: ")[-1] for value in fields.get_all("Classifier") or () if value.startswith("License ::"))
    return (said or (fields.get("License") or "see its files").strip().splitlines()[0])[:120]


def write_licences(documentation: Path) -> None:
    """The copyright file, and every bundled library's own licence files."""
    lines = [
        "Wardround is licensed under the Apache License, version 2.0: /usr/share/doc/wardround/LICENSE.",
        "",
        "The package brings these libraries, each under its own licence; their licence files lie in",
        "/usr/share/doc/wardround/licences. Qt and PySide6 are used under the LGPL, version 3 (its text:",
        "/usr/share/common-licenses/LGPL-3): they are separate shared libraries in /opt/wardround/_internal/PySide6 and may be",
        "replaced there by changed ones. Python itself is under the Python Software Foundation's licence; the system",
        "libraries beside it come from the distribution that built the package, whose /usr/share/doc has their licences.",
        "The window's own font is a part of Noto Sans CJK under the SIL Open Font License 1.1:",
        "/opt/wardround/_internal/gui/fonts/OFL.txt.",
        "",
    ]
    for distribution in sorted(bundled(), key=lambda each: each.metadata["Name"].lower()):
        name = distribution.metadata["Name"]
        lines.append(f"{name} {distribution.version}: {licence_of(distribution)}")
        for file in distribution.files or ():
            if ".dist-info" in file.parts[0] and re.search(r"(?i)licen[cs]e|copying|notice|authors", file.name):
                source = Path(str(distribution.locate_file(file)))
                if source.is_file():
                    place(source, documentation / "licences" / name / "-".join(file.parts[1:]))
    documentation.mkdir(parents=True, exist_ok=True)
    (documentation / "copyright").write_text("\n".join(lines) + "\n", encoding="utf-8")


def control(installed_bytes: int) -> str:
    """The package's own description."""
    libc = platform.libc_ver()[1]
    listed = QT_PACKAGES.findall((HERE / "environment.sh").read_text(encoding="utf-8"))
    fields = {
        "Package": "wardround",
        "Version": version(),
        "Architecture": architecture(),
        "Maintainer": "The Wardround developers <wardround@example.org>",
        "Installed-Size": str(installed_bytes // 1024),
        "Depends": ", ".join([f"libc6 (>= {libc})", f"libstdc++6 (>= {compiler_runtime()})", *SYSTEM_PACKAGES, *sorted(listed)]),
        "Recommends": "fonts-noto-cjk, gnome-keyring | kwalletmanager",
        "Section": "science",
        "Priority": "optional",
        "Description": "Hospitals train one model together; records stay at home\n"
        " Each hospital trains on its own records, inside its own walls. What leaves goes through one\n"
        " gate and is written down before it goes. This package has the window, the command, and the\n"
        " coordinator as a systemd service, which does not start by itself.",
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def share_program(folder: Path) -> None:
    """Both programs are 50 MB and the same on Linux: one file under two names."""
    command, window = folder / "wardround", folder / "wardround-gui"
    if filecmp.cmp(command, window, shallow=False):
        window.unlink()
        window.hardlink_to(command)


def assemble(frozen: Path, tree: Path) -> None:
    """Lays out the package's files as they will lie on the machine."""
    day = datetime.fromtimestamp(released(), UTC).date().isoformat()
    share = tree / "usr/share"
    shutil.copytree(frozen, tree / "opt/wardround", symlinks=True)
    share_program(tree / "opt/wardround")
    (tree / "usr/bin").mkdir(parents=True)
    for program in ("wardround", "wardround-gui"):
        (tree / "usr/bin" / program).symlink_to(f"/opt/wardround/{program}")
    place(LINUX / "wardround.desktop", share / "applications/wardround.desktop")
    place(LINUX / "wardround-mime.xml", share / "mime/packages/wardround.xml")
    place(LINUX / "wardround.metainfo.xml", share / "metainfo/org.wardround.Wardround.metainfo.xml", VERSION=version(), DATE=day)
    place(LINUX / "wardround-coordinator.service", tree / "usr/lib/systemd/system/wardround-coordinator.service")
    draw_icons(ROOT / "gui/icons/wardround.svg", share / "icons/hicolor")
    documentation = share / "doc/wardround"
    place(ROOT / "LICENSE", documentation / "LICENSE")
    place(ROOT / "README.md", documentation / "README.md")
    (documentation / "changelog.gz").write_bytes(
        gzip.compress(f"wardround ({version()}) stable; urgency=low\n\n  * Version {version()}, {day}.\n".encode(), mtime=0)
    )
    write_licences(documentation)
    sizes = {(status.st_dev, status.st_ino): status.st_size for status in map(Path.lstat, tree.rglob("*"))}  # a hard link once
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN/control").write_text(control(sum(sizes.values())), encoding="utf-8")
    for script in ("postinst", "prerm", "postrm"):
        place(LINUX / script, tree / "DEBIAN" / script, mode=0o755)


def build_deb(out: Path, work: Path, frozen: Path | None) -> Path:
    """Builds the package and returns its path."""
    shutil.rmtree(work / "tree", ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    tree = work / "tree"
    assemble(frozen or freeze(work), tree)
    subprocess.run(["chmod", "-R", "u=rwX,go=rX", tree], check=True)
    target = out / f"wardround_{version()}_{architecture()}.deb"
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(released())}
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zzstd", "--build", tree, target], check=True, env=environment)
    shutil.rmtree(tree)
    return target


def main() -> int:
    parser = argparse.ArgumentParser(description="Builds the Linux installer.")
    parser.add_argument("kind", choices=["deb"])
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the package goes (default: dist)")
    parser.add_argument("--work", type=Path, default=ROOT / "build", help="where PyInstaller works (default: build)")
    parser.add_argument("--frozen", type=Path, help="package this PyInstaller folder instead of making a new one")
    options = parser.parse_args()
    target = build_deb(options.out.resolve(), options.work.resolve(), options.frozen)
    print(f"{target}  {target.stat().st_size / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
