"""Parquet with the labels of table and variables as metadata; the same table gives the same bytes."""

from __future__ import annotations

from pathlib import Path

from melanokine.interchange.clinical.dataset import Dataset


def write(dataset: Dataset, study: str, path: Path) -> None:
    """Write a dataset; labels and kinds are metadata of the fields."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"text": pa.string(), "integer": pa.int64(), "float": pa.float64(), "date": pa.date32()}
    fields, columns = [], []
    for variable in dataset.variables:
        values = dataset.frame[variable.name]
        if variable.kind == "text":
            values = values.where(values != "", None)
        elif variable.kind == "date":
            values = values.dt.date.where(values.notna(), None)
        described = {"label": variable.label, "kind": variable.kind}
        fields.append(pa.field(variable.name, kinds[variable.kind], metadata=described))
        columns.append(pa.array(values, type=kinds[variable.kind], from_pandas=True))
    described = {"name": dataset.name, "label": dataset.label, "study": study}
    table = pa.Table.from_arrays(columns, schema=pa.schema(fields, metadata=described))
    pq.write_table(table, path, compression="zstd", compression_level=9)
