"""Files written and read in the working directory and in /tmp."""

# %% first
import os
import tempfile

os.makedirs("figures", exist_ok=True)
with open("figures/notes.txt", "w") as file:
    file.write("remember")
np.savez("weights.npz", a=np.eye(2))
with tempfile.NamedTemporaryFile() as file:
    file.write(b"x")
assert np.load("weights.npz")["a"].sum() == 2
print("REACHED the end")
