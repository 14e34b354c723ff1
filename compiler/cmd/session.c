/* See session.h. */
#include "cmd/session.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS_MAX = 1024 };

static void set_threads(const Compilation *c, long threads)
{
    setenv("OMP_NUM_THREADS", arena_printf(c->arena, "%ld", threads), 1);
    setenv("OMP_WAIT_POLICY", "passive", 0);
}

bool session_program_options(Compilation *c, ProgramOptions *out)
{
    const char *jit = c->options->jit ? c->options->jit : "auto", *why_not = "";
    long cores = sysconf(_SC_NPROCESSORS_ONLN), threads = c->options->threads > 0 ? c->options->threads : cores;
    JitKind kind = strcmp(jit, "cc") == 0 ? JIT_CC : strcmp(jit, "tcc") == 0 ? JIT_TCC : JIT_AUTO;
    if (threads > THREADS_MAX)
        return compilation_refuse(c, "--threads must be 1 to %d", THREADS_MAX);
    if (!jit_available(kind, &why_not))
        return compilation_refuse(c, "%s", why_not);
    bool tcc = kind == JIT_TCC || (kind == JIT_AUTO && !jit_available(JIT_CC, NULL));
    if (!compilation_plan_options(c, tcc ? "generic" : "native"))
        return false;
    set_threads(c, threads);
    *out = (ProgramOptions){ .jit = { .kind = kind, .flags = threads > 1 ? "-O3 -fopenmp" : "-O3" }, .target = c->plan_options.target,
                             .unroll = c->plan_options.unroll, .max_code = c->plan_options.max_code, .batch = 1 };
    return true;
}

/* "1/127.5" or "0.00784" */
static bool parse_ratio(const char **at, double *out)
{
    char *end;
    *out = strtod(*at, &end);
    if (end == *at)
        return false;
    *at = end;
    if (**at != '/')
        return true;
    double divisor = strtod(*at + 1, &end);
    if (end == *at + 1 || divisor == 0)
        return false;
    *at = end;
    *out /= divisor;
    return true;
}

bool session_scale(Compilation *c, ImageScale *out)
{
    const char *text = c->options->scale;
    *out = (ImageScale){ .known = c->model->fit.input_scale_known, .scale = c->model->fit.input_scale, .offset = c->model->fit.input_offset };
    if (!text)
        return true;
    const char *at = text;
    *out = (ImageScale){ .known = true };
    bool good = parse_ratio(&at, &out->scale);
    if (good && *at == ',') {
        at++;
        good = parse_ratio(&at, &out->offset);
    }
    return (good && !*at) || compilation_refuse(c, "--scale takes S or S,O, such as 1/127.5,-1, not '%s'", text);
}

bool session_data(Compilation *c, DataSet *train, DataSet *test, bool *one)
{
    const char *error = "";
    if (!c->options->data)
        return compilation_refuse(c, "which data? --data fashion-mnist, or --data FOLDER or FILE.npz");
    if (!data_load(c->arena, c->options->data, train, test, one, &error))
        return compilation_refuse(c, "%s", error);
    DataSet *const halves[] = { train, test };
    for (int i = 0; i < 2; i++)
        if (halves[i] && c->options->limit > 0 && c->options->limit < halves[i]->count)
            halves[i]->count = c->options->limit;
    return true;
}
