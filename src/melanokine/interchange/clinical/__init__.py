"""Tables of clinical data with described variables, as Parquet, Dataset-JSON 1.1 and SAS transport files (XPT v5).

A text that is missing is empty in a table; it is null in Parquet and Dataset-JSON, and blank in XPT. Dates are days.
"""

from melanokine.interchange.clinical.dataset import Dataset, Variable, read_variables
from melanokine.interchange.clinical.formats import FORMATS, Study, check_format, file_name, write_dataset

__all__ = ["FORMATS", "Dataset", "Study", "Variable", "check_format", "file_name", "read_variables", "write_dataset"]
