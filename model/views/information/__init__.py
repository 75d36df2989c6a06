"""Texts on the systems for users: one Markdown file per system, in sections."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def sections(system: str) -> tuple[tuple[str, str], ...]:
    """Sections of a system's text in their order, (title, Markdown) pairs; none if it has no text yet.

    Text before the first heading has the title "".
    """
    file = FOLDER / f"{system}.md"
    return split(file.read_text(encoding="utf-8")) if file.is_file() else ()


def split(text: str) -> tuple[tuple[str, str], ...]:
    r"""Cut Markdown at its headings of the second level; parts without text are left out.

    >>> split("First.\n## What is it\nA market.\n### In short\nA small one.\n## Empty")
    (('', 'First.'), ('What is it', 'A market.\n### In short\nA small one.'))
    """
    parts = [("", [])]
    for line in text.splitlines():
        if line.startswith("## "):
            parts.append((line[3:].strip(), []))
        else:
            parts[-1][1].append(line)
    joined = ((title, "\n".join(lines).strip()) for title, lines in parts)
    return tuple((title, body) for title, body in joined if body)
