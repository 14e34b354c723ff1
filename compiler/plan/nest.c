/* In: axes with strides. Out: merged axes and offset texts. See nest.h. */
#include "plan/nest.h"

#include "base/bug.h"

void nest_axis(Nest *nest, Axis axis)
{
    BUG_IF(nest->rank == NEST_AXES);
    nest->axis[nest->rank++] = axis;
}

bool plan_counts(const Plan *plan, const Value *value)
{
    return value->batched && plan->options.training;
}

static void broadcast_input(const Plan *plan, Nest *nest, const Value *value, int k)
{
    const Value *input = value->input[k];
    int skip = value->shape.rank - input->shape.rank, step = 1, first = plan_counts(plan, value);
    for (int d = input->shape.rank - 1; d >= 0; d--) {
        nest->axis[first + d + skip].stride[1 + k] = input->shape.dim[d] == 1 ? 0 : step;
        step *= input->shape.dim[d];
    }
    if (plan_counts(plan, input))
        nest->axis[0].stride[1 + k] = step;
}

Nest nest_broadcast(const Plan *plan, const Value *value, bool keep_last)
{
    Nest nest = {.operands = 1 + value->input_count};
    int step = 1;
    if (plan_counts(plan, value))
        nest_axis(&nest, (Axis){.batch = true, .extent = plan->options.batch});
    for (int d = 0; d < value->shape.rank; d++)
        nest_axis(&nest, (Axis){.extent = value->shape.dim[d]});
    for (int d = nest.rank - 1; d >= 0; d--) {
        nest.axis[d].stride[0] = step;
        step *= nest.axis[d].extent;
    }
    for (int k = 0; k < value->input_count; k++)
        broadcast_input(plan, &nest, value, k);
    nest_merge(&nest, keep_last);
    return nest;
}

static bool mergeable(const Nest *nest, int outer)
{
    const Axis *a = &nest->axis[outer], *b = a + 1;
    if (b->batch)
        return false;
    for (int k = 0; k < nest->operands; k++)
        if (a->stride[k] != b->stride[k] * b->extent)
            return false;
    return true;
}

static void remove_axis(Nest *nest, int at)
{
    nest->rank--;
    for (int d = at; d < nest->rank; d++)
        nest->axis[d] = nest->axis[d + 1];
}

/* The batch axis stays by itself, because its extent is known at run time only; nest_flat and nest_offset see through it. */
void nest_merge(Nest *nest, bool keep_last)
{
    for (int d = nest->rank - 1 - keep_last; d >= 0; d--)
        if (nest->axis[d].extent == 1 && !nest->axis[d].batch)
            remove_axis(nest, d);
    for (int d = nest->rank - 2 - keep_last; d >= 0; d--)
        if (mergeable(nest, d) && !nest->axis[d].batch) {
            for (int k = 0; k < nest->operands; k++)
                nest->axis[d].stride[k] = nest->axis[d + 1].stride[k];
            nest->axis[d].extent *= nest->axis[d + 1].extent;
            remove_axis(nest, d + 1);
        }
    if (nest->rank == 0)
        nest_axis(nest, (Axis){.extent = 1});
}

const char *nest_extent(Arena *arena, const Nest *nest, int from, int to)
{
    long rest = 1;
    bool batch = false;
    for (int d = from; d < to; d++) {
        batch |= nest->axis[d].batch;
        rest *= nest->axis[d].batch ? 1 : nest->axis[d].extent;
    }
    if (!batch)
        return arena_printf(arena, "%ld", rest);
    return rest == 1 ? "count" : arena_printf(arena, "count * %ld", rest);
}

/* Are the strides of an operand over the axes [from, to) those of one index? */
static bool linear(const Nest *nest, int operand, int from, int to)
{
    for (int d = from; d + 1 < to; d++)
        if (nest->axis[d].stride[operand] != nest->axis[d + 1].stride[operand] * nest->axis[d + 1].extent)
            return false;
    return true;
}

static void add_term(Text *out, const char *index, int stride)
{
    if (stride == 0)
        return;
    if (stride == 1)
        text_printf(out, "%s%s", out->length ? " + " : "", index);
    else
        text_printf(out, "%s%s * %d", out->length ? " + " : "", index, stride);
}

const char *nest_offset(Arena *arena, const Nest *nest, int operand, int from, int to, const char *name)
{
    Text out = text_new(arena);
    if (to > from && linear(nest, operand, from, to))
        add_term(&out, name, nest->axis[to - 1].stride[operand]);
    else
        for (int d = from; d < to; d++) {
            int below = 1;
            for (int e = d + 1; e < to; e++)
                below *= nest->axis[e].extent;
            const char *quotient = below == 1 ? name : arena_printf(arena, "%s / %d", name, below);
            add_term(&out, d == from ? quotient : arena_printf(arena, "%s %% %d", quotient, nest->axis[d].extent), nest->axis[d].stride[operand]);
        }
    return out.length ? out.at : "0";
}

const char *nest_at(Arena *arena, const Nest *nest, int operand)
{
    Text out = text_new(arena);
    const char *row = nest_offset(arena, nest, operand, 0, nest->rank - 1, "row");
    if (row[0] != '0' || row[1])
        text_add(&out, row);
    add_term(&out, "i", nest->axis[nest->rank - 1].stride[operand]);
    if (nest->start[operand])
        text_printf(&out, "%s%d", out.length ? " + " : "", nest->start[operand]);
    return out.length ? out.at : "0";
}

bool nest_flat(const Nest *nest)
{
    for (int k = 0; k < nest->operands; k++)
        if (!linear(nest, k, 0, nest->rank) || nest->start[k])
            return false;
    return true;
}

double nest_size(const Nest *nest)
{
    double size = 1;
    for (int d = 0; d < nest->rank; d++)
        size *= nest->axis[d].extent;
    return size;
}
