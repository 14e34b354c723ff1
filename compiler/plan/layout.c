/* Layouts: bytes and element types of values in every layout, planes of level sets, and constants packed into a layout.
 * The kernel layouts depend on the target's lanes; the templates pack_*.c write the same words at run time. */
#include "plan/layout.h"

#include "base/bug.h"

#include <string.h>

/* {-1,+1}: set bit means -1. {-1,0,+1}: nonzero, negative. Else lo + step * binary number. No planes: the set needs more than PLANES_MAX. */
Planes planes_of(int lo, int hi, int step)
{
    if (lo == -1 && hi == 1 && step == 2)
        return (Planes){1, 1, {-2}};
    if (lo == -1 && hi == 1 && step == 1)
        return (Planes){2, 0, {1, -2}};
    Planes planes = {.base = lo};
    int unit = step > 0 ? step : 1;
    int64_t range = ((int64_t)hi - lo) / unit;
    do {
        if (planes.count == PLANES_MAX)
            return (Planes){0, lo, {0}};
        planes.coefficient[planes.count] = unit * (1 << planes.count);
        planes.count++;
    } while (range >> planes.count);
    return planes;
}

bool planes_are_signs(Planes planes)
{
    int64_t sum = 0;
    for (int p = 0; p < planes.count; p++) {
        if (planes.coefficient[p] % 2 != 0)
            return false;
        sum += planes.coefficient[p] / 2;
    }
    return planes.count > 0 && planes.base + sum == 0;
}

uint32_t layout_level_code(const Value *value, int level)
{
    const int lo = value->lo, step = value->step;
    if (value_is_signs(value))
        return level < 0;
    if (lo == -1 && value->hi == 1 && step == 1)
        return (uint32_t)(level != 0) | (uint32_t)(level < 0) << 1;
    return (uint32_t)((level - lo) / (step > 0 ? step : 1));
}

KernelShape kernel_shape_of(const Value *weights)
{
    Shape s = weights->shape;
    BUG_IF(s.rank < 2);
    KernelShape k = {1, s.dim[s.rank - 2], s.dim[s.rank - 1]};
    for (int i = 0; i + 2 < s.rank; i++)
        k.taps *= s.dim[i];
    return k;
}

int layout_padded(const Plan *plan, const Value *weights, Layout layout)
{
    KernelShape k = kernel_shape_of(weights);
    switch (layout) {
    case LAYOUT_KERNEL_NIBBLES:
        return round_up(k.filters, NIBBLE_FILTERS);
    case LAYOUT_KERNEL_CODES:
        return round_up(k.filters, CODE_BLOCK);
    case LAYOUT_KERNEL_TCODES:
        return round_up(k.channels, CODE_BLOCK);
    default:
        return round_up(k.filters, plan->options.target->lanes);
    }
}

int layout_sum_words(const Plan *plan, const Value *weights, Layout layout)
{
    if (weights->op == OP_CONSTANT || (layout != LAYOUT_KERNEL_BITS && layout != LAYOUT_KERNEL_NIBBLES))
        return 0;
    return (kernel_shape_of(weights).taps + 1) * layout_padded(plan, weights, layout);
}

static size_t element_bytes(Element element)
{
    static const size_t bytes[] = {[ELEMENT_F32] = 4, [ELEMENT_I32] = 4, [ELEMENT_U8] = 1, [ELEMENT_I8] = 1, [ELEMENT_LEVEL] = 2};
    return bytes[element];
}

static int last_dim(Shape shape)
{
    return shape.rank ? shape.dim[shape.rank - 1] : 1;
}

/* A vector of codes that begins in the last block may reach behind it. */
static size_t code_margin(const Plan *plan)
{
    int lanes = plan->options.target->lanes;
    return lanes > CODE_BLOCK ? (size_t)(lanes - CODE_BLOCK) : 0;
}

size_t layout_bytes(const Plan *plan, const Value *value, Layout layout)
{
    if (layout == LAYOUT_PLAIN)
        return (size_t)shape_count(value->shape) * element_bytes(value->element);
    int planes = planes_of(value->lo, value->hi, value->step).count;
    if (layout == LAYOUT_PACKED) {
        int channels = last_dim(value->shape);
        return (size_t)(shape_count(value->shape) / channels) * (size_t)planes * (size_t)((channels + 31) / 32) * 4;
    }
    KernelShape k = kernel_shape_of(value);
    size_t padded = (size_t)layout_padded(plan, value, layout), sums = (size_t)layout_sum_words(plan, value, layout) * 4, taps = (size_t)k.taps;
    switch (layout) {
    case LAYOUT_KERNEL_BITS:
        return sums + padded * (size_t)planes * taps * (size_t)((k.channels + 31) / 32) * 4;
    case LAYOUT_KERNEL_NIBBLES:
        return sums + padded * (size_t)planes * taps * (size_t)((k.channels + 3) / 4);
    case LAYOUT_KERNEL_PAIRS:
        return padded * ((taps * (size_t)k.channels + 1) / 2) * 4;
    case LAYOUT_KERNEL_CODES:
        return padded * taps * (size_t)((k.channels + 3) / 4) + code_margin(plan);
    case LAYOUT_KERNEL_TCODES:
        return padded * taps * (size_t)((k.filters + 3) / 4);
    default:
        BUG("no such layout");
    }
}

const char *layout_c_type(const Value *value, Layout layout)
{
    static const char *const plain[] = {
        [ELEMENT_F32] = "float", [ELEMENT_I32] = "int32_t", [ELEMENT_U8] = "uint8_t", [ELEMENT_I8] = "int8_t", [ELEMENT_LEVEL] = "int16_t"};
    if (layout == LAYOUT_PLAIN)
        return plain[value->element];
    return layout == LAYOUT_KERNEL_CODES || layout == LAYOUT_KERNEL_TCODES ? "uint8_t" : "uint32_t";
}

/* --- packing of constants: levels in PLAIN order */
typedef struct {
    const Plan *plan;
    const Value *value;
    const int32_t *level;
    KernelShape k;
    Planes planes;
    int padded, lanes;
} Packing;

static uint32_t code_at(const Packing *p, int tap, int channel, int filter)
{
    if (channel >= p->k.channels || filter >= p->k.filters)
        return 0;
    int level = p->level[(tap * p->k.channels + channel) * p->k.filters + filter];
    return layout_level_code(p->value, level);
}

static void pack_packed(const Packing *p, uint32_t *out)
{
    int channels = last_dim(p->value->shape), words = (channels + 31) / 32;
    int64_t pixels = shape_count(p->value->shape) / channels;
    for (int64_t i = 0; i < pixels * channels; i++) {
        int c = (int)(i % channels);
        uint32_t code = layout_level_code(p->value, p->level[i]);
        for (int q = 0; q < p->planes.count; q++)
            out[(i / channels * p->planes.count + q) * words + c / 32] |= (code >> q & 1u) << (c & 31);
    }
}

/* Words of bits: those of `unit` channels in each, `lanes` filters side by side: [filter / lanes][plane][tap][channel / unit][filter % lanes]. */
typedef struct {
    int unit, lanes, planes;
    int factor;  /* of every word */
    bool narrow; /* bytes in place of uint32_t */
} Words;

enum { BLOCK = 32 }; /* filters that go through the loops below together: a number known to the compiler, for vectors */

static inline void add_bits(const int32_t *level, const Value *value, int count, int planes, int bit, uint32_t (*word)[BLOCK])
{
    if (value_is_signs(value)) {
        for (int f = 0; f < count; f++)
            word[0][f] |= (uint32_t)level[f] >> 31 << bit;
        return;
    }
    for (int f = 0; f < count; f++) {
        uint32_t code = layout_level_code(value, level[f]);
        for (int q = 0; q < planes; q++)
            word[q][f] |= (code >> q & 1u) << bit;
    }
}

static void put_words(const Words *words, int count, uint32_t (*word)[BLOCK], int first, size_t row, size_t at, void *out)
{
    size_t lanes = (size_t)words->lanes, planes = (size_t)words->planes;
    for (size_t q = 0; q < planes; q++) {
        size_t lane = (size_t)first % lanes, to = ((size_t)first / lanes * planes + q) * row * lanes + at * lanes + lane;
        for (int f = 0; f < count; f++, to++) {
            uint32_t bits = word[q][f] * (uint32_t)words->factor;
            if (words->narrow)
                ((uint8_t *)out)[to] = (uint8_t)bits;
            else
                ((uint32_t *)out)[to] = bits;
            if (++lane == lanes) {
                lane = 0;
                to += (planes * row - 1) * lanes;
            }
        }
    }
}

/* Levels are read in the order in which they lie, but for the blocks. */
static void pack_words(const Packing *p, const Words *words, void *out)
{
    int groups = (p->k.channels + words->unit - 1) / words->unit;
    for (int tap = 0; tap < p->k.taps; tap++)
        for (int group = 0; group < groups; group++)
            for (int first = 0; first < p->k.filters; first += BLOCK) {
                uint32_t word[PLANES_MAX][BLOCK];
                memset(word, 0, (size_t)words->planes * sizeof *word);
                int from = group * words->unit, count = p->k.filters - first < BLOCK ? p->k.filters - first : BLOCK;
                for (int c = from; c < from + words->unit && c < p->k.channels; c++) {
                    const int32_t *level = p->level + ((size_t)tap * (size_t)p->k.channels + (size_t)c) * (size_t)p->k.filters + first;
                    if (count == BLOCK)
                        add_bits(level, p->value, BLOCK, words->planes, c - from, word);
                    else
                        add_bits(level, p->value, count, words->planes, c - from, word);
                }
                put_words(words, count, word, first, (size_t)p->k.taps * (size_t)groups, (size_t)tap * (size_t)groups + (size_t)group, out);
            }
}

static void pack_pairs(const Packing *p, uint32_t *out)
{
    int terms = p->k.taps * p->k.channels, pairs = (terms + 1) / 2;
    for (int f = 0; f < p->k.filters; f++)
        for (int i = 0; i < terms; i++)
            out[(f / p->lanes * pairs + i / 2) * p->lanes + f % p->lanes] |=
                (uint32_t)(uint16_t)p->level[i * p->k.filters + f] << (i % 2 * 16);
}

/* A code is the four bits times the lanes of a vector: the offset of a row in a table of partial sums. */
static void pack_tcodes(const Packing *p, uint8_t *out)
{
    int groups = (p->k.filters + 3) / 4;
    for (int tap = 0; tap < p->k.taps; tap++)
        for (int f = 0; f < p->k.filters; f++)
            for (int c = 0; c < p->k.channels; c++)
                out[(tap * groups + f / 4) * p->padded + c] |= (uint8_t)(((code_at(p, tap, c, f) & 1u) << (f & 3)) * (uint32_t)p->lanes);
}

const void *layout_pack(Arena *arena, const Plan *plan, const Value *value, Layout layout)
{
    Packing p = {plan, value, value->u.data.i32, {1, 1, 1}, planes_of(value->lo, value->hi, value->step), 0, plan->options.target->lanes};
    BUG_IF(value->op != OP_CONSTANT || p.level == NULL);
    void *out = arena_alloc(arena, layout_bytes(plan, value, layout) + 1);
    if (layout == LAYOUT_PACKED) {
        pack_packed(&p, out);
        return out;
    }
    p.k = kernel_shape_of(value);
    p.padded = layout_padded(plan, value, layout);
    switch (layout) {
    case LAYOUT_KERNEL_BITS:
        pack_words(&p, &(Words){32, p.lanes, p.planes.count, 1, false}, out);
        break;
    case LAYOUT_KERNEL_NIBBLES:
        pack_words(&p, &(Words){4, NIBBLE_FILTERS, p.planes.count, 1, true}, out);
        break;
    case LAYOUT_KERNEL_PAIRS:
        pack_pairs(&p, out);
        break;
    case LAYOUT_KERNEL_CODES:
        pack_words(&p, &(Words){4, p.padded, 1, p.lanes, true}, out);
        break;
    case LAYOUT_KERNEL_TCODES:
        pack_tcodes(&p, out);
        break;
    default:
        BUG("constants are not packed into layout %d", (int)layout);
    }
    return out;
}
