/* The front end: trees against the goldens of tests/golden/ast (BLESS=1 rewrites them), messages with their positions, printing, notebooks. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"
#include "front/ast.h"
#include "front/notebook.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define GOLDEN "tests/golden/ast"

typedef void Printer(const Diag *diag, FILE *out);

static char *capture(Arena *arena, const Diag *diag, Printer *print, const Node *node)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (print)
        print(diag, out);
    else
        ast_dump(node, out);
    fclose(out);
    char *copy = arena_strdup(arena, text);
    free(text);
    return copy;
}

static char *slurp(const char *path)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length), *in = fopen(path, "rb");
    for (int c; in && (c = fgetc(in)) != EOF;)
        fputc(c, out);
    if (in)
        fclose(in);
    fclose(out);
    return text;
}

static void check_golden(const char *stem)
{
    Arena *arena = arena_new();
    const char *error, *path = arena_printf(arena, GOLDEN "/%s.bnn", stem), *golden = arena_printf(arena, GOLDEN "/%s.ast", stem);
    Source *source = source_read(arena, path, &error);
    assert_non_null(source);
    Diag *diag = diag_new(arena);
    char *got = capture(arena, NULL, NULL, parse_source(arena, source, diag));
    if (diag_errors(diag))
        diag_print(diag, stderr);
    assert_int_equal(diag_errors(diag), 0);
    if (getenv("BLESS")) {
        FILE *out = fopen(golden, "wb");
        assert_non_null(out);
        fputs(got, out);
        fclose(out);
    }
    char *want = slurp(golden);
    if (strcmp(got, want) != 0)
        print_error("%s differs from the tree of %s\n", golden, path);
    assert_string_equal(got, want);
    free(want);
    arena_free(arena);
}

static void test_goldens(void **state)
{
    (void)state;
    int count = 0;
    DIR *folder = opendir(GOLDEN);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder));) {
        char stem[64];
        if (!text_ends_with(entry->d_name, ".bnn"))
            continue;
        snprintf(stem, sizeof stem, "%.*s", (int)strlen(entry->d_name) - 4, entry->d_name);
        check_golden(stem);
        count++;
    }
    closedir(folder);
    assert_true(count >= 12);
}

/* --- messages: "line:column text" of each, in the order of the text, one a line; only the beginning of each message counts */

typedef struct { const char *text, *messages; } Bad;

static char *messages_of(Arena *arena, const char *text)
{
    Diag *diag = diag_new(arena);
    Source *source = source_from_text(arena, "t", text, strlen(text));
    parse_source(arena, source, diag);
    char *printed = capture(arena, diag, diag_print, NULL), *save = NULL;
    Text out = text_new(arena);
    for (char *line = strtok_r(printed, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char *error = strstr(line, ": error: ");
        if (!error || strncmp(line, "t:", 2) != 0)
            continue;
        *error = '\0';
        text_printf(&out, "%s %s\n", line + 2, error + strlen(": error: "));
    }
    return out.at;
}

static void check_bad(const Bad *bad)
{
    Arena *arena = arena_new();
    char *got = messages_of(arena, bad->text);
    if (strcmp(got, bad->messages) != 0)
        print_error("text:\n%s\ngot:\n%swanted:\n%s", bad->text, got, bad->messages);
    assert_string_equal(got, bad->messages);
    arena_free(arena);
}

static const Bad bad_statements[] = {
    {"x = = 3\ny = 1\nz = * \n", "1:5 unexpected '='; expected an expression\n3:6 unexpected end of the line; expected an expression\n"},
    {"print 'a'\nprint x\nprint(x)\n", "1:1 'print' is a function\n2:1 'print' is a function\n"},
    {"if x = 3:\n    y = 1\nelse:\n    y = 2\n", "1:6 '=' assigns, and cannot stand in an expression\n"},
    {"if x == 3\n    y = 1\nelif z:\n    y = 2\nelse:\n    y = 3\nw = )\n",
     "1:10 ':' is missing at the end of this line\n7:5 ')' closes nothing\n"},
    {"def f()\n    def g(x):\n        return x\n    return g\n", "1:8 ':' is missing at the end of this line\n"},
    {"def f(a, b c):\n    return 1\ny = 2 3\n", "1:12 unexpected name 'c'; expected ',' or ')'\n3:7 unexpected number 3\n"},
    {"def f():\nx = 1\ny = = 1\n", "2:1 expected an indented block after 'def'\n3:5 unexpected '='; expected an expression\n"},
    {"def f():\n    if x:\ny = 1\n", "2:9 expected an indented block after 'if'\n"},
    {"for x in y:", "1:11 expected an indented block after 'for'\n"},
    {"try:\n    x\ny = = 1\n", "3:1 unexpected name 'y'; expected 'except' or 'finally'\n3:5 unexpected '='; expected an expression\n"},
    {"else:\n    x\ny = 1\n", "1:1 'else' belongs to no 'if, for, while or try'\n"},
    {"if a:\n    b\nelse if c:\n    d\n", "3:1 'else if' is one word\n"},
    {"f(lambda=1)\n", "1:3 'lambda' is a keyword and cannot be a name\n"},
    {"class = 3\n", "1:7 unexpected '='; expected a name\n"},
    {"x.class\n", "1:3 'class' is a keyword and cannot be a name\n"},
    {"i++\n", "1:2 there is no '++'\n"},
    {"// c\nx = a && b\n", "1:1 unexpected '//'\n2:7 unexpected '&&'\n"},
    {"raise E, 'x'\n", "1:8 'raise E, text' is Python 2\n"},
    {"try:\n    x\nexcept E, e:\n    y\n", "3:9 'except E, e' is Python 2\n"},
    {"3 = x\nf() = 1\n(a, 1) = y\na + b = c\nx = y = 3 = z\n",
     "1:1 cannot assign to a number\n2:1 cannot assign to a call\n3:5 cannot assign to a number\n4:1 cannot assign to an expression\n5:9 cannot assign to a number\n"},
    {"return 1\nbreak\nfor x in y:\n    continue\nclass C:\n    return 2\n", "1:1 'return' outside a function\n2:1 'break' outside a loop\n6:5 'return' outside a function\n"},
    {"*a, *b = c\n*a = b\nx = *y\n", "1:5 a second starred target\n2:1 a starred target stands alone\n"},
    {"x = *y\n", "1:5 a starred expression cannot stand here\n"},
    {"f(a=1, 2)\nf(a=1, a=2)\nf(x.y=1)\n", "1:8 a positional argument follows a keyword argument\n2:8 argument 'a' is given twice\n3:3 an argument's name must be a plain name\n"},
    {"def f(a=1, b): pass\ndef g(a, a): pass\ndef h(**k, a): pass\ndef i(*): pass\n",
     "1:12 parameter 'b' needs a default value too\n2:10 two parameters are called 'a'\n3:12 nothing can follow the '**' parameter\n4:7 a bare '*' needs a named parameter after it\n"},
    {"import a.b as\nfrom x import\n", "1:14 unexpected end of the line; expected a name\n2:14 unexpected end of the line; expected a name, '*' or '('\n"},
};

static void test_bad_statements(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_statements / sizeof *bad_statements; i++)
        check_bad(&bad_statements[i]);
}

static const Bad bad_layout[] = {
    {"model = Sequential([\n    Dense(10)\n    Dense(20),\n])\nx = = 1\n", "3:5 unexpected name 'Dense'; expected ',' or ']'\n5:5 unexpected '='; expected an expression\n"},
    {"model = Sequential([\n    Dense(10),\n    Dense(20,\n\nmodel.compile(loss='mse')\nx = = 1\n", "3:10 '(' is never closed\n6:5 unexpected '='; expected an expression\n"},
    {"x = (1, 2\ny = 3\nz = = 4\n", "1:5 '(' is never closed\n3:5 unexpected '='; expected an expression\n"},
    {"x = [1,\n", "1:5 '[' is never closed\n"},
    {"f([1, 2)\ny = = 1\n", "1:3 '[' is never closed\n2:5 unexpected '='; expected an expression\n"},
    {"f([1, 2}])\ny = (1, 2]\nz = = 1\n", "1:8 '}' does not close '['\n2:10 ']' does not close '('\n3:5 unexpected '='; expected an expression\n"},
    {"m = S([\n    I((9,) )),\n    D(1),\n])\nz = = 1\n", "2:13 ')' does not close '['\n5:5 unexpected '='; expected an expression\n"},
    {"m = S([\n    I((9,),\n    D(1),\n])\nz = = 1\n", "2:6 '(' is never closed\n5:5 unexpected '='; expected an expression\n"},
    {"m = S([\n    I(]9),\n    D(1),\n])\nif m:\n    z = 1\n", "2:7 ']' does not close '('\n"},
    {"m = S()\n    I(9),\n    D(1),\n])\nz = 1\n", "2:5 unexpected indentation\n"},
    {"x = 1\n  def f(x):\n      return x\ny = 1\n", "2:3 unexpected indentation\n"},
    {"x = (\ndef f(): pass\ny = = 1\n", "1:5 '(' is never closed\n3:5 unexpected '='; expected an expression\n"},
    {"def h():\n    if x:\n        y = (3\n    else:\n        z = 1\n", "3:13 '(' is never closed\n"},
    {"x = 1\n    y = 2\n    z = 3\nw = 4\n", "2:5 unexpected indentation\n"},
    {"if x:\n        y\n    z\n    w\nv\n", "3:5 this indentation matches no block around it\n"},
    {"if x:\n\ty = 1\n        z = 2\n", "3:9 tabs and spaces are mixed so that the indentation depends on the width of a tab\n"},
    {"if x:\n        y = 1\n\tz = 2\n", "3:2 tabs and spaces are mixed so that the indentation depends on the width of a tab\n"},
    {"x = 1 + \\ \n 2\n", "1:9 blanks after the backslash at the end of the line\n"},
    {"x = 1 \\ 2\n", "1:7 unexpected '\\' inside a line\n"},
};

static void test_bad_layout(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_layout / sizeof *bad_layout; i++)
        check_bad(&bad_layout[i]);
}

static const Bad bad_literals[] = {
    {"x = 'abc\ny = = 1\n", "1:5 this string is never closed\n2:5 unexpected '='; expected an expression\n"},
    {"x = '''abc\ny = = 1\n", "1:5 this string is never closed\n"},
    {"x = 0777\ny = 12abc\nz = 10L\nw = 3j\nv = 1__0\nu = 0x\n",
     "1:5 a decimal number cannot begin with 0\n2:5 malformed number\n3:5 a number of Python 2\n4:5 complex numbers are not part of the language\n5:5 malformed number\n6:5 malformed number\n"},
    {"x = 9223372036854775807\ny = 9223372036854775808\n", "2:5 this integer does not fit 64 bits\n"},
    {"x = '\\xg'\ny = '\\ud800'\nz = '\\N{DASH}'\n", "1:6 the escape \\x needs 2 hexadecimal digits\n2:6 this escape is no character\n3:6 characters by name are not part of the language\n"},
    {"x = 'a' b'b'\ny = b'\xc3\xa9'\n", "1:9 bytes and text cannot be joined\n2:7 bytes hold ASCII characters only\n"},
    {"x = f'{a b}'\ny = f'{}'\nz = f'{a!z}'\nw = f'a}'\nv = f'{a'\n",
     "1:10 unexpected name 'b'\n2:7 the f-string has an empty expression\n3:9 unknown conversion in the f-string\n4:8 a single '}' in the f-string\n5:5 this string is never closed\n"},
    {"x = a ? b : c\n\xe2\x80\x9cq\xe2\x80\x9d\nt\xc3\xa9 = 1\ny = \x01\nz = \xff\n",
     "1:7 unexpected character '?'\n2:1 unexpected character '\xe2\x80\x9c'\n2:3 unexpected character '\xe2\x80\x9d'\n3:2 unexpected character '\xc3\xa9'\n"
     "4:5 unexpected control character 0x01 or NUL\n5:5 the text is not valid UTF-8\n"},
    {"x = a <> b\n", "1:7 '<>' is Python 2\n"},
};

static void test_bad_literals(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_literals / sizeof *bad_literals; i++)
        check_bad(&bad_literals[i]);
}

/* --- limits */

static char *repeat(Arena *arena, const char *before, const char *middle, const char *after, int count)
{
    Text text = text_new(arena);
    for (int i = 0; i < count; i++)
        text_add(&text, before);
    text_add(&text, middle);
    for (int i = 0; i < count; i++)
        text_add(&text, after);
    return text.at;
}

static void check_messages(const char *text, const char *messages, Arena *arena)
{
    check_bad(&(Bad){text, messages});
    arena_free(arena);
}

static void test_nesting(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    check_messages(repeat(arena, "(", "x", ")", 64), "", arena);
    arena = arena_new();
    check_messages(repeat(arena, "[", "x", "]", 65), "1:65 more than 64 brackets and blocks inside each other\n", arena);
    arena = arena_new();
    check_messages(repeat(arena, "[", "", "", 100000), "1:65 more than 64 brackets and blocks inside each other\n", arena);
    arena = arena_new();
    check_messages(repeat(arena, "x + ", "x", "", 350), "", arena);
    arena = arena_new();
    check_messages(repeat(arena, "x + ", "x", "", 50000), "1:1 this is nested too deeply\n", arena);
    arena = arena_new();
    check_messages(repeat(arena, "", "x", ".y", 50000), "1:1 this is nested too deeply\n", arena);
    arena = arena_new();
    char *got = messages_of(arena, repeat(arena, "not ", "x", "", 50000));
    assert_non_null(strstr(got, "this is nested too deeply\n"));
    arena_free(arena);
}

static void test_deep_blocks(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Text text = text_new(arena);
    for (int i = 0; i < 70; i++)
        text_printf(&text, "%*sif x:\n", i, "");
    text_printf(&text, "%*sy\n", 70, "");
    assert_string_equal(messages_of(arena, text.at), "66:66 more than 64 brackets and blocks inside each other\n");
    arena_free(arena);
}

static void test_error_limit(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Diag *diag = diag_new(arena);
    char *text = repeat(arena, "x = = 1\n", "", "", 1000);
    Node *module = parse_source(arena, source_from_text(arena, "t", text, strlen(text)), diag);
    assert_int_equal(module->kind, AST_MODULE);
    char *printed = capture(arena, diag, diag_print, NULL);
    assert_non_null(strstr(printed, "t:20:5: error: "));
    assert_null(strstr(printed, "t:21:5: error: "));
    assert_true(text_ends_with(printed, "too many errors; 20 are shown\n"));
    arena_free(arena);
}

/* What could be parsed is there, and later statements are not lost. */
static void test_partial_tree(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Diag *diag = diag_new(arena);
    const char *text = "a = 1\nb = = 2\nc = (1\nd = 3\nif x\n    y\ne = 4\n";
    Node *module = parse_source(arena, source_from_text(arena, "t", text, strlen(text)), diag);
    Text names = text_new(arena);
    for (const Node *node = module->body; node; node = node->next)
        text_add(&names, node->kind == AST_ASSIGN ? node->items[0]->text : "?");
    assert_string_equal(names.at, "ad?e");
    assert_int_equal(diag_errors(diag), 3);
    arena_free(arena);
}

static void test_expression(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Diag *diag = diag_new(arena);
    const char *text = "get_model((64, 64,\n 3), 43)", *bad = "f(1) g", *empty = "";
    Node *node = parse_expression(arena, source_from_text(arena, "--model", text, strlen(text)), diag);
    assert_non_null(node);
    assert_int_equal(node->kind, AST_CALL);
    assert_int_equal(node->span.end, strlen(text));
    assert_null(parse_expression(arena, source_from_text(arena, "--model", bad, strlen(bad)), diag));
    assert_null(parse_expression(arena, source_from_text(arena, "--set", empty, 0), diag));
    assert_int_equal(diag_errors(diag), 2);
    arena_free(arena);
}

static void test_interning(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Diag *diag = diag_new(arena);
    const char *text = "name.name('name')";
    Node *node = parse_expression(arena, source_from_text(arena, "t", text, strlen(text)), diag);
    assert_ptr_equal(node->left->text, node->left->left->text);
    assert_ptr_equal(node->left->text, node->arguments->value->text);
    assert_int_equal(node->left->name_span.begin, 5);
    arena_free(arena);
}

/* --- printing */

static void check_print(const char *text, size_t begin, size_t end, const char *expected)
{
    Arena *arena = arena_new();
    Diag *diag = diag_new(arena);
    Source *source = source_from_text(arena, "m.bnn", text, strlen(text));
    diag_hint(diag_error(diag, (Span){source, begin, end}, "bad"), "hint");
    char *printed = capture(arena, diag, diag_print, NULL);
    assert_string_equal(printed, expected);
    arena_free(arena);
}

static void test_print(void **state)
{
    (void)state;
    check_print("a\nbcd efg\n", 6, 9, "m.bnn:2:5: error: bad\n    2 | bcd efg\n      |     ^~~ hint\n");
    check_print("\tx\ty", 3, 4, "m.bnn:1:4: error: bad\n    1 | \tx\ty\n      | \t \t^ hint\n");
    check_print("\xc3\xa9\xe6\x97\xa5 x", 6, 7, "m.bnn:1:4: error: bad\n    1 | \xc3\xa9\xe6\x97\xa5 x\n      |    ^ hint\n");
    check_print("a\x1b[31m\xff" "b", 7, 8, "m.bnn:1:8: error: bad\n    1 | a?[31m?b\n      |        ^ hint\n");
    check_print("a\r\nb\rc\n", 5, 6, "m.bnn:3:1: error: bad\n    3 | c\n      | ^ hint\n");
    check_print("\xef\xbb\xbfx", 3, 4, "m.bnn:1:1: error: bad\n    1 | x\n      | ^ hint\n");
    check_print("ab\ncd", 1, 5, "m.bnn:1:2: error: bad\n    1 | ab\n      |  ^ hint\n");
    check_print("", 0, 0, "m.bnn:1:1: error: bad\n    1 | \n      | ^ hint\n");
}

static void test_window(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    char *text = repeat(arena, "0123456789", "bad", "9876543210", 50);
    Diag *diag = diag_new(arena);
    diag_error(diag, (Span){source_from_text(arena, "w", text, strlen(text)), 500, 503}, "wide");
    char *printed = capture(arena, diag, diag_print, NULL), *line = strchr(printed, '\n') + 1, *carets = strchr(line, '\n') + 1;
    assert_true((size_t)(carets - line) < 130);
    char *caret = strchr(carets, '^');
    assert_non_null(caret);
    assert_memory_equal(line + (caret - carets), "bad", 3);
    assert_memory_equal(caret, "^~~\n", 4);
    arena_free(arena);
}

/* What came after a mark is forgotten, and what it drove away is back. */
static void test_mark(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Source *source = source_from_text(arena, "x.bnn", "one two\n", 8);
    Diag *diag = diag_new(arena);
    diag_warning(diag, (Span){source, 0, 3}, "perhaps");
    Diag *mark = diag_mark(diag);
    diag_error(diag, (Span){source, 0, 3}, "no");
    diag_error(diag, (Span){source, 4, 7}, "never");
    assert_int_equal(diag_errors(diag), 2);
    assert_int_equal(diag_warnings(diag), 0);
    diag_forget(diag, mark);
    assert_int_equal(diag_errors(diag), 0);
    assert_int_equal(diag_warnings(diag), 1);
    assert_non_null(diag_error(diag, (Span){source, 4, 7}, "again"));
    arena_free(arena);
}

static void test_order(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Diag *diag = diag_new(arena);
    Source *source = source_from_text(arena, "o", "a\nb\nc\n", 6);
    Message *late = diag_error(diag, (Span){source, 4, 5}, "third");
    diag_note(late, (Span){source, 0, 1}, "from here");
    diag_error(diag, (Span){NULL, 0, 0}, "nowhere");
    diag_warning(diag, (Span){source, 2, 3}, "second");
    assert_non_null(diag_error(diag, (Span){source, 0, 1}, "first"));
    assert_null(diag_error(diag, (Span){source, 0, 1}, "again at the same place"));
    assert_null(diag_warning(diag, (Span){source, 2, 3}, "second"));
    diag_hint(NULL, "ignored");
    diag_note(NULL, (Span){source, 0, 1}, "ignored");
    assert_int_equal(diag_errors(diag), 3);
    assert_int_equal(diag_warnings(diag), 1);
    char *printed = capture(arena, diag, diag_print, NULL);
    assert_string_equal(printed, "o:1:1: error: first\n    1 | a\n      | ^\no:2:1: warning: second\n    2 | b\n      | ^\n"
                                 "o:3:1: error: third\n    3 | c\n      | ^\no:1:1: note: from here\n    1 | a\n      | ^\nerror: nowhere\n");
    arena_free(arena);
}

static void test_json(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Diag *diag = diag_new(arena);
    Source *source = source_from_text(arena, "a\"b", "x\ny z\n", 6);
    Message *message = diag_error(diag, (Span){source, 4, 5}, "say \"%s\"\n", "\xff");
    diag_note(message, (Span){source, 0, 1}, "there");
    diag_hint(diag_warning(diag, (Span){NULL, 0, 0}, "w"), "back\\slash");
    char *printed = capture(arena, diag, diag_print_json, NULL);
    assert_string_equal(printed,
        "{\"file\":\"a\\\"b\",\"line\":2,\"column\":3,\"end_line\":2,\"end_column\":4,\"severity\":\"error\",\"message\":\"say \\\"\\ufffd\\\"\\u000a\",\"hint\":null,"
        "\"notes\":[{\"file\":\"a\\\"b\",\"line\":1,\"column\":1,\"end_line\":1,\"end_column\":2,\"message\":\"there\"}]}\n"
        "{\"file\":null,\"line\":0,\"column\":0,\"end_line\":0,\"end_column\":0,\"severity\":\"warning\",\"message\":\"w\",\"hint\":\"back\\\\slash\",\"notes\":[]}\n");
    arena_free(arena);
}

/* --- notebooks */

static void test_notebook(void **state)
{
    (void)state;
    static const char json[] =
        "{\"cells\": [{\"cell_type\": \"markdown\", \"source\": \"= =\"},"
        "{\"cell_type\": \"code\", \"source\": [\"!pip install larq \\\\\\n\", \"  --quiet\\n\", \"%matplotlib inline\\n\", \"x = 1\\n\", \"model?\"]},"
        "{\"cell_type\": \"code\", \"source\": \"%%bash\\nrm -rf $HOME\"},"
        "{\"cell_type\": \"code\", \"source\": [\"%%time\\n\", \"y = (8\\n\", \"  % 3)\\n\", \"z = = 2\"]}], \"nbformat\": 4}";
    Arena *arena = arena_new();
    const char *error = NULL;
    Source *source = source_from_notebook(arena, "n.ipynb", json, sizeof json - 1, &error);
    assert_non_null(source);
    Diag *diag = diag_new(arena);
    parse_source(arena, source, diag);
    char *printed = capture(arena, diag, diag_print, NULL);
    assert_string_equal(printed, "n.ipynb:cell 3:4:5: error: unexpected '='; expected an expression\n    4 | z = = 2\n      |     ^\n");
    assert_null(source_from_notebook(arena, "n.ipynb", "{}", 2, &error));
    assert_string_equal(error, "'n.ipynb' is not a Jupyter notebook");
    assert_null(source_from_notebook(arena, "n.ipynb", "{\"cells", 7, &error));
    arena_free(arena);
}

static void test_source(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    const char *error = NULL;
    assert_null(source_read(arena, "/nonexistent/model.bnn", &error));
    assert_non_null(strstr(error, "cannot open '/nonexistent/model.bnn': "));
    Source *source = source_from_text(arena, "s", "a\r\nb\rc\n\nd", 10);
    int line, column;
    size_t length;
    source_position(source, 9, &line, &column);
    assert_int_equal(line, 5);
    assert_int_equal(column, 2);
    source_position(source, 1000, &line, &column);
    assert_int_equal(line, 5);
    assert_memory_equal(source_line(source, 2, &length), "b", 1);
    assert_int_equal(length, 1);
    source_line(source, 4, &length);
    assert_int_equal(length, 0);
    source_line(source, 99, &length);
    assert_int_equal(length, 0);
    Span joined = span_join((Span){source, 5, 7}, (Span){source, 1, 6});
    assert_int_equal(joined.begin, 1);
    assert_int_equal(joined.end, 7);
    arena_free(arena);
}

const struct CMUnitTest front_tests[] = {
    cmocka_unit_test(test_goldens), cmocka_unit_test(test_bad_statements), cmocka_unit_test(test_bad_layout), cmocka_unit_test(test_bad_literals),
    cmocka_unit_test(test_nesting), cmocka_unit_test(test_deep_blocks), cmocka_unit_test(test_error_limit), cmocka_unit_test(test_partial_tree),
    cmocka_unit_test(test_expression), cmocka_unit_test(test_interning), cmocka_unit_test(test_print), cmocka_unit_test(test_window),
    cmocka_unit_test(test_mark), cmocka_unit_test(test_order), cmocka_unit_test(test_json), cmocka_unit_test(test_notebook), cmocka_unit_test(test_source),
};
const int front_test_count = sizeof front_tests / sizeof *front_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return _cmocka_run_group_tests("front", front_tests, (size_t)front_test_count, NULL, NULL) ? 1 : 0;
}
#endif
