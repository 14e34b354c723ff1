/* The template engine. In: real C with holes (templates/README.md) and their bindings. Out: C without dollars, indented afresh.
 * Five constructs: $hole$, #if on a hole, $unroll$, $loop_x$, $reg$. The C preprocessor is the reference implementation. */
#include "base/bug.h"
#include "emit/constant.h"
#include "emit/emit.h"
#include "emit/indent.h"
#include "emit/tmpl_scan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void expand(Engine *engine, Text *out, const char *p, const char *end, const Unrolled *env);

static const char *hole_text(const Engine *engine, const char *p, size_t n)
{
    for (int i = 0; i < engine->hole_count; i++)
        if (scan_same(p, n, engine->holes[i].name))
            return engine->holes[i].text;
    scan_fail(engine, p, "unbound hole");
}

/* The text of a hole; as a macro may, it may hold holes itself, and variables of the loops around it. */
static void put_hole(Engine *engine, Text *out, const char *p, size_t n, const Unrolled *env)
{
    const char *text = hole_text(engine, p, n);
    if (++engine->depth > 8)
        scan_fail(engine, p, "a hole within itself");
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
            scan_fail(engine, p + i, "unpaired dollar");
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
    if (!constant_parse(&q, &value) || *scan_spaces_end(q))
        scan_fail(engine, p, "not an integer constant");
    return (int)value;
}

/* p is after $unroll$ or $loop_x$: "(k, n) { ... }". */
static const char *unroll(Engine *engine, Text *out, const char *p, bool keep, const Unrolled *env)
{
    p = scan_spaces_end(p);
    const char *close = *p == '(' ? scan_closing(engine, p) : p, *name = scan_spaces_end(p + 1), *comma = scan_spaces_end(scan_name_end(name));
    if (*p != '(' || *comma != ',')
        scan_fail(engine, p, "expected (variable, count)");
    Unrolled variable = {name, (size_t)(scan_name_end(name) - name), 0, env};
    int count = number(engine, comma + 1, close, env);
    if (keep) {
        text_printf(out, "for (int %.*s = 0; %.*s < %d; %.*s++)", (int)variable.length, name, (int)variable.length, name, count,
                    (int)variable.length, name);
        return close + 1;
    }
    const char *open = scan_spaces_end(close + 1);
    if (*open != '{')
        scan_fail(engine, p, "expected { after (variable, count)");
    const char *body = scan_spaces_end(open + 1), *after = scan_closing(engine, open), *end = after;
    while (end > body && isspace((unsigned char)end[-1]))
        end--;
    bool braces = scan_declares(engine, body, end), all = scan_wants_one_statement(out);
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
        scan_fail(engine, p, bracket ? "too many $reg$" : "expected T name[n]");
    while (scan_is_name(name[-1]))
        name--;
    Register *r = &engine->registers[engine->register_count++];
    *r = (Register){.name = name, .length = (size_t)(bracket - name)};
    int total = 1;
    for (p = scan_spaces_end(p); *bracket == '['; bracket = scan_spaces_end(scan_closing(engine, bracket) + 1)) {
        if (r->dims == DIMS_MAX)
            scan_fail(engine, name, "too many dimensions");
        total *= r->dim[r->dims++] = number(engine, bracket + 1, scan_closing(engine, bracket), env);
    }
    if (*bracket != ';' || total < 1)
        scan_fail(engine, name, "$reg$ takes one array of at least one element");
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
            scan_fail(engine, p, "a register needs all its indices");
        const char *close = scan_closing(engine, p);
        int index = number(engine, p + 1, close, env);
        if (index < 0 || index >= r->dim[d])
            scan_fail(engine, p, "register index out of range");
        text_printf(out, "_%d", index);
        p = close + 1;
    }
    return p;
}

/* p is at a '#' that starts a line: NULL when it is none of ours, else the text after its #endif. */
static const char *conditional(Engine *engine, Text *out, const char *p, const char *end, const Unrolled *env)
{
    const char *q = p + 1 + strspn(p + 1, " "), *start = scan_line_end(p), *otherwise = NULL, *line = start;
    if (strncmp(q, "if ", 3))
        return NULL;
    q += 3;
    bool negate = *q == '!';
    q += negate;
    if (*q != '$')
        return NULL;
    bool on = (number(engine, q, scan_name_end(q), env) != 0) != negate;
    for (int depth = 1; line < end; line = scan_line_end(line)) {
        const char *word = line + strspn(line, " \t");
        if (*word != '#')
            continue;
        word += 1 + strspn(word + 1, " ");
        if (!strncmp(word, "if", 2))
            depth++;
        else if (!strncmp(word, "else", 4) && depth == 1)
            otherwise = line;
        else if (!strncmp(word, "elif", 4) && depth == 1)
            scan_fail(engine, line, "no #elif on holes");
        else if (!strncmp(word, "endif", 5) && --depth == 0)
            break;
    }
    if (line >= end)
        scan_fail(engine, p, "#if without #endif");
    if (on)
        expand(engine, out, start, otherwise ? otherwise : line, env);
    else if (otherwise)
        expand(engine, out, scan_line_end(otherwise), line, env);
    return scan_line_end(line);
}

static const char *expand_name(Engine *engine, Text *out, const char *p, const Unrolled *env)
{
    const char *q = scan_name_end(p);
    size_t n = (size_t)(q - p);
    if (scan_same(p, n, "$unroll$"))
        return unroll(engine, out, q, false, env);
    if (scan_same(p, n, "$reg$"))
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
        if (scan_is_name(*p)) {
            q = scan_name_end(p);
            if (isdigit((unsigned char)*p))
                text_add_bytes(out, p, (size_t)(q - p));
            else
                q = expand_name(engine, out, p, env);
        } else if (p[0] == '/' && p[1] == '*') { /* holes in comments, too */
            for (q = scan_skip(engine, p); p < q; p = scan_is_name(*p) ? scan_name_end(p) : p + 1)
                if (*p == '$')
                    put_name(engine, out, p, (size_t)(scan_name_end(p) - p), NULL);
                else
                    text_add_bytes(out, p, scan_is_name(*p) ? (size_t)(scan_name_end(p) - p) : 1);
        } else {
            q = scan_skip(engine, p);
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
