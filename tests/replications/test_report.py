"""Reports: what is written, and that the page stands alone."""

import re

import pandas as pd

from batch_runs.replications.common.report import Figure, Section, Table, html, markdown, short, write_report

SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "data": {"values": [{"x": 1, "y": 2, "label": "</script><b>"}]},
    "mark": "point",
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
}
SECTIONS = [
    Section(
        "Prices & <volumes>",
        [
            "One paragraph.",
            Table(
                "A table",
                ("claim", "verdict", "value"),
                [("a | b", "reproduced", 1234.5), ("c", "weak", float("nan"))],
            ),
            Figure("prices", "Prices", "A caption.", SPEC, pd.DataFrame({"x": [1], "y": [2]})),
        ],
    )
]


def test_every_part_is_in_both_pages():
    for page in (markdown("Title", SECTIONS), html("Title", SECTIONS)):
        for text in ("Title", "One paragraph.", "A table", "✔ reproduced", "1,23", "–", "A caption."):
            assert text in page


def test_cells_cannot_break_a_markdown_table():
    assert r"a \| b" in markdown("Title", SECTIONS)


def test_text_cannot_break_the_page():
    page = html("Title", SECTIONS)
    assert "Prices &amp; &lt;volumes&gt;" in page
    assert page.count("</script>") == 2  # the charts' data and the program


def test_the_page_asks_for_nothing_from_elsewhere():
    page = html("Title", SECTIONS)
    markup = re.sub(r"<script.*?</script>", "", page, flags=re.S)
    assert not re.search(r"\b(src|href)=|@import|url\(", markup)
    assert not re.search(r"<script[^>]+src=", page)


def test_figures_bring_their_data(tmp_path):
    write_report(tmp_path, "Title", SECTIONS)
    names = sorted(str(f.relative_to(tmp_path)) for f in tmp_path.rglob("*") if f.is_file())
    assert names == ["data/prices.csv", "figures/prices.svg", "report.html", "report.md"]
    assert (tmp_path / "data" / "prices.csv").read_text() == "x,y\n1,2\n"
    assert (tmp_path / "figures" / "prices.svg").read_text().startswith("<svg")


def test_numbers_are_short():
    assert [short(x) for x in (-1014.2, 0.12345, 999.4, 0.0, float("inf"))] == [
        "-1,014",
        "0.123",
        "999",
        "0",
        "–",
    ]
