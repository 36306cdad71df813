"""A backward pass in plain loops over single entries, with a thread that ticks and a process that waits beside it."""

# %% affine_backward
import subprocess
import sys
import threading
import time

ticks = []


def tick():
    for _ in range(3000):
        ticks.append(time.time())
        time.sleep(0.01)


threading.Thread(target=tick, daemon=True).start()
waiting = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])


def affine_backward(dout, cache):
    x, w, b = cache
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros_like(b)
    for n in range(x.shape[0]):
        for m in range(w.shape[1]):
            db[m] += dout[n, m]
            for d in range(x.shape[1]):
                dx[n, d] += dout[n, m] * w[d, m]
                dw[d, m] += x[n, d] * dout[n, m]
    return dx, dw, db
