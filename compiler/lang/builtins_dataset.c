/* The Keras data sets: shape, dtype and scaling are known, contents are not. value = raw * scale + offset. */
#include "lang/internal.h"

typedef struct { const char *name; int train, test, height, width, channels; } DatasetRow;
static const DatasetRow sets[] = {
    {"mnist", 60000, 10000, 28, 28, 0}, {"fashion_mnist", 60000, 10000, 28, 28, 0}, {"cifar10", 50000, 10000, 32, 32, 3},
    {"cifar100", 50000, 10000, 32, 32, 3},
};

static Object *dataset_new(Eval *eval, const DatasetRow *row, bool test, bool labels, Span span)
{
    Object *object = ARENA_NEW(eval_arena(eval), Object);
    object->kind = OBJECT_DATASET;
    object->origin = span;
    object->u.dataset.name = row->name;
    object->u.dataset.dtype = "uint8";
    object->u.dataset.scale = 1;
    object->u.dataset.test = test;
    object->u.dataset.labels = labels;
    int *shape = object->u.dataset.shape, rank = 0;
    shape[rank++] = test ? row->test : row->train;
    if (!labels) {
        shape[rank++] = row->height;
        shape[rank++] = row->width;
    }
    if (row->channels)
        shape[rank++] = labels ? 1 : row->channels;
    object->u.dataset.rank = rank;
    return object;
}

static Object *load_data(Eval *eval, void *data, const Call *call)
{
    Object *halves[2];
    for (int test = 0; test < 2; test++) {
        Object *pair[] = {dataset_new(eval, data, test, false, call->span), dataset_new(eval, data, test, true, call->span)};
        halves[test] = object_list(eval_arena(eval), OBJECT_TUPLE, 2, pair);
    }
    return object_list(eval_arena(eval), OBJECT_TUPLE, 2, halves);
}

static Object *contents(Eval *eval, const Object *dataset, Span span)
{
    return unknown_new(eval, span, "the contents of the data set %s", dataset->u.dataset.name);
}

Object *dataset_reshape(Eval *eval, Object *dataset, Object *shape, Span span)
{
    Object *out = object_copy(eval_arena(eval), dataset);
    int64_t count = 1, known = 1;
    int free = -1, rank = shape->u.list.count;
    for (int i = 0; i < dataset->u.dataset.rank; i++)
        count *= dataset->u.dataset.shape[i];
    for (int i = 0; i < rank; i++) {
        double number;
        if (rank > 5 || !object_as_number(shape->u.list.at[i], &number))
            return contents(eval, dataset, span);
        out->u.dataset.shape[i] = clamp_int(clamp_int64(number));
        free = number < 0 ? i : free;
        known = clamp_product(known, number < 0 ? 1 : out->u.dataset.shape[i]);
    }
    if (free >= 0 && known > 0 && count % known == 0) {
        out->u.dataset.shape[free] = clamp_int(count / known);
        known = count;
    }
    out->u.dataset.rank = rank;
    if (known == count)
        return out;
    eval_error(eval, span, "reshape: %lld elements do not fit the shape %s", (long long)count, object_text(eval_arena(eval), shape));
    return eval->poison;
}

static Object *method_reshape(Eval *eval, void *data, const Call *call)
{
    Object *unknown = call_unknown(call), *tuple = object_list(eval_arena(eval), OBJECT_TUPLE, 0, NULL);
    (void)data;
    if (unknown)
        return unknown;
    for (int i = 1; i < call->count; i++)
        object_append(eval_arena(eval), tuple, call->at[i].value);
    bool nested = tuple->u.list.count == 1 && object_is_sequence(tuple->u.list.at[0]);
    return dataset_reshape(eval, call->at[0].value, nested ? tuple->u.list.at[0] : tuple, call->span);
}

static Object *method_astype(Eval *eval, void *data, const Call *call)
{
    Object *out = object_copy(eval_arena(eval), call->at[0].value);
    (void)data;
    if (call->count > 1 && call->at[1].value->kind == OBJECT_STRING)
        out->u.dataset.dtype = call->at[1].value->u.string.at;
    return out;
}

static Object *method_flatten(Eval *eval, void *data, const Call *call)
{
    (void)data;
    Object *minus = object_int(eval_arena(eval), -1);
    return dataset_reshape(eval, call->at[0].value, object_list(eval_arena(eval), OBJECT_TUPLE, 1, &minus), call->span);
}

static Object *method_contents(Eval *eval, void *data, const Call *call)
{
    (void)data;
    return contents(eval, call->at[0].value, call->span);
}

Object *dataset_attribute(Eval *eval, Object *dataset, const char *name, Span span)
{
    Arena *arena = eval_arena(eval);
    (void)span;
    if (!strcmp(name, "shape")) {
        Object *tuple = object_list(arena, OBJECT_TUPLE, 0, NULL);
        for (int i = 0; i < dataset->u.dataset.rank; i++)
            object_append(arena, tuple, object_int(arena, dataset->u.dataset.shape[i]));
        return tuple;
    }
    if (!strcmp(name, "ndim"))
        return object_int(arena, dataset->u.dataset.rank);
    if (!strcmp(name, "dtype"))
        return object_string(arena, dataset->u.dataset.dtype);
    if (!strcmp(name, "size")) {
        int64_t count = 1;
        for (int i = 0; i < dataset->u.dataset.rank; i++)
            count *= dataset->u.dataset.shape[i];
        return object_int(arena, count);
    }
    BuiltinFunction method = !strcmp(name, "reshape") ? method_reshape : !strcmp(name, "astype") ? method_astype
                           : !strcmp(name, "flatten") || !strcmp(name, "ravel") ? method_flatten : method_contents;
    return object_bound(arena, object_builtin(arena, name, method, NULL, NULL), dataset);
}

Object *dataset_binary(Eval *eval, AstOperator op, Object *left, Object *right, Span span)
{
    double number;
    bool first = left->kind == OBJECT_DATASET;
    Object *dataset = first ? left : right, *out = object_copy(eval_arena(eval), dataset);
    if (!object_as_number(first ? right : left, &number) || dataset->u.dataset.labels)
        return contents(eval, dataset, span);
    double *scale = &out->u.dataset.scale, *offset = &out->u.dataset.offset;
    out->u.dataset.dtype = strncmp(dataset->u.dataset.dtype, "float", 5) ? "float64" : dataset->u.dataset.dtype;
    switch (op) {
    case OP_ADD: *offset += number; break;
    case OP_SUBTRACT:
        *scale = first ? *scale : -*scale;
        *offset = first ? *offset - number : number - *offset;
        break;
    case OP_MULTIPLY: *scale *= number; *offset *= number; break;
    case OP_DIVIDE:
        if (!first || number == 0)
            return contents(eval, dataset, span);
        *scale /= number;
        *offset /= number;
        break;
    default: return contents(eval, dataset, span);
    }
    return out;
}

/* Rows by slices or an integer; a new axis at the end; full slices. */
Object *dataset_subscript(Eval *eval, Object *dataset, Object *index, Span span)
{
    Object *out = object_copy(eval_arena(eval), dataset);
    bool tuple = index->kind == OBJECT_TUPLE && index->family != FAMILY_SLICE;
    int count = tuple ? index->u.list.count : 1, rank = 0, axis = 0, fixed = 0;
    for (int i = 0; i < count; i++) {
        const Object *part = tuple ? index->u.list.at[i] : index;
        fixed += part->kind != OBJECT_NONE && part->kind != OBJECT_STRING;
    }
    for (int i = 0; i < count && rank < 5; i++) {
        const Object *part = tuple ? index->u.list.at[i] : index;
        int64_t start, step, length;
        double number;
        if (part->kind == OBJECT_NONE) {
            out->u.dataset.shape[rank++] = 1;
        } else if (part->kind == OBJECT_STRING) {
            for (int rest = dataset->u.dataset.rank - fixed; rest > 0 && rank < 5; rest--)
                out->u.dataset.shape[rank++] = dataset->u.dataset.shape[axis++];
        } else if (axis >= dataset->u.dataset.rank) {
            return contents(eval, dataset, span);
        } else if (part->family == FAMILY_SLICE) {
            if (!slice_range(eval, part, dataset->u.dataset.shape[axis++], &start, &step, &length, span))
                return eval->poison;
            out->u.dataset.shape[rank++] = (int)length;
        } else if (object_as_number(part, &number)) {
            axis++;
        } else {
            return contents(eval, dataset, span);
        }
    }
    while (axis < dataset->u.dataset.rank && rank < 5)
        out->u.dataset.shape[rank++] = dataset->u.dataset.shape[axis++];
    out->u.dataset.rank = rank;
    return axis == dataset->u.dataset.rank ? out : contents(eval, dataset, span);
}

static Object *to_categorical(Eval *eval, void *data, const Call *call)
{
    Object *slot[2], *unknown = call_unknown(call);
    double classes = -1;
    (void)data;
    if (unknown || !call_unpack(eval, "to_categorical", call, "y num_classes?", slot))
        return unknown ? unknown : eval->poison;
    if (slot[0]->kind != OBJECT_DATASET)
        return unknown_new(eval, call->span, "one-hot labels");
    if (!slot[1] || !object_as_number(slot[1], &classes))
        classes = strcmp(slot[0]->u.dataset.name, "cifar100") ? 10 : 100;
    Object *out = object_copy(eval_arena(eval), slot[0]);
    int rank =
        out->u.dataset.rank > 1 && out->u.dataset.shape[out->u.dataset.rank - 1] == 1 ? out->u.dataset.rank - 1 : out->u.dataset.rank;
    if (rank == 5)
        return contents(eval, slot[0], call->span);
    out->u.dataset.shape[rank] = clamp_int(clamp_int64(classes));
    out->u.dataset.rank = rank + 1;
    out->u.dataset.dtype = "float32";
    return out;
}

void builtins_dataset(Eval *eval)
{
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        eval_builtin(eval, arena_printf(eval_arena(eval), "tf.keras.datasets.%s.load_data", sets[i].name), FAMILY_NONE, load_data,
                     (void *)&sets[i], NULL);
    eval_builtin(eval, "tf.keras.utils.to_categorical", FAMILY_NONE, to_categorical, NULL, NULL);
}
