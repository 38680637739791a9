"""Mistakes on the command line of `predict-blind`."""


def test_unknown_trial(refused):
    assert "no blind trial 'CheckMate-067'" in refused("predict-blind", "--trials", "CheckMate-067")


def test_a_folder_is_no_file(refused, tmp_path):
    assert "is a folder" in refused("predict-blind", "--out", tmp_path)


def test_table_is_written_beside_the_predictions(refused):
    assert "is not beside" in refused("predict-blind", "--out", "a/p.json", "--table", "b/p.md")


def test_too_few_patients(refused):
    refused("predict-blind", "--patients", "3")
