"""Mistakes on the command line of `predict`."""


def test_an_unknown_design(refused):
    assert "did you mean" in refused("predict", "checkmate-66")


def test_a_population_that_is_not_calibrated(refused):
    assert "is not calibrated" in refused("predict", "intralesional-l19il2")


def test_a_folder_to_write(refused, tmp_path):
    assert "is a folder" in refused("predict", "checkmate-067", "--out", tmp_path)


def test_too_few_virtual_patients(refused):
    refused("predict", "checkmate-067", "--virtual-patients", "3")
