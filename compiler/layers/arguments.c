/* Arguments: in: the bound arguments of the layer being applied. out: plain C values, and errors at the argument's text. */
#include "layers/apply.h"

#include <limits.h>
#include <stdarg.h>
#include <string.h>

static const Bound *find(const Apply *apply, const char *name)
{
    int index = apply->layer->signature ? signature_index(apply->layer->signature, name) : -1;
    return index < 0 ? NULL : &apply->layer->bound[index];
}

bool apply_has(const Apply *apply, const char *name)
{
    return find(apply, name) != NULL;
}

Object *apply_argument(const Apply *apply, const char *name)
{
    const Bound *bound = find(apply, name);
    return bound && bound->value ? bound->value : object_none();
}

Span apply_span(const Apply *apply, const char *name)
{
    const Bound *bound = name ? find(apply, name) : NULL;
    return bound && bound->given ? bound->span : apply->span;
}

int apply_int(const Apply *apply, const char *name)
{
    return object_size(apply_argument(apply, name));
}

double apply_number(const Apply *apply, const char *name)
{
    return object_number(apply_argument(apply, name));
}

bool apply_bool(const Apply *apply, const char *name)
{
    Object *value = apply_argument(apply, name);
    return value->kind != OBJECT_NONE && object_truth(value);
}

const char *apply_text(const Apply *apply, const char *name)
{
    Object *value = apply_argument(apply, name);
    return value->kind == OBJECT_STRING ? value->u.string.at : NULL;
}

int apply_ints(const Apply *apply, const char *name, int *out, int limit)
{
    Object *value = apply_argument(apply, name);
    if (value->kind == OBJECT_NONE)
        return 0;
    if (object_is_number(value)) {
        out[0] = object_size(value);
        return 1;
    }
    int count = object_is_list_or_tuple(value) ? value->u.list.count : -1;
    for (int i = 0; i < count && i < limit; i++) {
        const Object *item = value->u.list.at[i];
        if (!object_is_number(item) && item->kind != OBJECT_NONE)
            return -1;
        out[i] = object_is_number(item) ? object_size(item) : -1;
    }
    return count;
}

/* A layer that was made before it is called: self.conv = Conv2D(...), then self.conv(x). */
static bool is_elsewhere(Span made, Span called)
{
    return called.source && made.source && (made.source != called.source || made.begin < called.begin || made.end > called.end);
}

Message *apply_error(const Apply *apply, const char *argument, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(apply->layers->arena, format, arguments);
    va_end(arguments);
    Message *message = diag_error(apply->layers->diag, apply_span(apply, argument), "%s: %s", apply->layer->class_name, text);
    eval_note_callers(apply->layers->eval, message, apply_span(apply, argument));
    if (is_elsewhere(apply_span(apply, argument), apply->span)) {
        diag_note(message, apply->span, "the layer is called here");
        eval_note_callers(apply->layers->eval, message, apply->span);
    }
    return message;
}

bool apply_fits(const Apply *apply, const char *what, Shape shape)
{
    if (shape_fits(shape))
        return true;
    int largest = 0;
    for (int i = 1; i < shape.rank; i++)
        largest = shape.dim[i] > shape.dim[largest] ? i : largest;
    Message *message = apply_error(apply, NULL, "its %s %s would be more than %d numbers", what, shape_text(apply->layers->arena, shape, false),
                                   VALUE_NUMBERS_MAX);
    if (shape.rank > 1)
        diag_hint(message, "dimension %d of %d is %d%s", largest + 1, shape.rank, shape.dim[largest], shape.dim[largest] == INT_MAX ? " or more" : "");
    return false;
}

const char *apply_shape_text(const Apply *apply, const Value *value)
{
    return shape_text(apply->layers->arena, value->shape, value->batched);
}

bool apply_rank(const Apply *apply, int rank)
{
    const Value *x = apply->input[0];
    int found = x->shape.rank + x->batched;
    if (found == rank)
        return true;
    Message *message = apply_error(apply, NULL, "expected an input of %d dimensions (batch included), found %d: shape %s", rank, found,
                                   apply_shape_text(apply, x));
    if (rank == 4 && found == 3)
        diag_hint(message, "an image needs a channel axis: %s", shape_text(apply->layers->arena,
                  (Shape){.rank = 3, .dim = {x->shape.dim[0], x->shape.dim[1], 1}}, true));
    return false;
}
