/* In: the names that C text uses, and the runtime's headers as the compiler carries them. Out: the declarations of those headers that are
 * among them, transitively, in their order; or the #include lines of --runtime=link. A header is cut at its top level into declarations,
 * definitions, macros and conditional directives; a directive stays when something inside its group does. */
#include "emit/internal.h"

#include "base/bug.h"

#include <ctype.h>
#include <string.h>

typedef enum { PIECE_CODE, PIECE_DIRECTIVE, PIECE_INCLUDE } PieceKind;
typedef struct {
    PieceKind kind;
    const char *text, *name; /* name: what a code piece defines */
    int group;               /* the conditional it stands in, -1: none */
    bool needed, compile;    /* compile: not static in its file, becomes so */
} Piece;
typedef struct { int parent; bool needed; } Group;
typedef struct { VEC(Piece) pieces; VEC(Group) groups; Arena *arena; } Cut;

static const char *line_end(const char *p)
{
    const char *end = strchr(p, '\n');
    return end ? end + 1 : p + strlen(p);
}

/* Over a directive and its continuation lines. */
static const char *directive_end(const char *p)
{
    const char *end = line_end(p);
    while (end - p > 1 && end[-1] == '\n' && end[-2] == '\\')
        end = line_end(end);
    return end;
}

static const char *comment_end(const char *p)
{
    const char *end = strstr(p + 2, "*/");
    BUG_IF(!end);
    return end + 2;
}

/* Over one declaration or definition: to the ';' or the '}' at the top level that ends it. */
static const char *code_end(const char *p)
{
    int depth = 0;
    bool body = false;
    for (char last = 0; *p; p++) {
        if (p[0] == '/' && p[1] == '*') {
            p = comment_end(p) - 1;
            continue;
        }
        if (*p == '"' || *p == '\'')
            for (char quote = *p++; *p != quote; p++)
                p += *p == '\\';
        if (*p == '{' && depth++ == 0)
            body = last == ')';
        if (*p == '}' && --depth == 0 && body)
            return line_end(p);
        if (*p == ';' && depth == 0)
            return line_end(p);
        last = isspace((unsigned char)*p) ? last : *p;
    }
    return p;
}

static bool name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* What a piece defines: after #define; before the first '(' of a function; before '[' or '=' of a table; the last name of a typedef. */
static const char *defined_name(Arena *arena, const char *p, const char *end)
{
    const char *stop = end;
    if (!strncmp(p, "#define ", 8)) {
        for (stop = p + 8; name_char(*stop);)
            stop++;
        return arena_strndup(arena, p + 8, (size_t)(stop - p - 8));
    }
    const char *after = strncmp(p, "__attribute__((", 15) ? p : strstr(p, ")) ") + 3;
    const char *own = strncmp(after, "typedef", 7) ? NULL : after;
    if (own) {
        const char *attribute = strstr(own, " __attribute__"), *semicolon = end;
        while (semicolon > own && *semicolon != ';')
            semicolon--;
        stop = attribute && attribute < semicolon ? attribute : semicolon;
    } else {
        for (stop = after; stop < end && *stop != '(' && *stop != '[' && *stop != '=' && *stop != ';';)
            stop++;
    }
    while (stop > p && !name_char(stop[-1]))
        stop--;
    const char *start = stop;
    while (start > p && name_char(start[-1]))
        start--;
    return arena_strndup(arena, start, (size_t)(stop - start));
}

static void add_piece(Cut *cut, PieceKind kind, const char *p, const char *end, int group)
{
    Piece piece = {.kind = kind, .text = arena_strndup(cut->arena, p, (size_t)(end - p)), .group = group};
    if (kind == PIECE_CODE) {
        piece.name = defined_name(cut->arena, p, end);
        piece.compile = *p != '#' && !strstr(arena_strndup(cut->arena, p, (size_t)(line_end(p) - p)), "static") &&
                        strncmp(p, "typedef", 7) && strncmp(p, "enum", 4) && strncmp(p, "BNN_INLINE", 10) && strncmp(p, "__attribute__", 13);
    }
    VEC_PUSH(cut->arena, &cut->pieces, piece);
}

static int add_directive(Cut *cut, const char *p, const char *end, int group)
{
    if (!strncmp(p, "#include", 8)) {
        if (p[9] == '<')
            add_piece(cut, PIECE_INCLUDE, p, end, group);
    } else if (!strncmp(p, "#if", 3)) {
        Group inner = {.parent = group};
        VEC_PUSH(cut->arena, &cut->groups, inner);
        group = cut->groups.count - 1;
        add_piece(cut, PIECE_DIRECTIVE, p, end, group);
    } else if (!strncmp(p, "#e", 2) || !strncmp(p, "#pragma", 7)) {
        add_piece(cut, PIECE_DIRECTIVE, p, end, group);
        if (!strncmp(p, "#error", 6))
            cut->groups.at[group].needed = true;
        if (!strncmp(p, "#endif", 6))
            group = cut->groups.at[group].parent;
    } else {
        add_piece(cut, PIECE_CODE, p, end, group);
    }
    return group;
}

/* The include guard (the first #ifndef, its #define, the last #endif) and comments between pieces are left out. */
static void cut_header(Cut *cut, const char *text)
{
    const char *guard = strstr(text, "#ifndef BNN_"), *p = text, *end = text + strlen(text);
    if (guard && !strncmp(line_end(guard), "#define BNN_", 12)) {
        p = line_end(line_end(guard));
        for (const char *q = p; (q = strstr(q, "#endif")); q++)
            end = q;
    }
    for (int group = -1; p < end;) {
        if (isspace((unsigned char)*p)) {
            p++;
        } else if (p[0] == '/' && p[1] == '*') {
            p = comment_end(p);
        } else if (*p == '#') {
            const char *after = directive_end(p);
            group = add_directive(cut, p, after, group);
            p = after;
        } else {
            const char *after = code_end(p);
            add_piece(cut, PIECE_CODE, p, after, group);
            p = after;
        }
    }
}

/* Marks what is used, and what that uses in turn. */
static bool mark(Cut *cut, Names *used)
{
    bool changed = false;
    for (int i = 0; i < cut->pieces.count; i++) {
        Piece *piece = &cut->pieces.at[i];
        if (piece->kind != PIECE_CODE || piece->needed || !names_have(used, piece->name))
            continue;
        piece->needed = changed = true;
        names_add(used, piece->text);
        for (int g = piece->group; g >= 0; g = cut->groups.at[g].parent)
            cut->groups.at[g].needed = true;
    }
    return changed;
}

static void print_pieces(Text *out, const Cut *cut)
{
    for (int i = 0; i < cut->pieces.count; i++) {
        const Piece *piece = &cut->pieces.at[i];
        bool group = piece->group < 0 || cut->groups.at[piece->group].needed;
        if (piece->kind == PIECE_DIRECTIVE ? group : piece->kind == PIECE_CODE ? piece->needed : group && !strstr(piece->text, "<stdint.h>"))
            text_printf(out, "%s%s", piece->compile ? "static " : "", piece->text);
    }
}

/* One file of the runtime; `used` grows by what was taken, so that the files below it see those names. Those go above. */
static void take(Text *out, Arena *arena, const char *path, Names *used)
{
    Cut cut = {.arena = arena};
    bool any = false;
    cut_header(&cut, runtime_text(path));
    while (mark(&cut, used))
        any = true;
    if (!any)
        return;
    const char *before = out->at;
    *out = text_new(arena);
    print_pieces(out, &cut);
    names_add(used, out->at);
    text_printf(out, "\n%s", before);
}

void runtime_print(Text *out, Arena *arena, const Plan *plan, Names *used)
{
    const char *isa = plan->options.target->header;
    Text parts = text_new(arena);
    if (plan->options.link_runtime) {
        text_printf(out, "#include <bnn%s.h>\n#include <bnn_math.h>\n#include <%s>\n\n", plan->options.training ? "_train" : "", isa);
        text_printf(out, "#if BNN_ABI != 1\n#error \"this file needs the bnn runtime with ABI 1: generate it again with the bnnc of that runtime\"\n#endif\n");
        return;
    }
    if (plan->options.training)
        take(&parts, arena, "runtime/train.c", used);
    take(&parts, arena, arena_printf(arena, "runtime/%s", isa), used);
    take(&parts, arena, "runtime/bnn_math.h", used);
    if (parts.length)
        text_printf(out, "/* --- from the bnn runtime */\n#ifdef __clang__\n#pragma clang diagnostic push\n"
                         "#pragma clang diagnostic ignored \"-Wunused-function\"\n#endif\n%s\n#ifdef __clang__\n#pragma clang diagnostic pop\n"
                         "#endif\n/* --- the model */\n", parts.at);
}
