/* Shapes: in: dimensions without the batch. out: counts, broadcasting, text. */
#include "graph/operators.h"

#include "base/clamp.h"

#include <string.h>

Shape shape_of(int rank, const int *dims)
{
    BUG_IF(rank < 0 || rank > SHAPE_MAX);
    Shape shape = {.rank = rank};
    for (int i = 0; i < rank; i++)
        shape.dim[i] = dims[i];
    return shape;
}

Shape shape_scalar(void)
{
    return (Shape){.rank = 0};
}

int64_t shape_count(Shape shape)
{
    int64_t count = 1;
    for (int i = 0; i < shape.rank; i++)
        count = clamp_product(count, shape.dim[i]);
    return count;
}

bool shape_fits(Shape shape)
{
    for (int i = 0; i < shape.rank; i++)
        if (shape.dim[i] < 1)
            return false;
    return shape_count(shape) <= VALUE_NUMBERS_MAX;
}

bool shape_equal(Shape a, Shape b)
{
    return a.rank == b.rank && memcmp(a.dim, b.dim, sizeof(int) * (size_t)a.rank) == 0;
}

bool shape_broadcast(Shape a, Shape b, Shape *out)
{
    Shape result = {.rank = a.rank > b.rank ? a.rank : b.rank};
    for (int i = 1; i <= result.rank; i++) {
        int x = i <= a.rank ? a.dim[a.rank - i] : 1;
        int y = i <= b.rank ? b.dim[b.rank - i] : 1;
        if (x != y && x != 1 && y != 1)
            return false;
        result.dim[result.rank - i] = x == 1 ? y : x;
    }
    *out = result;
    return true;
}

const char *shape_text(Arena *arena, Shape shape, bool batched)
{
    Text text = text_new(arena);
    text_add(&text, batched ? "(None" : "(");
    for (int i = 0; i < shape.rank; i++)
        text_printf(&text, "%s%d", batched || i ? ", " : "", shape.dim[i]);
    text_add(&text, shape.rank + batched == 1 ? ",)" : ")");
    return text.at;
}

FullShape value_full_shape(const Value *value)
{
    FullShape full = {.rank = 0};
    if (value->batched)
        full.dim[full.rank++] = -1;
    for (int i = 0; i < value->shape.rank; i++)
        full.dim[full.rank++] = value->shape.dim[i];
    return full;
}

bool index_next(int rank, const int *dim, int *index)
{
    for (int i = rank - 1; i >= 0; i--) {
        if (++index[i] < dim[i])
            return true;
        index[i] = 0;
    }
    return false;
}
