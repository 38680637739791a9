"""COMBINE archives (OMEX, specification of 15 September 2014): a zip file whose manifest says what is in it.

The same entries give the same bytes: they keep their order, and carry the date at which zip files begin. An archive is
read whole, and refused where it is not one, where the manifest and the files disagree, or where it would not fit.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from melanokine.errors import InputError

MANIFEST = "manifest.xml"
NAMESPACE = "http://identifiers.org/combine.specifications/omex-manifest"
COMBINE = "http://identifiers.org/combine.specifications/"
MEDIA = "http://purl.org/NET/mediatypes/"
FORMATS = {
    "sbml": f"{COMBINE}sbml.level-3.version-2",
    "sedml": f"{COMBINE}sed-ml.level-1.version-4",
    "json": f"{MEDIA}application/json",
    "json-ld": f"{MEDIA}application/ld+json",
    "parquet": f"{MEDIA}application/vnd.apache.parquet",
}
"""The format of an entry as the manifest names it, by our word for it."""

FIRST_DATE = (1980, 1, 1, 0, 0, 0)
LARGEST = 4 * 1024**3
"""Bytes that all entries may have together once they are unpacked."""


@dataclass(frozen=True)
class Entry:
    """A file of an archive: where it lies, its format (a key of FORMATS), and whether tools should begin with it."""

    location: str
    format: str
    content: bytes
    master: bool = False


def archive_bytes(entries: Iterable[Entry]) -> bytes:
    """The archive with these entries, its manifest first."""
    entries = list(entries)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for location, content in [(MANIFEST, _manifest(entries)), *((e.location, e.content) for e in entries)]:
            info = zipfile.ZipInfo(location, FIRST_DATE)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(info, content)
    return buffer.getvalue()


def read_archive(path: str | Path) -> dict[str, bytes]:
    """The files that the manifest of an archive lists, by location; InputError where it is none or is damaged."""
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(info.file_size for info in archive.infolist())
            if size > LARGEST:
                raise InputError(f"holds {size} bytes, more than {LARGEST}", file=path, remedy="unpack it by hand")
            found = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot be read: {reason}", file=path, remedy="check the path") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputError(f"is no zip file: {error}", file=path, remedy="name a COMBINE archive (.omex)") from None
    if MANIFEST not in found:
        raise InputError(f"has no {MANIFEST}", file=path, remedy="name a COMBINE archive (.omex)")
    listed = _listed(found[MANIFEST], path)
    for location in listed:
        if location not in found:
            message = f"{MANIFEST} lists {location!r}, which is not there"
            raise InputError(message, file=path, remedy="take the archive as it was written")
    return {location: found[location] for location in listed}


def _manifest(entries: list[Entry]) -> bytes:
    rows = [(".", f"{COMBINE}omex", False), (f"./{MANIFEST}", f"{COMBINE}omex-manifest", False)]
    rows += [(f"./{entry.location}", FORMATS[entry.format], entry.master) for entry in entries]
    lines = [
        f"  <content location={quoteattr(location)} format={quoteattr(form)}"
        + (' master="true"' if master else "")
        + "/>"
        for location, form, master in rows
    ]
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<omexManifest xmlns="{NAMESPACE}">'
    return "\n".join([head, *lines, "</omexManifest>", ""]).encode()


def _listed(manifest: bytes, path: Path) -> list[str]:
    """The locations in a manifest, without the archive and the manifest themselves."""
    if b"<!DOCTYPE" in manifest or b"<!ENTITY" in manifest:
        raise InputError(f"{MANIFEST} declares a document type", file=path, remedy="leave it out")
    try:
        root = ElementTree.fromstring(manifest)
    except (ElementTree.ParseError, ValueError) as error:
        raise InputError(f"{MANIFEST} is not XML: {error}", file=path, remedy="take it as it was written") from None
    if root.tag != f"{{{NAMESPACE}}}omexManifest":
        raise InputError(f"{MANIFEST} is no manifest of OMEX", file=path, remedy="name a COMBINE archive (.omex)")
    found = [one.get("location", "").removeprefix("./") for one in root.iter(f"{{{NAMESPACE}}}content")]
    return [location for location in dict.fromkeys(found) if location not in (".", "", MANIFEST)]
