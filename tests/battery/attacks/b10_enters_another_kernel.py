"""B10: connection files of other kernels are looked for, and code is sent to them."""

# %% first
import glob
import json

found = []
for path in glob.glob("/proc/[0-9]*/cmdline"):
    try:
        words = open(path, "rb").read().split(b"\0")
    except OSError:
        continue
    found += [word.decode() for word in words if word.endswith(b".json")]
for path in {*found, *glob.glob("/tmp/**/*.json", recursive=True), *glob.glob("/tmp/tmp*.json")}:
    try:
        if "key" in json.load(open(path)) and path not in get_ipython().config.get("IPKernelApp", {}).get("connection_file", ""):
            print("REACHED the key of a kernel")
    except Exception as error:
        print(type(error).__name__)
