/* Compare. In: tensors of a case and, when some disagree, the same tensors of runs with other rounding. Out: failures, ties, elements.
 *
 * A tie: where other rounding alone moves an element by more than the tolerance, nothing is known of it but that bound. Such an element is left
 * out, and counted, as long as its error is of the size by which rounding moves it. */
#include "compare.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SPREADS_MAX = 4 }; /* a sample of the spread falls short of the whole */

void case_fail(Case *c, const char *format, ...)
{
    if (c->measuring)
        return;
    va_list arguments;
    va_start(arguments, format);
    printf("FAIL %s: ", c->name);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    c->failures++;
}

double largest(const float *values, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs((double)values[i]));
    return most;
}

static void measure(Case *c, const char *key, const float *got)
{
    for (int r = 0; r < c->records.count; r++) {
        Record *record = &c->records.at[r];
        for (size_t i = 0; !strcmp(record->key, key) && i < record->want->count; i++) {
            float moved = fabsf(got[i * record->stride] - record->got[i]);
            if (moved > record->spread[i])
                record->spread[i] = moved;
        }
    }
}

void compare(Case *c, const char *key, const float *got, size_t count, double tolerance)
{
    const NamedTensor *want = tensor_file_find(c->golden.file, key);
    size_t stride = 1;
    if (c->measuring) {
        measure(c, key, got);
        return;
    }
    if (!want) {
        want = tensor_file_find(c->golden.file, arena_printf(c->arena, "%s#s", key));
        stride = want ? count / 256 : 1;
    }
    if (!want)
        return;
    if (stride == 1 && want->count != count) {
        case_fail(c, "%s: %zu elements, the golden has %zu", key, count, want->count);
        return;
    }
    Record record = { arena_strdup(c->arena, key), want, ARENA_ARRAY(c->arena, float, want->count + 1),
                      ARENA_ARRAY(c->arena, float, want->count + 1), tolerance, stride };
    for (size_t i = 0; i < want->count; i++)
        record.got[i] = got[i * stride];
    VEC_PUSH(c->arena, &c->records, record);
}

static double error_of(const Record *record, size_t i)
{
    double error = fabs((double)record->got[i] - (double)record->want->data[i]);
    if (!isnan(error))
        return error;
    return isnan(record->want->data[i]) && isnan(record->got[i]) ? 0 : INFINITY;
}

static double allowed_error(const Record *record)
{
    return record->tolerance * fmax(largest(record->want->data, record->want->count), 1e-30);
}

bool compare_disagrees(const Case *c)
{
    for (int r = 0; r < c->records.count; r++)
        for (size_t i = 0; i < c->records.at[r].want->count; i++)
            if (error_of(&c->records.at[r], i) > allowed_error(&c->records.at[r]))
                return true;
    return false;
}

static void judge(Case *c, const Record *record)
{
    double allowed = allowed_error(record), worst = 0;
    size_t at = 0;
    for (size_t i = 0; i < record->want->count; i++) {
        double error = error_of(record, i), spread = (double)record->spread[i];
        if (error > allowed && spread > allowed && error <= SPREADS_MAX * spread) {
            c->ties++;
            continue;
        }
        c->elements++;
        if (error > worst) {
            worst = error;
            at = i;
        }
    }
    if (allowed > 0)
        c->worst = fmax(c->worst, worst / allowed);
    if (worst > allowed)
        case_fail(c, "%s[%zu]: got %.9g, want %.9g (error %.2g, allowed %.2g; rounding moves it by %.2g)", record->key, at * record->stride,
                  (double)record->got[at], (double)record->want->data[at], worst, allowed, (double)record->spread[at]);
}

void compare_judge(Case *c)
{
    for (int r = 0; r < c->records.count; r++)
        judge(c, &c->records.at[r]);
}
