"""`python -m utils.fresh` makes and restores working copies, and loses nothing of the learner's."""

from pathlib import Path

import pytest
from full_disk import files_up_to

from utils import files, fresh

NAMES = ("00-start-here", "01-rnn-forward")


@pytest.fixture
def root(tmp_path, monkeypatch):
    root = tmp_path / "course"
    for name in NAMES:
        folder = root / "notebooks" / name
        (folder / "figures").mkdir(parents=True)
        (folder / f"{name}.ipynb").write_text(f"{name} as released", encoding="utf-8")
        (folder / "figures" / "a.png").write_bytes(b"picture")
        (folder / ".ipynb_checkpoints").mkdir()
        (folder / ".ipynb_checkpoints" / "x.ipynb").touch()
    (root / "notebooks" / "README.md").touch()
    (root / "notebooks" / "figures").mkdir()
    (root / "notebooks" / "figures" / "draft.ipynb").touch()  # no assignment: it is not called what its folder is
    monkeypatch.chdir(root)
    return root


def content(path):
    return path.read_text(encoding="utf-8")


def test_missing_copies_are_made_and_nothing_is_overwritten(root, capsys):
    assert fresh.main([]) == 0
    assert capsys.readouterr().out == "Made work/00-start-here, work/01-rnn-forward.\n"
    work = root / "work" / NAMES[0]
    assert sorted(p.name for p in work.rglob("*")) == ["00-start-here.ipynb", "a.png", "figures"]
    (work / "00-start-here.ipynb").write_text("mine", encoding="utf-8")
    (work / "figures" / "a.png").unlink()
    (root / "work" / NAMES[1] / f"{NAMES[1]}.ipynb").unlink()
    assert fresh.main([]) == 0
    assert capsys.readouterr().out == "Made work/01-rnn-forward.\nLeft as they are: work/00-start-here.\n"
    assert content(work / "00-start-here.ipynb") == "mine" and (work / "figures" / "a.png").exists()


def test_restoring_keeps_the_old_under_a_dated_name(root, capsys):
    fresh.main([])
    work = root / "work" / NAMES[1]
    notebook, kept = work / f"{NAMES[1]}.ipynb", work / f"{NAMES[1]}.progress.json"
    for text in ("first", "second"):
        notebook.write_text(text, encoding="utf-8")
        kept.write_text(f"progress {text}", encoding="utf-8")
        assert fresh.main([NAMES[1]]) == 0
    assert content(notebook) == "01-rnn-forward as released" and not kept.exists()
    assert {content(p) for p in work.glob("01-rnn-forward.2*.ipynb")} == {"first", "second"}
    assert {content(p) for p in work.glob("01-rnn-forward.progress.2*.json")} == {"progress first", "progress second"}
    out = capsys.readouterr().out
    assert "Kept your 01-rnn-forward.ipynb as 01-rnn-forward.2" in out
    assert "work/01-rnn-forward/01-rnn-forward.ipynb is fresh." in out and "without saving" in out


def test_restoring_an_untouched_copy_keeps_no_second_one(root):
    fresh.main([])
    fresh.main([NAMES[0]])
    assert len(list((root / "work" / NAMES[0]).glob("*.ipynb"))) == 1


def test_a_changed_figure_is_kept_too(root):
    fresh.main([])
    figure = root / "work" / NAMES[0] / "figures" / "a.png"
    figure.write_bytes(b"drawn over")
    fresh.main([NAMES[0]])
    assert figure.read_bytes() == b"picture"
    assert [p.read_bytes() for p in figure.parent.glob("a.2*.png")] == [b"drawn over"]


def test_from_inside_the_folder_that_is_restored(root, monkeypatch):
    fresh.main([])
    work = root / "work" / NAMES[1]
    monkeypatch.chdir(work)
    (work / f"{NAMES[1]}.ipynb").write_text("mine", encoding="utf-8")
    assert fresh.main([f"{NAMES[1]}.ipynb"]) == 0
    assert content(Path(f"{NAMES[1]}.ipynb")) == "01-rnn-forward as released"


def test_a_path_will_do_for_a_name(root):
    assert fresh.main([f"work/{NAMES[0]}/"]) == 0


def test_pages_without_points_are_copied_likewise(root, capsys):
    """They lie in one folder; restoring one leaves the other as it is, and an older copy is named."""
    released = root / "notebooks" / "further"
    released.mkdir()
    for name in ("one", "two"):
        (released / f"{name}.ipynb").write_text(f"{name} as released", encoding="utf-8")
    assert fresh.main([]) == 0
    made = "work/00-start-here, work/01-rnn-forward, work/further/one.ipynb, work/further/two.ipynb"
    assert capsys.readouterr().out == f"Made {made}.\n"
    work = root / "work" / "further"
    for name in ("one", "two"):
        (work / f"{name}.ipynb").write_text("tried", encoding="utf-8")
    (released / "two.ipynb").write_text("two, mended", encoding="utf-8")
    assert fresh.main([]) == 0
    out = capsys.readouterr().out
    assert "work/further/two.ipynb was made from an older release: `python -m utils.fresh two` gets" in out
    assert "further/one.ipynb was made" not in out
    assert fresh.main(["two"]) == 0
    assert "work/further/two.ipynb is fresh." in capsys.readouterr().out
    assert content(work / "two.ipynb") == "two, mended" and content(work / "one.ipynb") == "tried"
    assert [content(path) for path in work.glob("two.2*.ipynb")] == ["tried"]
    assert fresh.assignments(root) == list(NAMES)


@pytest.mark.parametrize(
    "name, guess", [("01-rnn", " Did you mean 01-rnn-forward?"), ("zzz", ""), ("..", ""), ("", "")]
)
def test_an_unknown_name(root, capsys, name, guess):
    assert fresh.main([name]) == 2
    message = f"There is no assignment called {name!r}.{guess} There are: 00-start-here, 01-rnn-forward.\n"
    assert capsys.readouterr().err == message
    assert not (root / "work").exists()


def test_no_course_at_all(tmp_path, monkeypatch, capsys):
    lonely = tmp_path / "site-packages" / "utils" / "fresh.py"
    monkeypatch.setattr(fresh, "__file__", str(lonely))
    (tmp_path / "notebooks").mkdir()  # a folder by that name holds no course yet
    monkeypatch.chdir(tmp_path)
    assert fresh.main([]) == 2
    assert "No notebooks were found: neither" in capsys.readouterr().err


def test_outside_the_course_the_package_s_own_is_used(root, tmp_path, monkeypatch):
    monkeypatch.setattr(fresh, "__file__", str(root / "utils" / "fresh.py"))
    monkeypatch.chdir(tmp_path)
    assert fresh.course_root() == root


def test_a_folder_that_refuses(root, monkeypatch, capsys):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied", str(root / "work"))

    monkeypatch.setattr(files, "draft", refuse)  # root may write anywhere, so a mode would not do
    assert fresh.main([]) == 1
    assert capsys.readouterr().err == f"{root / 'work'} could not be changed (Permission denied).\n"


def test_a_copy_that_fails_leaves_the_learner_s_own(root, capsys):
    fresh.main([])
    notebook = root / "work" / NAMES[0] / f"{NAMES[0]}.ipynb"
    notebook.write_text("mine", encoding="utf-8")
    with files_up_to(5):
        assert fresh.main([NAMES[0]]) == 1
    assert "File too large" in capsys.readouterr().err
    assert content(notebook) == "mine" and sorted(p.name for p in notebook.parent.iterdir()) == [
        notebook.name,
        "figures",
    ]


def test_a_file_that_hides_us_is_named(root, capsys):
    fresh.main([])
    path = root / "work" / NAMES[0] / "utils.py"
    path.touch()
    for arguments in ([], [NAMES[0]]):
        assert fresh.main(arguments) == 0
        assert f"The file {path} beside this notebook hides the course's utils" in capsys.readouterr().out


def test_copies_of_a_read_only_release_can_be_written(root):
    released = root / "notebooks" / NAMES[0] / f"{NAMES[0]}.ipynb"
    released.chmod(0o444)
    fresh.main([])
    assert (root / "work" / NAMES[0] / released.name).stat().st_mode & 0o600 == 0o600


OLDER = "work/01-rnn-forward was made from an older release: `python -m utils.fresh 01-rnn-forward` gets a fresh copy"


def released(root, text):
    (root / "notebooks" / NAMES[1] / f"{NAMES[1]}.ipynb").write_text(text, encoding="utf-8")


def test_a_copy_that_is_older_than_its_release_is_named_until_it_is_fresh(root, capsys):
    fresh.main([])
    (root / "work" / NAMES[1] / f"{NAMES[1]}.ipynb").write_text("mine", encoding="utf-8")
    capsys.readouterr()
    fresh.main([])
    assert "older release" not in capsys.readouterr().out
    released(root, "as released again")
    for _ in range(2):
        fresh.main([])
        assert capsys.readouterr().out.count(OLDER) == 1
    fresh.main([NAMES[1]])
    capsys.readouterr()
    fresh.main([])
    assert "older release" not in capsys.readouterr().out
    assert content(root / "work" / NAMES[1] / f"{NAMES[1]}.ipynb") == "as released again"


def test_a_copy_of_which_nothing_was_noted_is_called_older_only_where_that_is_known(root, capsys):
    fresh.main([])
    noted = root / "work" / ".releases.json"
    for text in ("{", "[]", '{"01-rnn-forward": 1}'):
        noted.write_text(text, encoding="utf-8")
        assert fresh.main([]) == 0  # it is as released, which is noted
    released(root, "as released again")
    assert fresh.main([]) == 0 and OLDER in capsys.readouterr().out
    noted.unlink()
    assert fresh.main([]) == 0 and "older release" not in capsys.readouterr().out
