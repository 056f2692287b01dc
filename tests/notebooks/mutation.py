"""Wrong answers made from right ones: every solution is changed in one place at a time, on its syntax tree."""

import ast
import copy
from collections.abc import Iterator

Spans = tuple[tuple[int, int], ...]

OPERATORS = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Gt: (ast.Lt, ast.GtE),
    ast.Lt: (ast.Gt, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}
FUNCTIONS = {
    "sum": ("mean",),
    "mean": ("sum",),
    "max": ("min",),
    "min": ("max",),
    "exp": ("log",),
    "log": ("exp",),
    "dot": ("multiply",),
    "multiply": ("dot",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "zeros": ("ones",),
    "ones": ("zeros",),
    "argmax": ("argmin",),
    "tanh": ("exp",),
    "randn": ("rand",),
    "append": ("count",),
}
UNWRAPPED = {"exp", "log", "abs", "sqrt", "square", "reversed", "tanh", "sigmoid", "relu"}
STRINGS = {"relu": "sigmoid", "sigmoid": "relu", "tanh": "relu"}


def wrong_answers(source: str, solutions: Spans) -> Iterator[tuple[str, str]]:
    """Description and source of each answer that differs from `source` in one place inside a solution.

    Operators, signs, constants, axes, transposes, reductions, comparisons, operands, wrapped calls and the arguments
    that are used are changed; `solutions` are the first and last line of each solution, counted from 1.
    """
    tree, seen = ast.parse(source), {ast.dump(ast.parse(source))}
    arguments = [node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)]
    for place, node in enumerate(ast.walk(tree)):
        if not any(first < getattr(node, "lineno", 0) < last for first, last in solutions):
            continue
        for other in alternatives(node, arguments):
            changed = copy.deepcopy(tree)
            target = next(n for i, n in enumerate(ast.walk(changed)) if i == place)
            target.__class__, target.__dict__ = other.__class__, {**target.__dict__, **copy.deepcopy(other).__dict__}
            if (dump := ast.dump(changed)) not in seen:
                seen.add(dump)
                change = f"line {node.lineno}: {ast.unparse(node)} → {ast.unparse(other)}"
                yield change, ast.unparse(ast.fix_missing_locations(changed))


def alternatives(node: ast.AST, arguments: list[str]) -> Iterator[ast.AST]:
    """Nodes that a learner might have written by mistake in place of `node`, in a function of these arguments."""
    if isinstance(node, ast.Name) and node.id in arguments and isinstance(node.ctx, ast.Load):
        yield from (ast.Name(other, ast.Load()) for other in arguments if other != node.id)
    for kind, make in MUTATORS.items():
        if isinstance(node, kind):
            yield from make(node)


def _replaced(node: ast.AST, **fields: object) -> ast.AST:
    return node.__class__(**{**{name: getattr(node, name) for name in node._fields}, **fields})


def _binary(node: ast.BinOp) -> Iterator[ast.AST]:
    for operator in OPERATORS.get(type(node.op), ()):
        yield _replaced(node, op=operator())
    if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult | ast.Pow):
        yield _replaced(node, left=node.right, right=node.left)
    if isinstance(node.op, ast.MatMult):
        for side in ("left", "right"):
            yield _replaced(node, **{side: ast.Attribute(getattr(node, side), "T", ast.Load())})


def _augmented(node: ast.AugAssign) -> Iterator[ast.AST]:
    for operator in OPERATORS.get(type(node.op), ()):
        yield _replaced(node, op=operator())


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for operator in OPERATORS.get(type(node.ops[0]), ()):
        yield _replaced(node, ops=[operator(), *node.ops[1:]])


def _boolean(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield _replaced(node, op=OPERATORS[type(node.op)][0]())


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        yield ast.Constant(1 - node.value if node.value in (0, 1) else node.value + 1)
        if node.value:
            yield ast.UnaryOp(ast.USub(), node)
    elif node.value in STRINGS:
        yield ast.Constant(STRINGS[node.value])


def _call(node: ast.Call) -> Iterator[ast.AST]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    for other in FUNCTIONS.get(name, ()):
        if isinstance(node.func, ast.Attribute):
            yield _replaced(node, func=_replaced(node.func, attr=other))
    if name in UNWRAPPED and len(node.args) == 1:
        yield node.args[0]
    if name in ("astype", "copy", "item") and isinstance(node.func, ast.Attribute):
        yield node.func.value
    for i in range(len(node.args) - 1):
        yield _replaced(node, args=[*node.args[:i], node.args[i + 1], node.args[i], *node.args[i + 2 :]])
    for i, keyword in enumerate(node.keywords):
        if keyword.arg in ("axis", "keepdims"):
            yield _replaced(node, keywords=node.keywords[:i] + node.keywords[i + 1 :])


def _attribute(node: ast.Attribute) -> Iterator[ast.AST]:
    if node.attr == "T":
        yield node.value


MUTATORS = {
    ast.BinOp: _binary,
    ast.AugAssign: _augmented,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.Constant: _constant,
    ast.Call: _call,
    ast.Attribute: _attribute,
}
