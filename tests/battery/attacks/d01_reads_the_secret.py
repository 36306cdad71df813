"""D1: the course's secret, with which inputs are drawn, and a file of somebody's are read."""

# %% first
for path in ("@COURSE@/course/secret", "@CANARY@", "/etc/shadow", "/root/.bashrc"):
    try:
        print("REACHED", open(path, errors="replace").read()[:500])
    except OSError as error:
        print(type(error).__name__)
