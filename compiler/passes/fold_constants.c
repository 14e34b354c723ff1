/* fold-constants. In: an inference graph whose variables hold values. Out: what depends on no input is a constant, computed by the
 * reference evaluation. Without data nothing changes. What only other constants read gives its memory to later ones as soon as the last of
 * those has been computed: a large layer's kernel passes through several maps on its way to levels. */
#include "passes/support.h"

static Tensor constant_tensor(const Value *value)
{
    if (value->element == ELEMENT_F32)
        return (Tensor){.f32 = (float *)value->u.data.f32};
    return (Tensor){.i32 = (int32_t *)value->u.data.i32};
}

typedef struct { void *at; size_t size; } Memory;
typedef struct {
    Graph *to;
    Value **map;
    bool *folds, *kept; /* by id: becomes a constant; something that does not reads it */
    int *left;          /* uses by constants still to come */
    Memory *own;        /* by id: of a constant that is not kept */
    VEC(Memory) free;
} Folding;

/* The smallest free memory that is large enough; what stays takes none that is much too large. Else new one. */
static Memory memory_for(Folding *f, size_t size, bool stays)
{
    int best = -1;
    for (int i = 0; i < f->free.count; i++) {
        size_t own = f->free.at[i].size;
        if (own >= size && (!stays || own / 2 <= size) && (best < 0 || own < f->free.at[best].size))
            best = i;
    }
    if (best < 0)
        return (Memory){arena_alloc(f->to->arena, size), size};
    Memory memory = f->free.at[best];
    f->free.at[best] = f->free.at[--f->free.count];
    return memory;
}

static void *memory_of(Folding *f, const Value *old)
{
    Memory memory = memory_for(f, (size_t)shape_count(old->shape) * 4, f->kept[old->id]);
    if (!f->kept[old->id])
        f->own[old->id] = memory;
    return memory.at;
}

static Value *contents(Folding *f, const Value *old)
{
    const float *data = old->u.variable->data;
    if (!data) {
        float *values = memory_of(f, old);
        if (!variable_values(old->u.variable, values))
            BUG("no numbers for %s", old->u.variable->name);
        data = values;
    }
    return graph_constant_like(f->to, old, data);
}

static Value *fold(Folding *f, const Value *old)
{
    Tensor in[64], out = {0};
    OpContext context = {.batch = 1};
    void *data = memory_of(f, old);
    for (int k = 0; k < old->input_count; k++)
        in[k] = constant_tensor(f->map[old->input[k]->id]);
    if (old->element == ELEMENT_F32)
        out.f32 = data;
    else
        out.i32 = data;
    op_eval(old, &context, in, out);
    return graph_constant_like(f->to, old, data);
}

static void give_back(Folding *f, const Value *old)
{
    for (int k = 0; k < old->input_count; k++) {
        int id = old->input[k]->id;
        if (--f->left[id] == 0 && f->own[id].at) {
            VEC_PUSH(f->to->arena, &f->free, f->own[id]);
            f->own[id].at = NULL;
        }
    }
}

static bool foldable(const Folding *f, const Value *old)
{
    if (old->op == OP_INPUT || old->op == OP_WEIGHT || old->op == OP_COUNT || old->op == OP_RANDOM || old->batched || !old->input_count)
        return false;
    for (int k = 0; k < old->input_count; k++)
        if (old->input[k]->op != OP_CONSTANT && old->input[k]->op != OP_WEIGHT && !f->folds[old->input[k]->id])
            return false;
    return true;
}

static Folding plan_folding(const Graph *old)
{
    int count = old->values.count + 1;
    const int *uses = pass_use_counts(old);
    Folding f = {.folds = ARENA_ARRAY(old->arena, bool, count), .kept = ARENA_ARRAY(old->arena, bool, count),
                 .left = ARENA_ARRAY(old->arena, int, count), .own = ARENA_ARRAY(old->arena, Memory, count)};
    for (int i = 0; i < old->values.count; i++) {
        const Value *value = old->values.at[i];
        f.folds[i] = foldable(&f, value);
        for (int k = 0; k < value->input_count && f.folds[i]; k++)
            f.left[value->input[k]->id]++;
    }
    for (int i = 0; i < old->values.count; i++)
        f.kept[i] = f.left[i] < uses[i];
    return f;
}

void pass_fold_constants(Graph **graph, const PassOptions *options)
{
    if (!options->constants)
        return;
    const Graph *old = *graph;
    Folding f = plan_folding(old);
    f.to = graph_rewrite_begin(old, &f.map);
    for (int i = 0; i < old->values.count; i++) {
        const Value *value = old->values.at[i];
        graph_at(f.to, value->span, value->name);
        f.map[i] = value->op == OP_WEIGHT ? contents(&f, value) : f.folds[i] ? fold(&f, value) : graph_copy_value(f.to, value, f.map);
        if (f.folds[i])
            give_back(&f, value);
    }
    graph_rewrite_finish(f.to, old, f.map);
    *graph = f.to;
    graph_remove_dead(graph);
}
