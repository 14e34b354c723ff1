/* Formats: in: data_format of a layer, or of the session (set_image_data_format). out: values with their channels last, as every window
 * wants them, and back. A transposition that undoes another one, with maps between them or not, leaves neither. */
#include "layers/family.h"

#include <string.h>

bool family_channels_first(const Apply *apply)
{
    const char *format = apply_has(apply, "data_format") ? apply_text(apply, "data_format") : NULL;
    return format && !strcmp(format, "channels_first");
}

static bool same_order(const Value *a, const Value *b)
{
    return !memcmp(a->u.transpose.permutation, b->u.transpose.permutation, sizeof(int) * (size_t)a->shape.rank);
}

/* The transposed input of a map that could as well be transposed behind it: all its inputs are numbers or transposed alike. */
static const Value *common_transposition(const Value *map)
{
    const Value *found = NULL;
    if (map->op != OP_MAP || !expr_is_elementwise(map->u.expr))
        return NULL;
    for (int i = 0; i < map->input_count; i++) {
        const Value *input = map->input[i];
        if (input->op == OP_CONSTANT && shape_count(input->shape) == 1)
            continue;
        if (input->op != OP_TRANSPOSE || !shape_equal(input->shape, map->shape) || (found && !same_order(found, input)))
            return NULL;
        found = input;
    }
    return found;
}

static Value *map_before(Graph *graph, const Value *map)
{
    Value *inputs[EXPR_MAX_ARGS];
    for (int i = 0; i < map->input_count; i++) {
        Value *input = map->input[i];
        bool number = input->op == OP_CONSTANT;
        inputs[i] = !number ? input->input[0] : input->shape.rank ? graph_reshape(graph, input, shape_scalar()) : input;
    }
    return graph_map(graph, map->u.expr, map->input_count, inputs);
}

Value *family_transpose(Graph *graph, Value *x, const int *order)
{
    int composed[SHAPE_MAX];
    const Value *inner = x->op == OP_TRANSPOSE ? x : common_transposition(x);
    bool identity = true;
    for (int i = 0; i < x->shape.rank; i++) {
        composed[i] = inner ? inner->u.transpose.permutation[order[i]] : order[i];
        identity &= composed[i] == i;
    }
    Value *from = !inner ? x : inner == x ? x->input[0] : map_before(graph, x);
    return identity ? from : graph_transpose(graph, from, composed);
}

Value *family_move_axis(Graph *graph, Value *x, int from, int to)
{
    int order[SHAPE_MAX], at = 0;
    for (int i = 0; i < x->shape.rank; i++)
        if (i != from)
            order[at++] = i;
    for (int i = x->shape.rank - 1; i > to; i--)
        order[i] = order[i - 1];
    order[to] = from;
    return family_transpose(graph, x, order);
}

Value *family_channels_last(const Apply *apply, Value *x)
{
    return family_channels_first(apply) ? family_move_axis(apply->graph, x, 0, x->shape.rank - 1) : x;
}

Value *family_own_format(const Apply *apply, Value *y)
{
    return family_channels_first(apply) ? family_move_axis(apply->graph, y, y->shape.rank - 1, 0) : y;
}

bool family_spatial(Apply *apply, int spatial)
{
    return family_inputs(apply, 1) && apply_rank(apply, spatial + 2);
}

Value *family_either_format(Apply *apply, Value *(*run)(Apply *, int, Value *), int spatial)
{
    Value *y = family_spatial(apply, spatial) ? run(apply, spatial, family_channels_last(apply, apply->input[0])) : NULL;
    return y ? family_own_format(apply, y) : NULL;
}

/* --- the session's format, which layers made later take for None */

static Object *image_data_format(Eval *eval, void *unused, const Call *call)
{
    (void)unused, (void)call;
    return object_string(eval_arena(eval), layers_of(eval)->channels_first ? "channels_first" : "channels_last");
}

static Object *set_image_data_format(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    Signature *signature = signature_parse(eval_arena(eval), "data_format: 'channels_last'|'channels_first'");
    Bound *bound = signature_bind(eval, signature, "set_image_data_format", call);
    if (!bound)
        return eval_poison(eval);
    layers_of(eval)->channels_first = !strcmp(bound[0].value->u.string.at, "channels_first");
    return object_none();
}

void format_complete(Layers *layers, const Signature *signature, Bound *bound)
{
    int index = signature_index(signature, "data_format");
    if (index >= 0 && bound[index].value->kind == OBJECT_NONE && layers->channels_first)
        bound[index].value = object_string(layers->arena, "channels_first");
}

void formats_register(Eval *eval)
{
    static const struct { const char *name; BuiltinFunction call; const char *help; } rows[] = {
        {"image_data_format", image_data_format, "image_data_format(): what layers take for data_format=None."},
        {"set_image_data_format", set_image_data_format, "set_image_data_format(data_format): 'channels_last' or 'channels_first' for layers made later."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        eval_register(eval, arena_printf(eval_arena(eval), "tf.keras.backend.%s", rows[i].name), FAMILY_FUNCTION,
                      object_builtin(eval_arena(eval), rows[i].name, rows[i].call, NULL, rows[i].help));
}
