"""One file an assignment: its exercises, declared once. `docs/authoring.md` says how to add one."""
