"""Tables: DataFrames of pandas where it is installed, else lists of dictionaries that notebooks can show."""
import html

try:
    import pandas
except ImportError:
    pandas = None


class Table(list):
    """Rows as dictionaries, with what is needed of a DataFrame where there is no pandas."""

    def __init__(self, rows, columns):
        super().__init__(rows)
        self.columns = list(columns)

    def __getitem__(self, key):
        """A row by its place, or a column's values by its name."""
        return [row.get(key) for row in self] if isinstance(key, str) else super().__getitem__(key)

    def _repr_html_(self):
        def cells(tag, values):
            return "".join(f"<{tag}>{html.escape('' if v is None else str(v))}</{tag}>" for v in values)

        lines = ["<tr>" + cells("td", (row.get(column) for column in self.columns)) + "</tr>" for row in self]
        return f"<table><tr>{cells('th', self.columns)}</tr>{''.join(lines)}</table>"


def table(rows, columns=None):
    """The rows (dictionaries) as a DataFrame, or as a Table. `columns`: their order; else that of the keys met."""
    rows = list(rows)
    if columns is None:
        columns = list(dict.fromkeys(key for row in rows for key in row))
    if pandas is None:
        return Table(rows, columns)
    return pandas.DataFrame(rows, columns=columns)


def flat(value, prefix=""):
    """Members of nested dictionaries by names joined with dots; lists are left out."""
    found = {}
    for key, member in value.items():
        if isinstance(member, dict):
            found.update(flat(member, f"{prefix}{key}."))
        elif not isinstance(member, list):
            found[prefix + key] = member
    return found
