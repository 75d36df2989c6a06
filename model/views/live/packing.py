"""Rows of charts, packed for a frame: by column, with the digits that can be seen."""

SHORT = "%.4g"
"""Four significant digits for numbers with a fraction; two decimals for large ones, so that dates stay dates."""
LARGE = 1_000.0


def pack(replace, rows):
    """Rows as ``{replace, n, columns}``; as ``{replace, rows}`` if they have not all the same columns.

    A column is a list, ``{"c": value}`` if it is constant, or ``{"w": words, "i": positions}``.
    """
    names = list(rows[0]) if rows else []
    if any(list(row) != names for row in rows):
        return {"replace": replace, "rows": rows}
    columns = {name: pack_column([row[name] for row in rows]) for name in names}
    return {"replace": replace, "n": len(rows), "columns": columns}


def pack_column(values):
    """One column.

    >>> pack_column(["sold", "kept", "sold"]), pack_column([1, 1]), pack_column([0.123456, 2031.25, None])
    ({'w': ['sold', 'kept'], 'i': [0, 1, 0]}, {'c': 1}, [0.1235, 2031.25, None])
    """
    first = values[0]
    if values.count(first) == len(values):
        return {"c": shorten(first)}
    if type(first) is str and all(isinstance(value, str) for value in values):
        words = {}
        positions = [words.setdefault(value, len(words)) for value in values]
        return {"w": list(words), "i": positions} if len(words) < len(values) else values
    return [shorten(value) for value in values]


def shorten(value):
    """A number with the digits that can be seen; other values as they are."""
    if type(value) is not float:
        return value
    short = round(value, 2) if abs(value) >= LARGE else float(SHORT % value)
    return int(short) if short.is_integer() else short
