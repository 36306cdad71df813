"""D1: the course's secret, with which inputs are drawn, and a file of somebody's are read."""

# %% first
for path in ("@COURSE@/course/secret", "@CANARY@", "/etc/shadow", "/etc/sudoers"):
    try:
        print(open(path, errors="replace").read()[:500])
        print("REACHED a file of the grader's")
    except OSError as error:
        print(type(error).__name__)
