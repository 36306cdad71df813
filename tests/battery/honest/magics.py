"""Line magics, cell magics, shell commands that may not exist, help."""

# %% first
%timeit -n 2 -r 1 sum(range(10))
%env UNROLLED_NOTE=1
!echo hello
np.exp?
%config InlineBackend.figure_format = "retina"

# %% between
%%time
total = sum(range(1000))
