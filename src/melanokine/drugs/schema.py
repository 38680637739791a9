"""The JSON Schema of drug files, for editors and for others who write them.

python -m melanokine.drugs.schema        writes schema.json beside this file
"""

from __future__ import annotations

import json
from pathlib import Path

from melanokine.drugs.record import Drug

SCHEMA_FILE = Path(__file__).parent / "schema.json"


def schema_text() -> str:
    """The schema as it should stand in the file."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Drug.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
