"""Results of permit auctions as EEX, RGGI and California with Quebec publish them, in €/t or $/t and in tonnes."""

import re
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

from batch_runs.data.sheet import currency_of, fold, read_sheet
from batch_runs.usage import UsageError

SHORT_TON = 0.90718474
"""Tonnes in a short ton, in which RGGI counts."""
SAYS_OF = {
    "name": ("auction name", "joint auction", "auction", "auction number"),
    "date": ("date", "auction date", "month", "quarter year"),
    "status": ("status",),
    "product": ("contract",),
    "price": ("auction price", "clearing price", "settlement price", "auction settlement price"),
    "reserve": ("auction reserve price", "reserve price", "minimum reserve price"),
    "volume": (
        "auction volume",
        "quantity offered",
        "allowances offered",
        "initial offering",
        "total volume offered",
    ),
    "bids": ("total amount of bids", "total volume of bids"),
    "cover": ("cover ratio",),
    "bidders": ("total number of bidders", "number of bidders", "bidders"),
    "winners": ("number of successful bidders", "successful bidders", "number of winning bidders"),
    "low": ("minimum bid", "lowest bid"),
    "median": ("median", "median bid"),
    "mean": ("mean", "mean bid"),
    "high": ("maximum bid", "highest bid"),
    "extra": ("ccr sold", "quantity of ccr allowances sold", "ccr allowances sold"),
}
"""Headings of each fact, without units; ``extra`` is sold on top of ``volume``."""
PRICES = ("price", "reserve", "low", "median", "mean", "high")
TONNES = ("volume", "bids", "extra")
COUNTS = ("bidders", "winners")
UNITS = ("€/tco2", "€/t", "eur/tco2", "eur/t", "$/short ton", "$/ton", "$/t", "tco2", "(", "€", "$", "in ")
FAILED = ("cancelled", "canceled", "unsuccessful", "failed")
AVIATION = ("aviation", "eaa", "t3aa", "eua a")


@dataclass(frozen=True)
class Auction:
    """Published facts of one auction; None where the table does not say. Prices per tonne, volumes in tonnes."""

    row: int
    name: str = ""
    date: str = ""
    price: float | None = None
    reserve: float | None = None
    volume: float | None = None
    extra: float | None = None
    bids: float | None = None
    cover: float | None = None
    bidders: float | None = None
    winners: float | None = None
    low: float | None = None
    median: float | None = None
    mean: float | None = None
    high: float | None = None

    def facts(self):
        """Return what is known, by name."""
        return {
            f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) not in (None, "")
        }


@dataclass(frozen=True)
class Auctions:
    """The auctions of a table, and how their units were read."""

    path: object
    auctions: tuple
    currency: str
    """€ or $, of every price; "" if the table names none."""
    notes: tuple
    """Notes on what was converted or left out."""

    def choose(self, wanted, needed=()):
        """Return the auction with this name, date or number of row; without ``wanted`` the first with all ``needed``.

        UsageError if there is none, or several have the name, or facts are not in the table.
        """
        if not wanted:
            found = [each for each in self.auctions if set(needed) <= each.facts().keys()][:1]
        else:
            asked = iso_date(wanted)
            found = [each for each in self.auctions if asked in (each.date, each.name, str(each.row))]
        if len(found) > 1:
            rows = ", ".join(str(each.row) for each in found)
            raise UsageError(
                f"--row {wanted}: rows {rows} of {self.path} have this name or date; give the row"
            )
        if not found:
            known = ", ".join(sorted({name for each in self.auctions for name in each.facts()} - {"row"}))
            asked = (
                f"--row {wanted}: no such"
                if wanted
                else f"no auction with {', '.join(needed)} is in the table:"
            )
            raise UsageError(f"{asked} auction; {self.path} has {len(self.auctions)} auctions with {known}")
        missing = [name for name in needed if name not in found[0].facts()]
        if missing:
            known = ", ".join(name for name in found[0].facts() if name not in ("row", "name", "date"))
            raise UsageError(
                f"row {found[0].row} of {self.path} says nothing of {missing[0]}; it has {known}"
            )
        return found[0]


def read_auctions(path, dollar=None):
    """Read a table of auctions; dollar : price of a dollar, €, by which prices in $ become prices in €.

    UsageError naming file, row and column for what cannot be read.
    """
    sheet = read_sheet(
        path, lambda headings: "price" in _places(headings), "auction results, such as a clearing price"
    )
    places = _places(sheet.headings)
    in_short_tons = "extra" in places or any("short ton" in heading for heading in sheet.headings)
    auctions, currencies, left_out = [], {currency_of(places["price"])}, {}
    for number, cells in sheet.rows:
        reason = _reason_to_leave_out(cells, places)
        if reason or sheet.amount(number, cells, places["price"]) is None:
            left_out[reason or "no price"] = left_out.get(reason or "no price", 0) + 1
            continue
        currencies.add(currency_of(cells[places["price"]]))
        auctions.append(_auction(sheet, number, cells, places, SHORT_TON if in_short_tons else 1.0))
    if len({each.high for each in auctions}) == 1 < len(auctions) and auctions[0].high is not None:
        left_out[f"the highest bid of every row is {auctions[0].high:g}, a limit and no bid"] = 0
        auctions = [replace(each, high=None) for each in auctions]
    currencies -= {""}
    if len(currencies) > 1:
        raise UsageError(f"{path}: has prices in {' and in '.join(sorted(currencies))}")
    currency, notes = currencies.pop() if currencies else "", []
    if in_short_tons:
        notes.append(f"counted in short tons, 1 short ton = {SHORT_TON} t; prices are per tonne")
    if currency == "$" and dollar:
        auctions = [_times(each, dollar) for each in auctions]
        notes, currency = [*notes, f"prices in $ converted at {dollar:g} €"], "€"
    elif currency == "$":
        notes.append(
            "prices are in $, as published: the model's € are read as $; --dollar RATE converts them"
        )
    notes += [f"{count} rows left out: {reason}" if count else reason for reason, count in left_out.items()]
    return Auctions(path, tuple(auctions), currency, tuple(notes))


def _places(headings):
    """Heading of each fact that is there."""
    plain = {_without_unit(heading): heading for heading in reversed(headings) if heading}
    found = {}
    for fact, names in SAYS_OF.items():
        exact = [plain[name] for name in names if name in plain]
        ending = [
            plain[each] for each in plain for name in names[:4] if fact == "price" and each.endswith(name)
        ]
        if exact or ending:
            found[fact] = (exact or ending)[0]
    return found


def _without_unit(heading):
    for unit in UNITS:
        heading = heading.split(unit)[0] if heading.find(unit) > 0 else heading
    return heading.strip()


def _reason_to_leave_out(cells, places):
    """Reason why a row is no auction of general permits; "" if it is one."""
    text = {fact: fold(cells[places[fact]]) for fact in ("status", "name", "product") if fact in places}
    if any(word in text.get("status", "") for word in FAILED):
        return "auction cancelled or without success"
    if any(word in text.get("name", "") + " " + text.get("product", "") for word in AVIATION):
        return "permits for aviation"
    return ""


def _auction(sheet, number, cells, places, tonnes):
    """Make the `Auction` of a row; tonnes : t per unit of the table."""
    facts = {"row": number, "name": cells[places["name"]] if "name" in places else ""}
    facts["date"] = iso_date(cells[places["date"]]) if "date" in places else ""
    for fact in (*PRICES, *TONNES, *COUNTS, "cover"):
        if fact in places:
            value = sheet.amount(number, cells, places[fact], whole=fact in TONNES + COUNTS)
            if value is not None and value < 0.0:
                raise sheet.error(number, places[fact], f"{cells[places[fact]]}: must be at least 0")
            scale = 1.0 / tonnes if fact in PRICES else tonnes if fact in TONNES else 1.0
            facts[fact] = None if value is None else value * scale
    found = Auction(**facts)
    return (
        replace(found, cover=found.bids / found.volume)
        if found.cover is None and found.bids and found.volume
        else found
    )


def _times(auction, rate):
    prices = {name: getattr(auction, name) for name in PRICES}
    return replace(auction, **{name: price * rate for name, price in prices.items() if price is not None})


def iso_date(text):
    """Return a date as 2023-11-13 where it is 13.11.2023 or the number of a day in Excel, else the text as it is."""
    if re.fullmatch(r"[2-6]\d{4}(\.0+)?", text):
        return str(date(1899, 12, 30) + timedelta(days=int(float(text))))
    found = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else text
