"""Names of built-in functions and of modules used for something else."""

# %% first
list = [1, 2]
len = 3
type = "x"
sum = max = min = None
json = base64 = sys = os = "mine"
print(type)
