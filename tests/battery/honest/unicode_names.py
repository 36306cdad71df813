"""Letters of many alphabets in names, texts and outputs."""

# %% stable_softmax
def stable_softmax(z):
    """Σ, größer, 確率, العربية."""
    größe = z.max(axis=-1, keepdims=True)
    Σ = np.exp(z - größe)
    return Σ / Σ.sum(axis=-1, keepdims=True)


print("確率 ✓ \N{SNOWMAN} é e\N{COMBINING ACUTE ACCENT} 𝕏 العربية")
