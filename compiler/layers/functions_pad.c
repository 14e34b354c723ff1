/* tf.pad: in: a tensor and two counts for each axis. out: it with a border, constant or what lies inside mirrored. */
#include "layers/family.h"

#include "base/clamp.h"

#include <strings.h>

typedef enum { PAD_CONSTANT, PAD_REFLECT, PAD_SYMMETRIC } PadMode;
typedef struct { int before[SHAPE_MAX], after[SHAPE_MAX]; float fill; PadMode mode; } PadData;

/* Cells as they lie inside, seen in a mirror at the border: on its cell (REFLECT), or behind it (SYMMETRIC). */
static Value *mirrored(Apply *apply, Value *x, int axis, int before, int after, int skipped)
{
    Value *parts[3];
    int count = 0, size = x->shape.dim[axis];
    if (before)
        parts[count++] = family_flip(apply->graph, family_cut(apply->graph, x, axis, skipped, before), axis);
    parts[count++] = x;
    if (after)
        parts[count++] = family_flip(apply->graph, family_cut(apply->graph, x, axis, size - skipped - after, after), axis);
    return count == 1 ? x : family_concat(apply, axis, count, parts);
}

static Value *apply_pad_by(Apply *apply)
{
    const PadData *data = apply->layer->data;
    Value *x = apply->input[0];
    if (data->mode == PAD_CONSTANT)
        return graph_pad(apply->graph, x, data->before, data->after, data->fill);
    for (int i = 0; x && i < x->shape.rank; i++)
        x = mirrored(apply, x, i, data->before[i], data->after[i], data->mode == PAD_REFLECT);
    return x;
}

/* The count before (0) or behind (1) an axis, in lists or an array. */
static bool read_count(const Object *rows, int axis, int side, int *out)
{
    if (rows->kind == OBJECT_ARRAY) {
        *out = clamp_int((int64_t)rows->u.array.at[2 * axis + side]);
        return true;
    }
    const Object *row = rows->u.list.at[axis];
    bool good = object_is_list_or_tuple(row) && row->u.list.count == 2 && object_is_number(row->u.list.at[side]);
    *out = good ? object_size(row->u.list.at[side]) : 0;
    return good;
}

/* Pairs of counts, none of them negative; a batch has none. */
static bool read_pairs(const Object *rows, int first, int rank, PadData *data)
{
    bool array = rows->kind == OBJECT_ARRAY && rows->u.array.rank == 2 && rows->u.array.dim[0] == rank && rows->u.array.dim[1] == 2;
    bool good = array || (object_is_list_or_tuple(rows) && rows->u.list.count == rank);
    for (int i = 0, before, after; good && i < rank; i++) {
        good = read_count(rows, i, 0, &before) && read_count(rows, i, 1, &after);
        if (i < first)
            good = good && !before && !after;
        else
            good = good && (data->before[i - first] = before) >= 0 && (data->after[i - first] = after) >= 0;
    }
    return good;
}

static bool read_mode(Eval *eval, const CallArgument *mode, PadMode *out)
{
    static const char *const names[] = {"CONSTANT", "REFLECT", "SYMMETRIC"};
    *out = PAD_CONSTANT;
    for (int i = 0; mode && i < 3; i++)
        if (mode->value->kind == OBJECT_STRING && !strcasecmp(mode->value->u.string.at, names[i])) {
            *out = (PadMode)i;
            return true;
        }
    if (mode)
        eval_error(eval, mode->span, "tf.pad: mode must be \"CONSTANT\", \"REFLECT\" or \"SYMMETRIC\"");
    return !mode;
}

Object *function_pad(Eval *eval, void *unused, const Call *call)
{
    (void)unused;
    KerasTensor *tensors[LAYER_MAX_OUTPUTS];
    int count = function_tensors(eval, call, "tensor", "tf.pad", tensors);
    const CallArgument *paddings = function_argument(call, 1, "paddings", NULL), *mode = function_argument(call, 2, "mode", NULL);
    const CallArgument *fill = function_argument(call, 3, "constant_values", NULL);
    if (count != 1 || !paddings)
        return function_without_tensors(eval, count, call, "tf.pad");
    const Shape shape = tensors[0]->value->shape;
    int first = tensors[0]->value->batched, rank = shape.rank + first;
    PadData *data = ARENA_NEW(eval_arena(eval), PadData);
    if (!read_mode(eval, mode, &data->mode))
        return eval_poison(eval);
    if (!read_pairs(paddings->value, first, rank, data)) {
        eval_error(eval, paddings->span, "tf.pad: paddings must be %d pairs of ints%s", rank, first ? ", the batch's (0, 0)" : "");
        return eval_poison(eval);
    }
    for (int i = 0; data->mode != PAD_CONSTANT && i < shape.rank; i++) {
        int most = shape.dim[i] - (data->mode == PAD_REFLECT);
        if (data->before[i] > most || data->after[i] > most) {
            eval_error(eval, paddings->span, "tf.pad: axis %d has %d cells to mirror, fewer than it is padded by", i + first, most);
            return eval_poison(eval);
        }
    }
    data->fill = fill && object_is_number(fill->value) ? (float)object_number(fill->value) : 0;
    return operation_call(eval, "tf.compat.v1.pad", apply_pad_by, data, 1, tensors, call->span);
}
