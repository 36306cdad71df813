"""Questions to each student about the student's own code, with keys that were computed by running it.

`class_sheets` goes from what was handed in to the pages. For one student, `subjects` runs the functions in the sandbox
(or ours, here), `inputs` draws and changes what they are called with, `effects` compares what came out, `own_text`
edits a student's text in one line, and `finding` looks for questions whose keys are the same on several drawings.
`choosing` deals three that are not alike to each place in the class. What was found are facts (`questions`); `wording`
and `pages` make sentences and pages of them.
"""
