"""YAML documents: positions, bounds, and what is refused."""

from __future__ import annotations

import pytest
import yaml

from wasm_link.diagnostics import Code, Diagnostic, Span
from wasm_link.linkfile import document
from wasm_link.linkfile.document import MAX_DEPTH, read_document
from wasm_link.linkfile.nodes import Mapping, Node, Scalar, Sequence, node_at, plain_value

PARSERS = [yaml.BaseLoader, *([yaml.CBaseLoader] if yaml.__with_libyaml__ else [])]


@pytest.fixture(params=PARSERS, ids=lambda parser: parser.__name__)
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "_LOADER", request.param)


pytestmark = pytest.mark.usefixtures("_parser")


def read(text: str) -> Node:
    node, problems = read_document(text, "f")
    assert problems == ()
    assert node is not None
    return node


def problems_of(text: str) -> list[tuple[Code, int, int]]:
    _, problems = read_document(text, "f")
    return [(p.code, p.span.line, p.span.column) for p in problems if p.span is not None]


def only_problem(text: str) -> Diagnostic:
    _, problems = read_document(text, "f")
    assert len(problems) == 1
    return problems[0]


def test_values_of_every_kind() -> None:
    """Block and flow style, quotes and literals give the data that YAML 1.2 says."""
    text = "a: [1, 'x', \"y\\n\", ~]\nb:\n  - c: no\n  - |\n    lit\nd: {e: demo:text/app@0.1.0, f: }\n"
    assert plain_value(read(text)) == {
        "a": [1, "x", "y\n", None],
        "b": [{"c": "no"}, "lit\n"],
        "d": {"e": "demo:text/app@0.1.0", "f": None},
    }


def test_quoted_scalars_are_texts() -> None:
    """Quotes make a text of whatever is in them, and a scalar knows whether it had any."""
    node = read("a: '1'\nb: 1\n")
    quoted, plain = node_at(node, ["a"]), node_at(node, ["b"])
    assert isinstance(quoted, Scalar)
    assert isinstance(plain, Scalar)
    assert (quoted.value, quoted.plain, plain.value, plain.plain) == ("1", False, 1, True)


def test_scalar_positions_count_code_points() -> None:
    """Columns are counted in code points, also behind characters of several bytes or UTF-16 units."""
    assert node_at(read('a: ["é😀", b]'), ["a", 1]).span == Span("f", 1, 11, 1, 12)


def test_a_flow_collection_ends_behind_its_bracket() -> None:
    """A flow collection reaches from bracket to bracket."""
    assert node_at(read("a: [1,\n  2 ]\n"), ["a"]).span == Span("f", 1, 4, 2, 6)


def test_a_block_collection_ends_with_its_last_entry() -> None:
    """A block collection ends with its last value, not where the next key begins."""
    assert node_at(read("a:\n  b: 1\n  c: 22\n\nd: 1\n"), ["a"]).span == Span("f", 2, 3, 3, 8)


def test_an_aliased_block_ends_with_the_alias() -> None:
    """Where a block's last value is an alias, the block ends there and not where the anchor is."""
    assert node_at(read("a: &x [1]\nb:\n  c: *x\n"), ["b"]).span == Span("f", 3, 3, 3, 8)


def test_aliases_share_one_value() -> None:
    """Plain data of an aliased node is one object in all its places."""
    value = plain_value(read("a: &x {k: [1]}\nb: *x\n"))
    assert value["a"] is value["b"]


def test_an_alias_may_be_a_key() -> None:
    """An alias stands for a text also where a key is wanted."""
    assert plain_value(read("a: &x k\n*x : 1\n")) == {"a": "k", "k": 1}


def test_every_duplicate_key_is_reported() -> None:
    """Each repeated key has a diagnostic at its place, with the place of the first; the first value counts."""
    node, problems = read_document("a: 1\na: 2\nb: {c: 1, c: 2}\n", "f")
    assert node is not None
    assert plain_value(node) == {"a": 1, "b": {"c": 1}}
    assert [(p.code, p.span, p.notes[0].span) for p in problems] == [
        (Code.DUPLICATE_KEY, Span("f", 2, 1, 2, 2), Span("f", 1, 1, 1, 2)),
        (Code.DUPLICATE_KEY, Span("f", 3, 11, 3, 12), Span("f", 3, 5, 3, 6)),
    ]


def test_keys_in_different_quotes_are_equal() -> None:
    """A key is a duplicate however it is quoted."""
    assert problems_of("a: 1\n'a': 2\n\"\\x61\": 3\n") == [(Code.DUPLICATE_KEY, 2, 1), (Code.DUPLICATE_KEY, 3, 1)]


@pytest.mark.parametrize("tagged", ["!!str a", "!!int 3", "!x a", "! a", "!<tag:x,2000:y> a", "!x {a: 1}", "!!seq []"])
def test_tags_are_refused(tagged: str) -> None:
    """Any explicit tag is an error where it stands, whatever it tags."""
    assert problems_of(f"k: {tagged}\n") == [(Code.YAML_TAG, 1, 4)]


def test_a_tag_directive_is_refused() -> None:
    """A `%TAG` line is an error even where no tag is used."""
    assert problems_of("%TAG ! tag:x,2000:\n---\na: 1\n") == [(Code.YAML_TAG, 1, 1)]


@pytest.mark.parametrize(("version", "codes"), [("1.1", [Code.YAML_SYNTAX]), ("1.2", [])])
def test_only_yaml_1_2_may_be_declared(version: str, codes: list[Code]) -> None:
    """A `%YAML` line may say 1.2, which is how the file is read anyway."""
    assert [code for code, _, _ in problems_of(f"%YAML {version}\n---\na: 1\n")] == codes


def test_a_second_document_is_refused() -> None:
    """A second document is an error at its first line."""
    assert problems_of("a: 1\n---\nb: 2\n---\nc: 3\n") == [(Code.MULTIPLE_DOCUMENTS, 2, 1)]


def test_document_markers_round_one_document_are_fine() -> None:
    """One document may begin with `---`, end with `...` and be followed by comments."""
    assert plain_value(read("# head\n---\na: 1\n...\n# tail\n")) == {"a": 1}


@pytest.mark.parametrize("key", ["1", "1.5", "true", "~", "[a]", "{a: b}", ""])
def test_keys_that_are_no_texts(key: str) -> None:
    """A key that is no text is an error, and its entry is left out."""
    node, problems = read_document(f"a: 1\n? {key}\n: 2\n", "f")
    assert isinstance(node, Mapping)
    assert [p.code for p in problems] == [Code.WRONG_TYPE]
    assert (plain_value(node), node.whole) == ({"a": 1}, False)


def test_all_undefined_aliases_are_reported() -> None:
    """Each alias for nothing is an error at its place, and so is one inside of what it names."""
    assert problems_of("a: *x\nb: &b [*b, *y]\n") == [
        (Code.BAD_ALIAS, 1, 4),
        (Code.BAD_ALIAS, 2, 8),
        (Code.BAD_ALIAS, 2, 12),
    ]


def test_an_anchor_with_a_near_name_is_suggested() -> None:
    """An alias that is nearly an anchor's name gets that name as a hint."""
    assert only_problem("a: &common 1\nb: *comon\n").hint == "did you mean `common`?"


def nested(depth: int, shape: str) -> str:
    if shape == "flow":
        return "[" * depth + "]" * depth
    if shape == "block":
        return "- " * depth + "x"
    return "".join(f"{' ' * level}a:\n" for level in range(depth))


@pytest.mark.parametrize("shape", ["flow", "block", "mapping"])
def test_depth_is_bounded(shape: str) -> None:
    """A document may be as deep as the bound, and no deeper."""
    read(nested(MAX_DEPTH, shape))
    assert only_problem(nested(MAX_DEPTH + 1, shape)).code is Code.TOO_DEEP


@pytest.mark.parametrize("text", ["[" * 30_000, "{a: " * 30_000, "- " * 30_000, "? " * 30_000, "[\n" * 30_000])
def test_extreme_depth_is_refused_at_once(text: str) -> None:
    """What would end the process in libyaml's composer is one diagnostic here."""
    assert only_problem(text).code is Code.TOO_DEEP


def test_aliases_do_not_hide_depth() -> None:
    """A chain of aliases counts as deep as what it stands for."""
    text = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 100))
    problem = only_problem(text)
    assert problem.code is Code.TOO_DEEP
    assert problem.span is not None
    assert problem.span.line == MAX_DEPTH


def test_an_anchor_bomb_is_refused() -> None:
    """Aliases count as what they stand for, so that nothing is ever expanded beyond the bound."""
    text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    text += "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 10))
    assert only_problem(text).code is Code.TOO_MANY_NODES


def test_a_bomb_of_one_long_text_is_refused() -> None:
    """The characters of texts are counted through aliases too."""
    text = f"a: &a {'x' * 1_000_000}\nb: [{','.join(['*a'] * 20)}]\n"
    assert only_problem(text).code is Code.TOO_MANY_NODES


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values that are written out count as well."""
    monkeypatch.setattr(document, "MAX_NODES", 10)
    assert only_problem("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]").code is Code.TOO_MANY_NODES
    read("[1, 2, 3, 4, 5, 6, 7, 8, 9]")


SYNTAX = [
    ("a: b: c", 1, 5, "a `:` is not allowed here"),
    ("😀: b: c", 1, 5, "a `:` is not allowed here"),
    ("a: [1, 2\n", 1, 9, "a `,` or a `]` was expected here"),
    ("a:\n\tb: 1\n", 2, 1, "a tab cannot be used for indentation"),
    ("a: @x\n", 1, 4, "this character cannot begin a value"),
    ('a: "x\n', 1, 6, "a quoted text is not closed"),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), SYNTAX)
def test_syntax_errors_have_words_and_a_place(text: str, line: int, column: int, message: str) -> None:
    """A syntax error is told in our words, at the place where the parser found it, by either parser."""
    problem = only_problem(text)
    assert problem.code is Code.YAML_SYNTAX
    assert problem.message == message
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (line, column)


@pytest.mark.parametrize("text", ["a:1\nb: 2\n", "x:\n  a:{ b: '1' }\n"])
def test_a_missing_space_after_a_colon_is_told(text: str) -> None:
    """A key that runs into its value is told by name, and not as a problem of the next line."""
    assert only_problem(text).hint == "put a space after `a:`"


@pytest.mark.parametrize(
    ("text", "notes"),
    [("a: { b: 1\n", ["the `{` is here"]), ("a: 'x\nb: 1\n", ["the quote is opened here"]), ("a:\n\tb: 1\n", [])],
)
def test_a_syntax_error_says_where_its_construct_begins(text: str, notes: list[str]) -> None:
    """A note leads to the bracket or the quote that is open, unless it would lead to the same place."""
    assert [note.message for note in only_problem(text).notes] == notes


def test_an_unknown_escape_is_named() -> None:
    """A backslash before anything else is told as an unknown escape."""
    assert only_problem('a: "\\q"').message == "this escape is not known in a double-quoted text"


@pytest.mark.parametrize("escape", ["\\ud800", "\\U00110000"])
def test_escapes_that_are_no_characters(escape: str) -> None:
    """An escape for half a surrogate pair, or beyond Unicode, is a syntax error."""
    assert only_problem(f'a: "{escape}"\n').code is Code.YAML_SYNTAX


def test_problems_before_a_syntax_error_are_kept() -> None:
    """What was found before the text stopped being YAML is still reported."""
    assert [code for code, _, _ in problems_of("a: 1\na: 2\nb: !x 1\nc: [\n")] == [
        Code.DUPLICATE_KEY,
        Code.YAML_TAG,
        Code.YAML_SYNTAX,
    ]


def test_nodes_are_found_by_path() -> None:
    """A path of keys and indices leads to a node."""
    node = node_at(read("a: [x, {b: [y]}]"), ["a", 1, "b"])
    assert isinstance(node, Sequence)
    assert plain_value(node) == ["y"]
