"""Each cheat scores what the honest work in it deserves; numbers are those of research/autograding.md, section 4."""

import nbformat
import pytest
from tiny_course import DECAY, SOLUTIONS, cell_of

NONE, FULL, DECAY_ONLY = [0.0, 0.0, 0.0], [3.0, 5.0, 2.0], [0.0, 0.0, 2.0]


def test_a1_tags_that_keep_cells_from_running(scores):
    def change(notebook):
        for cell in notebook.cells:
            cell.metadata.tags = ["skip-execution", "explore", "otter_ignore", "raises-exception"]

    assert scores({}, change=change) == NONE
    assert scores(SOLUTIONS, change=change) == FULL


LIARS = {
    "a2 equal to everything": "class Y(int):\n    def __eq__(self, other): return True\n    __hash__ = None\n"
    "def decay(x, rate): return Y(0)",
    "a3 shown as nan": "class Y(float):\n    def __repr__(self): return 'nan'\n    def __eq__(self, o): return Y(1)\n"
    "def decay(x, rate): return Y()",
    "a4 not shown at all": "class Y:\n    def _ipython_display_(self): pass\ndef decay(x, rate): return Y()",
    "a14 array with its own ufuncs": "class Y(np.ndarray):\n    def __array_ufunc__(self, *a, **k): return True\n"
    "    def __array_function__(self, *a, **k): return True\ndef decay(x, rate): return np.zeros_like(x).view(Y)",
    "a15 reads its caller's frames": "import sys\nclass Y:\n    def __array__(self, dtype=None, copy=None):\n"
    "        frame = sys._getframe(1)\n        while frame:\n            for name in ('desired', 'expected', 'b'):\n"
    "                if name in frame.f_locals: return np.asarray(frame.f_locals[name])\n"
    "            frame = frame.f_back\n        return np.zeros((2, 2))\ndef decay(x, rate): return Y()",
    "a12 a13 looks for what is expected": "import sys, gc\ndef decay(x, rate):\n"
    "    seen = [v for f in gc.get_objects() if type(f) is dict for v in list(f.values())[:50]\n"
    "            if type(v) is np.ndarray and v.shape == x.shape and v is not x]\n"
    "    In[-1]\n    return seen[0] if seen else x",
    "a18 changes its inputs": "def decay(x, rate):\n    x[...] = 0\n    return x",
    "a24 shaped like the protocol": "def decay(x, rate):\n    return {'_type': 'np_scalar',"
    " '_concrete_type': 'fromfile', '_value': '/etc/hostname', 'kind': 'array', 'dtype': '<f8', 'shape': [1]}",
    "a25 pickles": "class Y(np.ndarray):\n    def __reduce__(self): return (exec, ('1/0',))\n"
    "def decay(x, rate): return np.array([Y(1)], dtype=object)",
}


@pytest.mark.parametrize("source", LIARS.values(), ids=LIARS.keys())
def test_a_lying_value_is_only_a_value(ask, source):
    result = ask("decay", source)
    assert result.score == 0.0 and result.reason is None


WRECKERS = {
    "a5": "get_ipython().input_transformers_cleanup.append(lambda ls: [] if any('_unrolled' in l for l in ls) else ls)",
    "a6": "import ast\nclass T(ast.NodeTransformer):\n    def visit_Expr(self, node): return ast.Pass()\n"
    "get_ipython().ast_transformers.append(T())",
    "a7": "ip = get_ipython()\nasync def run_code(*a, **k): return False\nip.run_code = run_code",
    "a8": "s = get_ipython().kernel.session\nold = s.send\ndef send(stream, m, content=None, *a, **k):\n"
    "    if m == 'execute_reply' and isinstance(content, dict): content['status'] = 'ok'\n"
    "    return None if m == 'error' else old(stream, m, content, *a, **k)\ns.send = send",
    "a9": "from IPython.display import clear_output\n"
    "get_ipython().events.register('post_run_cell', lambda r: clear_output())",
    "a11": "get_ipython().set_custom_exc((BaseException,), lambda *a, **k: None)\n"
    "get_ipython().showtraceback = lambda *a, **k: None",
    "a16": "for name in ('allclose', 'array_equal', 'isclose'): setattr(np, name, lambda *a, **k: True)\n"
    "np.testing.assert_allclose = lambda *a, **k: None",
    "a17": "np.random.default_rng = lambda seed=None: np.random.Generator(np.random.PCG64(0))\nnp.random.seed(0)",
    "a21": "import sys\nsys.displayhook = lambda v: print('3.0')\n3.0",
}


@pytest.mark.parametrize("wrecker", WRECKERS.values(), ids=WRECKERS.keys())
def test_a_wrecked_kernel_gives_no_marks_for_nothing(ask, kernel, wrecker):
    try:
        result = ask("decay", f"{wrecker}\ndef decay(x, rate):\n    return 0 * x")
        assert result.score == 0.0 and result.reason in (None, "no-answer")
    finally:
        kernel.restore("died")


def test_a10_outputs_diverted_into_a_widget(scores):
    divert = (
        "import ipywidgets\nout = ipywidgets.Output()\nout.__enter__()\n"
        "from comm import create_comm\ncreate_comm(target_name='jupyter.widget', data={'state': {'_model_module': "
        "'@jupyter-widgets/output', '_model_name': 'OutputModel', 'msg_id': 'x', 'outputs': []}})"
    )
    assert scores({"decay": DECAY}, [("tiny-02", divert)]) == DECAY_ONLY
    assert scores({}, [("tiny-02", divert)]) == NONE


def test_a22_a_later_cell_rewrites_an_earlier_mark(judged):
    decay = (
        "def decay(x, rate):\n    from IPython.display import display\n"
        "    for i in range(4): display('x', display_id=f'mark{i}')\n    return 0 * x"
    )
    later = (
        "from IPython.display import update_display, display\n"
        "for i in range(4):\n    update_display({'text/plain': '2.0'}, display_id=f'mark{i}', raw=True)\n"
        "    display('2.0', display_id=f'mark{i}')\n2.0"
    )
    judgement = judged({"decay": decay}, [("test_decay", later)])
    assert judgement.score == 0.0
    assert cell_of(judgement.notebook, "test_decay").outputs[1].data["text/plain"] == "0.0"


def test_a23_a_thread_that_keeps_publishing(scores):
    thread = (
        "import threading, time\nfrom IPython.display import publish_display_data\nshell = get_ipython()\n"
        "def publish():\n    while True:\n        time.sleep(0.002)\n"
        "        for kind in ('text/plain', 'application/vnd.unrolled.answer+json'):\n"
        "            publish_display_data({kind: {'tag': 'x', 'calls': [{'h': 1}]}})\n"
        "        shell.displayhook.session.send(shell.displayhook.pub_socket, 'execute_result',\n"
        "            {'data': {'text/plain': '3.0'}, 'metadata': {}, 'execution_count': 1},\n"
        "            parent=shell.kernel.get_parent())\n"
        "threading.Thread(target=publish, daemon=True).start()"
    )
    # Two threads on one socket may end the student's own kernel, so the honest part may be lost; nothing is gained.
    got = scores({"decay": DECAY}, [("tiny-02", thread)])
    assert all(own <= honest for own, honest in zip(got, DECAY_ONLY, strict=True))


def test_a_student_who_forges_the_answer_has_only_answered(ask):
    forge = (
        "import sys, json, base64\nfrom IPython.display import publish_display_data\n"
        "def decay(x, rate):\n    frame = sys._getframe(1)\n"
        "    while 'REQUESTS' not in frame.f_globals: frame = frame.f_back\n"
        "    plan = json.loads(frame.f_globals['REQUESTS'][0])\n    assert 'expected' not in str(plan)\n"
        "    value = {'kind': 'array', 'dtype': '|O', 'shape': [10**9], 'data': '!!'}\n"
        "    publish_display_data({plan['mime']: {'tag': plan['tag'], 'calls': [{'h': value}]}})\n"
        "    frame.f_locals['self'].plan['mime'] = 'text/plain'\n    return x"
    )
    result = ask("decay", forge)
    assert (result.score, result.reason) == (0.0, "malformed")


def test_malformed_messages_do_not_stop_the_grader(judged):
    garbage = (
        "k = get_ipython().kernel\n"
        "odd = {'data': {'text/plain': 3, 'text/html': [1]}, 'metadata': 7, 'transient': 5}\n"
        "for content in ({'data': 'x'}, odd, {}):\n"
        "    k.session.send(k.iopub_socket, 'display_data', content, parent=k.get_parent())\n"
        "count = {'code': '', 'execution_count': '<b>'}\n"
        "k.session.send(k.iopub_socket, 'execute_input', count, parent=k.get_parent())\n"
        "k.session.send(k.iopub_socket, 'stream', {'name': 'x', 'text': '\\ud800'}, parent=k.get_parent())"
    )
    nested = (
        "deep = []\nfor _ in range(600): deep = [deep]\n"
        "k.session.send(k.iopub_socket, 'display_data', {'data': {'a/b': deep}, 'metadata': {}}, parent=k.get_parent())"
    )
    judgement = judged(SOLUTIONS, [("decay", garbage), ("decay", nested)])
    assert [result.score for result in judgement.results] == FULL
    nbformat.validate(judgement.notebook)


def test_the_kernel_does_not_see_that_it_is_graded(ask, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    look = "import os\n" + DECAY.replace(
        "return h",
        "return h if os.listdir('.') == [] and 'NBGRADER_EXECUTION' not in "
        "os.environ and 'PYTHONDONTWRITEBYTECODE' not in os.environ else 0 * h",
    )
    assert ask("decay", look).score == 2.0
