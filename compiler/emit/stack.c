/* In: the C text of one step. Out: bounds for the stack it takes, its helpers included: its arrays, and a slot for every vector that a compiler may
 * spill. Compiled without optimization each inlined primitive keeps its arguments and steps on the stack, too. tests/pitfalls/test_mem01_stack_bound.sh
 * holds the sums against what gcc says of its frames. */
#include "emit/constant.h"
#include "emit/internal.h"
#include "emit/tokens.h"

#include "base/bug.h"

enum {
    FRAME = 256,       /* bytes of a frame beside arrays and vectors: saved registers, scalars, alignment */
    PLAIN_SLOTS = 4,   /* vectors that one inlined primitive keeps without optimization: the portable ones, */
    TARGET_SLOTS = 12, /* and those of wide vectors, which are made of several others */
};

/* An array's dimension: numbers, enumerators in scope, BNN_LANES. */
static long dimension(const CTokens *t, int open, int lanes)
{
    Text text = text_new(t->arena);
    long value;
    for (int i = token_next(t, open); i < token_close(t, open); i = token_next(t, i)) {
        if (token_is(t, i, "BNN_LANES"))
            text_printf(&text, " %d", lanes);
        else if (token_kind(t, i, TOKEN_NAME) && constant_at(t, i, &value))
            text_printf(&text, " %ld", value);
        else
            text_printf(&text, " %.*s", token_at(t, i)->length, token_at(t, i)->text);
    }
    const char *at = text.at;
    if (!constant_parse(&at, &value) || *at)
        BUG("an array of unknown size: [%s]", text.at);
    return value;
}

static size_t element_size(const CTokens *t, int type, int lanes)
{
    static const struct { const char *type; int bytes; } types[] = {{"float", 4}, {"double", 8}, {"int", 4}, {"uint32_t", 4}, {"int32_t", 4},
        {"uint8_t", 1}, {"int8_t", 1}, {"uint16_t", 2}, {"int16_t", 2}, {"uint64_t", 8}, {"int64_t", 8}};
    if (token_is(t, type, "*"))
        return 8;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (token_is(t, type, types[i].type))
            return (size_t)types[i].bytes;
    return 4 * (size_t)lanes; /* vectors of the runtime: bnn_v, bnn_vf, bnn_b */
}

/* "TYPE NAME[n][m]" at the beginning of a statement: its bytes, else 0. */
static size_t array_bytes(const CTokens *t, int i, int lanes)
{
    int words = 0, type = i, name = i;
    while (token_is(t, i, "const"))
        i = token_next(t, i);
    for (; token_kind(t, i, TOKEN_NAME) || token_is(t, i, "*"); i = token_next(t, i), words++) {
        if (token_is(t, i, "return"))
            return 0;
        type = name;
        name = i;
    }
    size_t bytes = words > 1 && token_is(t, i, "[") ? element_size(t, type, lanes) : 0;
    for (; bytes && token_is(t, i, "["); i = token_next(t, token_close(t, i)))
        bytes *= (size_t)dimension(t, i, lanes);
    return bytes;
}

StackBound stack_bound(const char *text, int lanes)
{
    Arena *own = arena_new();
    CTokens t = tokens_read(own, text);
    size_t arrays = 0, calls = 0, frames = 0;
    for (int i = 1; i < t.list.count - 1; i++) {
        bool starts = token_is(&t, i - 1, ";") || token_is(&t, i - 1, "{") || token_is(&t, i - 1, "}");
        arrays += starts && token_at(&t, i)->around > 0 ? array_bytes(&t, i, lanes) : 0;
        calls += token_kind(&t, i, TOKEN_NAME) && token_is(&t, i + 1, "(") && token_at(&t, i)->length > 4 && !strncmp(token_at(&t, i)->text, "bnn_", 4);
        frames += token_is(&t, i, "{") && token_at(&t, i)->around == 0;
    }
    arena_free(own);
    size_t vectors = 4 * (size_t)lanes * calls, fixed = FRAME * (frames + 1);
    return (StackBound){fixed + arrays + vectors, fixed + arrays + vectors * (lanes > 4 ? TARGET_SLOTS : PLAIN_SLOTS)};
}
