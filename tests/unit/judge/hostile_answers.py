"""List written answers that would act in a reader's browser, and render them as nbconvert does."""

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath


def render(text, pictures=None):
    return MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments=pictures or {})).render(text)


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<IMG SRC=x ONERROR=alert(1)>",
    "<svg/onload=alert(1)>",
    "<!--<script>-->",
    "<?php ?><![CDATA[x]]>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](javascript\\:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x]\n\n[x]: javascript:alert(1)",
    "[x][y]\n\n[y]: vbscript:alert(1) 'title'",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![x](attachment:gone.png)",
    '![x" onerror="alert(1)](attachment:gone.png "t" onload="x)',
    "[![x](attachment:y)](vbscript:z)",
    "![x][y]\n\n[y]: attachment:gone.png",
    "!![x](https://example.org/x.png)",
    "[x](<da\tta:text/html,<b>x</b>>)",
    "[x](  data:text/html,x)",
    '![x](data:image/png;base64,AAAA"onerror="alert(1))',
    "![x](//example.org/x.png)",
    "[x](//[)",
    r"$\href{javascript:alert(1)}{x}$",
    r"$$\class{x}{y}\style{color:red}{z}\cssId{a}{b}\unicode{60}\require{html}$$",
    r"&#36;&#92;href{javascript:alert(1)}{x}&#36;",
    r"\\(\href{javascript:alert(1)}{x}\\)",
    r"\begin{equation}\href{javascript:alert(1)}{x}\end{equation}",
    '```mermaid\nclick A href "javascript:alert(1)"\n```',
    "~~~ mermaid\n<img src=x onerror=alert(1)>\n~~~",
    "> ```mermaid\n> <img src=x onerror=alert(1)>\n> ```",
    "a\r```mermaid\nclick A\n```",
    "a\n: ```mermaid\n  click A\n  ```",
    *("\n" * 30_000, ">\n" * 15_000, " \n" * 15_000),  # each line may begin what the next might go on with
    '```"><script>alert(1)</script>\nx\n```',
    "# <script>alert(1)</script>",
    "| <script>alert(1)</script> |\n|--|\n| <b onclick=x> |",
    "`` ` `` <b onmouseover=alert(1)>`",
    "$a<b onmouseover=alert(1)>$",
    "$unclosed <script>alert(1)</script>",
    "    <script>\n\n<script>",
    "<a href='javascript:alert(1)'>x</a>",
    "\ud800<script>\x00",
    "a" * 50_000,
    "[" * 3_000,
]
