/* The template engine. In: real C with holes (templates/README.md) and their bindings. Out: C without dollars, indented afresh.
 * Five constructs: $hole$, #if on a hole, $unroll$, $loop_x$, $reg$. The C preprocessor is the reference implementation. */
#include "base/bug.h"
#include "emit/constant.h"
#include "emit/emit.h"
#include "emit/indent.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { REGISTERS_MAX = 64, DIMS_MAX = 3 };

/* The value of an unrolled variable, innermost first. */
typedef struct Variable_ { const char *name; size_t length; int value; const struct Variable_ *outer; } Unrolled;
typedef struct { const char *name; size_t length; int dims, dim[DIMS_MAX]; } Register;
typedef struct {
    Arena *arena;
    const char *name, *text;
    const Hole *holes;
    int hole_count, register_count, depth;
    Register registers[REGISTERS_MAX];
} Engine;

static void expand(Engine *engine, Text *out, const char *p, const char *end, const Unrolled *env);

static _Noreturn void fail(const Engine *engine, const char *at, const char *what)
{
    int line = 1;
    for (const char *p = engine->text; p < at && *p; p++)
        line += *p == '\n';
    BUG("%s:%d: %s near '%.24s'", engine->name, line, what, at);
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$';
}

static const char *name_end(const char *p)
{
    while (is_name(*p))
        p++;
    return p;
}

static const char *spaces_end(const char *p)
{
    while (isspace((unsigned char)*p))
        p++;
    return p;
}

static const char *line_end(const char *p)
{
    const char *newline = strchr(p, '\n');
    return newline ? newline + 1 : p + strlen(p);
}

static bool same(const char *p, size_t n, const char *word)
{
    return strlen(word) == n && memcmp(p, word, n) == 0;
}

static const char *hole_text(const Engine *engine, const char *p, size_t n)
{
    for (int i = 0; i < engine->hole_count; i++)
        if (same(p, n, engine->holes[i].name))
            return engine->holes[i].text;
    fail(engine, p, "unbound hole");
}

/* Over one string, character, comment or plain character. */
static const char *skip(const Engine *engine, const char *p)
{
    if (p[0] == '/' && p[1] == '*') {
        const char *close = strstr(p + 2, "*/");
        if (!close)
            fail(engine, p, "open comment");
        return close + 2;
    }
    if (*p != '"' && *p != '\'')
        return p + 1;
    for (const char *q = p + 1; *q && *q != '\n'; q += q[0] == '\\' ? 2 : 1)
        if (*q == *p)
            return q + 1;
    fail(engine, p, "open string");
}

/* p is at an opening bracket: the closing one. */
static const char *closing(const Engine *engine, const char *p)
{
    const char *open = p;
    char close = *p == '(' ? ')' : *p == '[' ? ']' : '}';
    for (int depth = 0; *p; p = skip(engine, p)) {
        if (*p == *open)
            depth++;
        else if (*p == close && --depth == 0)
            return p;
    }
    fail(engine, open, "unbalanced bracket");
}

/* The text of a hole; as a macro may, it may hold holes itself, and variables of the loops around it. */
static void put_hole(Engine *engine, Text *out, const char *p, size_t n, const Unrolled *env)
{
    const char *text = hole_text(engine, p, n);
    if (++engine->depth > 8)
        fail(engine, p, "a hole within itself");
    expand(engine, out, text, text + strlen(text), env);
    engine->depth--;
}

/* One identifier: an unrolled variable, else text with holes in it. */
static void put_name(Engine *engine, Text *out, const char *p, size_t n, const Unrolled *env)
{
    for (const Unrolled *v = env; v; v = v->outer)
        if (v->length == n && !memcmp(v->name, p, n)) {
            text_printf(out, "%d", v->value);
            return;
        }
    for (size_t i = 0; i < n; i++) {
        if (p[i] != '$') {
            text_add_char(out, p[i]);
            continue;
        }
        const char *close = memchr(p + i + 1, '$', n - i - 1);
        if (!close)
            fail(engine, p + i, "unpaired dollar");
        put_hole(engine, out, p + i + 1, (size_t)(close - p) - i - 1, env);
        i = (size_t)(close - p);
    }
}

static int number(Engine *engine, const char *p, const char *end, const Unrolled *env)
{
    Text text = text_new(engine->arena);
    long value;
    expand(engine, &text, p, end, env);
    const char *q = text.at;
    if (!constant_parse(&q, &value) || *spaces_end(q))
        fail(engine, p, "not an integer constant");
    return (int)value;
}

/* Does a block declare something at its own level? A statement that starts with two names, or a $reg$. */
static bool declares(const Engine *engine, const char *p, const char *end)
{
    bool start = true;
    while (p < end) {
        const char *q = is_name(*p) ? name_end(p) : skip(engine, p);
        if (start && is_name(*p)) {
            size_t n = (size_t)(q - p);
            const char *next = q + strspn(q, " *\n");
            if (is_name(*next) && next > q && !same(p, n, "return") && !same(p, n, "else") && !same(p, n, "BNN_PARALLEL_FOR"))
                return true;
        }
        if (*p == '{')
            q = closing(engine, p) + 1;
        start = *p == ';' || *p == '{' || *p == '\n' || (start && (isspace((unsigned char)*p) || (*p == '/' && p[1] == '*')));
        p = q;
    }
    return false;
}

/* Is the text so far waiting for one statement, as after `if (x)`? */
static bool wants_one_statement(const Text *out)
{
    size_t n = out->length;
    while (n && isspace((unsigned char)out->at[n - 1]))
        n--;
    return n && (out->at[n - 1] == ')' || (n >= 4 && !memcmp(out->at + n - 4, "else", 4)));
}

/* p is after $unroll$ or $loop_x$: "(k, n) { ... }". */
static const char *unroll(Engine *engine, Text *out, const char *p, bool keep, const Unrolled *env)
{
    p = spaces_end(p);
    const char *close = *p == '(' ? closing(engine, p) : p, *name = spaces_end(p + 1), *comma = spaces_end(name_end(name));
    if (*p != '(' || *comma != ',')
        fail(engine, p, "expected (variable, count)");
    Unrolled variable = {name, (size_t)(name_end(name) - name), 0, env};
    int count = number(engine, comma + 1, close, env);
    if (keep) {
        text_printf(out, "for (int %.*s = 0; %.*s < %d; %.*s++)", (int)variable.length, name, (int)variable.length, name, count,
                    (int)variable.length, name);
        return close + 1;
    }
    const char *open = spaces_end(close + 1);
    if (*open != '{')
        fail(engine, p, "expected { after (variable, count)");
    const char *body = spaces_end(open + 1), *after = closing(engine, open), *end = after;
    while (end > body && isspace((unsigned char)end[-1]))
        end--;
    bool braces = declares(engine, body, end), all = wants_one_statement(out);
    text_add(out, all ? "{\n" : "");
    for (; variable.value < count; variable.value++) {
        text_add(out, braces ? "{\n" : variable.value ? "\n" : "");
        expand(engine, out, body, end, &variable);
        text_add(out, braces ? "\n}" : "");
        text_add(out, braces && variable.value + 1 < count ? "\n" : "");
    }
    text_add(out, all ? "\n}" : "");
    return after + 1;
}

/* p is after $reg$: "T name[a][b];" becomes "T name_0_0, name_0_1, ...;". */
static const char *declare_register(Engine *engine, Text *out, const char *p, const Unrolled *env)
{
    const char *bracket = strchr(p, '['), *name = bracket;
    if (!bracket || engine->register_count == REGISTERS_MAX)
        fail(engine, p, bracket ? "too many $reg$" : "expected T name[n]");
    while (is_name(name[-1]))
        name--;
    Register *r = &engine->registers[engine->register_count++];
    *r = (Register){.name = name, .length = (size_t)(bracket - name)};
    int total = 1;
    for (p = spaces_end(p); *bracket == '['; bracket = spaces_end(closing(engine, bracket) + 1)) {
        if (r->dims == DIMS_MAX)
            fail(engine, name, "too many dimensions");
        total *= r->dim[r->dims++] = number(engine, bracket + 1, closing(engine, bracket), env);
    }
    if (*bracket != ';' || total < 1)
        fail(engine, name, "$reg$ takes one array of at least one element");
    expand(engine, out, p, name, env);
    for (int i = 0; i < total; i++) {
        text_printf(out, "%s%.*s", i ? ", " : "", (int)r->length, name);
        for (int d = 0, rest = i, below = total; d < r->dims; d++) {
            below /= r->dim[d];
            text_printf(out, "_%d", rest / below);
            rest %= below;
        }
    }
    text_add_char(out, ';');
    return bracket + 1;
}

/* A use of a register: p is after its name. */
static const char *use_register(Engine *engine, Text *out, const Register *r, const char *p, const Unrolled *env)
{
    text_add_bytes(out, r->name, r->length);
    for (int d = 0; d < r->dims; d++) {
        if (*p != '[')
            fail(engine, p, "a register needs all its indices");
        const char *close = closing(engine, p);
        int index = number(engine, p + 1, close, env);
        if (index < 0 || index >= r->dim[d])
            fail(engine, p, "register index out of range");
        text_printf(out, "_%d", index);
        p = close + 1;
    }
    return p;
}

/* p is at a '#' that starts a line: NULL when it is none of ours, else the text after its #endif. */
static const char *conditional(Engine *engine, Text *out, const char *p, const char *end, const Unrolled *env)
{
    const char *q = p + 1 + strspn(p + 1, " "), *start = line_end(p), *otherwise = NULL, *line = start;
    if (strncmp(q, "if ", 3))
        return NULL;
    q += 3;
    bool negate = *q == '!';
    q += negate;
    if (*q != '$')
        return NULL;
    bool on = (number(engine, q, name_end(q), env) != 0) != negate;
    for (int depth = 1; line < end; line = line_end(line)) {
        const char *word = line + strspn(line, " \t");
        if (*word != '#')
            continue;
        word += 1 + strspn(word + 1, " ");
        if (!strncmp(word, "if", 2))
            depth++;
        else if (!strncmp(word, "else", 4) && depth == 1)
            otherwise = line;
        else if (!strncmp(word, "elif", 4) && depth == 1)
            fail(engine, line, "no #elif on holes");
        else if (!strncmp(word, "endif", 5) && --depth == 0)
            break;
    }
    if (line >= end)
        fail(engine, p, "#if without #endif");
    if (on)
        expand(engine, out, start, otherwise ? otherwise : line, env);
    else if (otherwise)
        expand(engine, out, line_end(otherwise), line, env);
    return line_end(line);
}

static const char *expand_name(Engine *engine, Text *out, const char *p, const Unrolled *env)
{
    const char *q = name_end(p);
    size_t n = (size_t)(q - p);
    if (same(p, n, "$unroll$"))
        return unroll(engine, out, q, false, env);
    if (same(p, n, "$reg$"))
        return declare_register(engine, out, q, env);
    if (n > 7 && !memcmp(p, "$loop_", 6))
        return unroll(engine, out, q, atoi(hole_text(engine, p + 1, n - 2)) == 0, env);
    for (int i = engine->register_count; i-- > 0;)
        if (*q == '[' && engine->registers[i].length == n && !memcmp(engine->registers[i].name, p, n))
            return use_register(engine, out, &engine->registers[i], q, env);
    put_name(engine, out, p, n, env);
    return q;
}

static void expand(Engine *engine, Text *out, const char *p, const char *end, const Unrolled *env)
{
    bool line_start = true;
    int registers = engine->register_count;
    while (p < end) {
        const char *q = line_start && *p == '#' ? conditional(engine, out, p, end, env) : NULL;
        if (q) {
            p = q;
            continue;
        }
        line_start = *p == '\n' || (line_start && (*p == ' ' || *p == '\t'));
        if (is_name(*p)) {
            q = name_end(p);
            if (isdigit((unsigned char)*p))
                text_add_bytes(out, p, (size_t)(q - p));
            else
                q = expand_name(engine, out, p, env);
        } else if (p[0] == '/' && p[1] == '*') { /* holes in comments, too */
            for (q = skip(engine, p); p < q; p = is_name(*p) ? name_end(p) : p + 1)
                if (*p == '$')
                    put_name(engine, out, p, (size_t)(name_end(p) - p), NULL);
                else
                    text_add_bytes(out, p, is_name(*p) ? (size_t)(name_end(p) - p) : 1);
        } else {
            q = skip(engine, p);
            text_add_bytes(out, p, (size_t)(q - p));
        }
        p = q;
    }
    engine->register_count = env ? registers : engine->register_count;
}

static bool is_used(Arena *arena, const char *text, const Hole *holes, int count, const char *name)
{
    const char *hole = arena_printf(arena, "$%s$", name);
    bool used = strstr(text, hole) != NULL;
    for (int i = 0; i < count; i++)
        used |= strstr(holes[i].text, hole) != NULL;
    return used;
}

const char *template_expand(Arena *arena, const char *name, const char *text, const Hole *holes, int count)
{
    Engine engine = {.arena = arena, .name = name, .text = text, .holes = holes, .hole_count = count};
    Text out = text_new(arena);
    for (int i = 0; i < count; i++)
        if (!is_used(arena, text, holes, count, holes[i].name))
            BUG("%s: no hole $%s$", name, holes[i].name);
    expand(&engine, &out, text, text + strlen(text), NULL);
    if (strchr(out.at, '$'))
        BUG("%s: a dollar is left in the output: '%.40s'", name, strchr(out.at, '$'));
    return indent_c(arena, out.at);
}
