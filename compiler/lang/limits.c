/* Limits: every file ends, within bounds of time and memory. In: what an operation is about to do. Out: whether it may; an error the first time it may not. */
#include "lang/internal.h"

enum { ITEMS_PER_STEP = 8, BYTES_PER_ITEM = 2 };

static bool count_steps(Eval *eval, int64_t steps, Span span)
{
    if (eval->stopped)
        return false;
    eval->steps += steps;
    bool too_long = eval->steps > LIMIT_STEPS, too_large = arena_bytes(eval_arena(eval)) >> 20 > LIMIT_MEGABYTES;
    if (!too_long && !too_large)
        return true;
    eval->stopped = true;
    if (too_long)
        eval_error(eval, span, "the file runs for more than %d steps", LIMIT_STEPS);
    else
        eval_error(eval, span, "the file makes values of more than %d megabytes", LIMIT_MEGABYTES);
    return false;
}

bool eval_step(Eval *eval, Span span)
{
    return count_steps(eval, 1, span);
}

bool eval_work(Eval *eval, int64_t items, Span span)
{
    int64_t work = eval->work + items;
    eval->work = work % ITEMS_PER_STEP;
    return count_steps(eval, work / ITEMS_PER_STEP, span);
}

int64_t eval_work_left(const Eval *eval)
{
    return eval->stopped ? 0 : (LIMIT_STEPS + 1 - eval->steps) * ITEMS_PER_STEP;
}

bool eval_list_grows(Eval *eval, int64_t count, int64_t more, Span span)
{
    if (count + more > LIMIT_ITEMS)
        eval_error(eval, span, "a list of more than %d items", LIMIT_ITEMS);
    return count + more <= LIMIT_ITEMS && eval_work(eval, more, span);
}

bool eval_list_fits(Eval *eval, int64_t count, Span span)
{
    return eval_list_grows(eval, 0, count, span);
}

bool eval_string_grows(Eval *eval, size_t length, size_t more, Span span)
{
    if (length + more > LIMIT_STRING)
        eval_error(eval, span, "a string of more than %d bytes", LIMIT_STRING);
    return length + more <= LIMIT_STRING && eval_work(eval, (int64_t)more / BYTES_PER_ITEM, span);
}

bool eval_string_fits(Eval *eval, size_t length, Span span)
{
    return eval_string_grows(eval, 0, length, span);
}
