"""07-capstone: make it speak. Two models, a captioner of digits and a pronouncer of words; one of the two is required.

The bar of the training exercises, 0.05 nats a letter, or a phoneme, after 150 steps on 50 digits or words with E = 16
and H = 32, follows from `data/bars.json` beside this folder: over ten seeds the reference is below it after a median of
82 steps (captions) and 71 (phonemes), standard deviations 8 and 7, so that median plus three standard deviations is
106 and 92.
"""

from autograder.assignments.capstone.exercises.caption import CAPTION
from autograder.assignments.capstone.exercises.caption_loss import CAPTION_LOSS
from autograder.assignments.capstone.exercises.pronounce import PRONOUNCE
from autograder.assignments.capstone.exercises.pronounce_loss import PRONOUNCE_LOSS
from autograder.assignments.capstone.exercises.train_captions import TRAIN_CAPTIONS
from autograder.assignments.capstone.exercises.train_pronounce import TRAIN_PRONOUNCE

ASSIGNMENT = "07-capstone"
EXERCISES = (CAPTION_LOSS, CAPTION, TRAIN_CAPTIONS, PRONOUNCE_LOSS, PRONOUNCE, TRAIN_PRONOUNCE)
