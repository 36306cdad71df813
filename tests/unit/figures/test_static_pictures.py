import io

import pytest
from PIL import Image

from utils.figures import static

SOLUTION = '''# %% [markdown]
# # A notebook in percent form
# %%
import module_that_is_not_installed
# %%
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    """A docstring."""
    ### BEGIN SOLUTION
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h)
    ### END SOLUTION
# %%
raise RuntimeError("this cell is never run")
'''


@pytest.fixture
def solution(tmp_path):
    path = tmp_path / "01-rnn-forward.py"
    path.write_text(SOLUTION, encoding="utf-8")
    return path


def test_all_pictures_are_written_and_the_same_each_time(solution, tmp_path, capsys):
    for folder in ("a", "b"):
        static.main([str(tmp_path / folder), "--step", str(solution)])
    said = capsys.readouterr().out
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == ["backwards.png", "phase-portrait.png", "recurrence.png", "segments.png", "wirings.png"]
    for name in names:
        png = (tmp_path / "a" / name).read_bytes()
        assert png == (tmp_path / "b" / name).read_bytes()
        assert len(png) < 200_000
        assert Image.open(io.BytesIO(png)).width == 792
        assert f"{name}: " in said


def test_without_a_step_there_is_no_portrait(tmp_path):
    static.main([str(tmp_path / "new" / "folder")])
    names = sorted(path.name for path in (tmp_path / "new" / "folder").iterdir())
    assert names == ["backwards.png", "recurrence.png", "segments.png", "wirings.png"]


def test_a_file_without_the_function_is_refused(tmp_path):
    (tmp_path / "empty.py").write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"empty\.py does not define rnn_step_forward"):
        static.main([str(tmp_path), "--step", str(tmp_path / "empty.py")])


def test_the_five_wirings_are_all_there_with_their_tasks():
    texts = {text.get_text() for axes in static.wirings().figure.axes for text in axes.texts}
    assert {"one to one", "one to many", "many to one", "many to many, delayed", "many to many, aligned"} <= texts
    assert {"image captioning", "audio prediction", "frame-level video classification"} <= texts


def test_the_same_weights_stand_at_every_step_of_the_chain():
    chain = static.recurrence().figure.axes[0]
    labels = [text.get_text() for text in chain.texts]
    assert [labels.count(f"$W_{{{name}}}$") for name in ("xh", "hh", "hy")] == [4, 4, 4]
