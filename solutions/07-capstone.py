# %% [markdown]
# # 07 · Make it speak
#
# You now have every piece: embeddings, an LSTM with its gradient, a loss at every step, clipping. Here they become a model
# that writes or speaks.
#
# The notebook has two halves, and **only one of them is required**. Choose:
#
# - [Captions](#Captions:-one-to-many): an image goes in, a word comes out letter by letter.
# - [Pronounce it](#Pronounce-it:-encoder-and-decoder): a spelling goes in, its sounds come out.
#
# Each half has three functions, each with a counterpart in the other half. The better of two counterparts counts for
# both, so one half is enough. It takes about 90 minutes.

# %% [markdown]
# ## Notation
#
# | code | content | form |
# |---|---|---|
# | `params`, `grads` | weights, gradients | dicts, same names |
# | `captions`, `phonemes` | `START`, ids, `END`, then `PAD` | (N, T + 1) |
# | `letters` | `PAD`, then ids reversed | (N, S) |
# | `images` | pixels from 0 to 1 | (N, 64) |
# | V, P | number of letters, phonemes | 29, 42 |
#
# V and P include `PAD`, `START`, `END`: ids 0, 1, 2. N rows have S letters or T steps, an embedding has E numbers. Folded
# cells hold earlier functions.

# %% [markdown] tags=["policy"]
# (solutions/policy.md)

# %%
import numpy as np

from utils import check, experiments, explorers, figures, gradients
from utils.data import load_digits, load_pronunciations
from utils.data.vocabulary import END, PAD, START, encode_numerals, encode_pronunciations, encode_spellings
from utils.experiments.adam import Adam
from utils.experiments.speakers import caption_model, pronounce_model

# %% nbgrader={"locked": true, "grade_id": "given_word_embedding_forward"}

# %% nbgrader={"locked": true, "grade_id": "given_temporal_affine_forward"}

# %% nbgrader={"locked": true, "grade_id": "given_word_embedding_backward"}

# %% nbgrader={"locked": true, "grade_id": "given_temporal_affine_backward"}

# %% nbgrader={"locked": true, "grade_id": "given_temporal_softmax_loss"}

# %% nbgrader={"locked": true, "grade_id": "given_clip_grad_norm"}

# %% nbgrader={"locked": true, "grade_id": "given_sigmoid"}

# %% nbgrader={"locked": true, "grade_id": "given_lstm_step_forward"}

# %% nbgrader={"locked": true, "grade_id": "given_lstm_forward_full"}

# %% nbgrader={"locked": true, "grade_id": "given_lstm_step_backward"}

# %% nbgrader={"locked": true, "grade_id": "given_lstm_backward_full"}

# %% [markdown]
# # Captions: one to many
# `●●●○○ · 30 min · 20 points`
#
# ![One to many: an image makes the first state; START, s, i, x go in, s, i, x, END come out.](figures/captioner.png)
#
# The image v makes the first state: $h_0 = v W_{image} + b_{image}$, $c_0 = 0$. The LSTM reads a letter at each step
# and scores the next. In training it reads the *right* letters, whatever it would have written (*teacher forcing*).
#
# One row of ids gives inputs and targets. Below is that of "six". Predict: at how many steps is a letter or `END` asked
# for?

# %%
row = np.array([START, 21, 11, 26, END, PAD, PAD])  # s, i, x
asked = np.sum(row[1:] != PAD)
explorers.predict("asked", f"inputs  {row[:-1]}\ntargets {row[1:]}\nasked at {asked} steps")


# %% nbgrader={"solution": true, "grade_id": "caption_loss"}
def caption_loss(params, images, captions):
    """The loss of a caption model, and its gradients.

    images (N, 64), captions (N, T + 1) integers. params: W_image (64, H),
    b_image (H,), W_embed (V, E), Wx (E, 4H), Wh (H, 4H), b (4H,),
    W_out (H, V), b_out (V,). Returns loss, a number (temporal_softmax_loss
    over all targets that are no PAD), and grads, a dict like params.
    """
    ### BEGIN SOLUTION
    inputs, targets = captions[:, :-1], captions[:, 1:]
    h0 = images @ params["W_image"] + params["b_image"]
    empty = np.zeros_like(h0)
    x, rows = word_embedding_forward(inputs, params["W_embed"])
    h, _, _, steps = lstm_forward_full(x, h0, empty, params["Wx"], params["Wh"], params["b"])
    scores, readout = temporal_affine_forward(h, params["W_out"], params["b_out"])
    loss, dscores = temporal_softmax_loss(scores, targets, targets != PAD)
    grads = {}
    dh, grads["W_out"], grads["b_out"] = temporal_affine_backward(dscores, readout)
    dx, dh0, _, grads["Wx"], grads["Wh"], grads["b"] = lstm_backward_full(dh, empty, steps)
    grads["W_embed"] = word_embedding_backward(dx, rows)
    grads["W_image"], grads["b_image"] = images.T @ dh0, dh0.sum(axis=0)
    ### END SOLUTION
    return loss, grads


# %% nbgrader={"grade": true, "grade_id": "test_caption_loss", "points": 20}
check(caption_loss)

# %% [markdown]
# **The whole model at once.** Layers that are right by themselves can still be joined wrongly. So nudge the parameters
# of a small model and compare the slopes with your gradients: four digits, H = 5, float64, up to 40 entries of each
# parameter.
#
# This is your own test. As in 06, `check` says of `caption_loss` only right or wrong at first.
# `check(caption_loss, help=True)` opens the usual answer.

# %% tags=["explore"]
images, labels = load_digits()
four = images[:4].astype(float), encode_numerals(labels[:4])
small = caption_model(np.random.default_rng(0), H=5, E=4, dtype=float)


def captions_cost(params):
    return caption_loss(params, *four)[0]


def captions_slope(params):
    return caption_loss(params, *four)[1]


gradients.check_gradients(captions_cost, small, captions_slope, entries=40)

# %% [markdown]
# ## Say it
# `●●○○○ · 20 min · 15 points`
#
# For a new image the right letters are not known. So the model reads what it wrote itself: it reads `START`, writes the
# letter with the highest score, reads that letter at the next step, and so on. This is *greedy* decoding. Rows end at
# different steps. A row that has written `END` gets `PAD` from then on.


# %% nbgrader={"solution": true, "grade_id": "caption"}
def caption(params, images, max_length):
    """Write a caption for every image: at each step the likeliest id.

    images (N, 64), max_length an int. Returns ids (N, max_length), integers,
    without START; behind a row's END only PAD. Use your lstm_step_forward.
    """
    ### BEGIN SOLUTION
    N = len(images)
    h = images @ params["W_image"] + params["b_image"]
    c = np.zeros_like(h)
    ids = np.full((N, max_length), PAD)
    last, done = np.full(N, START), np.zeros(N, dtype=bool)
    for t in range(max_length):
        h, c, _ = lstm_step_forward(params["W_embed"][last], h, c, params["Wx"], params["Wh"], params["b"])
        last = np.argmax(h @ params["W_out"] + params["b_out"], axis=1)
        ids[:, t] = np.where(done, PAD, last)
        done |= last == END
    ### END SOLUTION
    return ids


# %% nbgrader={"grade": true, "grade_id": "test_caption", "points": 15}
check(caption)

# %% [markdown]
# ## Learn it by heart
# `●●○○○ · 15 min · 10 points`
#
# First let the model learn a little by heart. If it cannot, suspect a mistake.
#
# Train on all rows at every step, with one `Adam(params)` at rate 0.01. Clip gradients at a norm of 5. Adam's
# `step(grads, rate)` changes the arrays in `params`.
#
# Two things are judged: the weights after a few steps, and the loss after 150 steps on 50 digits of ours. This loss
# must be below 0.05 nats a letter (*nat*: unit of natural logarithms): `caption_loss` divided by the mean number of
# letters, `END` included.


# %% nbgrader={"solution": true, "grade_id": "train_captions"}
def train_captions(params, images, captions, steps):
    """Train a caption model on all rows at once, for so many steps.

    Use your caption_loss and clip_grad_norm, and Adam. Returns the trained
    params, a dict of new arrays; those that came in stay as they are.
    """
    ### BEGIN SOLUTION
    params = {name: p.copy() for name, p in params.items()}
    optimiser = Adam(params)
    for _ in range(steps):
        _, grads = caption_loss(params, images, captions)
        grads, _ = clip_grad_norm(grads, 5.0)
        optimiser.step(grads, 0.01)
    trained = params
    ### END SOLUTION
    return trained


# %% nbgrader={"grade": true, "grade_id": "test_train_captions", "points": 10}
check(train_captions)

# %% [markdown]
# **By heart.** The figure shows five of fifty digits after 0, 15, 50 and 150 steps of your training. Predict the line
# after 15 steps: is it letters at random, one word for all, or pieces of words?
#
# A low loss does not prove that the gradients are right. A `caption_loss` whose gradients of `W_image` and `b_image` are
# 0 reaches it too. Nudging the parameters, as above, shows that mistake.

# %% tags=["explore"]
explorers.predict("first-line", figures.captions_by_heart(train_captions, caption))

# %% [markdown]
# **New digits.** Learning by heart says nothing about new images. Now a model with H = 64 trains on 1,200 digits, in 440
# batches of 64, and 200 other digits are kept back. You see how many of these it writes without a wrong letter; this is
# not graded. Look at its mistakes: does it misspell words, or name a wrong digit?

# %% tags=["explore"]
experiments.captions(caption_loss, caption, clip_grad_norm)

# %% [markdown]
# **A video's caption.** Three digits come as three frames. An encoder reads them all, and your captioner writes all three
# words from the encoder's last state. This is *many to many, delayed*, as in the lecture's video captioning. At each frame
# the encoder also names the digit that it sees: *many to many, aligned*. So one network has two losses, and their
# gradients add at the encoder's states. Predict: will it be better at frames, at words, or at whole streams?
#
# With this the first half ends; [go on to the question](#In-your-own-words).

# %% tags=["explore"]
layers = lstm_forward_full, lstm_backward_full, temporal_affine_forward, temporal_affine_backward
stream = experiments.digit_stream(caption_loss, caption, *layers, temporal_softmax_loss, clip_grad_norm)
explorers.predict("streams", stream)

# %% [markdown]
# # Pronounce it: encoder and decoder
# `●●●●○ · 30 min · 20 points`
#
# ![The encoder reads e, e, b; two states cross to the decoder, which reads START, B, IY, answers B, IY, END.](figures/encoder-decoder.png)
#
# This is the second half. An *encoder* starts from zeros, reads the letters and hands over its last h and c. A *decoder*,
# with its own weights, starts from them and writes *phonemes*, the sounds of a word. Backwards, the encoder gets gradients
# only through these states.
#
# Letters are reversed: few steps then separate the first letter from the first phoneme. Predict the row of "cab".

# %%
row = encode_spellings(["cab"], length=5)[0]
read = ["PAD" if letter == PAD else "abc"[letter - 3] for letter in row]
explorers.predict("cab", "\n".join(f"step {step} reads {letter}" for step, letter in enumerate(read, start=1)))


# %% nbgrader={"solution": true, "grade_id": "pronounce_loss"}
def pronounce_loss(params, letters, phonemes):
    """The loss of a pronouncing model, and its gradients.

    letters (N, S), phonemes (N, T + 1) integers. params: W_letters (V, E),
    enc_Wx (E, 4H), enc_Wh (H, 4H), enc_b (4H,), W_phonemes (P, E), dec_Wx,
    dec_Wh, dec_b likewise, W_out (H, P), b_out (P,). Returns loss, a number
    (temporal_softmax_loss over all targets that are no PAD), and grads, a
    dict like params. PAD letters are read like any others.
    """
    ### BEGIN SOLUTION
    p, inputs, targets = params, phonemes[:, :-1], phonemes[:, 1:]
    silence = np.zeros((len(letters), len(p["enc_Wh"])), dtype=p["enc_Wh"].dtype)
    read, letter_rows = word_embedding_forward(letters, p["W_letters"])
    states, h, c, encoder = lstm_forward_full(read, silence, silence, p["enc_Wx"], p["enc_Wh"], p["enc_b"])
    spoken, phoneme_rows = word_embedding_forward(inputs, p["W_phonemes"])
    h, _, _, decoder = lstm_forward_full(spoken, h, c, p["dec_Wx"], p["dec_Wh"], p["dec_b"])
    scores, readout = temporal_affine_forward(h, p["W_out"], p["b_out"])
    loss, dscores = temporal_softmax_loss(scores, targets, targets != PAD)
    grads = {}
    dh, grads["W_out"], grads["b_out"] = temporal_affine_backward(dscores, readout)
    dspoken, dh_T, dc_T, grads["dec_Wx"], grads["dec_Wh"], grads["dec_b"] = lstm_backward_full(dh, silence, decoder)
    dstates = np.zeros_like(states)
    dstates[:, -1] = dh_T
    dread, _, _, grads["enc_Wx"], grads["enc_Wh"], grads["enc_b"] = lstm_backward_full(dstates, dc_T, encoder)
    grads["W_phonemes"] = word_embedding_backward(dspoken, phoneme_rows)
    grads["W_letters"] = word_embedding_backward(dread, letter_rows)
    ### END SOLUTION
    return loss, grads


# %% nbgrader={"grade": true, "grade_id": "test_pronounce_loss", "points": 20}
check(pronounce_loss)

# %% [markdown]
# **The whole model at once.** Layers that are right by themselves can still be joined wrongly. So nudge up to 40
# entries of every parameter of a small model: three words, H = 5, float64. The verdict VACUOUS in the report would
# mark a parameter that does not change the loss. Until you ask for help (`help=True`), `check` says of
# `pronounce_loss` only right or wrong.

# %% tags=["explore"]
sounds = load_pronunciations()
three = ("deep", "beet", "moon")
rows = encode_spellings(three, 4), encode_pronunciations([sounds[word] for word in three], 6)
tiny = pronounce_model(np.random.default_rng(0), H=5, E=4, dtype=float)


def words_cost(params):
    return pronounce_loss(params, *rows)[0]


def words_slope(params):
    return pronounce_loss(params, *rows)[1]


gradients.check_gradients(words_cost, tiny, words_slope, entries=40)

# %% [markdown]
# ## Say it aloud
# `●●○○○ · 20 min · 15 points`
#
# First the encoder reads the word. Then the decoder works *greedily*: it reads `START`, writes the phoneme with the
# highest score, reads that phoneme at the next step, and so on. A row that has written `END` gets `PAD` from then on.


# %% nbgrader={"solution": true, "grade_id": "pronounce"}
def pronounce(params, letters, max_length):
    """Write the phonemes of every word: at each step the likeliest id.

    letters (N, S), max_length an int. Returns ids (N, max_length), integers,
    without START; behind a row's END only PAD.
    """
    ### BEGIN SOLUTION
    N, p = len(letters), params
    silence = np.zeros((N, len(p["enc_Wh"])), dtype=p["enc_Wh"].dtype)
    read, _ = word_embedding_forward(letters, p["W_letters"])
    _, h, c, _ = lstm_forward_full(read, silence, silence, p["enc_Wx"], p["enc_Wh"], p["enc_b"])
    ids = np.full((N, max_length), PAD)
    last, done = np.full(N, START), np.zeros(N, dtype=bool)
    for t in range(max_length):
        h, c, _ = lstm_step_forward(p["W_phonemes"][last], h, c, p["dec_Wx"], p["dec_Wh"], p["dec_b"])
        last = np.argmax(h @ p["W_out"] + p["b_out"], axis=1)
        ids[:, t] = np.where(done, PAD, last)
        done |= last == END
    ### END SOLUTION
    return ids


# %% nbgrader={"grade": true, "grade_id": "test_pronounce", "points": 15}
check(pronounce)

# %% [markdown]
# ## Fifty words by heart
# `●●○○○ · 15 min · 10 points`
#
# Train on all rows at every step, with one `Adam(params)`. Clip gradients at a norm of 5. Adam's `step(grads, rate)`
# changes the arrays in `params`. The rate falls linearly, from 0.02 at the first step; the step after the last would
# have 0.002.
#
# Two things are judged: the weights after a few steps, and the loss after 150 steps on 50 words of ours. This loss must
# be below 0.05 nats a phoneme (*nat*: unit of natural logarithms): `pronounce_loss` divided by the mean number of
# phonemes, `END` included.


# %% nbgrader={"solution": true, "grade_id": "train_pronounce"}
def train_pronounce(params, letters, phonemes, steps):
    """Train a pronouncing model on all rows at once, for so many steps.

    Use your pronounce_loss and clip_grad_norm, and Adam. Returns the trained
    params, a dict of new arrays; those that came in stay as they are.
    """
    ### BEGIN SOLUTION
    params = {name: p.copy() for name, p in params.items()}
    optimiser = Adam(params)
    for step in range(steps):
        _, grads = pronounce_loss(params, letters, phonemes)
        grads, _ = clip_grad_norm(grads, 5.0)
        optimiser.step(grads, 0.02 * (1 - 0.9 * step / steps))
    trained = params
    ### END SOLUTION
    return trained


# %% nbgrader={"grade": true, "grade_id": "test_train_pronounce", "points": 10}
check(train_pronounce)

# %% [markdown]
# **By heart.** The figure shows five of fifty short words after four trainings from one start, of 0, 15, 50 and 150
# steps; in each the rate falls all the way. Predict what it learns first: how a word begins, how it ends, or how long
# it is?

# %% tags=["explore"]
explorers.predict("first-learned", figures.words_by_heart(train_pronounce, pronounce))

# %% [markdown]
# **New words.** The network trains on 75,031 words of at most eight letters (2,093 batches of 64, H = 64, about
# twenty seconds). A thousand others are kept back. On these it is compared with a table that gives each letter its
# commonest phoneme. The measure is the *phoneme error rate*: how many phonemes must be changed, left out or put in,
# divided by how many there should be. It is not the share of wrong words: where it was 0.16 (this recipe, seed 1), 47
# % of the thousand words had a mistake. None of this is graded.

# %% tags=["explore"]
network = experiments.pronouncing(pronounce_loss, pronounce, clip_grad_norm)
network

# %% [markdown]
# **Which letters decided this phoneme?** Let p be the probability of a written phoneme. The explorer shows the size of
# log p's gradient at each letter's embedding, relative to this phoneme's largest.
#
# ![Two maps of nation, phonemes by letters. Untrained, all are darkest at the first n. Trained: first N, EY, AH at a; SH at t; last N, end at i.](figures/connectivity.png)
#
# Predict for "phone": which letters decide the F, and which the OW? Then try your own word. A gradient says only what a
# *small* change does, so the darkest letter need not be the one you would name.

# %% tags=["explore"]
explorers.connectivity(pronounce_loss, pronounce, network)

# %% [markdown]
# ## In your own words
# `●●●○○ · 20 min · 10 points`
#
# A friend has trained a model on fifty words and says: *"Its loss is 0.05 nats a phoneme. So 95% of the phonemes are right,
# and 95% of the words, and it can pronounce."* Answer in sentences. (If you chose captions, answer about letters.)

# %% [markdown]
# 1. Which (geometric) mean probability does 0.05 nats a phoneme stand for (1.5)? Why is that not the share of right
#    phonemes (1.5)?
# 2. How probable is a word of three phonemes and `END` (1)? What would you count to judge the model (1)?
# 3. What does the decoder read in training, and when it speaks (1)? What can one wrong phoneme do (1)?
# 4. What does learning by heart show (1)? What does it not show, and where would you measure that (1)?
# 5. Give two numbers of your own, each with what it was measured on (1).

# %% [markdown] nbgrader={"grade": true, "solution": true, "grade_id": "what_a_loss_says", "points": 10}
# **Exemplar (10 of 10).** 0.05 nats a phoneme is the mean of −log p over the right phonemes and END, so their
# probability is e^−0.05 = 0.951 in the geometric mean. That is no share of right phonemes: the decoder writes the
# likeliest, and one with p = 0.6 is written every time. The log probabilities of three phonemes and END add up, to
# about −0.2, so a whole word has about e^−0.2 = 0.82, not 0.95. I would count how many words are *written* right. In
# training the model reads the right phonemes, when it speaks its own: after a wrong one it goes on from a beginning
# that it may never have been shown, and the rest may go wrong with it. Fifty words by heart show that the program can
# learn, so little of it can be broken (a gradient may still be missing: the nudges tell). They show nothing about
# other words; that I measure on what was kept back. My numbers, from captions: in the figure of fifty digits 37 words
# are written right at 0.25 nats a letter, where e^−0.25 = 0.78; of 200 new digits my captioner got 193.
#
# **Rubric.** Choose what the answer has.
#
# - `mean-probability` (1.5): You turn the loss of 0.05 into the probability that it stands for, e^−0.05 or about 0.95.
# - `not-a-share` (1.5): You say why this is not the share of what is right: the likeliest is written, whatever its
#   probability.
# - `whole-word` (1): You work out the probability of a whole word from those of its parts.
# - `count-words` (1): You would count the words that are written right.
# - `what-it-reads` (1): You say that the decoder reads what is right in training, and its own output when it speaks.
# - `one-wrong` (1): You say that one wrong phoneme or letter can spoil what follows.
# - `can-learn` (1): You say what learning by heart shows: that the program can learn.
# - `kept-back` (1): You say that it shows nothing about other words, and that you would measure on what was kept back.
# - `two-numbers` (1): You give two numbers of your own, and say of each what it was measured on.
#
# **For the reader.** An answer about letters is as complete. `mean-probability`: the kind of mean (geometric, or the
# mean of log p) need not be named; 0.95 as 1 − 0.05 does not count. `not-a-share`: that the two differ, without why,
# is not enough. `whole-word`: log probabilities add, e^−0.2 = 0.82 or 0.95^4 = 0.81; END forgotten, 0.86, earns it
# too. `count-words`: "word accuracy" is the same. `kept-back`: words that it has not seen, or a test set; "only the
# fifty" means "nothing about others". `can-learn`: "the gradients are right" alone does not earn it: seven wrong
# backward passes of the course (caption_loss 3, pronounce_loss 4) all get below 0.05 nats a letter or phoneme in 150
# steps.
#
# **Borderline (5.5 of 10).** "0.05 nats a phoneme means p = 0.95, so 0.95^4 = 0.81 a word. In training it reads the
# right phonemes, when it speaks its own. Fifty words say nothing about others; test on words that were kept back. Mine
# had a phoneme error rate of 0.15 on a thousand of those; by heart it had all 50 words." Chosen: `mean-probability`,
# `whole-word`, `what-it-reads`, `kept-back`, `two-numbers`. Why p is no share, what to count, what a wrong phoneme does
# and what fifty words do show is missing.
#
# **Tempting and wrong (2 of 10).** "The loss is a cross-entropy, so accuracy is 1 − 0.05 = 95 %; the words are as good,
# since each phoneme is right independently. It has learned to pronounce: by heart mine had 0.013 nats a phoneme, and on
# words that were kept back, where one should measure, since fifty words show nothing about others, a phoneme error rate
# of 0.15." Chosen: `kept-back`, `two-numbers`. A loss in nats is no error rate, and independent phonemes would give
# 0.81, not 0.95.

# %% [markdown]
# ## What you built
#
# From your own layers you built a network that names what it sees, or pronounces what it reads. While it writes, it reads
# its own output. All that it knows of its input is the state from which it starts.
#
# Exit question: when a model pronounces, thirty letters must fit into the same 128 numbers (h and c) as three. What
# else would you let the decoder read?
#
# One answer is *attention* (Bahdanau, Cho and Bengio 2015): at every step the decoder looks back at all of the
# encoder's states. Read on: [From here to today](../further/from-here-to-today.ipynb).

# %% tags=["explore"]
check.progress()
