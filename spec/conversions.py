"""Files that are not read, by their ending or first bytes, and the line that turns each into one that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .data import FORMATS
from .suggestions import nearest

ENDINGS = "known endings are .csv, .tsv, .parquet, .jsonl, .npz and .npy, each also with .gz"


@dataclass(frozen=True, slots=True)
class Foreign:
    """A kind of file.

    Attributes:
        what: what it is.
        line: what turns `{path}` into a file `{stem}` with another ending, or unpacks it.
        needs: what a line that converts needs.
    """

    what: str
    line: str
    needs: str = ""

    def help(self, path: str) -> str:
        """How to convert a file at `path`."""
        stem = path.rsplit("/", 1)[-1].split(".", 1)[0] or "data"
        line = self.line.format(path=path, stem=stem)
        return f"convert it: `{line}` (needs {self.needs})" if self.needs else f"unpack it: `{line}`"


def _excel(what: str, package: str) -> Foreign:
    line = 'pandas.read_excel("{path}").to_csv("{stem}.csv", index=False)'
    return Foreign(what, line, f"pandas and {package}")


def _pandas(what: str, call: str, package: str = "pandas") -> Foreign:
    return Foreign(what, f'pandas.{call}.to_csv("{{stem}}.csv", index=False)', package)


XLSX = _excel("an Excel workbook", "openpyxl")
XLS = _excel("an old Excel workbook", "xlrd")
ODS = _excel("an OpenDocument spreadsheet", "odfpy")
MAT = Foreign(
    "a MATLAB file",
    'm = scipy.io.loadmat("{path}"); numpy.savez("{stem}.npz", x=m["x"], y=m["y"])',
    "scipy; the arrays are called as in the file",
)
HDF5 = Foreign(
    "an HDF5 file",
    'h = h5py.File("{path}"); numpy.savez("{stem}.npz", x=h["x"][:], y=h["y"][:])',
    "h5py; the arrays are called as in the file",
)
NETCDF = Foreign(
    "a netCDF file",
    'xarray.open_dataset("{path}").to_dataframe().reset_index().to_csv("{stem}.csv", index=False)',
    "xarray and netCDF4",
)
ARROW = Foreign("an Arrow file", 'polars.read_ipc("{path}").write_parquet("{stem}.parquet")', "polars")
AVRO = Foreign("an Avro file", 'polars.read_avro("{path}").write_parquet("{stem}.parquet")', "polars")
ORC = _pandas("an ORC file", 'read_orc("{path}")', "pandas and pyarrow")
SQLITE = _pandas(
    "an SQLite database",
    'read_sql("SELECT * FROM name", sqlite3.connect("{path}"))',
    "pandas; the table is called as in the file",
)
PICKLE = _pandas("a pickle", 'read_pickle("{path}")', "pandas; reading a pickle runs code, so trust its author")
JSON = Foreign("one JSON document", 'polars.read_json("{path}").write_ndjson("{stem}.jsonl")', "polars")
ZIP = Foreign("a zip archive", "python -m zipfile -e {path} .")
TAR = Foreign("a tar archive", "python -m tarfile -e {path} .")
PACKED: Mapping[str, Foreign] = {
    "bz2": Foreign("packed by bzip2", "bzip2 -dk {path}"),
    "xz": Foreign("packed by xz", "xz -dk {path}"),
    "zst": Foreign("packed by zstd", "zstd -d {path}"),
    "7z": Foreign("a 7z archive", "7z x {path}"),
    "rar": Foreign("a RAR archive", "unrar x {path}"),
}
BY_ENDING: Mapping[str, Foreign] = {
    **dict.fromkeys(("xlsx", "xlsm"), XLSX),
    "xls": XLS,
    "xlsb": _excel("a binary Excel workbook", "pyxlsb"),
    "ods": ODS,
    "mat": MAT,
    **dict.fromkeys(("h5", "hdf5", "hdf", "he5"), HDF5),
    **dict.fromkeys(("nc", "nc4", "cdf"), NETCDF),
    **dict.fromkeys(("feather", "arrow", "ipc"), ARROW),
    "avro": AVRO,
    "orc": ORC,
    **dict.fromkeys(("db", "sqlite", "sqlite3", "db3"), SQLITE),
    **dict.fromkeys(("pkl", "pickle"), PICKLE),
    "json": JSON,
    "zip": ZIP,
    **dict.fromkeys(("tar", "tgz"), TAR),
    **PACKED,
    "dta": _pandas("a Stata file", 'read_stata("{path}")'),
    "sas7bdat": _pandas("a SAS file", 'read_sas("{path}")'),
    "sav": _pandas("an SPSS file", 'read_spss("{path}")', "pandas and pyreadstat"),
    "xml": _pandas("an XML file", 'read_xml("{path}")', "pandas and lxml"),
    **dict.fromkeys(("htm", "html"), _pandas("an HTML page", 'read_html("{path}")[0]', "pandas and lxml")),
    "rds": Foreign("an R object", 'write.csv(readRDS("{path}"), "{stem}.csv", row.names = FALSE)', "R"),
}
#: First bytes of files that are certainly no text, beside those of lstmc's own formats.
BY_CONTENT: Mapping[bytes, Foreign] = {
    b"\xd0\xcf\x11\xe0": XLS,
    b"MATLAB 5.0": MAT,
    b"\x89HDF": HDF5,
    b"CDF\x01": NETCDF,
    b"CDF\x02": NETCDF,
    b"ARROW1": ARROW,
    b"Obj\x01": AVRO,
    b"SQLite format 3": SQLITE,
    b"\x80\x03": PICKLE,
    b"\x80\x04": PICKLE,
    b"\x80\x05": PICKLE,
    b"BZh": PACKED["bz2"],
    b"\xfd7zXZ": PACKED["xz"],
    b"\x28\xb5\x2f\xfd": PACKED["zst"],
    b"7z\xbc\xaf": PACKED["7z"],
    b"Rar!": PACKED["rar"],
}


def unknown(path: str) -> tuple[str, str]:
    """Message and help for a path whose ending tells no format that is read (LC502)."""
    name = path.rsplit("/", 1)[-1]
    ending = name.lower().removesuffix(".gz").rpartition(".")[2] if "." in name else ""
    foreign = BY_ENDING.get(ending)
    if foreign is not None:
        return f"`{name}` is {foreign.what}, which is not read", foreign.help(path)
    close = nearest(ending, FORMATS)
    if close:
        return f"`{name}` has no ending that tells a known format", f"did you mean `.{close}`? {ENDINGS}"
    help_ = 'if it is a table of text, add `"format": "csv"` to `data.source`, and `"delimiter"` unless its cells are'
    return f"`{name}` has no ending that tells a known format", f"{help_} separated by commas; {ENDINGS}"


def foreign_content(raw: bytes) -> Foreign | None:
    """What a file is that cannot be read, told by its content; `None` where that is not certain."""
    if raw.startswith(b"PK\x03\x04"):
        if b"opendocument.spreadsheet" in raw[:200]:
            return ODS
        return XLSX if b"xl/workbook" in raw else ZIP
    return next((foreign for signature, foreign in BY_CONTENT.items() if raw.startswith(signature)), None)
