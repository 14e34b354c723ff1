/* fold-constants. In: an inference graph whose variables have data. Out: what depends on no input is a constant, computed by the
 * reference evaluation. Without data nothing changes. */
#include "passes/support.h"

static Tensor constant_tensor(const Value *value)
{
    if (value->element == ELEMENT_F32)
        return (Tensor){.f32 = (float *)value->u.data.f32};
    return (Tensor){.i32 = (int32_t *)value->u.data.i32};
}

static Value *fold(Graph *to, const Value *old, Value *const *map)
{
    Tensor in[64], out = {0};
    OpContext context = {.batch = 1};
    int64_t count = shape_count(old->shape);
    for (int k = 0; k < old->input_count; k++)
        in[k] = constant_tensor(map[old->input[k]->id]);
    if (old->element == ELEMENT_F32)
        out.f32 = ARENA_ARRAY(to->arena, float, count);
    else
        out.i32 = ARENA_ARRAY(to->arena, int32_t, count);
    op_eval(old, &context, in, out);
    graph_at(to, old->span, old->name);
    if (old->element == ELEMENT_F32)
        return graph_constant_f32(to, old->shape, out.f32);
    if (old->element == ELEMENT_LEVEL)
        return graph_constant_level(to, old->shape, out.i32, old->lo, old->hi, old->step);
    return graph_constant_i32(to, old->shape, out.i32);
}

static bool foldable(const Value *old, Value *const *map)
{
    if (old->op == OP_INPUT || old->op == OP_WEIGHT || old->op == OP_COUNT || old->op == OP_RANDOM || old->batched || !old->input_count)
        return false;
    for (int k = 0; k < old->input_count; k++)
        if (map[old->input[k]->id]->op != OP_CONSTANT)
            return false;
    return true;
}

void pass_fold_constants(Graph **graph, const PassOptions *options)
{
    if (!options->constants)
        return;
    const Graph *old = *graph;
    Value **map;
    Graph *to = graph_rewrite_begin(old, &map);
    for (int i = 0; i < old->values.count; i++) {
        const Value *value = old->values.at[i];
        graph_at(to, value->span, value->name);
        if (value->op == OP_WEIGHT && value->u.variable->data)
            map[i] = graph_constant_f32(to, value->shape, value->u.variable->data);
        else if (value->op == OP_WEIGHT)
            BUG("no numbers for %s", value->u.variable->name);
        else
            map[i] = foldable(value, map) ? fold(to, value, map) : graph_copy_value(to, value, map);
    }
    graph_rewrite_finish(to, old, map);
    *graph = to;
    graph_remove_dead(graph);
}
