/* merge-equal. In: any graph. Out: values with the same operator, attributes and inputs are one value. */
#include "passes/support.h"

#include <string.h>

static uint32_t hash(const Value *value)
{
    uint32_t h = 2166136261u ^ (uint32_t)value->op;
    for (int i = 0; i < value->input_count; i++)
        h = (h ^ (uint32_t)value->input[i]->id) * 16777619u;
    if (value->op == OP_MAP || value->op == OP_QUANTIZE)
        h = (h ^ (uint32_t)value->u.expr->id) * 16777619u;
    return h * 2654435761u;
}

static bool equal_constants(const Value *a, const Value *b)
{
    const void *x = a->element == ELEMENT_F32 ? (const void *)a->u.data.f32 : a->u.data.i32;
    const void *y = b->element == ELEMENT_F32 ? (const void *)b->u.data.f32 : b->u.data.i32;
    return memcmp(x, y, 4 * (size_t)shape_count(a->shape)) == 0;
}

/* Values come zeroed from the arena, so unused bytes of the union are equal too. */
static bool equal(const Value *a, const Value *b)
{
    if (a->op != b->op || a->op == OP_INPUT || a->element != b->element || a->lo != b->lo || a->hi != b->hi || a->step != b->step
        || !shape_equal(a->shape, b->shape) || a->batched != b->batched || a->input_count != b->input_count)
        return false;
    for (int i = 0; i < a->input_count; i++)
        if (a->input[i] != b->input[i])
            return false;
    return a->op == OP_CONSTANT ? equal_constants(a, b) : memcmp(&a->u, &b->u, sizeof a->u) == 0;
}

void pass_merge_equal(Graph **graph, const PassOptions *options)
{
    (void)options;
    const Graph *old = *graph;
    Value **map;
    Graph *to = graph_rewrite_begin(old, &map);
    uint32_t size = 64;
    while (size < 2 * (uint32_t)old->values.count)
        size *= 2;
    Value **table = ARENA_ARRAY(old->arena, Value *, size);
    for (int i = 0; i < old->values.count; i++) {
        int before = to->values.count;
        Value *value = graph_copy_value(to, old->values.at[i], map);
        uint32_t at = hash(value) & (size - 1);
        while (table[at] && !equal(table[at], value))
            at = (at + 1) & (size - 1);
        if (table[at] && table[at] != value) {
            to->values.count = before; /* the copy is the last value: take it back */
            value = table[at];
        }
        map[i] = table[at] = value;
    }
    graph_rewrite_finish(to, old, map);
    *graph = to;
    graph_remove_dead(graph);
}
