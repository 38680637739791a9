"""COMBINE archives and SED-ML: what is written is listed, reads back, repeats; what is damaged is refused."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

import pytest

from melanokine.errors import InputError
from melanokine.interchange.omex import FORMATS, NAMESPACE, Entry, archive_bytes, read_archive
from melanokine.interchange.sedml import NAMESPACE as SEDML
from melanokine.interchange.sedml import TimeCourse, document

ENTRIES = [
    Entry("simulation.sedml", "sedml", b"<sedML/>", master=True),
    Entry('model/a & "b".xml', "sbml", b"<sbml/>"),
    Entry("results/x.json", "json", b"{}"),
]


def test_an_archive_lists_its_files_and_reads_back(tmp_path):
    path = tmp_path / "a.omex"
    path.write_bytes(archive_bytes(ENTRIES))
    assert path.read_bytes() == archive_bytes(ENTRIES)
    assert read_archive(path) == {entry.location: entry.content for entry in ENTRIES}
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == "manifest.xml"
        root = ElementTree.fromstring(archive.read("manifest.xml"))
    rows = [(one.get("location"), one.get("format"), one.get("master")) for one in root]
    assert root.tag == f"{{{NAMESPACE}}}omexManifest"
    assert rows == [
        (".", "http://identifiers.org/combine.specifications/omex", None),
        ("./manifest.xml", "http://identifiers.org/combine.specifications/omex-manifest", None),
        ("./simulation.sedml", "http://identifiers.org/combine.specifications/sed-ml.level-1.version-4", "true"),
        ('./model/a & "b".xml', "http://identifiers.org/combine.specifications/sbml.level-3.version-2", None),
        ("./results/x.json", "http://purl.org/NET/mediatypes/application/json", None),
    ]
    assert set(FORMATS) >= {entry.format for entry in ENTRIES}


def zipped(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


HEAD = f'<omexManifest xmlns="{NAMESPACE}">'
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + HEAD + "&b;</omexManifest>"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is no zip file"),
        (b"PK\x03\x04 and no more", "is no zip file"),
        (archive_bytes(ENTRIES)[:-40], "is no zip file"),
        (zipped(a="1"), "has no manifest.xml"),
        (zipped(manifest__xml="<omexManifest"), "manifest.xml is not XML"),
        (zipped(manifest__xml="<other/>"), "manifest.xml is no manifest of OMEX"),
        (zipped(manifest__xml=BOMB), "manifest.xml declares a document type"),
        (
            zipped(manifest__xml=HEAD + '<content location="./x" format="y"/></omexManifest>'),
            "manifest.xml lists 'x', which is not there",
        ),
    ],
)
def test_what_is_no_archive_is_refused(tmp_path, content, says):
    path = tmp_path / "a.omex"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_archive(path)
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
    assert caught.value.remedy


def test_a_file_that_is_damaged_or_too_large_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.omex"
    content = archive_bytes([Entry("x.json", "json", b"1234567890" * 50)])
    place = content.rindex(b"x.json", 0, content.rindex(b"PK\x01\x02")) + len(b"x.json") + 3
    path.write_bytes(content[:place] + bytes([content[place] ^ 255]) + content[place + 1 :])
    with pytest.raises(InputError, match="is no zip file"):
        read_archive(path)
    path.write_bytes(content)
    monkeypatch.setattr("melanokine.interchange.omex.LARGEST", 100)
    with pytest.raises(InputError, match="more than 100; unpack it by hand"):
        read_archive(path)
    with pytest.raises(InputError, match="cannot be read: no such file"):
        read_archive(tmp_path / "absent.omex")


def test_sed_ml_names_models_tasks_and_what_is_reported():
    courses = [TimeCourse("a < b", "model/a.xml", {"x": "x [mm]"}), TimeCourse("c", "model/c.xml", {})]
    root = ElementTree.fromstring(document(courses, days=84.0, steps=84))
    assert (root.tag, root.get("level"), root.get("version")) == (f"{{{SEDML}}}sedML", "1", "4")
    found = {one.get("id"): one for one in root.iter() if one.get("id")}
    assert len(found) == len([one for one in root.iter() if one.get("id")])
    references = [
        one.get(name) for one in root.iter() for name in
        ("modelReference", "simulationReference", "taskReference", "dataReference") if one.get(name)
    ]  # fmt: skip
    assert set(references) <= set(found)
    assert found["course"].attrib == {
        "id": "course", "initialTime": "0.0", "outputStartTime": "0.0", "outputEndTime": "84.0", "numberOfSteps": "84",
    }  # fmt: skip
    assert found["model_1"].get("source") == "model/a.xml"
    variables = list(root.iter(f"{{{SEDML}}}variable"))
    assert [one.get("symbol") for one in variables] == ["urn:sedml:symbol:time", None, "urn:sedml:symbol:time"]
    assert variables[1].get("target").endswith("sbml:parameter[@id='x']")
