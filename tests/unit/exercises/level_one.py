"""Find in the first level of a hint what would mend the answer: what the fix adds, in code or in words."""

import inspect
import io
import re
import tokenize

# What an operator or function of the solution is called in words, by the token that stands for it.
WORDS = {
    "T": r"transpos\w*",
    "transpose": r"transpos\w*",
    "swapaxes": r"swap\w* (the )?axes",
    "sum": r"sum(s|med|ming)?|add(s|ed|ing)? up",
    "mean": r"mean|average[ds]?",
    "keepdims": r"keepdims|keeps? (the|its) axis",
    "axis": r"axis",
    "max": r"maxim\w+|largest",
    "min": r"minim\w+|smallest",
    "tanh": r"tanh|squash\w*",
    "exp": r"exp|exponentials?",
    "log": r"log|logarithms?",
    "sqrt": r"sqrt|square root",
    "norm": r"norms?",
    "sigmoid": r"sigmoids?",
    "copy": r"cop(y|ies|ied)",
    "append": r"append\w*",
    "zeros": r"zeros",
    "zeros_like": r"zeros",
    "reversed": r"revers\w+|backwards",
    "cumsum": r"cumulative",
    "cumprod": r"cumulative",
    "add": r"np\.add",
    "where": r"np\.where",
    "**": r"squared?|²|power",
    "@": r"@|matrix product",
    "//": r"//|rounded",
    "%": r"%|modulo|remainder",
    "not": r"opposite|negat\w+",
    "~": r"opposite|negat\w+",
}
SIGNS = {"+": "+", "-": "-−", "*": "*·×", "/": "/÷"}  # how an operator is written between two names
# Words that say what is missing or what to write, rather than what the numbers are.
ADVICE = re.compile(
    r"\b(missing|misses|should|must|ought|forgot\w*|forget(?! (gate|block|bias))|instead|belongs?|left out|"
    r"needs?|needed|not used|never used|never added|not yet|where the equation|line \d+)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"`([^`]*)`")
_PLACE = r"(\[[:\d, −-]*\])?"  # an index of numbers and colons names a place


def complaints(text, gained, names):
    """Return what a first level says that it may not.

    Parameters
    ----------
    text : str
        The hint.
    gained : set of str
        The tokens that mending the answer adds.
    names : collection of str
        The exercise's arguments and outputs.
    """
    found = [f"{match[0]!r} says what to do" for match in ADVICE.finditer(text)]
    named = re.compile("(" + "|".join(map(re.escape, sorted(names, key=len, reverse=True))) + ")" + _PLACE)
    found += [f"`{code}` is code" for code in _CODE.findall(text) if not named.fullmatch(code)]
    for token in sorted(gained & set(WORDS)):
        for match in re.finditer(rf"(?<![\w.])(?:{WORDS[token]})(?!\w)", _CODE.sub("", text), re.IGNORECASE):
            if match[0] not in names:  # an output may be called norm
                found.append(f"{match[0]!r} mends it: the answer lacks {token}")
    for token in sorted(gained & set(SIGNS)):
        if match := re.search(rf"\w+ [{re.escape(SIGNS[token])}] \w+", text):
            found.append(f"{match[0]!r} mends it: the answer lacks {token}")
    if re.search(r"(?<!`)\b\w+\[[^\]`]*\](?!`)", _CODE.sub("", text)) or re.search(r"np\.\w+", text):
        found.append("there is code without backticks")
    return found


def gained(mistake, solution):
    """Return the operators and functions that the solution has and the mistaken function has not."""
    wrong = mistake.source(solution)
    return tokens(solution) - tokens(wrong) if mistake.whole else _lost(*mistake.edit)


def _lost(old, new):
    return tokens(old) - tokens(new)


def tokens(text):
    """Return the tokens of a piece of Python, which need not be a whole statement."""
    found, reader = set(), io.StringIO(inspect.cleandoc(text)).readline
    try:
        for token in tokenize.generate_tokens(reader):
            if token.type in (tokenize.NAME, tokenize.OP, tokenize.NUMBER):
                found.add(token.string)
    except (tokenize.TokenError, IndentationError):
        pass  # an edit may end inside brackets; what was read until then counts
    return found


def names(exercise, course):
    """Return the arguments and outputs of an exercise, those of its forward pass among them."""
    functions = [exercise.name, *([exercise.forward] if exercise.forward else [])]
    found = {output for name in functions for output in course.exercise(name).outputs}
    return found | {p for name in functions for p in inspect.signature(course.reference[name]).parameters}
