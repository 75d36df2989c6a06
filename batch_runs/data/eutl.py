"""Installations of the EU's transaction log as firms: sums of verified emissions and free permits of a year.

Two forms are read: the table of compliance that euets.info offers, a row per installation and year, and the table of
a registry, with its code and an identifier that is unique only there, in rows or in columns by year.
"""

import re
from collections import Counter
from dataclasses import dataclass

from batch_runs.data.sheet import read_sheet
from batch_runs.usage import UsageError

EMISSIONS = ("verified", "verified emissions", "verifiedemissions", "total verified emissions")
FREE = ("allocatedfree", "allocation", "allocated free", "free allocation")
MORE_FREE = (
    "allocatednewentrance", "allocated10c", "allocation reserve", "allocation transitional", "allocated new entrance"
)  # fmt: skip
"""Further permits given free: to new entrants, and for the modernisation of power plants."""
YEAR = ("year", "reporting year", "calendar year")
REGISTRY = ("registry code", "registry", "registry id")
INSTALLATION = ("installation id", "installation identifier", "identifier in reg", "installationid", "id")
HOLDER = (
    "account holder", "account holder name", "accountholder", "accountholdername", "accountholder id",
    "account holder id", "holder", "operator", "company", "parent company", "bvd parent name",
)  # fmt: skip
NAME = ("installation name", "name", "installationname")
WIDE = re.compile(r"(.+?) ?((?:19|20)\d\d)")
MISSING = {"": "empty", "0": "0", "-1": "−1: not reported"}
"""Emissions by which no firm can be made, and what they mean."""


@dataclass(frozen=True)
class Registered:
    """Firms of one year."""

    year: int
    firms: dict
    """By name: (verified emissions, t; free permits, t; number of installations), the largest first."""
    left_out: dict
    """Number of rows that were left out, by reason."""
    years: dict
    """Number of rows with emissions in each year of the table."""

    @property
    def emissions(self):
        """Verified emissions of all firms, t."""
        return sum(each[0] for each in self.firms.values())

    @property
    def free(self):
        """Free permits of all firms, t."""
        return sum(each[1] for each in self.firms.values())


def read_eutl(path, year=None, by="installation"):
    """Read the firms of a year, by default the last that has as many emissions as any; by : installation or holder.

    UsageError naming file, row and column for what cannot be read, and the years of the table for another one.
    """
    sheet = read_sheet(
        path,
        lambda headings: _finds(headings, INSTALLATION) and _emissions_in(headings),
        "an installation and its verified emissions",
    )
    _check_once(sheet)
    records = [record for number, cells in sheet.rows for record in _records(sheet, number, cells, by)]
    years = Counter(each["year"] for each in records if not each["reason"])
    if not years:
        raise UsageError(f"{path}: no row has verified emissions above 0")
    chosen = year or max(years, key=lambda each: (years[each], each))
    if chosen not in years:
        raise UsageError(f"--year {year}: {path} has emissions of {', '.join(map(str, sorted(years)))}")
    left_out = Counter(each["reason"] for each in records if each["reason"] and each["year"] == chosen)
    other = sum(each["year"] != chosen for each in records)
    reasons = dict(left_out) | ({f"of years other than {chosen}": other} if other else {})
    firms = {}
    for each in records:
        if each["year"] == chosen and not each["reason"]:
            emissions, free, count = firms.get(each["name"], (0.0, 0.0, 0))
            firms[each["name"]] = (emissions + each["emissions"], free + each["free"], count + 1)
    ordered = dict(sorted(firms.items(), key=lambda item: -item[1][0]))
    return Registered(chosen, ordered, reasons, dict(years))


def _check_once(sheet):
    """Raise UsageError for an installation whose year stands in two rows: its emissions would count twice."""
    year, seen = _finds(sheet.headings, YEAR), {}
    for number, cells in sheet.rows:
        known = _identifier(sheet, number, cells), cells.get(year, "")
        if known in seen:
            heading = _finds(sheet.headings, INSTALLATION)
            raise sheet.error(
                number, heading, f"{' in '.join(filter(None, known))} stands in row {seen[known]}, too"
            )
        seen[known] = number


def join_small(firms, most):
    """Join the smallest firms to one, called others, if there are more than ``most``."""
    if not most or len(firms) <= most:
        return firms
    names = list(firms)
    rest = [firms[name] for name in names[most - 1 :]]
    return {name: firms[name] for name in names[: most - 1]} | {"others": tuple(map(sum, zip(*rest)))}


def _finds(headings, names):
    """First of the names that is a heading; "" if none is."""
    return next((name for name in names if name in headings), "")


def _emissions_in(headings):
    """Years and headings of emissions: {None: heading} where rows have a year, else headings by year."""
    plain, year = _finds(headings, EMISSIONS), _finds(headings, YEAR)
    if plain and year:
        return {None: plain}
    return _by_year(headings, EMISSIONS)


def _by_year(headings, names):
    matches = [(heading, WIDE.fullmatch(heading)) for heading in headings]
    return {int(found[2]): heading for heading, found in matches if found and found[1] in names}


def _records(sheet, number, cells, by):
    """Year, name, emissions and free permits of each year of a row, with the reason to leave it out."""
    name = _name(sheet, number, cells, by)
    free = [heading for heading in (_finds(sheet.headings, FREE), *MORE_FREE) if heading in sheet.headings]
    wide_free = _by_year(sheet.headings, FREE)
    for year, heading in _emissions_in(sheet.headings).items():
        text = cells[heading]
        excluded = any(cell.casefold().startswith("excluded") for cell in cells.values())
        reason = "excluded" if excluded else MISSING.get(_as_whole(text), "")
        emissions = 0.0 if reason else sheet.amount(number, cells, heading, whole=True)
        if emissions is None:
            reason, emissions = MISSING[""], 0.0
        if emissions < 0.0:
            raise sheet.error(
                number, heading, f"{text} t: must be at least 0, or −1 where nothing is reported"
            )
        given = [wide_free[year]] if year in wide_free else free
        amounts = [] if excluded else [sheet.amount(number, cells, each, whole=True) or 0.0 for each in given]
        yield {
            "year": year or _year(sheet, number, cells),
            "name": name,
            "emissions": emissions,
            "free": sum(max(each, 0.0) for each in amounts),
            "reason": reason,
        }


def _as_whole(text):
    """Return a number without a fraction of zeros, so that 0.0 is 0."""
    return re.sub(r"[.,]0*$", "", text.replace("−", "-").replace(" ", ""))


def _year(sheet, number, cells):
    heading = _finds(sheet.headings, YEAR)
    year = sheet.amount(number, cells, heading)
    if year is None or year != int(year) or not 1990 <= year <= 2100:
        raise sheet.error(number, heading, f"{cells[heading] or 'nothing'}: must be a year")
    return int(year)


def _name(sheet, number, cells, by):
    """Name of the firm that a row belongs to: identifiers of a registry get its code before them."""
    if by == "holder":
        heading = _finds(sheet.headings, HOLDER)
        if not heading:
            raise UsageError(
                f"--by holder: {sheet.path} has no column of account holders, such as account_holder"
            )
        return cells[heading] or _identifier(sheet, number, cells)
    return _identifier(sheet, number, cells)


def _identifier(sheet, number, cells):
    heading, registry = _finds(sheet.headings, INSTALLATION), _finds(sheet.headings, REGISTRY)
    if not cells[heading]:
        raise sheet.error(number, heading, "is missing")
    known = f"{cells[registry]}_{cells[heading]}" if registry else cells[heading]
    name = _finds(sheet.headings, NAME)
    return f"{cells[name]} ({known})" if name and cells[name] else known
