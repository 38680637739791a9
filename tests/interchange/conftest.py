"""Small SBML documents, written for the tests (interchange_documents.py)."""

import pytest

from melanokine.interchange.sbml import parse_sbml

from .interchange_documents import document


@pytest.fixture(scope="session")
def read():
    """Read the lists of a model."""
    return lambda body: parse_sbml(document(body))
