/* In: storages with lifetimes, scratch of steps. Out: an offset in the workspace for each; those that live at the same time never overlap.
 * The packed block holds all of its storages at once.
 * Large ones first, each into the smallest gap that holds it. */
#include "plan/planning.h"

#include <stdlib.h>

enum { ALIGN = 64 };

typedef struct { size_t bytes, offset, *target; int first, last, order; } Block;

static int larger_first(const void *a, const void *b)
{
    const Block *x = a, *y = b;
    if (x->bytes != y->bytes)
        return x->bytes < y->bytes ? 1 : -1;
    return x->order - y->order;
}

static int lower_first(const void *a, const void *b)
{
    const Block *const *x = a, *const *y = b;
    if ((*x)->offset != (*y)->offset)
        return (*x)->offset < (*y)->offset ? -1 : 1;
    return (*x)->order - (*y)->order;
}

/* blocks[0..index) are placed. */
static size_t best_offset(const Block *blocks, int index, const Block **busy)
{
    const Block *block = &blocks[index];
    int count = 0;
    for (int i = 0; i < index; i++)
        if (blocks[i].first <= block->last && block->first <= blocks[i].last)
            busy[count++] = &blocks[i];
    qsort(busy, (size_t)count, sizeof *busy, lower_first);
    size_t end = 0, best = (size_t)-1, best_gap = (size_t)-1;
    for (int i = 0; i < count; i++) {
        if (busy[i]->offset > end && busy[i]->offset - end >= block->bytes && busy[i]->offset - end < best_gap) {
            best = end;
            best_gap = busy[i]->offset - end;
        }
        size_t after = busy[i]->offset + busy[i]->bytes;
        end = after > end ? after : end;
    }
    return best != (size_t)-1 ? best : end;
}

static size_t aligned(size_t bytes)
{
    return (bytes + ALIGN - 1) / ALIGN * ALIGN;
}

static void place_packed(Plan *plan)
{
    for (int i = 0; i < plan->storages.count; i++) {
        Storage *s = plan->storages.at[i];
        if (s->place != PLACE_PACKED)
            continue;
        s->offset = plan->packed_bytes;
        plan->packed_bytes += aligned(s->bytes);
    }
}

void plan_place(Plan *plan)
{
    place_packed(plan);
    int count = 0, limit = plan->storages.count + plan->steps.count;
    Block *blocks = ARENA_ARRAY(plan->arena, Block, limit + 1);
    const Block **busy = ARENA_ARRAY(plan->arena, const Block *, limit + 1);
    for (int i = 0; i < plan->storages.count; i++) {
        Storage *s = plan->storages.at[i];
        if (s->place == PLACE_WORKSPACE)
            blocks[count] = (Block){aligned(s->bytes), 0, &s->offset, s->first_step, s->last_step, count}, count++;
    }
    for (int i = 0; i < plan->steps.count; i++) {
        Step *step = plan->steps.at[i];
        if (step->scratch_bytes)
            blocks[count] = (Block){aligned(step->scratch_bytes), 0, &step->scratch_offset, i, i, count}, count++;
    }
    qsort(blocks, (size_t)count, sizeof *blocks, larger_first);
    for (int i = 0; i < count; i++) {
        blocks[i].offset = best_offset(blocks, i, busy);
        *blocks[i].target = blocks[i].offset;
        size_t end = blocks[i].offset + blocks[i].bytes;
        plan->workspace_bytes = end > plan->workspace_bytes ? end : plan->workspace_bytes;
    }
}
