"""Files that are no defs.yaml are refused with the line that is wrong."""

import pytest

from mlops_assets.errors import InputError
from mlops_assets.spec.defs_files import child, documents, line


def read(tmp_path, content: bytes) -> list:
    path = tmp_path / "defs.yaml"
    path.write_bytes(content)
    return documents(path)


def test_documents_know_their_keys_and_lines(tmp_path):
    one, two = read(tmp_path, b"a: {b: 1}\n---\na: 2\n")
    assert child(child(one, "a"), "b").value == "1"
    assert line(child(two, "a")) == 3
    assert child(one, "z") is child(child(two, "a"), "z") is child(None, "z") is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ":1: the file is empty"),
        (b"# nothing but this\n", ":1: the file is empty"),
        (b"a: 1\n---\n- b\n", ":3: no `key: value` pairs"),
        (b"churn\n", ":1: no `key: value` pairs"),
        (b"a: 1\nb:\n\tc: 2\n", ":3: not valid YAML .*indented with spaces"),
        (b"a: 1\nb: c: d\n", ":2: not valid YAML .*mapping values are not allowed"),
        (b"a: \xff\n", ":1: not valid YAML .*utf-8"),
        (b"a: 1\nb: 2\na: 3\n", ":3: `a` is already defined on line 1"),
        (b"a:\n  - b: 1\n    c: 2\n    b: 3\n", ":4: `b` is already defined on line 2"),
        (b"a:\n  - - b: 1\n      b: 3\n", ":3: `b` is already defined on line 2"),
        (b"a: 1\nb: !!python/object:os.x {}\n", ":2: the tag !!python/object:os.x"),
        (b"a: 1\nb: [!!python/object/apply:os.system [ls]]\n", ":2: the tag !!python/object/apply"),
        (b"a: !mine 3\n", ":1: the tag !mine"),
        (b"a: 1\nb: !!timestamp x\n", ":2: the tag !!timestamp"),
        (b"a: 1\n? [b]\n: 2\n", ":2: a list or mapping as a key"),
        (b"a: 1\nb: =\n", ":2: '=' is no value"),
        (b"a: 1\nb: 0x_\n", ":2: '0x_' is no value"),
        (b"a: &a [*a]\n", ":1: a value that contains itself"),
        (b"a: " + b"[" * 5000 + b"]" * 5000, ":1: "),
        (b"a: \x00\n", ":1: not valid YAML"),
        (b"a: *b\n", ":1: not valid YAML .*undefined alias"),
        (b"a: 1\n<<: 3\n", ":2: << without a mapping"),
        (b"a: 1\n=: 3\n", ":2: '=' is no value"),
    ],
)
def test_other_files_are_refused(tmp_path, content, message):
    with pytest.raises(InputError, match=f"defs.yaml{message}"):
        read(tmp_path, content)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "defs.yaml").mkdir()
    with pytest.raises(InputError, match=r"defs.yaml:1: .*directory"):
        documents(tmp_path / "defs.yaml")
