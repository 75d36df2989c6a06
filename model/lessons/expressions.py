"""Expressions of a lesson, such as ``mean(clearing_price, tight) > 1.1 * mean(clearing_price, loose)``.

They consist of numbers, measures of runs (`model.lessons.measures`), + - * /, comparisons, and, or, not, and the
functions in `FUNCTIONS`; there is nothing else in them, so a file from anywhere can be read. A measure's first name is
a metric, a column of the firms or a parameter, where it has one; a further name is the step whose run is meant, by
default the present one; the rest are numbers.
"""

import ast
import inspect
import operator
import re
from dataclasses import dataclass

from learning.knobs import ParameterError
from learning.registry import UnknownNameError, unknown
from model.lessons.measures import MEASURES

LONGEST = 300
"""Most characters of an expression."""

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.Div: lambda a, b: a / b if b else float("nan"),
    ast.USub: operator.neg,
    ast.Not: operator.not_,
}
FUNCTIONS = {
    "abs": abs,
    "min": min,
    "max": max,
    "about": lambda a, b, share: abs(a - b) <= share * abs(b),
}
"""Functions of numbers; ``about(a, b, 0.05)``: whether a differs from b by at most 5 % of b."""
ALLOWED = "numbers, measures, + - * /, comparisons, and, or, not"
FORM = re.compile(r"|,?\.\d[f%]")
"""Forms of a number inserted in a text: .2f two decimals, .0% per cent; empty: three digits."""
INSERTION = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Known:
    """Names that an expression may use."""

    metrics: tuple
    parameters: tuple
    runs: tuple
    """Steps whose runs there are by then."""
    now: bool = True
    """Whether the present step has played, so that its run need not be named."""


@dataclass(frozen=True)
class Expression:
    """An expression that has been read; ``place`` begins its errors."""

    text: str
    place: str
    tree: ast.expr

    def value(self, run_of):
        """Its value; run_of : function from a step's name, "" for the present one, to what it has `Played`."""
        try:
            return evaluate(self.tree, run_of)
        except (ValueError, TypeError) as error:
            raise ParameterError(f"{self.place}: {self.text}: {error}") from error


def read_expression(text, place, known):
    """Read an expression; ParameterError, which begins with ``place``, for anything it may not contain."""
    try:
        if not isinstance(text, str) or len(text) > LONGEST:
            raise ParameterError(f"must be text of at most {LONGEST} characters")
        tree = parsed(text.strip())
        check(tree, known)
    except (SyntaxError, RecursionError):
        raise ParameterError(f"{place}: {text}: not an expression of {ALLOWED}") from None
    except (ParameterError, UnknownNameError) as error:
        raise ParameterError(f"{place}: {text}: {error}") from None
    return Expression(text, place, tree)


def parsed(text):
    """Syntax tree of an expression; SyntaxError if it is none."""
    if "\x00" in text:  # which older Pythons report in another way
        raise SyntaxError
    return ast.parse(text, mode="eval").body


# -- before anything is played ----------------------------------------------------------------------------------------


def check(node, known):
    """ParameterError or UnknownNameError unless the node, with all below it, is allowed."""
    if isinstance(node, ast.Call):
        return check_call(node, known)
    if isinstance(node, ast.Constant):
        if type(node.value) in (int, float):
            return None
        raise ParameterError(f"{node.value!r}: not a number")
    if isinstance(node, ast.Name):
        raise ParameterError(f"{node.id}: a name must stand in a measure, such as mean({node.id})")
    operators, operands = parts_of(node)
    for each in operators:
        if type(each) not in OPERATORS:
            raise ParameterError(f"{type(each).__name__} is not allowed; allowed are {ALLOWED}")
    for operand in operands:
        check(operand, known)
    return None


def parts_of(node):
    """Operators and operands of a node; ParameterError for one of another kind. And, or need no operator."""
    if isinstance(node, ast.BoolOp):
        return [], node.values
    if isinstance(node, ast.UnaryOp):
        return [node.op], [node.operand]
    if isinstance(node, ast.BinOp):
        return [node.op], [node.left, node.right]
    if isinstance(node, ast.Compare):
        return node.ops, [node.left, *node.comparators]
    raise ParameterError(f"{type(node).__name__} is not allowed; allowed are {ALLOWED}")


def check_call(node, known):
    """Check the call of a measure or of a function of numbers."""
    if not isinstance(node.func, ast.Name):
        raise ParameterError("only measures and functions can be called")
    name = node.func.id
    if name in FUNCTIONS:
        if node.keywords:
            raise ParameterError(f"{name} takes numbers without names")
        for argument in node.args:
            check(argument, known)
        return
    if name not in MEASURES:
        raise unknown("measure", name, [*MEASURES, *FUNCTIONS])
    measured, run, numbers, named = arguments_of(node, known.runs)
    measure = MEASURES[name]
    names = {"metric": known.metrics, "parameter": known.parameters}.get(measure.of)
    if names is not None and measured[0] not in names:
        raise unknown(f"{measure.of} of the system", measured[0], names)
    if run and run not in known.runs:
        raise unknown("step that has been played", run, known.runs)
    if not run and not known.now:
        raise ParameterError(f"{name}: name an earlier step; this one has not been played yet")
    try:
        inspect.signature(measure.function).bind(run, *measured, *numbers, **named)
    except TypeError as error:
        raise ParameterError(f"{name}: {error}") from None


def arguments_of(node, runs=()):
    """Arguments of a measure's call: [metric or column] or [], the run's name or "", numbers, numbers by name."""
    of = MEASURES[node.func.id].of
    names = [each.id for each in node.args if isinstance(each, ast.Name)]
    numbers = [plain_number(each) for each in node.args if not isinstance(each, ast.Name)]
    if of and not names:
        raise ParameterError(f"{node.func.id}: its first argument must be a {of}")
    measured, rest = names[: bool(of)], names[bool(of) :]
    if len(rest) > 1:
        raise ParameterError(f"{node.func.id}: {rest[1]}: a measure is of one run")
    if any(each.arg is None for each in node.keywords):
        raise ParameterError(f"{node.func.id}: arguments must be written one by one")
    named = {each.arg: plain_number(each.value) for each in node.keywords}
    return measured, rest[0] if rest else "", numbers, named


def plain_number(node):
    """The number that a node is."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value
    raise ParameterError("arguments of a measure must be names and numbers")


# -- after it was played ----------------------------------------------------------------------------------------------


def evaluate(node, run_of):
    """Value of a node that has been checked."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Call):
        return evaluate_call(node, run_of)
    if isinstance(node, ast.BoolOp):
        found = [bool(evaluate(each, run_of)) for each in node.values]
        return all(found) if isinstance(node.op, ast.And) else any(found)
    operators, operands = parts_of(node)
    values = [evaluate(each, run_of) for each in operands]
    if isinstance(node, ast.Compare):
        pairs = zip(operators, values, values[1:], strict=False)
        return all(bool(OPERATORS[type(op)](a, b)) for op, a, b in pairs)
    return OPERATORS[type(operators[0])](*values)


def evaluate_call(node, run_of):
    """Value of a measure of a run, or of a function of numbers."""
    name = node.func.id
    if name in FUNCTIONS:
        return FUNCTIONS[name](*(evaluate(each, run_of) for each in node.args))
    measured, run, numbers, named = arguments_of(node)
    return MEASURES[name].function(run_of(run), *measured, *numbers, **named)


# -- numbers in texts -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """A text into which numbers of runs are inserted."""

    parts: tuple
    """Plain texts, and pairs of an `Expression` and the form of its number."""

    def filled(self, run_of):
        """The text with its numbers; arguments as for `Expression.value`."""
        return "".join(p if isinstance(p, str) else written(p[0].value(run_of), p[1]) for p in self.parts)

    def blank(self):
        """The text with … in place of the numbers."""
        return "".join(p if isinstance(p, str) else "…" for p in self.parts)


def read_text(text, place, known):
    """Read a text with expressions in braces, ``{mean(revenue):.0f}``; ParameterError for a wrong one."""
    parts = INSERTION.split(text)
    for k in range(1, len(parts), 2):
        inside, _, form = parts[k].partition(":")
        if not FORM.fullmatch(form):
            raise ParameterError(
                f"{place}: {{{parts[k]}}}: {form} is no form of a number, such as .2f or .0%"
            )
        parts[k] = read_expression(inside, place, known), form
    return Text(tuple(part for part in parts if part != ""))


def written(value, form=""):
    """A number for reading.

    >>> written(1234.5), written(-1e-9, ".0f"), written(float("nan")), written(2437.4, ".0f")
    ('1,234', '0', '–', '2,437')
    """
    if value != value:
        return "–"
    if not form:
        digits = next((k for k, limit in enumerate((100, 10)) if abs(value) >= limit), 2)
        form = f",.{digits}f"
    grouped = (
        form if "," in form else re.sub(r"(\d*)(\.\d+f)$", r"\1,\2", form)
    )  # as tables and pictures write it
    text = f"{value:{grouped}}".replace("%", "\N{NO-BREAK SPACE}%")
    return text if re.search("[1-9]", text) else text.lstrip("-")
