"""Small SBML documents, written for the tests (interchange_documents.py)."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from interchange_documents import document

from melanokine.interchange.sbml import parse_sbml


@pytest.fixture(scope="session")
def read():
    """Read the lists of a model."""
    return lambda body: parse_sbml(document(body))
