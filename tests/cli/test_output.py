"""Results appear whole or not at all."""

import pytest

from melanokine.cli.output import staged
from melanokine.errors import InputError


def test_files_move_to_a_new_folder(tmp_path):
    target = tmp_path / "deep" / "results"
    with staged(target) as stage:
        (stage / "figures").mkdir()
        (stage / "figures" / "a.svg").write_text("new")
        assert not target.exists()
    assert [path.name for path in target.iterdir()] == ["figures"]
    assert (target / "figures" / "a.svg").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["results"]


def test_files_of_the_same_name_are_replaced_and_others_stay(tmp_path):
    (tmp_path / "old.txt").write_text("old")
    (tmp_path / "kept.txt").write_text("kept")
    with staged(tmp_path) as stage:
        (stage / "old.txt").write_text("new")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"old.txt": "new", "kept.txt": "kept"}


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_nothing_is_left_when_the_work_fails(tmp_path, error):
    def work():
        with staged(tmp_path / "deep" / "results") as stage:
            (stage / "half").write_text("")
            raise error

    with pytest.raises(error):
        work()
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file is not a folder"), staged(tmp_path / "file" / "results"):
        pass


def test_an_error_of_the_system_while_writing_is_clear(tmp_path):
    with pytest.raises(InputError, match="no space left on device"), staged(tmp_path / "results"):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []
