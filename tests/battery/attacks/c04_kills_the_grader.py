"""C4: everything that may be signalled is killed, the parent first."""

# %% first
import os
import signal

for process in (os.getppid(), *(int(n) for n in os.listdir("/proc") if n.isdigit() and n not in ("1", str(os.getpid())))):
    try:
        words = open(f"/proc/{process}/cmdline").read() if process != os.getppid() else "the parent"
        if process > 1 and ("@COURSE@" in words or words == "the parent"):
            os.kill(process, signal.SIGKILL)
            print("REACHED", process)
    except Exception as error:
        print(type(error).__name__)
