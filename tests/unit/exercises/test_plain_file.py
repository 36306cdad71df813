"""A learner's plain file is read: what fails in it is skipped, and its functions are found."""

import pytest

from utils.check_file.plain_file import load


def test_a_statement_that_uses_an_import_that_failed_is_skipped(tmp_path):
    """The call fails with the ImportError of the name it uses, and is not an import itself."""
    path = tmp_path / "layers.py"
    path.write_text(
        "from elsewhere import helper\ntable = helper(3)\n\n\ndef affine_forward(x, w, b):\n    return x @ w\n",
        encoding="utf-8",
    )
    namespace = load(path)
    assert callable(namespace["affine_forward"]) and "table" not in namespace
    with pytest.raises(ImportError, match=r"elsewhere\.helper could not be imported here"):
        namespace["helper"](3)
